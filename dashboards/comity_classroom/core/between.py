"""Between two sittings of a plan: what the model played alone, as a paragraph."""

from __future__ import annotations

import numpy as np

from comity.forum.trace import MeetingTrace
from comity.phases import Phase
from comity.world.world import GROUPS
from comity_classroom.core.reports import join_names, meetings_not_held, names_in, vote_report
from comity_classroom.core.state import ClassroomState
from comity_classroom.core.stop import Held, Stop
from comity_classroom.phrases import Phrases

__all__ = ["between", "chosen_for"]

_ROLES = ("destination", "origin")


def chosen_for(stop: Stop, state: ClassroomState) -> Held | None:
    """Return the sitting of the last advance for which the class chose; without a plan, the last one held."""
    if not stop.passed:
        return None
    if not state.planned:
        return stop.passed[-1]
    planned = set(state.planned)
    return next((held for held in stop.passed if held.place in planned), None)


def between(stop: Stop, state: ClassroomState, phrases: Phrases) -> list[str]:
    """Return what happened in the other sittings of the last advance, in sentences; none without a plan."""
    if not state.planned:
        return []
    main = chosen_for(stop, state)
    others = [held for held in stop.passed if held is not main]
    if not others:
        return []
    traces = stop.record.trace.meetings
    passed = {held.place.meeting for held in stop.passed}
    closed = [trace for trace in traces if trace.id in passed]
    years = [stop.scenario.meeting(name).start.year for name in dict.fromkeys(held.place.meeting for held in others)]
    what: dict[str, object] = {"n": len(others), "m": len(years), "first": years[0], "last": years[-1]}
    what["meeting"] = phrases.name(stop.scenario.meeting(others[0].place.meeting).name)
    how = "one" if len(years) == 1 else "year" if years[0] == years[-1] else "played"
    sentences = [phrases.say(f"between.{how}", **what)]
    if closed:
        sentences.append(_attendance(stop, closed, phrases))
    for held in others:
        if held.phase is Phase.VOTE:
            sentences += vote_report(stop, None, held, phrases)
    sentences += meetings_not_held(stop, phrases)
    before = next((trace for trace in reversed(traces) if trace.id not in passed), None)
    if before is not None and closed:
        sentences.append(_cooperation(before, closed[-1], phrases))
    return sentences


def _attendance(stop: Stop, closed: list[MeetingTrace], phrases: Phrases) -> str:
    names = names_in(stop, phrases)
    hosts = list(dict.fromkeys(names[row] for trace in closed for row in trace.hosts))
    mean = float(np.mean([trace.present.sum() for trace in closed]))
    said = phrases.say("between.attended", n=len(closed), mean=f"{mean:.0f}")
    return f"{said} {phrases.say('between.hosts', hosts=join_names(hosts, phrases))}" if hosts else said


def _cooperation(before: MeetingTrace, after: MeetingTrace, phrases: Phrases) -> str:
    parts = [
        phrases.say(
            f"between.{role}",
            was=phrases.number(100 * float(before.cooperation[GROUPS.index(role)]), 1),
            now=phrases.number(100 * float(after.cooperation[GROUPS.index(role)]), 1),
        )
        for role in _ROLES
    ]
    return phrases.say("between.cooperation", parts=phrases.listing(parts))
