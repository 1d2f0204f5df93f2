"""The debrief of a seat: three runs on the same luck. You, the model in your seat, and no class at all."""

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
from comity_classroom.briefs.sources import is_shipped_world
from comity_classroom.core.amendments import in_order
from comity_classroom.core.moves import scenario_of
from comity_classroom.core.state import ClassroomState
from comity_classroom.core.stop import Stop

__all__ = ["Course", "counted", "counted_beside", "course", "courses_of", "is_history", "last_closed"]

_COUNTED = "GFMD"
"""The forum with observed numbers of participants. Scenarios without it have no history to compare with."""


@dataclass(frozen=True, kw_only=True)
class Course:
    """The course of a run: quantities of all actors, meeting by meeting.

    Attributes
    ----------
    meetings, dates
        Ids and first days of the meetings that were held.
    trust
        Mean trust of all others in each actor at the close of each meeting; shares, shape (meetings, n).
    cooperation
        Disposition to cooperate at the close of each meeting; shares, shape (meetings, n).
    came
        States at the annual meetings of the forum, by year; see :func:`counted`.
    """

    meetings: tuple[str, ...]
    dates: tuple[Any, ...]
    trust: np.ndarray
    cooperation: np.ndarray
    came: dict[int, float]


def course(scenario: Scenario, seed: int, until: str) -> Course:
    """Return the course of a run up to the close of a meeting.

    The compared runs may hold different sittings of a meeting: an online meeting has no corridor. Each run therefore
    continues until that meeting has closed, or up to its place in the calendar if it is not held.

    Parameters
    ----------
    until
        Id of the last meeting to include; empty for none.
    """
    # Trust is read from the snapshots of meetings: after the last meeting the model runs on to the end of the calendar.
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
    """Return the last meeting that has closed, or empty. Runs are compared up to it."""
    closed = stop.record.trace.meetings
    return closed[-1].id if closed else ""


def _begun(model: Calendar) -> list[str]:
    held = [] if model.gathering is None else [model.gathering.meeting.id]
    return held + [trace.id for trace in model.trace.meetings[-1:]]


def counted_beside(scenario: Scenario) -> dict[int, float]:
    """Return the part of :func:`counted` for meetings that a scenario shares with history, with the same states."""
    if not is_shipped_world(scenario.population):
        return {}
    years = {start.year for id_, forum, start in _historical() if forum == _COUNTED and _holds(scenario, id_, start)}
    return {year: count for year, count in counted().items() if year in years}


def is_history(scenario: Scenario) -> bool:
    """Return whether a scenario replays history: real states, and only meetings that took place on these days."""
    known = {(id_, start) for id_, _, start in _historical()}
    return is_shipped_world(scenario.population) and all((m.id, m.start) in known for m in scenario.meetings)


def _holds(scenario: Scenario, id_: str, start: date) -> bool:
    return any((meeting.id, meeting.start) == (id_, start) for meeting in scenario.meetings)


@functools.cache
def _historical() -> tuple[tuple[str, str, date], ...]:
    """Return id, forum and first day of the historical meetings that comity has sources for."""
    return tuple((meeting.id, meeting.forum, meeting.start) for meeting in load("hld_gfmd_2025").meetings)


def counted() -> dict[int, float]:
    """Return the observed number of states at the meetings of the forum, by year. Source: fact F20."""
    fact = next(fact for fact in load_facts() if fact.measure == "forum_states")
    return {int(target.part): float(target.observed) for target in fact.targets if target.observed is not None}


def _mean_of_others(trust: np.ndarray) -> np.ndarray:
    """Return the mean trust of all others in each actor, given trust of shape (n, n) with the holder as the row."""
    whole = trust.astype(float)
    return np.asarray((whole.sum(axis=0) - np.diagonal(whole)) / max(len(whole) - 1, 1))


def courses_of(state: ClassroomState, stop: Stop, seat: str, known: Mapping[str, Course] | None = None) -> pd.DataFrame:
    """Return three courses of a seat: as played, with the model in the seat, and with the model in all seats.

    Parameters
    ----------
    known
        Courses computed earlier: ``"class"`` and ``"history"`` are the same for every seat.

    Returns
    -------
    table
        who (you, model, history), meeting, date, trust and cooperation (both 0 to 100).
    """
    known = known or {}
    row = stop.model.population.rows[seat]
    kept = {key: choice for key, choice in state.choices.items() if key[0] != seat}
    alone = replace(state, choices=kept, draft=state.draft.without(seat))
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
