"""The benchmarks run, and what they compare with is what it says. Never a time."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from comity_bench.rooms import plain_rooms, schedule
from comity_bench.worlds import world_of_meetings, world_of_size

import comity

BENCH = Path(__file__).resolve().parents[2] / "experiments" / "benchmarks" / "bench.py"


@pytest.mark.slow
def test_every_benchmark_runs(tmp_path):
    pytest.importorskip("pyperf", reason="pyperf is in the extra bench")
    words = ["--debug-single-value", "-o", str(tmp_path / "out.json")]
    done = subprocess.run([sys.executable, str(BENCH), *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    data = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    names = [item["metadata"]["name"] for item in data["benchmarks"]]
    assert {"replay", "twin: the same rules in idiomatic Mesa", "comity run"} <= set(names)
    assert all(f" {name} " in done.stdout for name in names)


def test_the_rooms_of_other_libraries_are_those_of_a_run():
    n, sittings = schedule("teaching")
    record = comity.run("teaching", seed=1)
    assert n == len(record.population.ids)
    seats = sum(len(room) for sitting in sittings for room in sitting)
    sessions = record.sessions
    assert seats == sessions.loc[~sessions["phase"].isin(["corridor", "vote"]), "seats"].sum()
    for sitting in sittings:
        everybody = [actor for room in sitting for actor in room]
        assert len(everybody) == len(set(everybody)), "nobody sits in two rooms at once"


def test_rooms_in_numpy_move_positions_towards_each_other():
    n, sittings = schedule("teaching")
    before, after = plain_rooms(n, [], seed=1), plain_rooms(n, sittings, seed=1)
    assert before.shape == after.shape == (n,)
    assert after.std() < before.std()


def test_worlds_have_the_size_that_was_asked_for():
    assert comity.ForumModel(world_of_size(150), agents=False).world.n == 150
    assert len(world_of_meetings(8).meetings) == 8
