"""The timed plan of a class: its activities and the sittings that it plays, by a rule or from a file.

The printed pack, the classroom and the plan file hold the same steps. A sitting is named as in the moves of a scenario:
by the id of its meeting and its number. Number 0 is the opening of the doors: who attends, hosts and pays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from comity.phases import Phase
from comity.population.people import Population
from comity.scenario.schema import Scenario
from comity_classroom.pack.calendar import AgendaMeeting, main_meetings
from comity_classroom.pack.course import CourseSitting

__all__ = ["ACTIVITIES", "LENGTHS", "LessonPlan", "Step", "divisive_issues", "plan_of", "steps_of"]

ACTIVITIES = ("welcome", "reading", "predicting", "pause", "debrief")
"""Steps in which nothing is played."""


@dataclass(frozen=True, kw_only=True)
class Length:
    """The parts of a class in minutes, and what it plays: kinds of sittings for each meeting, most important first."""

    welcome: int
    reading: int
    predicting: int
    play: int
    pause: int
    debrief: int
    meetings: tuple[tuple[str, ...], ...]


LENGTHS = {
    45: Length(
        welcome=3, reading=7, predicting=3, play=20, pause=0, debrief=12,
        meetings=(("table", "corridor", "arena"), ("doors", "table")),
    ),
    90: Length(
        welcome=5, reading=10, predicting=5, play=44, pause=0, debrief=26,
        meetings=(("table", "table", "corridor", "arena"), ("doors", "table", "corridor")),
    ),
    180: Length(
        welcome=8, reading=15, predicting=7, play=99, pause=10, debrief=41,
        meetings=(
            ("opening", "table", "table", "corridor", "arena"),
            ("doors", "opening", "table", "corridor"),
            ("table", "arena"),
        ),
    ),
}  # fmt: skip
"""The debrief, in which most learning happens, takes about a quarter of the time. Assumption."""

_SHORTEST = 3.3
"""Minutes that a sitting takes at least: time to read, to negotiate and to choose. Assumption."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One line of a plan.

    Attributes
    ----------
    start, minutes
        In minutes.
    key
        One of :data:`ACTIVITIES`, or ``sitting``.
    meeting, meeting_name, sitting
        Of a sitting: id and name of the meeting, and the number, 0 for the opening of the doors.
    phase
        Of a sitting: its phase, or ``doors``.
    tables
        Of a sitting: title and name of the issue of each table.
    asks_arena
        Whether states name an arena after the sitting.
    """

    start: int
    minutes: int
    key: str
    meeting: str = ""
    meeting_name: str = ""
    sitting: int = 0
    phase: str = ""
    tables: tuple[tuple[str, str], ...] = ()
    asks_arena: bool = False


@dataclass(frozen=True, kw_only=True)
class LessonPlan:
    """The plan of a class, step by step, for a scenario; ``is_own`` if it comes from a file."""

    scenario: str
    minutes: int
    steps: tuple[Step, ...]
    is_own: bool = False

    @property
    def is_shipped(self) -> bool:
        """Whether its length is one of :data:`LENGTHS`, whose plan needs no file."""
        return self.minutes in LENGTHS and not self.is_own

    @property
    def sittings(self) -> tuple[Step, ...]:
        """The steps that the class plays."""
        return tuple(step for step in self.steps if step.key == "sitting")

    def to_json(self) -> list[dict[str, Any]]:
        """Return the steps as plain data, as the ledger of a classroom holds them."""
        return [
            {"minutes": step.minutes}
            | (
                {"meeting": step.meeting, "sitting": step.sitting, "phase": step.phase}
                if step.key == "sitting"
                else {"activity": step.key}
            )
            for step in self.steps
        ]


def plan_of(
    scenario: Scenario,
    agenda: Sequence[AgendaMeeting],
    course: Sequence[CourseSitting],
    divisive: Sequence[str],
    minutes: int,
) -> LessonPlan:
    """Return the plan for a class of 45, 90 or 180 minutes.

    The class plays the decisive sittings of two or three meetings: formal, informal, formal again (see
    :func:`main_meetings`), and the last vote. They are the tables on the most divisive issues, the corridor, the
    session after which states name an arena, and the opening of the doors of a state-led meeting. The model plays the
    rest.

    Parameters
    ----------
    course
        From :func:`comity_classroom.pack.course.course_of`.
    divisive
        Names of the issues, the most divisive first, from :func:`divisive_issues`.
    """
    length = LENGTHS[minutes]
    entries = {entry.id: entry for entry in agenda}
    chosen: list[tuple[str, int]] = []
    for meeting, kinds in zip(main_meetings(agenda), length.meetings, strict=False):
        chosen += sorted((meeting.id, number) for number in _decisive(meeting, course, divisive, kinds))
    votes = [(item.meeting, item.sitting) for item in course if item.phase is Phase.VOTE]
    if votes and votes[-1] not in chosen:
        chosen.append(votes[-1])
    chosen = chosen[: int(length.play / _SHORTEST)]
    order = {meeting: number for number, meeting in enumerate(dict.fromkeys(item.meeting for item in course))}
    chosen.sort(key=lambda place: (order[place[0]], place[1]))
    steps: list[dict[str, Any]] = [
        {"activity": name, "minutes": getattr(length, name)} for name in ("welcome", "reading", "predicting")
    ]
    each, rest = divmod(length.play, max(len(chosen), 1))
    main = [meeting for meeting in dict.fromkeys(meeting for meeting, _ in chosen) if meeting in entries]
    breaks_before = main[min(2, len(main) - 1)] if len(main) > 1 else None
    for number, (name, sitting) in enumerate(chosen):
        if length.pause and name == breaks_before:
            steps.append({"activity": "pause", "minutes": length.pause})
            breaks_before = None
        steps.append({"meeting": name, "sitting": sitting, "minutes": each + (number < rest)})
    used = sum(step["minutes"] for step in steps)
    steps.append({"activity": "debrief", "minutes": minutes - used})
    return LessonPlan(scenario=scenario.name, minutes=minutes, steps=steps_of(scenario, course, steps))


def steps_of(scenario: Scenario, course: Sequence[CourseSitting], steps: Sequence[dict[str, Any]]) -> tuple[Step, ...]:
    """Return steps with the names of their sittings, from plain data that was checked."""
    found: list[Step] = []
    start = 0
    known = {(item.meeting, item.sitting): item for item in course}
    for step in steps:
        taken = {"start": start, "minutes": step["minutes"]}
        start += step["minutes"]
        if "activity" in step:
            found.append(Step(key=step["activity"], **taken))
            continue
        meeting = scenario.meeting(step["meeting"])
        held = known.get((meeting.id, step["sitting"]))
        found.append(
            Step(
                key="sitting",
                meeting=meeting.id,
                meeting_name=meeting.name,
                sitting=step["sitting"],
                phase="doors" if held is None else held.phase.value,
                tables=() if held is None else held.tables,
                asks_arena=held is not None and held.is_last and scenario.forum(meeting.forum).decides_arena,
                **taken,
            )
        )
    return tuple(found)


def divisive_issues(scenario: Scenario, population: Population, seats: Sequence[str]) -> list[str]:
    """Return the names of the issues by the standard deviation of the positions of the seats, the largest first."""
    rows = [population.rows[seat] for seat in seats]
    spread = population.world.position[rows].std(axis=0)
    return [scenario.issues[int(k)].name for k in np.argsort(-spread, kind="stable")]


def _decisive(
    meeting: AgendaMeeting, course: Sequence[CourseSitting], divisive: Sequence[str], kinds: Sequence[str]
) -> set[int]:
    """Return the numbers of the sittings of a meeting that a class plays."""
    held = [item for item in course if item.meeting == meeting.id]
    tables = sorted(
        (item for item in held if item.phase is Phase.ROUND_TABLES),
        key=lambda item: (min(divisive.index(issue) for _, issue in item.tables), item.sitting),
    )
    opening = [item for phase in (Phase.COMMON_SPACE, Phase.PLENARY) for item in held if item.phase is phase]
    of_kind = {
        "table": [item.sitting for item in tables],
        "corridor": [item.sitting for item in held if item.phase is Phase.CORRIDOR],
        "arena": [item.sitting for item in held if item.is_last and meeting.decides_arena],
        "opening": [item.sitting for item in opening],
        "doors": [0] if held and meeting.is_led_by_states else [],
    }
    found: set[int] = set()
    for kind in kinds:
        found |= set([number for number in of_kind[kind] if number not in found][:1])
    return found
