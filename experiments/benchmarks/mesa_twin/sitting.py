"""A sitting: who sits where (ODD 7.3), rooms in which everybody decides and then listens, or the corridor."""

from __future__ import annotations

import math
from itertools import combinations
from typing import TYPE_CHECKING

from comity.phases import Phase
from comity.scenario.schema import Sittings
from mesa_twin.arithmetic import Decision, Luck, address_of, clip, exposure, mean
from mesa_twin.delegation import Act, Delegation, Speech

if TYPE_CHECKING:
    from mesa_twin.delegation import Delegation
    from mesa_twin.meeting import HeldMeeting, Topic

__all__ = ["Room", "Sitting", "take_seats"]


class Room:
    """One room of one sitting.

    Attributes
    ----------
    resonance
        What the frame adds to the weight of speakers for more joint governance.
    members
        Who sits in it, in the order of the actor table once the sitting has begun.
    acts
        For each round what each member did.
    """

    def __init__(self, sitting: Sitting, number: int, topic: Topic) -> None:
        model, forum = sitting.meeting.model, sitting.meeting.forum
        self.sitting = sitting
        self.meeting = sitting.meeting
        self.number = number
        self.topic = topic
        self.issue = topic.issue
        self.intimacy = sitting.intimacy
        self.closeness = min(sitting.intimacy, 1.0)
        self.bindingness = sitting.bindingness
        self.exposure = exposure(
            model.issues[topic.issue], forum.development_framing, sitting.bindingness, model.parameters.base_exposure
        )
        issue = model.issues[topic.issue]
        self.resonance = 1 + model.parameters.persuasion_framing * forum.development_framing * issue.development_framing
        self.members: list[Delegation] = []
        self.co_chairs: list[Delegation] = []
        self.acts: list[dict[Delegation, Act]] = []
        self.mean_position = 0.0

    def has_seat(self, delegation: Delegation) -> bool:
        """Return whether a seat is free: networks have seats of their own, as many as all others together."""
        is_guest = delegation.stance != ""
        return sum((member.stance != "") == is_guest for member in self.members) < self.sitting.plan.seats

    def is_open_to(self, delegation: Delegation) -> bool:
        """Return whether a delegation may take a seat: one is free, and its role does not hold too many."""
        if not self.has_seat(delegation):
            return False
        places = self.sitting.plan.mixing * self.sitting.plan.seats
        return not delegation.is_state or sum(m.role == delegation.role for m in self.members) < places

    def draw(self, decision: Decision, delegation: Delegation, number: int) -> float:
        """Return the draw of a delegation in a round of this room."""
        return self.meeting.model.luck.draw(
            decision, self.meeting.id, self.sitting.address, delegation.address, Luck.number(number)
        )

    def hold_round(self, number: int) -> None:
        """Let everybody decide, and then everybody listen (ODD 3.4)."""
        self.mean_position = mean(member.position[self.issue] for member in self.members)
        acts: dict[Delegation, Act] = {}
        speeches: list[Speech] = []
        for member in self.members:
            trust = member.mean_trust(self.members)
            self.meeting.experience[member].sat(trust)
            chosen = self.meeting.model.people.act(member.id, self.sitting, number)
            if chosen is not None:
                acts[member] = chosen
            else:
                is_silent = not member.speaks(self, number, trust)
                acts[member] = Act.SILENCE if is_silent else member.act(self, number, trust)
            if acts[member] is not Act.SILENCE:
                speeches.append(Speech(member, acts[member], member.position[self.issue], member.authority))
        if speeches:
            for member in self.members:
                member.listen(self, speeches, number)
        self.acts.append(acts)


_MOST_LISTED = 3
_CO_CHAIRS = 2


def take_seats(sitting: Sitting) -> None:
    """Seat those who came and are willing to man a room of the sitting."""
    luck, people, meeting = sitting.meeting.model.luck, sitting.meeting.model.people, sitting.meeting.id
    numbers: dict[Delegation, float] = {}
    for delegation in sitting.meeting.present:
        if delegation.kind in sitting.plan.kinds and not people.stays_away(delegation.id, sitting):
            if people.room(delegation.id, sitting) is not None:
                chance = delegation.admission(sitting)
            else:
                chance = sitting.plan.participation * delegation.would_man(sitting)
            if luck.draw(Decision.PARTICIPATION, meeting, sitting.address, delegation.address) < chance:
                numbers[delegation] = luck.draw(Decision.SEATING, meeting, sitting.address, delegation.address)
    waiting = dict(numbers)
    if sitting.phase is Phase.ROUND_TABLES:
        for room in sitting.rooms:
            free = {d: n for d, n in waiting.items() if people.room(d.id, sitting) in (None, room)}
            _appoint_co_chairs(room, free)
            waiting = {d: n for d, n in waiting.items() if d not in room.co_chairs}
    for delegation in sorted(waiting, key=lambda delegation: numbers[delegation]):
        chosen = people.room(delegation.id, sitting)
        if chosen is not None and chosen.is_open_to(delegation):
            chosen.members.append(delegation)
            del waiting[delegation]
    for delegation in sorted(waiting, key=lambda delegation: numbers[delegation]):
        rooms = [room for room in sitting.rooms if room.is_open_to(delegation)]
        if rooms:
            min(rooms, key=lambda room: _arrival(room, delegation)).members.append(delegation)


def _arrival(room: Room, delegation: Delegation) -> float:
    draw = room.meeting.model.luck.draw(
        Decision.TABLE, room.meeting.id, room.sitting.address, delegation.address, Luck.number(room.number)
    )
    return -math.log(1 - draw) / (delegation.salience[room.issue] + 1e-9)


def _appoint_co_chairs(room: Room, waiting: dict[Delegation, float]) -> None:
    known = room.meeting.model.by_id
    listed = [known[name] for name in room.topic.co_chairs if name in known][:_MOST_LISTED]
    for delegation in listed:
        if delegation in waiting and room.has_seat(delegation):
            _appoint(room, delegation, waiting)
    taken = {chair.is_developed for chair in room.co_chairs}
    for is_developed in (False, True):
        if is_developed in taken or len(room.co_chairs) >= _CO_CHAIRS:
            continue
        merits = {
            delegation: delegation.capacity * delegation.salience[room.issue] * number
            for delegation, number in waiting.items()
            if delegation.is_state and delegation.is_developed == is_developed and room.has_seat(delegation)
        }
        best = max(merits, key=lambda delegation: merits[delegation], default=None)
        if best is not None and merits[best] > 0:
            _appoint(room, best, waiting)


def _appoint(room: Room, delegation: Delegation, waiting: dict[Delegation, float]) -> None:
    del waiting[delegation]
    room.members.append(delegation)
    room.co_chairs.append(delegation)


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
        named = self.meeting.model.people.pairs(self)
        for one, other, stake in self.meeting.model.ties:
            if one in seated and other in seated:
                is_named = frozenset((one.id, other.id)) in named
                named.discard(frozenset((one.id, other.id)))
                one.meet(other, stake, self, is_named=is_named)
        states = sorted((m for m in seated if m.is_state), key=lambda member: member.row)
        for one, other in combinations(states, 2):
            if frozenset((one.id, other.id)) in named:
                one.meet(other, 0.0, self, is_named=True)
        for room in self.rooms:
            room.acts.append(dict.fromkeys(room.members, Act.TALK))
