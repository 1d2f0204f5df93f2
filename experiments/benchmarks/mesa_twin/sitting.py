"""A sitting: rooms in parallel, or the corridor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.phases import Phase
from comity.scenario.schema import Sittings
from mesa_twin.arithmetic import clip
from mesa_twin.luck import address_of
from mesa_twin.room import Room
from mesa_twin.seating import take_seats
from mesa_twin.speech import Act

if TYPE_CHECKING:
    from mesa_twin.agenda import Topic
    from mesa_twin.held_meeting import HeldMeeting

__all__ = ["Sitting"]

_GOVERNMENT = {Phase.PREPARATION, Phase.PLENARY, Phase.ROUND_TABLES, Phase.CLOSING}


class Sitting:
    """One sitting of a meeting.

    Attributes
    ----------
    plan
        The line of the forum's format: seats, kinds, mixing and so on.
    name
        Phase and number, under which its luck is found: ``round_tables:2``.
    place
        Its number within the meeting, from 1.
    """

    def __init__(self, meeting: HeldMeeting, plan: Sittings, number: int, topics: list[Topic]) -> None:
        self.meeting = meeting
        self.plan = plan
        self.place = 0
        self.phase = plan.phase
        self.name = f"{plan.phase.value}:{number}"
        self.address = address_of(self.name)
        self.is_government = plan.phase in _GOVERNMENT
        self.bindingness = clip(meeting.forum.bindingness + plan.formality)
        self.intimacy = plan.intimacy * (meeting.forum.online_intimacy if meeting.is_online else 1.0)
        self.rooms = [Room(self, place, topic) for place, topic in enumerate(topics)]

    def hold(self) -> None:
        """Seat those who are willing; then talk in rooms, or in pairs."""
        take_seats(self)
        for room in self.rooms:
            room.members.sort(key=lambda member: member.row)
        if self.phase is Phase.CORRIDOR:
            self._hold_corridor()
        else:
            for room in self.rooms:
                for number in range(self.plan.rounds):
                    room.hold_round(number)

    def _hold_corridor(self) -> None:
        seated = {member for room in self.rooms for member in room.members}
        for one, other, stake in self.meeting.model.ties:
            if one in seated and other in seated:
                one.meet(other, stake, self)
        for room in self.rooms:
            room.acts.append(dict.fromkeys(room.members, Act.TALK))
