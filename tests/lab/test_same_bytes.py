"""The merged tables are the same bytes: serial, in processes, in shards, after kill -9, and on a cluster."""

from __future__ import annotations

import importlib.util
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import comity_lab

DESIGN = """
scenario = "teaching"
replicates = 40
seed = 11
keep = ["measures", "meetings", "outcomes"]
[[factors]]
name = "parameters.persuasion_rate"
values = [0.0, 0.1]
[[factors]]
name = "preset"
values = ["socialisation", "institutionalist"]
[[factors]]
name = "population.remove"
values = [[], ["CORAL"], ["NOBODY"]]
"""
N_RUNS = 2 * 2 * 3 * 40


@pytest.fixture(scope="module")
def design(tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("design") / "design.toml"
    file.write_text(DESIGN, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def expected(design, tmp_path_factory) -> dict[str, bytes]:
    """What the sweep gives when it runs in this process, one run after the other."""
    folder = tmp_path_factory.mktemp("serial")
    comity_lab.sweep(comity_lab.load_design(design), folder / "out", workers=1)
    tables = comity_lab.read_sweep(folder / "out")
    assert len(tables.runs) == N_RUNS
    assert (tables.runs["status"] == "failed").sum() == N_RUNS // 3
    return {name: comity_lab.merge(tables, folder / name, name).read_bytes() for name in tables.tables}


def chunks_in(folder: Path) -> int:
    return len(list((folder / "chunks").glob("*.parquet")))


def test_two_processes(design, expected, merged, tmp_path):
    outcome = comity_lab.sweep(comity_lab.load_design(design), tmp_path / "out", workers=2)
    assert (outcome.done, outcome.complete) == (N_RUNS, True)
    assert merged(tmp_path / "out") == expected


def test_four_shards_in_any_order(design, expected, merged, tmp_path):
    plan = comity_lab.load_design(design)
    for k in (3, 1, 4, 2):
        comity_lab.sweep(plan, tmp_path / str(k), workers=1, shard=(k, 4))
    assert merged(*(tmp_path / k for k in "4213")) == expected
    assert merged(*(tmp_path / k for k in "1234")) == expected
    assert comity_lab.read_sweep(tmp_path / "2").n_missing == N_RUNS * 3 // 4


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
def test_three_times_killed_and_resumed(design, expected, merged, start_command, tmp_path):
    out, luck = tmp_path / "out", np.random.default_rng()  # other moments every time: none may do harm
    moments = [(0, luck.uniform(0.0, 2.0)), (luck.integers(1, 6), 0.0), (luck.integers(1, 4), luck.uniform(0.0, 0.1))]
    for number, (chunks, seconds) in enumerate(moments):
        process = start_command("sweep", design, "--workers", 2, "--out", out, start_new_session=True)
        enough = chunks_in(out) + chunks
        assert wait_until(lambda enough=enough: chunks_in(out) >= enough, 60), process.communicate()
        time.sleep(seconds)
        workers = children_of(process.pid)
        assert process.poll() is None, f"ended before kill {number}: {process.communicate()}"
        process.kill()
        process.communicate()
        assert wait_until(lambda workers=workers: not any(map(is_alive, workers))), "workers outlive their parent"
        if out.exists():
            some = comity_lab.read_sweep(out)
            assert enough <= len(some.runs) < N_RUNS, moments
            assert not some.damaged
    last = start_command("sweep", design, "--workers", 2, "--out", out, "--resume")
    messages = last.communicate(timeout=120)
    assert last.returncode == 1, messages  # because of the runs that fail
    assert "it is continued" in messages[1]
    assert merged(out) == expected, moments


@pytest.mark.skipif(os.name != "posix", reason="needs signals")
def test_interrupted_and_resumed(design, expected, merged, start_command, tmp_path):
    out = tmp_path / "out"
    process = start_command("sweep", design, "--workers", 2, "--out", out, "-q", start_new_session=True)
    assert wait_until(lambda: chunks_in(out) > 0 or process.poll() is not None, 60)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the workers as well
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert f"runs are kept in {out}. Continue: comity sweep {design} --out {out}" in errors
    assert "Traceback" not in errors
    kept = len(comity_lab.read_sweep(out).runs)
    assert 0 < kept < N_RUNS
    outcome = comity_lab.sweep(comity_lab.load_design(design), out, workers=1)
    assert outcome.before == kept
    assert merged(out) == expected


@pytest.mark.skipif(importlib.util.find_spec("distributed") is None, reason="needs the extra cluster")
def test_on_a_cluster_that_loses_a_worker(design, expected, merged, start_command, tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{probe.getsockname()[1]}"
    out, errors = tmp_path / "out", ""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}

    def dask(*words: str) -> subprocess.Popen[bytes]:
        log = (tmp_path / f"{words[0]}.log").open("ab")
        command = [sys.executable, "-m", "distributed.cli.dask_" + words[0], *words[1:]]
        return subprocess.Popen(command, stdout=log, stderr=log, env=environment, cwd=tmp_path)

    port = address.rpartition(":")[2]
    started = [dask("scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard")]
    options = (address, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1")
    started += [dask("worker", *options) for _ in range(2)]
    try:
        process = start_command("sweep", design, "--cluster", address, "--out", out)
        assert wait_until(lambda: chunks_in(out) > 1 or process.poll() is not None, 60)
        assert process.poll() is None, process.communicate()
        started[1].kill()
        _, errors = process.communicate(timeout=90)
    finally:
        for server in reversed(started):
            server.kill()
            server.wait()
    assert process.returncode == 1, errors
    assert merged(out) == expected


def children_of(pid: int) -> list[int]:
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_until(condition, seconds: float = 10.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.01)
    return False


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads the signal masks of Linux")
def test_no_worker_can_be_interrupted_while_it_starts():
    from comity_lab.executors import process_pool

    with process_pool(2) as crew:
        workers = list(crew.executor._processes)
        assert len(workers) == 2
        for worker in workers:
            status = Path(f"/proc/{worker}/status").read_text(encoding="utf-8")
            blocked = next(line for line in status.splitlines() if line.startswith("SigBlk")).split()[1]
            assert int(blocked, 16) >> (signal.SIGINT - 1) & 1, "a worker took Ctrl-C for its own"
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, [])
