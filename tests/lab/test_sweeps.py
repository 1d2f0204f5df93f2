"""A sweep keeps what it has done: failing runs, dying processes, damaged chunks, a full disk, two at once."""

from __future__ import annotations

import errno
import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import comity
import comity_lab
from comity import InputError
from comity.measures import MEASURES, measure
from comity_lab import Design, merge, read_sweep, repeat_run, sweep
from comity_lab.design import design_from
from comity_lab.lock import locked
from comity_lab.plan import plan_of
from comity_lab.store import open_store

RATE = "parameters.persuasion_rate"


def of_function(function: str, values: list, **options) -> Design:
    return design_from({"function": function, "factors": [{"name": "x1", "values": values}], **options})


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Path:
    """A small sweep with a point that cannot run."""
    design = Design.of(
        "teaching",
        {RATE: [0.0, 0.1], "population.remove": [[], ["NOBODY"]]},
        replicates=3,
        seed=4,
        keep=["measures", "meetings", "outcomes"],
    )
    folder = tmp_path_factory.mktemp("sweeps") / "small"
    sweep(design, folder, workers=1)
    return folder


def files_of(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.rglob("*") if file.is_file()}


# --- reading ---


def test_a_row_is_what_a_run_alone_gives(small):
    runs = read_sweep(small).runs
    row = runs[(runs[RATE] == 0.1) & (runs["population.remove"] == "[]") & (runs["replicate"] == 2)].iloc[0]
    scenario = comity.load("teaching", settings={RATE: 0.1})
    record = comity.run(scenario, seed=int(row["seed"]), keep="meetings")
    assert row["scenario_hash"] == scenario.hash
    for name, value in measure(record).items():
        assert row[name] == value or np.isnan([row[name], value]).all()


def test_tables_of_runs_are_those_of_the_record(small):
    tables = read_sweep(small)
    row = tables.runs.iloc[1]
    record = comity.run("teaching", seed=int(row["seed"]), keep="meetings")  # not the point's, to see the difference
    record = comity.run(comity.load("teaching", settings={RATE: row[RATE]}), seed=int(row["seed"]), keep="meetings")
    for name in ("meetings", "votes", "memberships"):
        table = getattr(tables, name)
        mine = table[(table["point"] == row["point"]) & (table["replicate"] == row["replicate"])]
        mine = mine.drop(columns=["point", "replicate"]).reset_index(drop=True)
        pd.testing.assert_frame_equal(mine, getattr(record, name), check_dtype=False)
    assert len(tables.chairs) == 0


def test_tables_are_tidy(small):
    tables = read_sweep(small)
    assert tables.measures == [item.name for item in MEASURES]
    assert tables.factors == [RATE, "population.remove"]
    assert tables.runs[["point", "replicate"]].apply(tuple, axis=1).is_monotonic_increasing
    assert len(tables.long) == len(tables.runs) * len(MEASURES)
    assert set(tables.seconds.columns) == {"point", "replicate", "seconds"}
    assert tables.n_missing == 0
    assert tables.points["population.remove"].tolist() == ["[]", '["NOBODY"]'] * 2


def test_replicates_have_the_same_luck_at_every_point(small):
    runs = read_sweep(small).runs
    assert (runs.groupby("replicate")["seed"].nunique() == 1).all()
    assert runs["seed"].nunique() == 3
    assert runs.loc[runs["status"] == "ok", "run"].is_unique


def test_a_table_that_was_not_kept_says_so(small):
    with pytest.raises(InputError, match=r"'sessions' is not a table. It has runs, meetings, votes"):
        read_sweep(small).arrow("sessions")


# --- failing runs ---


def test_runs_that_fail_are_rows_and_do_not_stop_the_others(small):
    tables = read_sweep(small)
    assert tables.runs["status"].tolist() == (["ok"] * 3 + ["failed"] * 3) * 2
    failed = tables.runs[tables.runs["status"] == "failed"]
    assert failed[tables.measures].isna().all().all()
    assert failed["error"].str.startswith("InputError: population.remove names actor 'NOBODY'").all()
    assert tables.failures["traceback"].str.contains("build_population").all()
    assert tables.failures["seed"].tolist() == failed["seed"].tolist()
    assert set(tables.meetings["point"]) == {0, 2}


def test_failed_runs_are_done_again_only_when_asked(functions, tmp_path, monkeypatch):
    mended = tmp_path / "mended"
    monkeypatch.setenv("COMITY_TEST_MENDED", str(mended))
    design = of_function(f"{functions}:once", [1, 2, 3], replicates=2)
    first = sweep(design, tmp_path / "out", workers=1)
    assert (first.done, first.failed, first.complete) == (6, 2, True)
    still = sweep(design, tmp_path / "out", workers=1, retry_failed=True)
    assert (still.before, still.done, still.failed) == (4, 2, 2)
    mended.touch()
    idle = sweep(design, tmp_path / "out", workers=1)
    assert (idle.before, idle.done, idle.failed) == (6, 0, 2)
    again = sweep(design, tmp_path / "out", workers=1, retry_failed=True)
    assert (again.before, again.done, again.failed) == (4, 2, 0)
    sweep(design, tmp_path / "clean", workers=1)
    files = [merge(tmp_path / name, tmp_path / f"{name}.parquet").read_bytes() for name in ("out", "clean")]
    assert files[0] == files[1]


def test_a_run_that_kills_its_process_is_a_failed_row(functions, tmp_path):
    design = of_function(f"{functions}:deadly", list(range(40)))
    outcome = sweep(design, tmp_path / "out", workers=2)
    assert (outcome.done, outcome.failed) == (40, 1)
    failures = read_sweep(tmp_path / "out").failures
    assert failures["point"].tolist() == [7]
    assert failures["error"].str.contains("the process running it died twice").all()


def test_any_executor_will_do(functions, tmp_path):
    design = of_function(f"{functions}:failing", [0.1, 0.4, 0.9])
    with ThreadPoolExecutor(2) as executor:
        assert sweep(design, tmp_path / "out", workers=executor).done == 3
    runs = read_sweep(tmp_path / "out").runs
    assert runs["y"].tolist()[:2] == [0.1, 0.4]
    assert runs["error"][2] == "RuntimeError: too large: 0.9"


# --- the store ---


@pytest.mark.parametrize("harm", ["cut", "flip", "empty"])
def test_a_damaged_chunk_is_named_set_aside_and_done_again(functions, tmp_path, harm):
    design = of_function(f"{functions}:failing", [0.1, 0.2, 0.3, 0.4], replicates=5)
    sweep(design, tmp_path / "out", workers=1)
    before = merge(tmp_path / "out", tmp_path / "before.parquet").read_bytes()
    chunk = sorted((tmp_path / "out" / "chunks").glob("*.parquet"))[-1]
    data = chunk.read_bytes()
    flipped = data[:100] + bytes([data[100] ^ 1]) + data[101:]
    chunk.write_bytes({"cut": data[: len(data) // 2], "flip": flipped, "empty": b""}[harm])
    tables = read_sweep(tmp_path / "out")
    assert 0 < tables.n_missing < 20  # never read as data
    assert [item.file.name for item in tables.damaged] == [chunk.name]
    outcome = sweep(design, tmp_path / "out", workers=1)
    assert [item.file.name for item in outcome.damaged] == [chunk.name]
    assert chunk.with_name(f"{chunk.name}.damaged").exists()
    assert merge(tmp_path / "out", tmp_path / "after.parquet").read_bytes() == before


def test_what_a_killed_sweep_left_half_written_is_removed(functions, tmp_path):
    design = of_function(f"{functions}:failing", [0.1])
    sweep(design, tmp_path / "out", workers=1)
    chunk = next((tmp_path / "out" / "chunks").glob("*.parquet"))
    half = chunk.with_name(f".{chunk.name}.123")
    half.write_bytes(b"PAR1")
    assert read_sweep(tmp_path / "out").n_missing == 0
    sweep(design, tmp_path / "out", workers=1)
    assert [file.name for file in chunk.parent.iterdir()] == [chunk.name]


def test_a_full_disk_is_a_clear_error_and_what_is_there_stays(functions, tmp_path, monkeypatch):
    design = of_function(f"{functions}:failing", [0.1, 0.2, 0.3], replicates=4)
    fsync, calls = os.fsync, []

    def full(handle: int) -> None:
        calls.append(handle)
        if len(calls) > 8:
            raise OSError(errno.ENOSPC, "No space left on device")
        fsync(handle)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(
        InputError, match=r"No space left on device. Everything written so far is intact and can be read. Free space"
    ):
        sweep(design, tmp_path / "out", workers=1)
    monkeypatch.setattr(os, "fsync", fsync)
    assert not list((tmp_path / "out" / "chunks").glob(".*"))
    tables = read_sweep(tmp_path / "out")
    assert 0 < len(tables.runs) < 12
    assert not tables.damaged
    assert sweep(design, tmp_path / "out", workers=1).complete
    sweep(design, tmp_path / "clean", workers=1)
    files = [merge(tmp_path / name, tmp_path / f"{name}.parquet").read_bytes() for name in ("out", "clean")]
    assert files[0] == files[1]


def test_two_sweeps_in_one_folder_at_once_are_refused(functions, tmp_path):
    design = of_function(f"{functions}:failing", [0.1])
    sweep(design, tmp_path / "out", workers=1)
    with (
        locked(tmp_path / "out"),
        pytest.raises(InputError, match=f"must be free, but process {os.getpid()} on .* is running"),
    ):
        sweep(design, tmp_path / "out", workers=1)
    (tmp_path / "out" / "lock").write_text('{"process": 1, "host": "a machine that is long gone"}')
    assert sweep(design, tmp_path / "out", workers=1).complete


def test_the_folder_of_another_design_is_refused_and_not_changed(small):
    before = files_of(small)
    with pytest.raises(InputError, match=r"must hold the sweep of this design .* got that of another"):
        sweep(Design.of("teaching", {RATE: [0.0, 0.2]}), small, workers=1)
    assert files_of(small) == before


def test_a_folder_with_something_else_is_refused(tmp_path):
    (tmp_path / "thesis.txt").write_text("all of it")
    with pytest.raises(InputError, match="must be new, empty, or hold this sweep"):
        sweep(Design.of("teaching"), tmp_path, workers=1)
    assert [file.name for file in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_folder_made_under_other_rules_is_refused(small, tmp_path):
    import shutil

    shutil.copytree(small, tmp_path / "old")
    made = json.loads((tmp_path / "old" / "provenance.json").read_text())
    (tmp_path / "old" / "provenance.json").write_text(json.dumps({**made, "rules_version": "0123456789ab"}))
    with pytest.raises(InputError, match=r"made by comity .* under the rules 0123456789ab.*must not mix"):
        sweep(open_store(small).plan, tmp_path / "old", workers=1)


def test_a_design_that_was_changed_in_the_folder_is_refused(small, tmp_path):
    import shutil

    shutil.copytree(small, tmp_path / "edited")
    file = tmp_path / "edited" / "design.json"
    file.write_text(file.read_text().replace('"replicates": 3', '"replicates": 4'))
    with pytest.raises(InputError, match=r"must have the hash .* that it states"):
        read_sweep(tmp_path / "edited")


def test_resume_insists_on_a_folder(tmp_path):
    with pytest.raises(InputError, match="must be the folder of a sweep, got none"):
        sweep(Design.of("teaching"), tmp_path / "none", workers=1, resume=True)
    assert not (tmp_path / "none").exists()


def test_shards_of_different_designs_do_not_mix(small, functions, tmp_path):
    sweep(of_function(f"{functions}:failing", [0.1]), tmp_path / "other", workers=1)
    with pytest.raises(InputError, match="must be of the same design"):
        read_sweep(small, tmp_path / "other")


def test_reading_what_is_no_sweep_says_so(tmp_path):
    with pytest.raises(InputError, match="must be the folder of a sweep"):
        read_sweep(tmp_path)


def test_a_sweep_without_a_finished_run_can_be_read(tmp_path):
    from comity_lab.store import create_store

    create_store(tmp_path / "out", plan_of(Design.of("teaching", keep=["meetings"])), "")
    tables = read_sweep(tmp_path / "out")
    assert (len(tables.runs), len(tables.meetings), tables.n_missing) == (0, 0, 1)


# --- repeating ---


def test_a_run_is_repeated_with_full_detail(small, tmp_path):
    run = read_sweep(small).runs["run"][7]
    repeated = repeat_run(small, run[:10])
    assert repeated.differences == []
    assert len(repeated.record.actors) > 0
    assert repeat_run(small, "2:1").row["run"] == run


def test_a_run_that_failed_fails_again_with_its_own_error(small):
    with pytest.raises(InputError, match=r"population.remove names actor 'NOBODY'"):
        repeat_run(small, "1:0")


@pytest.mark.parametrize(("run", "message"), [("", "no run"), ("zz", "no run"), ("9:9", "no run")])
def test_a_run_that_is_not_there_is_refused(small, run, message):
    with pytest.raises(InputError, match=message):
        repeat_run(small, run)


def test_known_functions_come_back_through_a_sweep(tmp_path):
    factors = [{"name": f"x{i}", "low": -np.pi, "high": np.pi} for i in (1, 2, 3)]
    design = design_from({"function": "comity_lab.known:ishigami", "sampler": "sobol", "n": 256, "factors": factors})
    sweep(design, tmp_path / "out", workers=1)
    runs = comity_lab.read_sweep(tmp_path / "out").runs
    y = np.sin(runs["x1"]) + 7 * np.sin(runs["x2"]) ** 2 + 0.1 * runs["x3"] ** 4 * np.sin(runs["x1"])
    assert np.allclose(runs["y"], y, rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("name", "text"), [("design.json", "[]"), ("provenance.json", "{}"), ("provenance.json", "[]")]
)
def test_a_plan_that_was_changed_by_hand_is_an_error(tmp_path, name, text):
    sweep(Design.of("teaching"), out=tmp_path / "out", workers=1, quiet=True)
    (tmp_path / "out" / name).write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"out: the plan of the sweep cannot be read: "):
        read_sweep(tmp_path / "out")
