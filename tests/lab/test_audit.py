"""The audit: claims are read and judged as they say, conditions change what they say, and the short form runs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import comity
from comity.errors import InputError
from comity.population.people import build_population
from comity.scenario.locate import scenario_folder, shipped_patches
from comity_lab.audit.auditing import verdict
from comity_lab.audit.claims import read_claims
from comity_lab.audit.conditions import CONDITIONS, conditions_for
from comity_lab.audit.initial import FORMULAS, noisy, states_under
from comity_lab.audit.runners import other_luck, single_precision
from comity_lab.recipe import hold

CLAIM = """[[claims]]
id = "campaign"
sentence = "The campaign costs votes."
patch = "PATCH"
measure = "expected_yes"
sign = "+"
source = "test"
quick = true
"""


@pytest.fixture
def claims(tmp_path):
    patch = tmp_path / "no_campaign_there.toml"
    patch.write_text('[remove]\nshocks = ["campaign"]\n', encoding="utf-8")
    file = tmp_path / "claims.toml"
    right = CLAIM.replace("PATCH", str(patch))
    wrong = right.replace('"campaign"', '"contrary"').replace('"+"', '"-"')
    other = right.replace('"campaign"', '"talk"').replace("expected_yes", "crmw_parties")
    file.write_text("\n".join([right, f'{wrong}\nnote = "its size is nothing"', other]), encoding="utf-8")
    return file


def condition(name):
    return next(item for item in CONDITIONS if item.name == name)


# --- claims ---


def test_the_shipped_claims_break_links_that_can_be_broken():
    found = read_claims()
    assert len(found) >= 20
    assert len({claim.id for claim in found}) == len(found)
    for claim in found:
        assert claim.preset is not None or claim.patch in shipped_patches()
        assert claim.source.startswith("chapter, '")
        assert claim.sentence.endswith(".")
    assert 2 <= sum(claim.quick for claim in found) <= 6
    assert {"no_gfmd", "rights_first", "binding_arena", "no_civil_society"} <= {claim.patch for claim in found}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('sign = "+"', 'sign = "up"', r"sign: Input should be '\+' or '-'"),
        ('measure = "expected_yes"', 'measure = "expected_no"', r"measure must be .* Did you mean 'expected_yes'\?"),
        ('source = "test"', 'source = "test"\npreset = "rationalist"', r"must have either patch or preset"),
        ("quick = true", "quickly = true", r"quickly"),
        ("[[claims]]", "[[claim]]", r"must hold \[\[claims\]\] and nothing else"),
        ("[[claims]]", "[[claims]", r"must be valid TOML"),
        ("quick = true", f"quick = true\n{CLAIM}", r"must have a unique id, got 'campaign' twice"),
    ],
)
def test_a_claim_that_cannot_be_used_says_why(tmp_path, old, new, message):
    file = tmp_path / "claims.toml"
    file.write_text(CLAIM.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_claims(file)


@pytest.mark.parametrize(
    ("sign", "difference", "half", "said"),
    [
        ("-", -0.2, 0.1, "holds"),
        ("+", -0.2, 0.1, "reversed"),
        ("+", 0.2, 0.1, "holds"),
        ("-", 0.2, 0.1, "reversed"),
        ("-", -0.1, 0.1, "undecided"),
        ("-", 0.0, 0.0, "undecided"),
        ("-", -0.2, np.nan, "undecided"),
        ("-", np.nan, np.nan, "not measured"),
    ],
)
def test_verdicts(sign, difference, half, said):
    assert verdict(sign, difference, half) == said


# --- conditions ---


def test_the_states_as_built_are_those_of_the_table():
    built = states_under("as_built")
    table = pd.read_csv(scenario_folder() / "data" / "states.csv", keep_default_na=False).set_index("id")
    pd.testing.assert_frame_equal(built, table[list(built.columns)].sort_index(), check_names=False, atol=1.01e-4)


def test_other_formulas_give_other_shares():
    built = states_under("as_built")
    for formula in FORMULAS[1:]:
        other = states_under(formula)
        assert list(other.index) == list(built.index)
        assert other.notna().all(axis=None)
        assert ((other >= 0) & (other <= 1)).all(axis=None)
        assert (other["sovereignty"] - built["sovereignty"]).abs().mean() > 0.01, formula
        assert (other["position_rights"] - built["position_rights"]).abs().mean() > 0.01, formula


def test_votes_only_is_opposition_in_votes():
    votes = states_under("votes_only")
    # The United States opposed every resolution on the matter that it voted on, Mexico none.
    assert votes.loc["USA", "sovereignty"] > 0.6 > 0.3 > votes.loc["MEX", "sovereignty"]


def test_noise_is_within_its_width_and_depends_on_its_seed():
    states = pd.DataFrame({"sovereignty": [0.5, 0.9, 0.0], "cooperation": [1.0, 0.2, 0.4]})
    first, again, other = noisy(states, 0.2, 1), noisy(states, 0.2, 1), noisy(states, 0.2, 2)
    pd.testing.assert_frame_equal(first, again)
    assert not first.equals(other)
    assert ((first - states).abs() <= 0.2 * states + 1e-4).all(axis=None)
    assert (first <= 1).all(axis=None)


@pytest.mark.parametrize("name", ["votes_only", "noise_1"])
def test_conditions_that_write_tables_keep_the_actors(name, tmp_path):
    scenario = comity.load("hld_gfmd")
    found = condition(name).vary(scenario, tmp_path)
    before = build_population(scenario).actors.set_index("id")
    after = build_population(comity.load("hld_gfmd", settings=found.settings)).actors.set_index("id")
    assert list(before.index) == list(after.index)
    assert (before["sovereignty"] != after["sovereignty"]).any()
    pd.testing.assert_series_equal(before["capacity"], after["capacity"])


def test_twice_the_rounds_and_issues_in_reverse_order(tmp_path):
    scenario = comity.load("teaching")
    doubled = comity.load("teaching", settings=condition("rounds").vary(scenario, tmp_path).settings)
    assert {entry.rounds for forum in doubled.forums for entry in forum.format} == {2}
    reverse = comity.load("teaching", settings=condition("ties").vary(scenario, tmp_path).settings)
    assert [issue.id for issue in reverse.issues] == [issue.id for issue in reversed(scenario.issues)]


def test_single_precision_changes_trust_a_little_and_nothing_else_at_first():
    scenario = comity.load("teaching")
    exact, rounded = hold(scenario, 3).meetings, single_precision(scenario, 3).meetings
    assert list(rounded["meeting"]) == list(exact["meeting"])
    assert rounded["states"].iloc[0] == exact["states"].iloc[0]
    columns = ["trust_origin_destination", "trust_states_networks"]
    assert np.allclose(rounded[columns], exact[columns], atol=1e-4)
    assert (rounded[columns] != exact[columns]).any(axis=None)


def test_other_luck_is_other_luck_in_the_same_world():
    scenario = comity.load("teaching")
    same, other = hold(scenario, 3), other_luck(scenario, 3)
    assert not same.meetings.equals(other.meetings)
    assert other.meetings.equals(other_luck(scenario, 3).meetings), "and can be repeated"
    assert hold(scenario, 3).meetings.equals(same.meetings), "the population is left as it was"


def test_a_scenario_without_tables_is_spared_what_needs_them():
    assert {item.name for item in conditions_for(comity.load("teaching"))} == {
        "as_is", "other_seeds", "other_luck", "ties", "rounds", "single", "flat_trust",
    }  # fmt: skip
    assert len(conditions_for(comity.load("hld_gfmd"))) == len(CONDITIONS)


# --- the command ---


def test_what_holds_and_what_does_not_is_printed_and_saved(comity_command, claims, tmp_path, monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    out = tmp_path / "out"
    status, text, _ = comity_command(
        "audit", "--scenario", "teaching", "--claims", claims, "--replicates", "4", "--workers", "1", "-q", "--out", out
    )
    assert status == 0
    lines = {line.split()[0]: line for line in reversed(text.splitlines()) if line.strip()}
    assert lines["campaign"].rstrip().endswith("✓ ✓ ✓ ✓ ✓ ✓ ✓")
    assert lines["contrary"].rstrip().endswith("✗ ✗ ✗ ✗ ✗ ✗ ✗")
    table = pd.read_csv(out / "audit.csv").set_index(["condition", "claim"])
    assert table.loc[("as_is", "campaign"), "verdict"] == "holds"
    assert table.loc[("as_is", "contrary"), "verdict"] == "reversed"
    assert table.loc[("as_is", "talk"), "verdict"] == "undecided"
    row = table.loc[("as_is", "campaign")]
    assert row["low"] == pytest.approx(row["difference"] - row["half_width"])
    assert row["n"] == 4
    flat = " ".join(text.split())
    assert "contrary: reversed under as_is, other_seeds" in flat
    assert "contrary: its size is nothing" in flat
    assert "n = 4 pairs" in flat
    assert max(len(line) for line in text.splitlines() if not line.startswith("saved in")) <= 100


def test_the_short_form_finds_the_same_whatever_should_not_matter(comity_command, tmp_path):
    out = tmp_path / "out"
    status, _, _ = comity_command("audit", "--quick", "-q", "--out", out)
    assert status == 0
    table = pd.read_csv(out / "audit.csv")
    assert set(table["claim"]) == {claim.id for claim in read_claims() if claim.quick}
    assert table["n"].min() >= 3
    invariant = table[table["kind"] == "should not matter"]
    assert len(set(invariant["condition"])) >= 4
    first = table[table["condition"] == "as_is"].set_index("claim")
    for row in invariant.to_dict("records"):
        before = first.loc[row["claim"]]
        assert {row["verdict"], before["verdict"]} != {"holds", "reversed"}, row
        if row["condition"] == "single":  # the same luck: only rounding differs
            assert row["difference"] == pytest.approx(before["difference"], abs=0.05 + 0.1 * abs(before["difference"]))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--replicates", "1"), "--replicates must be 2 or more"),
        (("--claims", "nowhere.toml"), "the claims cannot be read"),
        (("--scenario", "teachings"), "Did you mean 'teaching'"),
    ],
)
def test_wrong_input_is_one_paragraph_with_status_2(comity_command, words, message):
    status, _, err = comity_command("audit", *words)
    assert status == 2
    assert message in " ".join(err.split())
