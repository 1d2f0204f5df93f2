"""The order of events as one compiled call: it stops at any named moment, or never."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

import comity
from comity.forum import calendar
from comity.forum.calendar import Calendar
from comity.forum.moments import Moment, number_of
from comity.forum.stage import prepare
from comity.record import Record
from comity.scenario.moves import Move
from comity.scenario.schema import Scenario


@pytest.fixture
def calls(monkeypatch) -> list[int]:
    """Return a list that grows by one with each call of the order of events."""
    made: list[int] = []
    hold = calendar.hold

    def counted(*arguments):
        made.append(1)
        hold(*arguments)

    monkeypatch.setattr(calendar, "hold", counted)
    return made


def moved(scenario: Scenario) -> Scenario:
    """Return the teaching scenario with a move for every kind of choice."""
    chosen = [{"attends": True}, {"pledges": True}, {"hosts": False}, {"sitting": 4, "table": 0}]
    moves = [Move(actor=name, meeting="FORUM1", **choice) for name in ("CORAL", "WESTMARK") for choice in chosen]
    moves += [Move(actor="SAVANNA", meeting="FORUM1", sitting=s, act="contestation") for s in (4, 5)]
    moves += [Move(actor="CORAL", meeting="DIALOGUE2", **choice) for choice in ({"vote": "no"}, {"arena": "un"})]
    return scenario.with_moves(moves)


@pytest.mark.parametrize("name", ["teaching", "moved", "lively"])
@pytest.mark.parametrize("keep", ["meetings", "all"])
def test_a_run_that_stops_at_every_moment_is_the_run_that_never_stops(
    name, keep, load_teaching, load_lively, first_difference
):
    make = {"teaching": load_teaching, "moved": lambda: moved(load_teaching()), "lively": load_lively}
    scenario = make[name]()
    whole = comity.run(scenario, seed=2, keep=keep)
    model, seen = Calendar(scenario, seed=2, keep=keep), []
    while model.running:
        seen.append((int(model._place["event"]), number_of.py_func(model._place["moment"], model._place["sitting"])))
        model.hold_to(*Moment)
    assert seen == sorted(set(seen)), "it goes on, and comes to no moment twice"
    assert len(seen) > 20 * len(whole.trace.meetings)
    assert first_difference(whole, Record.of(model)) == ""
    assert whole.trace.moves == model.trace.moves
    assert whole.trace.cancelled == model.trace.cancelled


@pytest.mark.parametrize("moment", list(Moment))
def test_a_run_stops_before_each_time_that_a_moment_comes(moment, load_teaching):
    model, found = Calendar(load_teaching(), seed=1), []
    while model.running:
        model.hold_to(moment)
        found.append((int(model._place["event"]), int(model._place["moment"])))
    *stops, last = found
    assert last[0] == len(model._course.frame.events)
    assert {there for _, there in stops} == {moment}
    n_meetings, n_sittings = 3, sum(len(trace.phases) for trace in model.trace.meetings)
    times = {Moment.SHOCK: 1, Moment.YEAR: len(model.trace.years), Moment.SEATING: n_sittings, Moment.TALK: n_sittings}
    comes_first = model._course.frame.events["first"][0] == moment  # a run begins there, and goes on
    assert len(stops) == times.get(moment, n_meetings) - comes_first


def test_a_run_is_one_call_and_a_snapshot_is_a_stop(calls, load_teaching, load_lively):
    for scenario in (load_teaching(), moved(load_teaching()), load_lively()):
        calls.clear()
        comity.run(scenario, seed=1, keep="meetings")
        assert len(calls) == 1
    record = comity.run("teaching", seed=1, keep="all")
    assert len(calls) == 1 + len(record.trace.meetings) + 1


def test_openness_follows_parameters_of_the_run_and_not_of_the_preparation():
    # The host's climate is 0.95. Endogenous from 0.4, the forum's format; scripted without a code from half a day, 0.6.
    uncoded = {"meetings.FORUM1.openness": None, "meetings.FORUM1.common_space": "half_day"}
    for settings, of_format in (({"choices.openness": "endogenous"}, 0.4), (uncoded, 0.6)):
        scenario = comity.load("teaching", settings=settings)
        for climate in (0.0, 0.2, 0.4):
            other = scenario.with_parameters(openness_climate=climate)
            assert prepare(other) is prepare(scenario)
            table = comity.run(other, seed=1).meetings.set_index("meeting")["openness"]
            assert table["FORUM1"] == pytest.approx(of_format + climate * 0.45, abs=1e-12)


def test_two_threads_hold_the_runs_that_one_holds(load_lively, first_difference):
    scenario = load_lively()
    alone = [comity.run(scenario, seed=seed) for seed in range(8)]
    with ThreadPoolExecutor(2) as threads:
        beside = list(threads.map(lambda seed: comity.run(scenario, seed=seed), range(8)))
    for one, other in zip(alone, beside, strict=True):
        assert first_difference(one, other) == ""
