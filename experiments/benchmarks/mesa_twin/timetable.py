"""The timetable: which sittings a meeting has, and what their rooms discuss (ODD A.1)."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from comity.phases import Phase
from comity.scenario.schema import Sittings
from mesa_twin.agenda import Topic, mirrored_agenda
from mesa_twin.openness import common_spaces
from mesa_twin.sitting import Sitting

if TYPE_CHECKING:
    from mesa_twin.held_meeting import HeldMeeting

__all__ = ["timetable"]


def timetable(meeting: HeldMeeting) -> list[Sitting]:
    """Return the sittings of a meeting in their order, votes left out: nobody sits at a vote."""
    sittings: list[Sitting] = []
    numbers: Counter[Phase] = Counter()
    for line in meeting.forum.format:
        if line.phase is Phase.VOTE:
            continue
        topics = _topics(meeting, line)
        count = _count(meeting, line, len(topics))
        for place in range(count):
            first, n_rooms = place * line.tables, line.tables
            if line.phase is Phase.ROUND_TABLES:
                n_rooms = min(n_rooms, max(1, len(topics) - first))
            numbers[line.phase] += 1
            discussed = [topics[(first + room) % len(topics)] for room in range(n_rooms)]
            sittings.append(Sitting(meeting, line, numbers[line.phase], discussed))
    return sittings


def _topics(meeting: HeldMeeting, line: Sittings) -> list[Topic]:
    if line.agenda == "mirrored":
        return mirrored_agenda(meeting)
    if line.agenda == "theme":
        return [topic._replace(co_chairs=()) for topic in meeting.agenda]
    return meeting.agenda


def _count(meeting: HeldMeeting, line: Sittings, n_topics: int) -> int:
    plan = meeting.plan
    if line.phase is Phase.CORRIDOR and meeting.is_online:
        return 0
    if line.phase is Phase.COMMON_SPACE:
        if meeting.model.given.choices.openness == "endogenous":
            return common_spaces(meeting.openness)
        if plan.common_space in ("none", "merged"):
            return 0
    if line.phase in plan.sittings:
        return plan.sittings[line.phase]
    return math.ceil(n_topics / line.tables) if line.phase is Phase.ROUND_TABLES else line.sittings
