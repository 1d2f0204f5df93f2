"""Injects: events for the teacher to read out, from the shocks and the chain of chairs of the scenario."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from comity.scenario.schema import Scenario, Shock
from comity_classroom.pack.calendar import AgendaMeeting
from comity_classroom.phrases import Phrases

__all__ = ["Inject", "injects_of"]

_EVENTS = ("withdrawal", "vacancy")


@dataclass(frozen=True, kw_only=True)
class Inject:
    """One event to read out.

    Attributes
    ----------
    day, title, effects, source
        Its date in the scenario, its name, its effects in the model, and its source.
    after
        Name of the last meeting of states before it; empty before the first one.
    """

    day: date
    title: str
    effects: tuple[str, ...]
    source: str
    after: str


def injects_of(
    scenario: Scenario, agenda: Sequence[AgendaMeeting], names: dict[str, str], phrases: Phrases
) -> tuple[Inject, ...]:
    """Return the shocks of a scenario, and the withdrawals and vacancies in its chain of chairs, by date."""
    issues = {issue.id: phrases.name(issue.name) for issue in scenario.issues}
    found = [
        Inject(
            day=shock.date,
            title=shock.name,
            effects=tuple(_effects(shock, issues, names, phrases)),
            source=shock.source,
            after=phrases.name(_before(agenda, shock.date)),
        )
        for shock in scenario.shocks
    ]
    found += [
        Inject(
            day=event.date,
            title=event.text,
            effects=(phrases.say(f"injects.chairs.{event.event}", meeting=_meeting(scenario, event.meeting, phrases)),),
            source=event.source,
            after=phrases.name(_before(agenda, event.date)),
        )
        for event in scenario.chairs
        if event.event in _EVENTS
    ]
    return tuple(sorted(found, key=lambda inject: (inject.day, inject.title)))


def _effects(shock: Shock, issues: dict[str, str], names: dict[str, str], phrases: Phrases) -> list[str]:
    if shock.actors:
        whom = phrases.listing([names[actor] for actor in shock.actors])
    elif len(shock.roles) == 3:
        whom = phrases.say("injects.everybody")
    else:
        whom = phrases.listing([phrases.say(f"injects.{role}") for role in shock.roles])
    lines = [phrases.say("injects.hits", whom=whom)]
    if shock.scaled_by:
        lines[0] += " " + phrases.say("injects.scaled", by=phrases.say(f"injects.scales.{shock.scaled_by}"))
    for field in ("sovereignty", "pressure", "capacity", "attachment", "withdrawal"):
        if size := getattr(shock, field):
            lines.append(phrases.say(f"injects.fields.{field}", size=_size(size, phrases)))
    for issue, size in shock.anchors.items():
        lines.append(phrases.say("injects.fields.anchors", issue=issues[issue], size=_size(size, phrases)))
    return lines


def _size(size: float, phrases: Phrases) -> str:
    return phrases.signed(size)


def _before(agenda: Sequence[AgendaMeeting], day: date) -> str:
    return next((meeting.name for meeting in reversed(agenda) if meeting.end < day), "")


def _meeting(scenario: Scenario, meeting: str, phrases: Phrases) -> str:
    """Return the name of a meeting; without one, an event is about the next meeting."""
    if not meeting:
        return phrases.say("injects.chairs.next")
    return phrases.name(next((item.name for item in scenario.meetings if item.id == meeting), meeting))
