"""The course of a scenario: all sittings of a run by the model alone, in the order in which they are held."""

from __future__ import annotations

from dataclasses import dataclass

from comity.forum.calendar import Calendar
from comity.phases import Phase
from comity.scenario.schema import Scenario

__all__ = ["CourseSitting", "course_of"]

_PHASES = list(Phase)


@dataclass(frozen=True, kw_only=True)
class CourseSitting:
    """One sitting.

    Attributes
    ----------
    meeting, sitting
        Id of the meeting, and number of the sitting in it, from 1.
    phase
        Its phase.
    tables
        Title and name of the issue of each table.
    is_last
        Whether it is the last sitting of its meeting.
    """

    meeting: str
    sitting: int
    phase: Phase
    tables: tuple[tuple[str, str], ...]
    is_last: bool


def course_of(scenario: Scenario, seed: int = 0) -> tuple[CourseSitting, ...]:
    """Return the sittings that are held if the model plays all seats."""
    model = Calendar(scenario, seed=seed, keep="meetings")
    found: list[CourseSitting] = []
    seen: set[str] = set()
    while model.running:
        model.step()
        if (held := model.gathering) is not None:
            name, rooms, phases = held.meeting.id, held.rooms, held.timetable.sittings["phase"]
        elif model.trace.meetings:
            last = model.trace.meetings[-1]
            name, rooms, phases = last.id, last.rooms, last.phases
        else:
            continue
        if name in seen:
            continue
        seen.add(name)
        for number, phase in enumerate(phases, 1):
            tables = tuple(
                (room.title, scenario.issues[scenario.issue_of(room.category)].name)
                for room in rooms
                if room.sitting == number - 1
            )
            found.append(
                CourseSitting(
                    meeting=name,
                    sitting=number,
                    phase=_PHASES[int(phase)],
                    tables=tables,
                    is_last=number == len(phases),
                )
            )
    return tuple(found)
