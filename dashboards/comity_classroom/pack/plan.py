"""The timed plan of a class of 45, 90 or 180 minutes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from comity.phases import Phase
from comity.population.people import Population
from comity.scenario.schema import Scenario
from comity_classroom.pack.calendar import AgendaMeeting, main_meetings

__all__ = ["LENGTHS", "LessonPlan", "PlannedSitting", "Step", "divisive_issues", "plan_of"]


@dataclass(frozen=True, kw_only=True)
class Length:
    """The parts of a class: ``meetings`` is a count, the others are minutes."""

    total: int
    welcome: int
    reading: int
    predicting: int
    meetings: int
    meeting: int
    pause: int
    debrief: int


LENGTHS = {
    45: Length(total=45, welcome=3, reading=7, predicting=3, meetings=1, meeting=20, pause=0, debrief=12),
    90: Length(total=90, welcome=5, reading=10, predicting=5, meetings=2, meeting=22, pause=0, debrief=26),
    180: Length(total=180, welcome=8, reading=15, predicting=7, meetings=3, meeting=33, pause=10, debrief=41),
}
"""The debrief, in which most learning happens, takes about a quarter of the time. Assumption."""

_OPENING, _CLOSING, _SITTING = 3, 3, 5
"""Minutes for opening a meeting, for closing it, and the minimum for a sitting that is played."""


@dataclass(frozen=True, kw_only=True)
class PlannedSitting:
    """A sitting to play: its phase, and at round tables the title and issue of one table."""

    phase: Phase
    title: str
    issue: str


@dataclass(frozen=True, kw_only=True)
class Step:
    """One line of a plan.

    Attributes
    ----------
    start, minutes
        In minutes.
    key
        welcome, reading, predicting, meeting, pause or debrief.
    meeting, sittings
        The meeting and the sittings to play, if any.
    """

    start: int
    minutes: int
    key: str
    meeting: AgendaMeeting | None = None
    sittings: tuple[PlannedSitting, ...] = ()

    @property
    def each(self) -> int:
        """Whole minutes for each sitting."""
        return (self.minutes - _OPENING - _CLOSING) // max(len(self.sittings), 1)


@dataclass(frozen=True, kw_only=True)
class LessonPlan:
    """The plan of a class, step by step."""

    minutes: int
    steps: tuple[Step, ...]


def plan_of(agenda: Sequence[AgendaMeeting], divisive: Sequence[str], minutes: int) -> LessonPlan:
    """Return the plan for a class of 45, 90 or 180 minutes.

    The class plays one, two or three meetings: formal, informal, formal again (see :func:`main_meetings`). It plays as
    many sittings of each as fit: the tables on the most divisive issues, the corridor, and, if there is time, the
    opening plenary or the common space. The model plays the rest.

    Parameters
    ----------
    divisive
        Names of the issues, the most divisive first, from :func:`divisive_issues`.
    """
    length = LENGTHS[minutes]
    steps: list[Step] = []

    def add(key: str, takes: int, meeting: AgendaMeeting | None = None) -> None:
        if takes:
            played = _sittings(meeting, divisive, (takes - _OPENING - _CLOSING) // _SITTING) if meeting else ()
            start = steps[-1].start + steps[-1].minutes if steps else 0
            steps.append(Step(start=start, minutes=takes, key=key, meeting=meeting, sittings=played))

    chosen = main_meetings(agenda)[: length.meetings]
    share = length.meetings * length.meeting // max(len(chosen), 1)
    add("welcome", length.welcome)
    add("reading", length.reading)
    add("predicting", length.predicting)
    breaks_after = max(len(chosen) - 1, 1)  # before the last meeting; after a single one, before the debrief
    for number, meeting in enumerate(chosen, start=1):
        add("meeting", share, meeting)
        if number == breaks_after:
            add("pause", length.pause)
    used = steps[-1].start + steps[-1].minutes
    add("debrief", length.total - used)
    return LessonPlan(minutes=minutes, steps=tuple(steps))


def divisive_issues(scenario: Scenario, population: Population, seats: Sequence[str]) -> list[str]:
    """Return the names of the issues by the standard deviation of the positions of the seats, the largest first."""
    rows = [population.rows[seat] for seat in seats]
    spread = population.world.position[rows].std(axis=0)
    return [scenario.issues[int(k)].name for k in np.argsort(-spread, kind="stable")]


def _sittings(meeting: AgendaMeeting, divisive: Sequence[str], n: int) -> tuple[PlannedSitting, ...]:
    phases = [phase for phase, _ in meeting.phases]
    tables = _tables(meeting, divisive) if Phase.ROUND_TABLES in phases else []
    before = [phase for phase in (Phase.COMMON_SPACE, Phase.PLENARY) if phase in phases]
    corridor = [_played(Phase.CORRIDOR)] if Phase.CORRIDOR in phases else []
    opening = [_played(before[0])] if before and n > len(corridor) + 2 else []
    left = max(n - len(opening) - len(corridor), 1)
    return tuple([*opening, *tables[:left], *corridor][: max(n, 1)])


def _tables(meeting: AgendaMeeting, divisive: Sequence[str]) -> list[PlannedSitting]:
    """Return the round tables, the most divisive issues first, and one of each issue before a second of any."""
    seen: dict[str, int] = {}
    ranked = []
    for item in sorted(meeting.items, key=lambda item: divisive.index(item.issue)):
        seen[item.issue] = seen.get(item.issue, 0) + 1
        ranked.append((seen[item.issue], item))
    ranked.sort(key=lambda pair: pair[0])
    if not ranked:
        return [PlannedSitting(phase=Phase.ROUND_TABLES, title="", issue=issue) for issue in divisive]
    return [PlannedSitting(phase=Phase.ROUND_TABLES, title=item.title, issue=item.issue) for _, item in ranked]


def _played(phase: Phase) -> PlannedSitting:
    return PlannedSitting(phase=phase, title="", issue="")
