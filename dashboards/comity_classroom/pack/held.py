"""What the slides tell of a forum: its meetings as the model holds them, and its seats by camp."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from comity.scenario.schema import Scenario
from comity_classroom.pack.course import CourseSitting
from comity_classroom.phrases import Phrases

__all__ = ["Held", "HeldForum", "held_of"]


@dataclass(frozen=True, kw_only=True)
class HeldForum:
    """A forum: its name and the first days of its meetings."""

    name: str
    days: tuple[date, ...]


@dataclass(frozen=True, kw_only=True)
class Held:
    """The calendar of a run by the model alone.

    Attributes
    ----------
    meetings, sittings
        How many were held.
    first, last
        Years of the first and the last meeting.
    seed
        Seed of the run.
    forums
        The forums, in the order of their first meetings.
    camps
        Role or kind in words, with the number of seats.
    """

    meetings: int
    sittings: int
    first: int
    last: int
    seed: int
    forums: tuple[HeldForum, ...]
    camps: tuple[tuple[str, int], ...]


def held_of(scenario: Scenario, course: Sequence[CourseSitting], seats: pd.DataFrame, phrases: Phrases) -> Held:
    """Return what was held in a course with seed 0.

    Parameters
    ----------
    seats
        Rows of the actor table.
    """
    meetings = [scenario.meeting(name) for name in dict.fromkeys(item.meeting for item in course)]
    days: dict[str, list[date]] = {}
    for meeting in sorted(meetings, key=lambda one: one.start):
        days.setdefault(meeting.forum, []).append(meeting.start)
    camps = Counter(
        phrases.say(f"roles.{role}" if kind == "state" else f"kinds.{kind}")
        for role, kind in zip(seats["role"], seats["kind"], strict=True)
    )
    years = [meeting.start.year for meeting in meetings] or [scenario.start.year]
    return Held(
        meetings=len(meetings),
        sittings=len(course),
        first=min(years),
        last=max(years),
        seed=0,
        forums=tuple(HeldForum(name=scenario.forum(forum).name, days=tuple(one)) for forum, one in days.items()),
        camps=tuple(camps.items()),
    )
