"""The benchmarks run and say what they promise; what they measure is checked where it can be known. Never a time."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from comity_bench import suite
from comity_bench.changed import sittings_held, with_rounds, with_sittings, with_years, without_sittings
from comity_bench.printing import value_of
from comity_bench.process import reported, run_process
from comity_bench.room_loop import plain_rooms
from comity_bench.rooms import schedule
from comity_bench.row import Part, Row, row
from comity_bench.timing import alternate, exponent, median, over
from comity_bench.worlds import world_of_meetings, world_of_seats, world_of_size

import comity

ROOT = Path(__file__).resolve().parents[2]
BENCH = ROOT / "experiments" / "benchmarks" / "bench.py"
MAY_BE_MISSING = ("nothing compiled yet", "AgentPy")
"""Rows that need more than this environment has, or more time than --quick takes."""


def run_bench(*words: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join(str(ROOT / name) for name in ("model", "experiments", "dashboards"))
    variables = {name: value for name, value in os.environ.items() if name != "COLUMNS"} | {"PYTHONPATH": path}
    return subprocess.run(
        [sys.executable, str(BENCH), *words], capture_output=True, text=True, env=variables, check=False
    )


@pytest.mark.slow
def test_the_quick_suite_has_every_row_and_its_ratios_are_finite(tmp_path):
    done = run_bench("--quick", "--out", str(tmp_path / "benchmarks.json"))
    assert done.returncode == 0, done.stderr
    data = json.loads((tmp_path / "benchmarks.json").read_text(encoding="utf-8"))
    assert {"machine", "python", "versions", "rules_version", "commit", "load_before", "load_after"} <= set(data)
    found = {part["name"]: {item["name"]: item for item in part["rows"]} for part in data["parts"]}
    assert list(found) == [part.name for part in suite.PARTS]
    for part in suite.PARTS:
        assert list(found[part.name]) == [name for name, _ in part.rows], part.name
        for name, unit in part.rows:
            item = found[part.name][name]
            assert item["unit"] == unit
            if item["value"] is None:
                assert any(word in name for word in MAY_BE_MISSING), f"{part.name}, {name}: {item['note']}"
                assert item["note"]
            else:
                assert math.isfinite(item["value"])
                assert item["low"] is None or item["low"] <= item["value"] <= item["high"]
                assert unit != "ratio" or item["value"] > 0
    assert max(map(len, done.stdout.splitlines()[:-1])) <= 100
    assert "Ratios and exponents" in done.stdout
    assert "…" not in done.stdout.replace("… ", "")


def test_a_part_that_is_not_known_is_refused(tmp_path):
    done = run_bench("--only", "twins", "--out", str(tmp_path / "out.json"))
    assert done.returncode == 2
    assert "Did you mean 'twin'?" in done.stderr
    assert not (tmp_path / "out.json").exists()


def test_a_folder_that_is_not_there_is_refused_before_anything_is_measured(tmp_path):
    done = run_bench("--out", str(tmp_path / "none" / "out.json"))
    assert done.returncode == 2
    assert "must be a folder" in done.stderr


def test_a_measurement_that_fails_leaves_rows_that_say_why():
    def broken(quick: bool) -> list[Row]:
        raise AttributeError("the model has moved on")

    part = Part(name="broken", title="", rows=[("a", "ratio"), ("b", "s")], measure=broken)
    rows = suite.measured(part, quick=True)
    assert [(item.name, item.value) for item in rows] == [("a", None), ("b", None)]
    assert "the model has moved on" in rows[0].note
    assert value_of(rows[0]) == "not available"


def test_a_row_that_a_measurement_forgot_is_missing():
    part = Part(name="half", title="", rows=[("a", "s"), ("b", "s")], measure=lambda quick: [row("b", "s", 2.0)])
    assert [item.value for item in suite.measured(part, quick=True)] == [None, 2.0]


@pytest.mark.parametrize(
    ("n", "low", "high", "coverage"),
    [
        (5, 1, 5, 1 - 2 / 32),  # not 95 % even with all five
        (6, 1, 6, 1 - 2 / 64),
        (9, 2, 8, 1 - 2 * (1 + 9) / 512),
        (11, 2, 10, 1 - 2 * (1 + 11) / 2048),
    ],
)
def test_the_interval_of_a_median_is_that_of_the_textbook(n, low, high, coverage):
    found = median(np.random.Generator(np.random.Philox(key=n)).permutation(np.arange(1.0, n + 1)))
    assert (found.value, found.low, found.high, found.n) == ((n + 1) / 2, low, high, n)
    assert found.coverage == pytest.approx(coverage)


def test_one_value_has_no_interval():
    assert median([3.0]).low is None


def test_a_ratio_is_that_of_the_same_round():
    # Both twice as slow in the second round: the ratio does not notice.
    assert over(np.array([4.0, 8.0, 4.0]), np.array([2.0, 4.0, 2.0])).high == 2.0


def test_the_exponent_of_a_power_is_found():
    sizes = [10.0, 20.0, 40.0, 80.0]
    found = exponent(sizes, [3 * size**1.7 for size in sizes])
    assert found.value == pytest.approx(1.7)
    assert found.low == pytest.approx(1.7)


def test_two_works_take_turns_and_only_they_are_timed():
    now, order = [0.0], []

    def work(name: str, seconds: float):
        def do() -> None:
            order.append(name)
            now[0] += seconds

        return do

    works = {"a": (work("a", 1.0), 2), "b": (work("b", 3.0), 1)}
    seconds = alternate(works, 2, lambda: now[0])
    assert order == ["a", "a", "b", "b", "a", "a"]
    assert seconds["a"].tolist() == [1.0, 1.0]
    assert seconds["b"].tolist() == [3.0, 3.0]


def test_a_process_that_fails_says_why():
    with pytest.raises(RuntimeError, match="no such thing"):
        run_process(["-c", "raise ValueError('no such thing')"])


def test_the_peak_of_a_process_is_its_own():
    # This process is far larger than a bare Python, and its child must not inherit that.
    ballast = np.ones(40_000_000)
    small = reported("found['peak'] = peak_bytes()")["peak"]
    large = reported("block = bytearray(50_000_000)\nfound['peak'] = peak_bytes()")["peak"]
    assert ballast.nbytes > 3e8
    if Path("/proc/self/status").exists():
        assert small < 1e8
        assert 4e7 < large - small < 8e7


def test_sittings_and_rounds_are_changed_as_they_say():
    scenario = comity.load("hld_gfmd")
    held = sittings_held(scenario)
    assert sum(map(sum, (phases.values() for phases in held.values()))) > 200
    doubled = sittings_held(with_sittings(scenario, 2))
    assert doubled == {meeting: {phase: 2 * n for phase, n in phases.items()} for meeting, phases in held.items()}
    assert sittings_held(with_rounds(scenario, 2)) == held
    rounds = [
        comity.run(item, seed=1, keep="meetings").interventions["seats"].sum()
        for item in (scenario, with_rounds(scenario, 2))
    ]
    assert 1.8 < rounds[1] / rounds[0] < 2.4


def test_years_and_no_sittings_are_what_they_say():
    scenario = comity.load("hld_gfmd")
    before, after = (
        comity.run(item, seed=1, keep="meetings").memberships["year"] for item in (scenario, with_years(scenario, 7))
    )
    assert after.nunique() == before.nunique() + 7
    record = comity.run(without_sittings(scenario), seed=1, keep="meetings")
    assert not record.trace.meetings


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
    first, second = world_of_seats(60, 1.0), world_of_seats(60, 2.0)
    seats = [[entry.seats for forum in item.forums for entry in forum.format] for item in (first, second)]
    assert seats[1] == [2 * number for number in seats[0]]
