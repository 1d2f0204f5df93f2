"""The scorecard: verdicts worked out by hand, baselines, votes, and the command from end to end."""

from __future__ import annotations

import json
import math

import numpy as np
import pandas as pd
import pytest

import comity
import comity_lab
from comity.errors import InputError
from comity.facts import Fact, load_facts
from comity.population.people import build_population
from comity_lab.scoring import Ensemble, run_ensembles, score
from comity_lab.scoring.accuracy import auc, brier, compare, log_loss
from comity_lab.scoring.baselines import compromise, last_value, no_change
from comity_lab.scoring.rivals import base_rate, cross_validated, logistic_regression
from comity_lab.scoring.roll_call import read_roll_call, vote_of
from comity_lab.scoring.scorecard import joint_share
from comity_lab.scoring.verdicts import Verdict, judge, judge_value, of_fact, share_interval
from comity_lab.scoring.vote_card import score_vote
from comity_lab.seeds import seed_of_run, seeds_of

SHIPPED = ("GFMD2008VOTE", "IMD2012")


def fact(name: str = "G1", **fields) -> Fact:
    given = {
        "id": name,
        "sentence": "States come.",
        "period": [2007, 2009],
        "kind": "series",
        "measure": "forum_states",
        "unit": "count",
        "observed": {"2007": 100.0, "2008": 110.0, "2009": 150.0},
        "tolerance": 10.0,
        "tolerance_source": "test",
        "source": "test",
        "confidence": "A",
    }
    return Fact.model_validate(given | fields)


def ensemble(name: str, **columns) -> Ensemble:
    return Ensemble(name=name, observations=pd.DataFrame({k.replace("_", "."): v for k, v in columns.items()}))


def test_the_interval_is_wilsons():
    # Wilson (1927) for 8 of 10: (p + z²/2n ± z sqrt(p q / n + z²/4n²)) / (1 + z²/n).
    z, n, p = 1.959964, 10, 0.8
    middle, half = p + z**2 / (2 * n), z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    assert share_interval(8, 10) == pytest.approx(((middle - half) / (1 + z**2 / n), (middle + half) / (1 + z**2 / n)))


@pytest.mark.parametrize(
    ("met", "verdict"),
    [(10, Verdict.REPRODUCED), (9, Verdict.REPRODUCED), (8, Verdict.CANNOT_TELL), (2, Verdict.CANNOT_TELL), (1, Verdict.NOT_REPRODUCED)],
)  # fmt: skip
def test_a_target_is_reproduced_where_most_replicates_meet_it_beyond_doubt(met, verdict):
    target = fact().targets[0]
    values = np.where(np.arange(10) < met, 105.0, 130.0)
    judged = judge(target, values)
    assert (judged.verdict, judged.share, judged.n) == (verdict, met / 10, 10)
    assert judged.rank == 0.0


def test_rank_counts_ties_half_and_silence_counts_as_a_miss():
    judged = judge(fact().targets[0], np.array([90.0, 100.0, 100.0, 110.0, np.nan, np.nan]))
    assert (judged.rank, judged.said, judged.n, judged.median) == (0.5, 4, 6, 100.0)
    assert judged.share == pytest.approx(4 / 6)
    assert judge(fact().targets[0], np.full(6, np.nan)).verdict is Verdict.SILENT


def test_a_fact_needs_all_its_targets():
    yes, no, open_ = Verdict.REPRODUCED, Verdict.NOT_REPRODUCED, Verdict.CANNOT_TELL
    assert of_fact([yes, yes, Verdict.BUILT_IN]) is yes
    assert of_fact([yes, open_, no]) is no
    assert of_fact([yes, open_]) is open_
    assert of_fact([Verdict.SILENT, yes]) is yes
    assert of_fact([Verdict.SILENT, Verdict.SILENT]) is Verdict.SILENT


def test_the_scorecard_names_where_a_rival_wins():
    own = ensemble("mine", G1_2007=[150.0] * 9, G1_2008=[110.0] * 9, G1_2009=[110.0] * 9, G2=[1.0] * 9)
    rival = ensemble("theirs", G1_2007=[100.0] * 9, G1_2008=[110.0] * 9, G1_2009=[150.0] * 9, G2=[-1.0] * 9)
    second = fact(
        "G2", kind="direction", measure="role_trust_gain", unit="difference", observed=None, above=0.0, tolerance=0.1
    )
    card = score(None, [fact(), second], [own, rival])
    assert card.won("theirs") == (["G1"], ["G1.2007", "G1.2009"])
    assert card.lost("theirs") == (["G2"], ["G2"])
    assert (
        card.sentences()[0] == "Theory 'theirs' wins over 'mine' on G1; it loses to it on G2; both reproduce nothing."
    )
    assert card.sentences()[-1] == "At least one source reproduces each fact."
    totals = card.totals().set_index("source")
    assert list(totals["reproduced"]) == [1, 1]
    assert list(totals["targets_reproduced"]) == [2, 3]
    assert len(card.table) == 8


def test_an_undecided_loser_is_marked():
    own = ensemble("mine", G1_2007=[100.0] * 9, G1_2008=[110.0] * 9, G1_2009=[150.0] * 5 + [0.0] * 4)
    rival = ensemble("theirs", G1_2007=[100.0] * 9, G1_2008=[110.0] * 9, G1_2009=[150.0] * 9)
    assert "'theirs' wins over 'mine' on G1?; " in score(None, [fact()], [own, rival]).sentences()[0]


def test_what_is_built_in_is_never_counted():
    card = score(
        None,
        [fact(built_in="the calendar says so")],
        [ensemble("mine", G1_2007=[100.0], G1_2008=[110.0], G1_2009=[150.0])],
    )
    assert card.totals().loc[0, ["facts", "targets", "built_in"]].tolist() == [0, 0, 1]


def test_facts_held_out_have_totals_of_their_own():
    card = score(None, [fact(), fact("G2", use="holdout")], [ensemble("mine", **{f"{g}_{y}": [100.0] for g in ("G1", "G2") for y in (2007, 2008, 2009)})])  # fmt: skip
    assert card.totals("calibrate")["facts"].tolist() == card.totals("holdout")["facts"].tolist() == [0]
    assert card.totals("holdout")["cannot_tell"].tolist() == [1]


def test_runs_that_meet_all_targets_at_once_are_counted():
    own = ensemble(
        "mine", G1_2007=[100.0] * 4, G1_2008=[110, 110, 0, np.nan], G1_2009=[150.0, 0.0, 150.0, 150.0], G2=[np.nan] * 4
    )
    second = fact("G2", kind="value", measure="chairs_withdraw", unit="share", observed=0.5, tolerance=0.1)
    card = score(None, [fact(), second], [own])
    assert card.at_once["mine", "G1"] == 0.25  # each year is met by three, two or all of four, all three years by one
    assert math.isnan(card.at_once["mine", "G2"])
    assert set(card.table["at_once"].dropna()) == {0.25}
    assert joint_share(fact(built_in={"2008": "scripted"}), own.observations) == 0.75


def test_a_retired_fact_enters_no_total_but_that_over_the_facts_of_0_2_0():
    seen = [100.0] * 9
    columns = {f"{g}_{y}": seen for g in ("G1", "G2", "G3") for y in (2007, 2008, 2009)}
    loose = {"observed": {"2007": 100.0, "2008": 100.0}}
    facts = [
        fact("G1", **loose),
        fact("G2", **loose, use="retired", retired="A coin toss."),
        fact("G3", **loose, since="0.3.0"),
        fact("G1b"),
    ]
    columns |= {f"G1b_{year}": seen for year in (2007, 2008, 2009)}
    card = score(None, facts, [ensemble("mine", **columns)])
    assert card.totals().loc[0, ["facts", "reproduced"]].tolist() == [3, 2]  # G1 and G3; not G1b, where 2009 is missed
    assert card.of_first_facts("mine") == (1, 3)  # of G1, G2 and G1b
    assert not {"G2"} & {*card.won("mine")[0], *card.lost("mine")[0]}
    assert list(card.all_totals()["use"]) == ["calibrate"]


def test_the_last_value_is_the_one_observed_before():
    said = last_value(comity.load("teaching"), [fact()])
    assert said == {"G1.2008": 100.0, "G1.2009": 110.0}
    assert judge_value(fact().targets[1], said["G1.2008"]).verdict is Verdict.REPRODUCED
    assert judge_value(fact().targets[2], said["G1.2009"]).verdict is Verdict.NOT_REPRODUCED
    assert judge_value(fact().targets[0], said.get("G1.2007")).verdict is Verdict.SILENT


def test_no_change_keeps_what_the_tables_of_2006_say():
    facts = load_facts()
    said = no_change(comity.load("hld_gfmd"), facts)
    assert (said["F11.2006"], said["F11.2013"], said["F11.destination"]) == (34.0, 34.0, 0.0)
    assert said["F48"] == said["F49.gain"] == said["F3"] == 0.0
    assert said["F17"] == said["F4.growth"] == 1.0
    assert not [key for key in said if key.startswith(("F20", "F25", "F30", "F1.", "F22", "F23"))]


def test_no_change_agrees_with_a_run_in_which_nothing_changes(unlearning):
    """Where no rule moves anybody, the first dialogue finds the world that the tables describe."""
    settings = {key: value for key, value in unlearning.items() if key != "shocks"}
    scenario = comity.load("hld_gfmd", settings=settings)
    facts = [item for item in load_facts() if item.id in ("F5", "F6", "F7", "F16", "F13", "F14")]
    said = no_change(scenario, facts)
    ensembles = run_ensembles(scenario, facts, seeds=seeds_of(0, 1), workers=1, quiet=True)
    found = next(item for item in ensembles if item.name == "rationalist")
    for key in ("F5.origin_un", "F5.largest", "F6.norm_setting", "F7", "F13.2006"):
        assert said[key] == pytest.approx(found.observations[key].iloc[0]), key


def test_the_compromise_is_the_mean_by_capability_and_salience():
    scenario = comity.load("teaching")
    agenda = fact(kind="share", measure="economic_sessions", unit="share", observed={"2007": 0.5}, tolerance=0.1)
    arena = fact("G2", kind="share", measure="informal_wins", unit="share", observed=None, above=0.5, tolerance=0.5)
    said = compromise(scenario, [agenda, arena])
    actors = comity.run(scenario, keep="meetings").actors_by_id.query("kind == 'state'")
    weight = {k: actors["capacity"] * actors[f"salience_{k}"] for k in ("remittances", "labour", "rights")}
    total = sum(w.sum() for w in weight.values())
    assert said["G1.2007"] == pytest.approx((weight["remittances"] + weight["labour"]).sum() / total)
    outcome = sum((w * actors[f"position_{k}"]).sum() for k, w in weight.items()) / total
    assert said["G2"] == float(abs(outcome - 0.1) < min(abs(outcome - 0.6), outcome))


def test_auc_brier_and_log_loss_by_hand():
    happened = np.array([True, True, False, False])
    assert auc(np.array([0.9, 0.5, 0.5, 0.1]), happened) == pytest.approx(3.5 / 4)
    assert math.isnan(auc(np.array([0.9, 0.5]), np.array([True, True])))
    two = np.array([[0.8, 0.2], [0.4, 0.6]])
    assert brier(two, np.array([0, 1])) == pytest.approx((0.04 + 0.16) / 2)
    assert log_loss(two, np.array([0, 1])) == pytest.approx(-(math.log(0.8) + math.log(0.6)) / 2)
    three = np.array([[0.5, 0.3, 0.2]])
    assert brier(three, np.array([2])) == pytest.approx(0.25 + 0.09 + 0.64)
    assert log_loss(np.array([[1.0, 0.0]]), np.array([1])) == pytest.approx(-math.log(1e-6))


def test_one_state_has_scores_and_no_interval():
    sources = {"model": np.array([[0.6, 0.4]]), "rival": np.array([[0.5, 0.5]])}
    table = compare(sources, np.array([0]), scores=("Brier", "log loss"))
    assert table["value"].tolist() == pytest.approx([0.16, 0.25, -math.log(0.6), -math.log(0.5)])
    assert table[["low", "high", "difference_low", "difference_high"]].isna().all(axis=None)


def test_a_vote_that_few_runs_hold_is_the_mean_of_those():
    # The vote is moved to the forum, for which the model seldom finds a host.
    data = [meeting.model_dump(mode="json") for meeting in comity.load("teaching").meetings]
    data[1]["votes"], data[2]["votes"], data[1]["hosts"] = data[2]["votes"], [], []
    seldom = {"choices.host": "endogenous", "parameters.chair_selectivity": 14.0, "forums.FORUM.attachment": 0.0}
    scenario = comity.load("teaching", settings=seldom | {"meetings": data})
    seeds = [seed_of_run(0, 0, replicate, common=True) for replicate in range(20)]
    votes = [comity.run(scenario, seed=seed).votes.set_index("actor")["p_yes"] for seed in seeds]
    assert all(map(len, votes)) is False
    found = run_ensembles(scenario, load_facts()[:1], seeds=seeds_of(0, 20), workers=1, votes=["COMPACT"], quiet=True)[
        0
    ]
    held = pd.concat([vote for vote in votes if len(vote)], axis=1)
    assert found.votes["COMPACT"]["yes"].to_dict() == pytest.approx(held.mean(axis=1).to_dict())
    rival = Ensemble(name="rationalist", observations=found.observations)
    card = score_vote(
        build_population(scenario), "COMPACT", pd.Series({"NORTHLAND": "no", "CORAL": "yes"}), [found, rival]
    )
    assert list(card.expected.index) == ["socialisation", "base rate", "logistic regression"]


def test_the_base_rate_cannot_rank_and_a_perfect_source_beats_it():
    answers = np.array([0] * 30 + [1] * 10)
    perfect = np.where(answers == 0, 0.99, 0.01)
    table = compare({"perfect": np.column_stack([perfect, 1 - perfect]), "base rate": base_rate(answers, 2)}, answers)
    rows = table.set_index(["score", "source"])
    assert rows.loc[("AUC", "perfect"), "value"] == 1.0
    assert rows.loc[("AUC", "base rate"), ["value", "low", "high"]].tolist() == [0.5, 0.5, 0.5]
    assert rows.loc[("Brier", "base rate"), "difference_low"] > 0


def test_the_regression_learns_a_line_and_is_judged_on_states_it_has_not_seen():
    rng = np.random.default_rng(1)
    inputs = rng.normal(size=(300, 3))
    answers = (inputs[:, 0] + 0.3 * rng.normal(size=300) > 0).astype(int)
    assert auc(cross_validated(inputs, answers, 2)[:, 1], answers == 1) > 0.95
    noise = rng.integers(0, 2, 300)
    assert abs(auc(cross_validated(inputs, noise, 2)[:, 1], noise == 1) - 0.5) < 0.1
    # Without inputs that vary it can only learn the shares.
    assert logistic_regression(np.ones((4, 1)), np.array([0, 0, 0, 1]), np.ones((1, 1)), 2)[0, 1] == pytest.approx(
        0.25, abs=1e-3
    )


@pytest.mark.parametrize("vote", SHIPPED)
def test_shipped_roll_calls_can_be_read(vote):
    folder = comity.scenario.locate.scenario_folder() / "data" / "votes"
    scenario = comity.load("hld_gfmd")
    assert vote_of(scenario, folder / f"{vote}.csv") == vote
    table = pd.read_csv(folder / f"{vote}.csv")
    counts = read_roll_call(folder / f"{vote}.csv", set(table["iso3"])).value_counts()
    assert counts["yes"] == {"GFMD2008VOTE": 86, "IMD2012": 129}[vote]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "iso3,vote\nFRA,yes\nFRX,no\n",
            "call.csv: line 3: iso3 must be a state that could vote, got 'FRX'. Did you mean 'FRA'",
        ),
        ("iso3,vote\nFRA,yes\nFRA,no\n", "call.csv: line 3: iso3 must occur only once, got 'FRA' again"),
        ("iso3,vote\nFRA,aye\n", "call.csv: line 2: vote must be one of yes, abstain, no, absent, got 'aye'"),
        (
            "iso3,votes\nFRA,yes\n",
            "call.csv: must have the columns iso3 and vote, vote is missing. Did you mean 'votes'",
        ),
        ("iso3,vote\n", "call.csv: must have at least one state"),
        ("", "call.csv: must be a CSV table in UTF-8"),
    ],
)
def test_a_wrong_roll_call_is_named(tmp_path, text, expected):
    file = tmp_path / "call.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_roll_call(file, ["FRA", "DEU"])
    assert expected in str(caught.value)


def test_the_same_numbers_however_many_processes():
    facts = [item for item in load_facts() if item.id in ("F1", "F5", "F7", "F8", "F48")]
    scenario = comity.load("teaching")
    alone = run_ensembles(scenario, facts, seeds=seeds_of(0, 12), workers=1, quiet=True)
    shared = run_ensembles(scenario, facts, seeds=seeds_of(0, 12), workers=2, quiet=True)
    for one, other in zip(alone, shared, strict=True):
        pd.testing.assert_frame_equal(one.observations, other.observations)


def test_the_command_from_end_to_end(comity_command, tmp_path):
    out, votes = tmp_path / "card", comity.scenario.locate.scenario_folder() / "data" / "votes" / "IMD2012.csv"
    status, shown, errors = comity_command("score", "--replicates", 2, "--workers", 1, "--votes", votes, "--out", out)
    assert status == 0, errors
    assert max(map(len, shown.splitlines())) <= 120
    for words in (
        "F20 Participation",
        "cannot tell",
        "Baseline 'last value' wins over",
        "logistic regression",
        "Rule: ",
    ):
        assert words in shown
    table = pd.read_csv(out / "scorecard.csv")
    assert set(table["source"]) == {
        "socialisation",
        "institutionalist",
        "rationalist",
        "no change",
        "last value",
        "compromise",
    }
    content = json.loads((out / "scorecard.json").read_text(encoding="utf-8"))
    assert content["votes"]["counts"] == {"yes": 129, "abstain": 49, "no": 3, "absent": 12}
    status, _, errors = comity_command("score", "--replicates", 2, "--out", out)
    assert (status, "must not exist yet" in errors) == (2, True)


def test_the_folder_of_a_run_stands_for_its_scenario(comity_command, tmp_path):
    folder = tmp_path / "run"
    comity.run("teaching", seed=4, keep="meetings").save(folder)
    status, shown, errors = comity_command("score", folder, "--replicates", 2)
    assert status == 0, errors
    assert shown.startswith("teaching: 2 replicates")


def test_the_folder_of_a_sweep_says_what_to_do(comity_command, write_design, tmp_path):
    design = write_design(
        'scenario = "teaching"\nreplicates = 2\n[[factors]]\nname = "parameters.mimicry_rate"\nvalues = [0.0]\n'
    )
    assert comity_command("sweep", design, "--workers", 1, "--out", tmp_path / "sweep", "--quiet")[0] == 0
    status, _, errors = comity_command("score", tmp_path / "sweep")
    assert status == 2
    assert "has no observations of the facts" in errors
    assert "comity score teaching --replicates 2" in errors


def test_a_run_that_failed_is_no_replicate(comity_command, write_design, tmp_path, monkeypatch):
    text = (
        "import comity\n\ndef some(scenario, seed):\n    assert seed % 2\n    return comity.run(scenario, seed=seed)\n"
    )
    (tmp_path / "unlucky.py").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    facts = tmp_path / "facts.toml"
    facts.write_text(
        '[[facts]]\nid = "G1"\nsentence = "Trust grows."\nperiod = [2006, 2008]\nkind = "direction"\n'
        'measure = "role_trust_gain"\nunit = "difference"\nabove = -1.0\ntolerance = 0.1\n'
        'tolerance_source = "test"\nsource = "test"\nconfidence = "A"\n',
        encoding="utf-8",
    )
    design = write_design(
        'scenario = "teaching"\nkeep = ["measures", "facts"]\nfacts = "facts.toml"\nrunner = "unlucky:some"\n'
        "replicates = 10\n"
    )
    status, _, errors = comity_command("sweep", design, "--workers", 1, "--out", tmp_path / "sweep", "--quiet")
    assert status == 1, errors
    done = int((comity_lab.read_sweep(tmp_path / "sweep").runs["status"] == "ok").sum())
    assert 0 < done < 10
    status, text, errors = comity_command("score", tmp_path / "sweep", "--facts", facts, "--out", tmp_path / "score")
    assert status == 0, errors
    row = pd.read_csv(tmp_path / "score" / "scorecard.csv").iloc[0]
    assert (row["n"], row["said"], row["share"]) == (done, done, 1.0)
    assert f"{done} of 10 runs" in text


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--replicates", "0"), "--replicates must be from 1 to 100000, got 0"),
        (("--seed", "x"), "--seed must be a whole number"),
        (("--workers", "0"), "--workers must be from 1 to 1000, got 0"),
        (("--facts", "none.toml"), "none.toml: cannot be read"),
        (("--votes", "none.csv"), "none.csv: must be named after a vote of the scenario"),
        (
            ("--votes", "none.csv", "--vote", "IMD"),
            "--vote must be a vote of the scenario, got 'IMD'. Did you mean 'IMD2012'?",
        ),
        (("--votes", "none.csv", "--vote", "IMD2012"), "none.csv: cannot be read"),
        (("--vote", "IMD2012"), "--vote names the vote of a roll call, got none"),
        (("hld_gfm",), "hld_gfm: no such scenario"),
    ],
)
def test_wrong_words_are_named(comity_command, words, expected):
    status, shown, errors = comity_command("score", *words)
    assert (status, shown) == (2, "")
    assert expected in errors
    assert errors.count("\n") == 1
