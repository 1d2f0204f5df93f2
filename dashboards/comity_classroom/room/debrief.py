"""The debrief of a seat: what you did, what the model would have done in your seat, and no class, side by side."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from comity.facts import load_facts
from comity.forum.calendar import Calendar
from comity.scenario.loading import from_data, load
from comity.scenario.schema import Scenario
from comity_classroom.briefs.origins import is_shipped_world
from comity_classroom.room.amendments import in_order
from comity_classroom.room.playing import Stop, scenario_of
from comity_classroom.room.state import RoomState

__all__ = ["Course", "counted", "counted_beside", "course", "courses_of", "is_history", "last_closed"]

_COUNTED = "GFMD"
"""The forum whose participants were counted; in other scenarios there is no history to set beside the class."""

QUANTITIES = {"trust": "trust of all others in you, of 100", "cooperation": "your readiness to cooperate, of 100"}
"""What a course has of each actor, and what it is called."""


@dataclass(frozen=True, kw_only=True)
class Course:
    """How all actors fared in a run, meeting by meeting.

    Attributes
    ----------
    meetings, dates
        Ids and days of the meetings that were held.
    trust
        Mean trust of all others in each actor when a meeting closed, float (meetings, n).
    cooperation
        Its disposition to cooperate, float (meetings, n).
    came
        States that came, by year, to the annual meetings of the forum that was counted, see :func:`counted`.
    """

    meetings: tuple[str, ...]
    dates: tuple[Any, ...]
    trust: np.ndarray
    cooperation: np.ndarray
    came: dict[int, float]


def course(scenario: Scenario, seed: int, until: str) -> Course:
    """Return how all actors fare in a run, up to a meeting of the calendar, by the meetings that have closed.

    Which sittings a meeting has differs between the runs that are compared: one that is held online has no corridor.
    So a run goes on until that meeting has closed in it; where it was not held, up to its place in the calendar.

    Parameters
    ----------
    until
        The last meeting that counts; empty: none.
    """
    # Trust is read off what is kept of a meeting: after the last one, the model has let the years pass already.
    model = Calendar(scenario, seed=seed, keep="trust")
    order = {meeting.id: place for place, meeting in enumerate(in_order(scenario))}
    last = order[until] if until else -1
    while model.running and not any(order[name] >= last for name in _begun(model)):
        model.step()
    while model.running and model.gathering is not None and order[model.gathering.meeting.id] <= last:
        model.step()
    kept = [trace for trace in model.trace.meetings if order[trace.id] <= last]
    snapshots = [trace.snapshot for trace in kept if trace.snapshot is not None]
    trust = [_mean_of_others(snapshot.trust) for snapshot in snapshots if snapshot.trust is not None]
    cooperation = [snapshot.actors["cooperation"] for snapshot in snapshots]
    n = model.world.n
    found = Course(
        meetings=tuple(trace.id for trace in kept),
        dates=tuple(trace.start for trace in kept),
        trust=np.array(trust).reshape(-1, n),
        cooperation=np.array(cooperation).reshape(-1, n),
        came={
            trace.start.year: float(trace.present[model.stage.is_state].sum())
            for trace in kept
            if trace.forum == _COUNTED
        },
    )
    return found


def last_closed(stop: Stop) -> str:
    """Return the last meeting that has closed in a room, or empty: up to there runs are compared."""
    closed = stop.record.trace.meetings
    return closed[-1].id if closed else ""


def _begun(model: Calendar) -> list[str]:
    held = [] if model.gathering is None else [model.gathering.meeting.id]
    return held + [trace.id for trace in model.trace.meetings[-1:]]


def counted_beside(scenario: Scenario) -> dict[int, float]:
    """Return what :func:`counted` has of meetings that a scenario holds: the same meetings, open to the same states."""
    if not is_shipped_world(scenario.population):
        return {}
    years = {start.year for id_, forum, start in _historical() if forum == _COUNTED and _holds(scenario, id_, start)}
    return {year: count for year, count in counted().items() if year in years}


def is_history(scenario: Scenario) -> bool:
    """Return whether a scenario replays history: real states, and meetings that were held on these days."""
    known = {(id_, start) for id_, _, start in _historical()}
    return is_shipped_world(scenario.population) and all((m.id, m.start) in known for m in scenario.meetings)


def _holds(scenario: Scenario, id_: str, start: date) -> bool:
    return any((meeting.id, meeting.start) == (id_, start) for meeting in scenario.meetings)


@functools.cache
def _historical() -> tuple[tuple[str, str, date], ...]:
    """Return id, forum and first day of the meetings of history, as far as comity has sources for them."""
    return tuple((meeting.id, meeting.forum, meeting.start) for meeting in load("hld_gfmd_2025").meetings)


def counted() -> dict[int, float]:
    """Return how many states came to the meetings of the forum in history, by year; see fact F20 for the sources."""
    fact = next(fact for fact in load_facts() if fact.measure == "forum_states")
    return {int(target.part): float(target.observed) for target in fact.targets if target.observed is not None}


def _mean_of_others(trust: np.ndarray) -> np.ndarray:
    """Return the mean trust of all others in each actor, given trust (n, n), row the holder."""
    whole = trust.astype(float)
    return np.asarray((whole.sum(axis=0) - np.diagonal(whole)) / max(len(whole) - 1, 1))


def courses_of(state: RoomState, stop: Stop, seat: str, known: Mapping[str, Course] | None = None) -> pd.DataFrame:
    """Return the courses of one seat: you, the model in your seat, and the run in which nobody took a seat.

    Parameters
    ----------
    known
        Courses that were computed before: ``"class"`` and ``"history"`` are the same for every seat.

    Returns
    -------
    table
        who (you, model, history), meeting, date, trust, cooperation: of 100.
    """
    known = known or {}
    row = stop.model.population.rows[seat]
    alone = replace(state, choices={key: choice for key, choice in state.choices.items() if key[0] != seat})
    until = last_closed(stop)
    runs = {
        "you": known.get("class") or course(scenario_of(state, up_to_now=True), state.seed, until),
        "model": course(scenario_of(alone, up_to_now=True), state.seed, until),
        "history": known.get("history") or course(from_data(dict(state.scenario)), state.seed, until),
    }
    frames = [
        pd.DataFrame(
            {
                "who": who,
                "meeting": run.meetings,
                "date": pd.to_datetime(list(run.dates)),
                "trust": 100 * run.trust[:, row],
                "cooperation": 100 * run.cooperation[:, row],
            }
        )
        for who, run in runs.items()
    ]
    return pd.concat(frames, ignore_index=True)
