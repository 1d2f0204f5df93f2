"""Paired effects: comity whatif and comity compare give the differences that runs give by hand, and say them plainly."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import comity
import comity_lab
from comity.errors import InputError
from comity.measures import MEASURES, measure
from comity_lab.paired import (
    Paired,
    compare_design,
    effects_of,
    mark,
    run_paired,
    sentence,
    short_sentence,
    what_if_design,
)
from comity_lab.seeds import seed_of_run

NO_CAMPAIGN = '# What if there were no campaign?\n[remove]\nshocks = ["campaign"]\n'


@pytest.fixture(autouse=True)
def _page(monkeypatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)


@pytest.fixture
def patch(tmp_path) -> Path:
    file = tmp_path / "no_campaign_there.toml"
    file.write_text(NO_CAMPAIGN, encoding="utf-8")
    return file


def check_page(text: str) -> None:
    """Check that what is printed fits a page; the names of folders may be as long as they are."""
    lines = [line for line in text.splitlines() if not line.startswith("saved in")]
    assert max(map(len, lines)) <= 100
    assert "…" not in "".join(lines)


def test_the_effects_are_those_of_runs_by_hand(patch):
    paired = run_paired(
        what_if_design([str(patch)], "teaching", 3, 5), "teaching", ["none there"], workers=1, quiet=True
    )
    base, changed = comity.load("teaching"), comity.load("teaching", patches=[patch])
    seeds = [seed_of_run(5, 0, replicate, common=True) for replicate in range(3)]
    runs = [[measure(comity.run(scenario, seed=seed)) for seed in seeds] for scenario in (base, changed)]
    rows = paired.table.set_index("measure")
    for item in MEASURES:
        before, after = (np.array([run[item.name] for run in side]) for side in runs)
        row, difference = rows.loc[item.name], after - before
        assert row["difference"] == pytest.approx(difference.mean(), nan_ok=True)
        if np.isfinite(difference).all():
            half = 4.302652729911275 * difference.std(ddof=1) / np.sqrt(3)  # Student's t, two degrees of freedom
            assert row["half_width"] == pytest.approx(half)
            assert row["reference_sd"] == pytest.approx(before.std(ddof=1))
            assert row["n"] == 3
    assert rows.loc["expected_yes", "effect"] == "up"
    assert rows.loc["attendance", "effect"] in ("none", "up", "down")


def test_a_what_if_that_changes_nothing_has_no_effect(tmp_path):
    file = tmp_path / "same.toml"
    file.write_text('title = "The same"\n', encoding="utf-8")
    paired = run_paired(what_if_design([str(file)], "teaching", 2, 0), "teaching", ["same"], workers=1, quiet=True)
    assert set(paired.table["effect"]) <= {"none", "unmeasured"}
    assert (paired.table["difference"].dropna() == 0).all()
    assert sentence(paired.table).startswith("It changes no measure beyond its interval")
    assert short_sentence("same", paired.table).startswith("same moves none of ")
    assert paired.notes == ()


def test_a_function_with_a_known_answer(tmp_path, functions):
    design = comity_lab.Design.model_validate(
        {"function": f"{functions}:failing", "sampler": "list", "points": [{"x1": 0.0}, {"x1": 0.25}], "replicates": 2}
    )
    design = comity_lab.design.design_from(design.model_dump(exclude={"factors"}))
    comity_lab.sweep(design, tmp_path / "sweep", workers=1)
    table = effects_of(comity_lab.read_sweep(tmp_path / "sweep"), ["a quarter"]).set_index("measure")
    assert table.loc["y", ["difference", "half_width", "effect"]].tolist() == [0.25, 0.0, "up"]
    assert table.loc["luck", ["difference", "effect"]].tolist() == [0.0, "none"]


@pytest.mark.parametrize(
    ("difference", "half", "effect"),
    [
        (0.2, 0.1, "up"),
        (-0.2, 0.1, "down"),
        (0.1, 0.1, "none"),
        (0.0, 0.0, "none"),
        (1e-9, 0.0, "up"),
        (np.nan, np.nan, "unmeasured"),
        (0.2, np.nan, "unmeasured"),
    ],
)
def test_marks(difference, half, effect):
    assert mark(difference, half) == effect


def test_the_sentence_names_what_stands_out_most_first():
    rows = pd.DataFrame(
        {
            "measure": ["cooperation", "trust_roles", "donors", "practices"],
            "difference": [-0.1, -0.1, 0.1, np.nan],
            "half_width": [0.05, 0.01, 0.2, np.nan],
            "effect": ["down", "down", "none", "unmeasured"],
        }
    )
    text = sentence(rows)
    assert text.index("trust between origin") < text.index("disposition of states")
    assert "no effect is seen on donors" in text
    assert "nothing to measure for practices" in text
    assert short_sentence("x", rows) == "x moves 2 of 3 measures, most clearly trust roles ▼, cooperation ▼."


def test_one_what_if_is_printed_with_its_lesson_and_saved(comity_command, tmp_path):
    out = tmp_path / "out"
    words = ("whatif", "no_gfmd", "--replicates", "2", "--workers", "1", "-q", "--out", out)
    status, text, _ = comity_command(*words)
    assert status == 0
    assert text.startswith("What if there had been no Global Forum")
    for item in MEASURES:
        assert item.name.replace("_", " ") in text
    flat = " ".join(text.split())
    assert "n = 2 pairs under common luck; 95 % interval" in flat
    assert "the last meeting is UNGA2018 and not GFMD2021" in flat
    check_page(text)
    table = pd.read_csv(out / "whatif.csv")
    assert len(table) == len(MEASURES)
    saved = json.loads((out / "whatif.json").read_text(encoding="utf-8"))
    assert [row["measure"] for row in saved["effects"]] == [item.name for item in MEASURES]
    assert saved["effects"][0]["difference"] == pytest.approx(table["difference"][0])
    assert saved["provenance"]["rules_version"]
    for suffix in ("svg", "png"):
        assert (out / f"whatif.{suffix}").stat().st_size > 1000
    assert "n = 2 pairs" in (out / "whatif.svg").read_text(encoding="utf-8")
    status, _, err = comity_command(*words)
    assert status == 2
    assert "must not exist yet" in err


def test_where_all_runs_of_one_fail_there_are_no_pairs(comity_command, tmp_path, functions, monkeypatch):
    x1 = {"x1": [0.0, 1.0]}
    comity_lab.sweep(
        comity_lab.Design.of("", x1, function=f"{functions}:failing", replicates=2), tmp_path / "s", workers=1
    )
    tables = comity_lab.read_sweep(tmp_path / "s")
    found = Paired(sweep=tables, table=effects_of(tables, ["one"]), reference="zero", labels=("one",), n_failed=2)
    monkeypatch.setattr("comity_lab.paired_printing.run_paired", lambda *words, **options: found)
    status, out, errors = comity_command("compare", "teaching", "synthetic", "--replicates", 2)
    assert (status, "2 runs failed" in errors) == (1, True)
    assert "n = 0 pairs" in out


def test_many_what_ifs_are_a_row_each(comity_command, tmp_path, patch):
    other = tmp_path / "louder.toml"
    other.write_text("[parameters]\nengagement_intercept = 1.0\n", encoding="utf-8")
    status, text, _ = comity_command(
        "whatif", patch, other, "--scenario", "teaching", "--replicates", "3", "--workers", "1", "-q",
        "--out", tmp_path / "out",
    )  # fmt: skip
    assert status == 0
    assert text.count("no_campaign_there") >= 4
    assert "louder moves" in text
    check_page(text)
    assert (tmp_path / "out" / "whatif.svg").stat().st_size > 1000


def test_scenarios_are_compared_by_name_file_and_record(comity_command, tmp_path, patch):
    scenario = tmp_path / "mine.toml"
    scenario.write_text('extends = "teaching"\n' + NO_CAMPAIGN, encoding="utf-8")
    record = tmp_path / "record"
    comity.run(comity.load(scenario), seed=1).save(record)
    tables = []
    for second in (scenario, record):
        out = tmp_path / f"out_{second.stem}"
        status, text, _ = comity_command(
            "compare", "teaching", second, "--replicates", "3", "--seed", "5", "--workers", "1", "-q", "--out", out
        )
        assert status == 0
        assert "minus teaching" in text
        tables.append(pd.read_csv(out / "compare.csv").set_index("measure")["difference"])
    what_if = run_paired(what_if_design([str(patch)], "teaching", 3, 5), "teaching", ["x"], workers=1, quiet=True)
    by_patch = what_if.table.set_index("measure")["difference"]
    for found in tables:
        pd.testing.assert_series_equal(found, by_patch)


def test_a_record_can_be_the_reference(comity_command, tmp_path):
    record = tmp_path / "record"
    comity.run("teaching", seed=1).save(record)
    status, text, _ = comity_command("compare", record, "teaching", "--replicates", "2", "--workers", "1", "-q")
    assert status == 0
    assert "It changes no measure beyond its interval" in " ".join(text.split())


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("whatif",), r"must have at least one patch"),
        (("whatif", "no_gfdm"), r"no such patch.*Did you mean 'no_gfmd'"),
        (("whatif", "scenarios/teaching.toml"), r"is a whole scenario. To vary it: comity whatif PATCH --scenario"),
        (("whatif", "no_gfmd", "no_gfmd"), r"must be named once"),
        (("whatif", "no_gfmd", "--replicates", "1"), r"--replicates must be 2 or more"),
        (("whatif", "no_gfmd", "--seed", "x"), r"--seed must be a whole number"),
        (("compare", "teaching", "teaching"), r"must be two"),
        (("compare", "teaching", "teachings"), r"no such scenario.*Did you mean 'teaching'"),
    ],
)
def test_wrong_input_is_one_paragraph_with_status_2(comity_command, words, message):
    status, out, err = comity_command(*words)
    assert status == 2
    assert out == ""
    with pytest.raises(InputError, match=message):
        raise InputError(" ".join(err.split()))


def test_a_folder_that_is_no_record_is_an_error(comity_command, tmp_path):
    status, _, err = comity_command("compare", "teaching", tmp_path)
    assert status == 2
    assert "must be the folder of a record" in " ".join(err.split())


def test_a_sweep_of_scenarios_is_read_back_as_it_was(tmp_path):
    design = compare_design("teaching", "synthetic", 2, 0)
    comity_lab.sweep(design, tmp_path / "sweep", workers=1)
    sweep = comity_lab.read_sweep(tmp_path / "sweep")
    hashes = sweep.runs.groupby("scenario")["scenario_hash"].unique()
    for name in ("teaching", "synthetic"):
        assert list(hashes[name]) == [comity.load(name).hash]


def test_a_runner_must_be_importable_and_go_with_a_scenario():
    with pytest.raises(InputError, match=r"design: runner must be module:name"):
        comity_lab.plan.plan_of(comity_lab.Design.of("teaching", runner="no_module:no_name"))
    with pytest.raises(InputError, match="runner must go with a scenario"):
        comity_lab.Design.of("", function="comity_lab.known:ishigami", runner="comity_lab.recipe:hold")
