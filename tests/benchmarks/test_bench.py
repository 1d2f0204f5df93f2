"""The bench runs, and what it compares with is what it says. Never a time."""

from __future__ import annotations

import bench
import pytest
from comity_bench import works
from comity_bench.rooms import plain_rooms, schedule
from comity_bench.worlds import world_of_meetings, world_of_size

import comity

NEW, BASE = bench.Version("new", bench.ROOT), bench.Version("base", bench.ROOT)


@pytest.fixture(autouse=True)
def for_this_processor(monkeypatch):
    """Take the rules as they are compiled here: those of the processor that the bench asks for take half a minute."""
    monkeypatch.setattr("platform.machine", lambda: "")


@pytest.mark.parametrize("name", [name for name in works.WORKS if name != "mark"])
def test_every_work_is_done(name, monkeypatch):
    monkeypatch.setattr(works, "_history", lambda: comity.load("teaching"))
    works.WORKS[name]()(2)
    assert works._megabytes() > 0


def test_two_versions_are_asked_in_turn():
    with bench.asked([NEW, BASE]) as processes:
        found = bench.in_turn(processes, "replay", 1, 2)
    assert [len(times) for times in found] == [2, 2]
    assert all(second > 0 for times in found for second in times)


def test_a_ratio_is_that_of_each_round():
    row = bench.Row.of("a row", [2.0, 9.0, 4.0], [1.0, 3.0, 1.0])
    assert (row.value, row.found) == (3.0, "3 (2 to 4)")


@pytest.mark.parametrize(
    ("bars", "is_short"), [({}, False), ({"least": 3}, False), ({"least": 3.1}, True), ({"most": 2.9}, True)]
)
def test_what_falls_short_of_its_bar_is_printed_as_such(bars, is_short):
    row = str(bench.Row.of("a row", [3.0], [1.0], **bars))
    assert row.endswith("SHORT") == is_short
    assert all(f"{bar:.3g} or " in row for bar in bars.values())


def test_a_process_that_cannot_answer_says_why():
    with bench.asked([NEW]) as processes, pytest.raises(SystemExit, match=r"(?s)new: .*KeyError: 'nothing'"):
        processes[0].ask("nothing")


def test_the_rooms_in_numpy_are_those_of_a_run():
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
