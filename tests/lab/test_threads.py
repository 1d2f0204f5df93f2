"""Sweeps on threads, and in processes that start when it pays: the same bytes, one of what is shared, no shared luck."""

from __future__ import annotations

import io
import os
import re
import shlex
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import comity
import comity_lab
from comity_lab import Design, executors, recipe, work
from comity_lab.dispatching import Dispatcher
from comity_lab.executors import growing, in_process, process_pool, threads_for
from comity_lab.plan import Plan, plan_of
from comity_lab.store import create_store, open_store

RATE = "parameters.persuasion_rate"
DOCS = Path(__file__).parents[2] / "docs" / "sweeps.md"


@pytest.fixture(scope="module")
def plan() -> Plan:
    """Two parameters, three settings of which one cannot run, and every table."""
    return plan_of(
        Design.of(
            "teaching",
            {RATE: [0.0, 0.1], "population.remove": [[], ["CORAL"], ["NOBODY"]]},
            replicates=6,
            seed=11,
            keep=["measures", "meetings", "outcomes"],
        )
    )


@pytest.fixture(scope="module")
def expected(plan, tmp_path_factory) -> dict[str, bytes]:
    """What the sweep gives when it runs in this process, one run after the other."""
    folder = tmp_path_factory.mktemp("serial")
    comity_lab.sweep(plan, folder / "out", workers=1)
    return bytes_of(folder / "out")


def bytes_of(*folders: Path) -> dict[str, bytes]:
    tables = comity_lab.read_sweep(*folders)
    place = folders[0].with_name(f"merged-{time.monotonic_ns()}")
    place.mkdir()
    return {name: comity_lab.merge(tables, place / name, name).read_bytes() for name in tables.tables}


def do(plan: Plan, folder: Path, crew, wanted: np.ndarray | None = None):
    """Do runs of a plan with a crew."""
    store = open_store(folder) if folder.exists() else create_store(folder, plan, "")
    with crew as workers:
        return Dispatcher(
            store, workers, plan.shard(1, 1) if wanted is None else wanted, retry=False, quiet=True
        ).work()


def cold() -> None:
    """Forget every stage and recipe that this process has made."""
    from comity.forum import stage

    stage._STAGES.clear()
    recipe.unpack.cache_clear()


# --- the same bytes ---


@pytest.mark.parametrize("threads", [2, 4])
def test_a_chunk_on_threads_is_the_same_but_for_its_times(plan, threads):
    job = plan.job(plan.shard(1, 1), np.ones(plan.n_runs, dtype=np.int16))
    one = work.run_chunk(job)
    cold()
    several = work.run_chunk(job, threads)
    assert without_times(several.data) == without_times(one.data)
    assert several.failed.tolist() == one.failed.tolist()
    assert several.failed.sum() == plan.n_runs // 3


def open_table(data: bytes) -> pa.Table:
    return pq.read_table(pa.BufferReader(data))


def without_times(data: bytes) -> bytes:
    """Return a chunk without what differs from one time to the next: seconds, and the stack of an error."""
    sink = io.BytesIO()
    pq.write_table(open_table(data).drop_columns(["seconds", "traceback"]), sink)
    return sink.getvalue()


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_chunks_on_threads_of_this_process(plan, expected, tmp_path, threads):
    cold()
    with ThreadPoolExecutor(threads) as executor:
        assert comity_lab.sweep(plan, tmp_path / "out", workers=executor).complete
    assert bytes_of(tmp_path / "out") == expected


@pytest.mark.parametrize(("processes", "threads"), [(1, 4), (2, 2)])
def test_threads_of_processes_interrupted_and_resumed(plan, expected, tmp_path, processes, threads):
    done = do(plan, tmp_path / "out", in_process(), plan.shard(2, 3))  # as an interrupted sweep leaves it
    assert (done.done, done.complete) == (plan.n_runs // 3, True)
    rest = do(plan, tmp_path / "out", process_pool(processes, threads))
    assert (rest.before, rest.done) == (plan.n_runs // 3, plan.n_runs * 2 // 3)
    assert bytes_of(tmp_path / "out") == expected


def test_a_process_with_threads_that_is_killed_loses_nothing(plan, expected, tmp_path):
    """Its chunks are done again in halves, one after the other, by a new process with as many threads."""
    with process_pool(1, 2) as workers:
        store = create_store(tmp_path / "out", plan, "")
        dispatcher = Dispatcher(store, workers, plan.shard(1, 1), retry=False, quiet=True)
        keep, kill = store.write, [workers.kill]

        def write(chunk) -> None:
            keep(chunk)
            if kill:
                kill.pop()()

        store.write = write
        outcome = dispatcher.work()
    assert (outcome.done, outcome.failed, kill) == (plan.n_runs, plan.n_runs // 3, [])
    assert bytes_of(tmp_path / "out") == expected


# --- what threads share ---


def test_threads_that_ask_at_the_same_time_get_one_stage(monkeypatch):
    from comity.forum import stage

    made, scenario, together = [], comity.load("teaching"), threading.Barrier(8)

    class Slow(stage.Stage):
        def __init__(self, scenario) -> None:
            made.append(scenario)
            time.sleep(0.05)
            super().__init__(scenario)

    def ask(_: int):
        together.wait()
        return stage.prepare(scenario)

    monkeypatch.setattr(stage, "Stage", Slow)
    stage._STAGES.clear()
    with ThreadPoolExecutor(8) as pool:
        stages = set(map(id, pool.map(ask, range(8))))
    assert (len(stages), len(made)) == (1, 1)


def test_threads_that_ask_for_a_setting_at_the_same_time_get_one_scenario(plan, monkeypatch):
    made, together, fresh = [], threading.Barrier(8), recipe.recipe_from(plan.recipe.to_json())
    from_data = recipe.from_data

    def slow(data, where):
        made.append(where)
        time.sleep(0.05)
        return from_data(data, where)

    def ask(_: int) -> int:
        together.wait()
        return fresh.scenario(plan.values(1)).population

    monkeypatch.setattr(recipe, "from_data", slow)
    with ThreadPoolExecutor(8) as pool:
        found = set(map(id, pool.map(ask, range(8))))
    assert (len(found), len(made)) == (1, 1)


def test_settings_and_stages_that_threads_push_out_are_made_again():
    """More settings than a process keeps, another at every run: one thread drops what the others ask for."""
    ids = comity.run("teaching", keep="meetings").population.ids
    remove = [[], *([name] for name in ids[:8]), *([ids[0], name] for name in ids[1:9])]
    plan = plan_of(Design.of("teaching", {"population.remove": remove}, replicates=2))
    order = np.argsort(np.arange(plan.n_runs) % 2, kind="stable")
    job = plan.job(order, np.ones(plan.n_runs, dtype=np.int16))
    chunk = work.run_chunk(job, 4)
    assert open_table(chunk.data)["error"].to_pylist() == [""] * plan.n_runs
    assert not chunk.failed.any()


def test_code_of_the_user_is_called_by_one_thread(functions, monkeypatch):
    seen = set()

    def noted(recipe, values, seed):
        seen.add(threading.get_ident())
        time.sleep(0.001)
        return {"y": 0.0}

    monkeypatch.setattr(work, "_call", noted)
    design = {"function": f"{functions}:failing", "factors": [{"name": "x1", "values": list(range(20))}]}
    plan = plan_of(comity_lab.design.design_from(design))
    work.run_chunk(plan.job(plan.shard(1, 1), np.ones(20, dtype=np.int16)), 4)
    assert seen == {threading.get_ident()}


# --- how many, and when ---


@pytest.mark.parametrize(
    ("seconds", "at_once", "threads"),
    [(0.0007, 2, 1), (0.004, 4, 1), (0.014, 2, 2), (0.014, 4, 2), (0.014, 6, 3), (0.014, 7, 1), (1.0, 8, 8)],
)
def test_a_process_has_as_many_threads_as_a_run_is_long(seconds, at_once, threads):
    assert threads_for(seconds, at_once) == threads


def test_a_small_sweep_starts_no_process(plan, expected, tmp_path, monkeypatch):
    monkeypatch.setattr(executors, "process_pool", lambda *_: pytest.fail("a process was started"))
    assert do(plan, tmp_path / "out", growing(2)).complete
    assert bytes_of(tmp_path / "out") == expected


def test_a_sweep_that_grows_is_the_same(plan, expected, tmp_path, monkeypatch):
    monkeypatch.setattr(executors, "_START", 0.0)
    monkeypatch.setattr(executors, "_FOR_A_THREAD", 1e-9)
    started = []

    def threads_only(processes: int, threads: int):
        started.append((processes, threads))
        return crew_of_threads(threads)

    monkeypatch.setattr(executors, "process_pool", threads_only)
    assert do(plan, tmp_path / "out", growing(2)).complete
    assert started == [(1, 2)]
    assert bytes_of(tmp_path / "out") == expected


def crew_of_threads(threads: int):
    from contextlib import contextmanager

    @contextmanager
    def crew():
        with ThreadPoolExecutor(1) as executor:
            yield executors.Crew(executor, lambda: 1, threads=threads)

    return crew()


def test_code_of_the_user_never_runs_in_this_process_by_default(functions, tmp_path, monkeypatch):
    from comity_lab import sweeping

    asked = []
    monkeypatch.setattr(sweeping, "n_cores", lambda: 2)
    monkeypatch.setattr(sweeping, "process_pool", lambda n: asked.append(n) or in_process())
    monkeypatch.setattr(sweeping, "growing", lambda n: asked.append(f"grows to {n}") or in_process())
    design = {"function": f"{functions}:failing", "factors": [{"name": "x1", "values": [0.1]}]}
    comity_lab.sweep(comity_lab.design.design_from(design), tmp_path / "function")
    comity_lab.sweep(Design.of("teaching"), tmp_path / "scenario")
    comity_lab.sweep(Design.of("teaching"), tmp_path / "asked", workers=2)
    assert asked == [2, "grows to 2", 2]


# --- the examples of the documentation ---


@pytest.mark.skipif(os.name != "posix", reason="runs the script with sh")
def test_the_array_of_the_documentation_gives_the_sweep(write_design, plan, expected, tmp_path):
    """The lines of the job script, run by sh once for each task as Slurm does, each a process of its own."""
    script = re.search(r"```sh\n(#!/bin/sh\n#SBATCH.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)[1]
    last = int(re.search(r"--array=1-(\d+)", script)[1])
    write_design(
        'scenario = "teaching"\nreplicates = 6\nseed = 11\nkeep = ["measures", "meetings", "outcomes"]\n'
        f'[[factors]]\nname = "{RATE}"\nvalues = [0.0, 0.1]\n'
        '[[factors]]\nname = "population.remove"\nvalues = [[], ["CORAL"], ["NOBODY"]]\n'
    )
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    command = bin_folder / "comity"
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m comity "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    environment = {
        **os.environ,
        "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "SLURM_ARRAY_TASK_COUNT": str(last),
    }
    tasks = [
        subprocess.Popen(
            ["sh", "-c", script],
            cwd=tmp_path,
            env={**environment, "SLURM_ARRAY_TASK_ID": str(task)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for task in range(1, last + 1)
    ]
    said = [task.communicate(timeout=300)[0] for task in tasks]
    assert [task.returncode for task in tasks] == [1] * last, said  # because of the runs that fail
    folders = sorted((tmp_path / "sweeps").iterdir())
    assert [folder.name for folder in folders] == [f"design-{k}of{last}" for k in range(1, last + 1)]
    assert comity_lab.read_sweep(*folders).n_missing == 0
    assert bytes_of(*folders) == expected
