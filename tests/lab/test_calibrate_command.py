"""comity calibrate: facts kept by a sweep, what is refused, what is written, and that kill -9 loses nothing."""

from __future__ import annotations

import signal
import time

import numpy as np
import pandas as pd
import pytest

import comity
import comity_lab
from comity.facts import load_facts, observe, shorten
from comity_lab.calibration import choosing, posterior
from comity_lab.calibration.problem import Moved, Problem
from comity_lab.calibration.screening import screen, seen
from comity_lab.calibration.simulating import Simulator
from comity_lab.calibration.target import Target
from comity_lab.plan import plan_of

RATE = "parameters.persuasion_rate"
SMALL = ("calibrate", "teaching", "--points", 12, "--replicates", 2, "--waves", 2, "--workers", 1)
TWO = ("--parameters", "engagement_intercept,attendance_intercept")
FACT = """
[[facts]]
id = "{id}"
sentence = "States came to the first meeting of the forum."
period = [2007, 2008]
kind = "series"
measure = "states_attending"
unit = "count"
observed = {{ 2007 = {observed}, 2008 = {observed} }}
tolerance = 2.0
tolerance_source = "assumption: for the test"
source = "invented"
confidence = "J"
"""


@pytest.fixture(autouse=True)
def few_runs(monkeypatch):
    """Run candidates and draws seldom: that makes the choice worse, and changes nothing that is checked here."""
    for module, name, value in ((choosing, "_TIMES", 2), (choosing, "_FINAL_TIMES", 3), (posterior, "POINTS", 20)):
        monkeypatch.setattr(module, name, value)


@pytest.fixture
def one_fact(tmp_path):
    """Return a file with one fact about the teaching scenario."""
    file = tmp_path / "one.toml"
    measure = next(fact.measure for fact in load_facts() if fact.id == "F20")
    file.write_text(FACT.format(id="X1", observed=6).replace("states_attending", measure), encoding="utf-8")
    return file


def design(**options):
    return comity_lab.Design.of("teaching", {RATE: [0.0, 0.1]}, seed=3, **options)


def test_a_sweep_keeps_what_runs_say_about_facts(tmp_path):
    comity_lab.sweep(design(keep=["measures", "facts"]), tmp_path / "out", workers=1)
    runs = comity_lab.read_sweep(tmp_path / "out").runs
    for row in runs.to_dict("records"):
        record = comity.run(comity.load("teaching", settings={RATE: row[RATE]}), seed=row["seed"], keep="meetings")
        for key, value in observe(record, load_facts()).items():
            assert row[key] == value or (np.isnan(value) and np.isnan(row[key])), key
    assert {"F1.origin", "F8", "F20.2007", "cooperation"} <= set(runs)  # F8 needs a second run


def test_facts_belong_to_the_identity_of_a_design_and_of_its_runs(tmp_path, one_fact):
    plain, shipped = plan_of(design()), plan_of(design(keep=["measures", "facts"]))
    other = plan_of(design(keep=["measures", "facts"], facts=str(one_fact)))
    assert len({plain.hash, shipped.hash, other.hash}) == 3
    assert len({plan.recipe.kept for plan in (plain, shipped, other)}) == 3
    assert str(tmp_path) not in str(other.recipe.to_json())
    comity_lab.sweep(other, tmp_path / "out", workers=1)
    one_fact.unlink()  # the folder is complete without it
    assert "X1.2007" in comity_lab.read_sweep(tmp_path / "out").runs


def test_a_file_of_facts_without_keeping_them_is_refused(one_fact):
    with pytest.raises(comity.InputError, match='facts must go with keep = \\["measures", "facts"\\]'):
        design(facts=str(one_fact))


def test_until_ends_a_sweep_and_changes_nothing_before():
    plan = plan_of(design(until=2007))
    assert (
        plan.recipe.scenario(plan.values(0)).hash == shorten(comity.load("teaching", settings={RATE: 0.0}), 2007).hash
    )
    assert plan.hash != plan_of(design()).hash


def test_screening_sees_what_moves_a_fact_and_not_what_moves_none(tmp_path):
    targets = tuple(Target(key=key, fact=key, low=1, high=1, sd=0.1) for key in ("sum", "difference", "bounded"))
    problem = Problem(
        base={"function": "comity_lab.known:crossing"},
        moved=tuple(Moved(name=f"x{i}", low=0, high=1, default=0.5) for i in (1, 2, 3, 4)),
        targets=(*targets, Target(key="sum2", fact="never there", low=0, high=0, sd=1)),
        replicates=2,
    )
    simulator = Simulator(problem=problem, folder=tmp_path, workers=1)
    table = screen(simulator)
    assert table["name"].iloc[-1] == "x4"
    assert table["effect"].iloc[-1] == 0
    assert (table["effect"].iloc[:3] > 1).all()
    assert len(seen(simulator, table)) == 2  # four facts: one for two
    assert "x4" not in seen(simulator, table)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--parameters", "persuasion_rat"), "'persuasion_rat' is not a parameter. Did you mean 'persuasion_rate'?"),
        (("--parameters", "mimicry_gain"), "'mimicry_gain' must be free for calibration"),
        (("--parameters", "turnover,turnover"), "must be named once, got 'turnover' twice"),
        (("--points", "5"), "--points must be 10 or more, got 5"),
        (("--replicates", "1"), "--replicates must be 2 or more, got 1"),
        (("--waves", "0"), "--waves must be 1 or more, got 0"),
        (("--seed", "-1"), "--seed must be 0 or more, got -1"),
        (("--recover", "-1"), "--recover must be 0 or more, got -1"),
        (("--reach", "0"), "--reach must be above 0 and at most 1, got 0"),
        (("--discrepancy", "-1"), "--discrepancy must be 0 or more, got -1"),
        (("--workers", "0"), "--workers must be from 1 to 1000, got 0"),
        (("--facts", "nowhere.toml"), "nowhere.toml: cannot be read"),
        (("--parameters", "all"), "must not vary more parameters than there are facts, got"),
    ],
)
def test_wrong_input_gets_one_paragraph_and_nothing_is_written(comity_command, tmp_path, words, message):
    status, output, errors = comity_command("calibrate", "teaching", "--out", tmp_path / "out", *words)
    assert (status, output) == (2, "")
    assert message in errors
    assert errors.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_two_parameters_for_one_fact_are_refused(comity_command, tmp_path, one_fact):
    status, _, errors = comity_command(*SMALL, *TWO, "--facts", one_fact, "--out", tmp_path / "out")
    assert status == 2
    assert "got 2 parameters and 1 facts (1 targets)" in errors


def test_what_it_finds_is_printed_written_and_can_be_run(comity_command, tmp_path):
    out = tmp_path / "out"
    status, output, errors = comity_command(*SMALL, *TWO, "--out", out)
    assert status == 0, errors
    for words in ("wave 2: 12 points", "engagement_intercept", "F20.2007", "default: holds", "left out, built in"):
        assert words in output
    table = pd.read_csv(out / "calibration.csv")
    scenario = comity.load("teaching", patches=[out / "calibration.toml"])
    for row in table.to_dict("records"):
        assert getattr(scenario.parameters, row["parameter"]) == pytest.approx(row["chosen"], rel=1e-5, abs=1e-9)
    patch = (out / "calibration.toml").read_text(encoding="utf-8")
    for words in (
        "# command     comity calibrate teaching",
        "# rules ",
        "# facts file",
        "2 of 12 points, 2 replicates",
    ):
        assert words in patch
    assert str(tmp_path) not in patch
    assert {"wave1", "wave2", "choice2"} <= {folder.name for folder in out.iterdir()}
    runs = comity_lab.read_sweep(out / "wave2").runs
    assert (len(runs), (runs["status"] == "ok").all()) == (24, True)
    assert comity_command("run", "teaching", "--patch", out / "calibration.toml", "-q")[0] == 0
    status, _, errors = comity_command(*SMALL, *TWO, "--out", out, "--seed", 5)
    assert status == 2
    assert "with the same problem" in errors


def test_a_recovery_experiment_says_what_was_planted_and_whether_it_was_found(comity_command, tmp_path):
    out = tmp_path / "out"
    status, output, errors = comity_command(*SMALL, *TWO, "--out", out, "--recover", 3)
    assert status == 0, errors
    assert "of 2 planted values recovered" in output
    table = pd.read_csv(out / "recovery.csv")
    runs = comity_lab.read_sweep(out / "planted").runs
    assert table["planted"].tolist() == [runs[f"parameters.{name}"].iloc[0] for name in table["parameter"]]
    assert ((table["planted"] > table["low"]) & (table["planted"] < table["high"])).all()
    facts = pd.read_csv(out / "facts.csv").set_index("target")
    assert facts.loc["F20.2007", "low"] == runs["F20.2007"].iloc[0]
    assert not (out / "calibration.toml").exists()


def test_kill_9_loses_nothing(comity_command, start_command, tmp_path):
    words = (*SMALL, *TWO, "--points", 40, "-q")
    killed = start_command(*words, "--out", tmp_path / "killed")
    chunks = tmp_path / "killed" / "wave1" / "chunks"
    deadline = time.monotonic() + 240
    while not (chunks.is_dir() and any(chunks.glob("*.parquet"))) and time.monotonic() < deadline:
        assert killed.poll() is None, killed.communicate()
        time.sleep(0.02)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert not (tmp_path / "killed" / "calibration.csv").exists()
    kept = {file.name: file.stat().st_mtime_ns for file in chunks.glob("*.parquet")}
    assert kept
    assert comity_command(*words, "--out", tmp_path / "killed")[0] == 0
    assert comity_command(*words, "--out", tmp_path / "whole")[0] == 0
    assert {name: (chunks / name).stat().st_mtime_ns for name in kept} == kept
    for name in ("calibration.csv", "facts.csv", "waves.csv", "region.csv", "calibration.toml", "region.svg"):
        assert (tmp_path / "killed" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes(), name
