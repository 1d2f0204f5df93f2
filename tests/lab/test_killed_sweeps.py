"""Processes that are killed, interrupted or of another version: nothing is lost, left behind, or blamed on others."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import BrokenExecutor
from pathlib import Path

import numpy as np
import pytest

from comity import InputError
from comity.folders import new_folder, temporary_folder
from comity_lab import executors, merge, read_sweep, sweep
from comity_lab.design import design_from
from comity_lab.lock import locked
from comity_lab.store import create_store, open_store

posix = pytest.mark.skipif(os.name != "posix", reason="needs signals and permissions of POSIX")


def of_function(function: str, values: list, **options):
    return design_from({"function": function, "factors": [{"name": "x1", "values": values}], **options})


@pytest.fixture
def done(functions, tmp_path) -> Path:
    """A finished sweep of twenty runs in several chunks."""
    sweep(of_function(f"{functions}:failing", [0.1, 0.2, 0.3, 0.4], replicates=5), tmp_path / "out", workers=1)
    return tmp_path / "out"


# --- what killed processes leave ---


HALF_WRITTEN = """
import os, pathlib, sys, tempfile
from comity.folders import new_file, new_folder, temporary_folder
place = pathlib.Path(sys.argv[2])
tempfile.tempdir = sys.argv[2]
make = {"new_folder": lambda: new_folder(place / "out"), "new_file": lambda: new_file(place / "merged.parquet"),
        "temporary_folder": temporary_folder}[sys.argv[1]]
with make() as aside:
    (aside / "half" if aside.is_dir() else aside).write_text("half")
    os.kill(os.getpid(), 9)
"""


def kill_while(making: str, place: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(
        [sys.executable, "-c", HALF_WRITTEN, making, str(place)], env=environment, capture_output=True, check=False
    )
    assert done.returncode == -9, done.stderr
    assert len(list(place.glob(".comity-*.part"))) == 1


def test_what_dead_processes_left_goes_and_what_live_ones_write_stays(functions, tmp_path):
    kill_while("new_folder", tmp_path)
    own = tmp_path / ".out-notes"
    own.mkdir()
    with new_folder(tmp_path / "slow") as mine:
        sweep(of_function(f"{functions}:failing", [0.1]), tmp_path / "out", workers=1)
        assert (mine.exists(), own.exists()) == (True, True)
        assert list(tmp_path.glob(".comity-*.part")) == [mine.parent]


def test_a_folder_whose_making_fails_leaves_nothing(tmp_path):
    with pytest.raises(KeyboardInterrupt), new_folder(tmp_path / "out") as aside:  # noqa: PT012
        (aside / "half").write_text("")
        raise KeyboardInterrupt
    assert not list(tmp_path.iterdir())


def test_the_temporary_folder_of_a_killed_process_goes_at_the_next_start(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    kill_while("temporary_folder", tmp_path)
    with temporary_folder() as mine, temporary_folder() as other:
        assert sorted(tmp_path.glob(".comity-*")) == sorted([mine, other])
    assert not list(tmp_path.iterdir())


def test_a_file_in_writing_goes_too(done):
    kill_while("new_file", done.parent)
    merge(done, done.parent / "merged.parquet")
    assert not list(done.parent.glob(".comity-*"))


# --- locks ---


HOLD = """
import sys, time
from pathlib import Path
from comity_lab.lock import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_lock_says_who_holds_it_and_dies_with_its_process(tmp_path):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    said = rf"process {process.pid} on \S+ \(since 20\d\d-\d\d-\d\d .*\) is running a sweep in it"
    for _ in range(2):  # who asks must not disturb what the holder wrote
        with pytest.raises(InputError, match=said), locked(tmp_path):
            pass
    process.kill()
    process.wait()
    with locked(tmp_path):
        assert json.loads((tmp_path / "lock.json").read_text())["process"] == os.getpid()
    assert not (tmp_path / "lock.json").exists()


# --- workers ---


KILLED = """
import os, pathlib, signal, time

def beside(values, seed):
    folder = pathlib.Path(os.environ["COMITY_TEST_FOLDER"])
    x = values["x1"]
    if x == 1:  # it kills its process each time
        os.kill(os.getpid(), signal.SIGKILL)
    if x == 2:  # the system kills it once, though it did nothing
        first = folder / "first"
        if not first.exists():
            first.touch()
            time.sleep(0.5)
            os.kill(os.getpid(), signal.SIGKILL)
    return {"y": x}
"""


@posix
def test_only_the_guilty_run_is_marked_failed(functions, tmp_path, monkeypatch):
    (tmp_path / f"{functions}.py").write_text(KILLED, encoding="utf-8")
    monkeypatch.setenv("COMITY_TEST_FOLDER", str(tmp_path))
    outcome = sweep(of_function(f"{functions}:beside", [0, 1, 2, 3, 4, 5]), tmp_path / "out", workers=2)
    assert (outcome.done, outcome.failed) == (6, 1)
    failures = read_sweep(tmp_path / "out").failures
    assert failures["point"].tolist() == [1]
    assert failures["error"].str.contains("the process running it died twice").all()


@posix
def test_a_single_run_whose_process_is_killed_from_outside_gets_one_retry(functions, tmp_path, monkeypatch):
    (tmp_path / f"{functions}.py").write_text(KILLED, encoding="utf-8")
    monkeypatch.setenv("COMITY_TEST_FOLDER", str(tmp_path))
    outcome = sweep(of_function(f"{functions}:beside", [2]), tmp_path / "out", workers=2)
    assert (outcome.done, outcome.failed) == (1, 0)


HALF_A_RESULT = """
import os, signal, sys
frame = sys._getframe()
while "result_queue" not in frame.f_locals:
    frame = frame.f_back
os.write(frame.f_locals["result_queue"]._writer.fileno(), (100_000).to_bytes(4, "big") + b"only the beginning")
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal")
def test_a_process_that_dies_in_the_middle_of_a_result_does_not_hold_the_others_up(monkeypatch):
    monkeypatch.setattr(executors, "_GRACE", 0.5)
    with executors.process_pool(2) as crew:
        half = crew.executor.submit(exec, HALF_A_RESULT)
        with pytest.raises(BrokenExecutor):
            half.result(timeout=60)
        assert crew.renew().submit(sum, (1, 2)).result(timeout=60) == 3


@pytest.mark.parametrize("there", ["comity 0.0.1 with the rules 0123456789ab", "0123456789ab"])
def test_a_worker_with_another_comity_is_refused_with_both_versions(functions, tmp_path, monkeypatch, there):
    from concurrent.futures import Executor, Future

    from comity_lab.installed import installed

    class Elsewhere(Executor):
        def submit(self, function, /, *arguments, **options):
            future: Future = Future()
            future.set_result(there)
            return future

    with pytest.raises(
        InputError, match=rf"must have {installed()}.*got .*with the rules 0123456789ab".replace("(", r"\(")
    ):
        sweep(of_function(f"{functions}:failing", [0.1]), tmp_path / "out", workers=Elsewhere())
    assert not (tmp_path / "out").exists()


def test_a_chunk_of_another_comity_is_not_kept(functions, tmp_path, monkeypatch):
    monkeypatch.setattr("comity_lab.work.installed", lambda: "comity 0.0.1 with the rules 0123456789ab")
    with pytest.raises(InputError, match=r"a worker must have comity .* got comity 0.0.1 with the rules 0123456789ab"):
        sweep(of_function(f"{functions}:failing", [0.1]), tmp_path / "out", workers=1)
    assert not list((tmp_path / "out" / "chunks").iterdir())


# --- signals ---


SLOW = """
import time
def slow(values, seed):
    time.sleep(20 if values["x1"] > 0 else 0)
    return {"y": values["x1"]}
"""


@posix
@pytest.mark.parametrize("workers", [1, 2])
def test_a_second_interrupt_still_says_how_to_continue(functions, write_design, start_command, tmp_path, workers):
    (tmp_path / f"{functions}.py").write_text(SLOW, encoding="utf-8")
    text = f'function = "{functions}:slow"\n[[factors]]\nname = "x1"\nvalues = [-1, 0, 1, 2, 3, 4]\n'
    out = tmp_path / "out"
    words = ("sweep", write_design(text), "--workers", workers, "--out", out)
    process = start_command(*words, start_new_session=True, cwd=tmp_path)
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and not list((out / "chunks").glob("*.parquet")):
        time.sleep(0.05)
    time.sleep(1.0)
    begun = time.monotonic()
    for _ in range(2):
        os.killpg(process.pid, signal.SIGINT)
        time.sleep(0.3)
    _, errors = process.communicate(timeout=30)
    assert time.monotonic() - begun < 12, "it waited for runs that were given up"
    assert process.returncode in (130, -signal.SIGINT), errors  # the second may come when all has been said
    assert f"kept in {out}. Continue: comity sweep" in errors
    assert "Traceback" not in errors
    assert len(read_sweep(out).runs) >= 1


def test_an_interrupt_while_a_chunk_is_written_leaves_no_half_file(done, monkeypatch):
    store = open_store(done)
    from comity_lab.work import run_chunk

    chunk = run_chunk(store.plan.job(np.array([0]), np.array([1])))

    def stop(handle: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", stop)
    with pytest.raises(KeyboardInterrupt):
        store.write(chunk)
    assert not list((done / "chunks").glob(".*"))


def test_a_new_sweep_can_be_read_at_once(functions, tmp_path):
    from comity_lab.plan import plan_of

    create_store(tmp_path / "out", plan_of(of_function(f"{functions}:failing", [0.1])), "")
    assert read_sweep(tmp_path / "out").n_missing == 1
