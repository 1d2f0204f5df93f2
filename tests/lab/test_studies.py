"""The studies: each runs in its quick form and ends in one table and one figure; each point is what its name says."""

from __future__ import annotations

import os
import runpy
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

import comity_lab
from comity_lab.analysis.printing import with_half
from comity_lab.plan import plan_of

EXPERIMENTS = Path(__file__).resolve().parents[2] / "experiments"
STUDIES = sorted(file.stem for file in EXPERIMENTS.glob("study_*.py"))


def study_of(name):
    return runpy.run_path(str(EXPERIMENTS / f"{name}.py"))["STUDY"]


def test_there_are_the_four_studies_that_are_promised():
    assert {"study_mechanisms", "study_framing_arena", "study_openness", "study_rhythm"} <= set(STUDIES)


@pytest.mark.parametrize("name", STUDIES)
def test_a_quick_study_ends_in_a_table_and_a_figure(name, tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    study = study_of(name)
    assert study.name == name
    assert study.main(["--quick", "--workers", "1", "--out", str(tmp_path / "out")]) == 0
    text = capsys.readouterr().out
    assert max(map(len, text.splitlines())) <= 100
    assert "…" not in text
    for label in study.points:
        assert all(word in text for word in label.split())
    saved = pd.read_csv(tmp_path / "out" / f"{name}.csv")
    for row in saved.itertuples():
        assert with_half(row.difference, row.half_width, sign=True) in text
    assert len(saved) == (len(study.points) - 1) * len(study.measures)
    assert saved["n"].min() == 2
    for suffix in ("svg", "png"):
        assert (tmp_path / "out" / f"{name}.{suffix}").stat().st_size > 1000
    assert study.main(["--quick", "--workers", "1", "--out", str(tmp_path / "out")]) == 0  # there already: it continues


@pytest.mark.parametrize("name", STUDIES)
def test_every_point_of_a_study_is_what_its_name_says(name):
    study = study_of(name)
    plan = plan_of(study.design())
    hashes = [plan.recipe.scenario(plan.values(point)).hash for point in range(plan.n_points)]
    assert len(set(hashes)) == plan.n_points
    for point, values in enumerate(study.points.values()):
        assert plan.values(point) == values


@pytest.mark.parametrize("name", STUDIES)
def test_the_first_point_of_a_study_is_the_scenario_as_it_is(name):
    import comity

    plan = plan_of(study_of(name).design())
    assert plan.recipe.scenario(plan.values(0)).hash == comity.load("hld_gfmd").hash


def test_a_folder_of_another_study_is_refused(tmp_path, capsys):
    first, second = study_of("study_openness"), study_of("study_rhythm")
    out = tmp_path / "out"
    (out / "sweep").mkdir(parents=True)
    (out / "sweep" / "something").write_text("else", encoding="utf-8")
    for study in (first, second):
        assert study.main(["--quick", "--out", str(out)]) == 2
        assert "must be new, empty, or hold this sweep" in capsys.readouterr().err


@pytest.mark.skipif(os.name != "posix", reason="needs signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_study_that_is_stopped_keeps_what_was_done(number, tmp_path):
    out = tmp_path / "out"
    chunks = out / "sweep" / "chunks"
    process = subprocess.Popen(
        [sys.executable, str(EXPERIMENTS / "study_rhythm.py"), "--workers", "2", "--out", str(out)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    deadline = time.monotonic() + 60
    while not list(chunks.glob("*.parquet")) and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(process.pid, number)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert f"stopped: finished runs are kept in {out}; the same command continues." in errors
    assert "Traceback" not in errors
    sweep = comity_lab.read_sweep(out / "sweep")
    assert len(sweep.runs) > 0
    assert sweep.n_missing > 0
