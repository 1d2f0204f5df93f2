"""Seating: who is willing to sit, who chairs, and who finds a seat where (ODD 7.3)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from comity.phases import Phase
from mesa_twin.delegation import Delegation
from mesa_twin.luck import Decision, Luck

if TYPE_CHECKING:
    from mesa_twin.room import Room
    from mesa_twin.sitting import Sitting

__all__ = ["take_seats"]

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
        if delegation in waiting and room.has_seat:
            _appoint(room, delegation, waiting)
    taken = {chair.is_developed for chair in room.co_chairs}
    for is_developed in (False, True):
        if is_developed in taken or len(room.co_chairs) >= _CO_CHAIRS or not room.has_seat:
            continue
        merits = {
            delegation: delegation.capacity * delegation.salience[room.issue] * number
            for delegation, number in waiting.items()
            if delegation.is_state and delegation.is_developed == is_developed
        }
        best = max(merits, key=lambda delegation: merits[delegation], default=None)
        if best is not None and merits[best] > 0:
            _appoint(room, best, waiting)


def _appoint(room: Room, delegation: Delegation, waiting: dict[Delegation, float]) -> None:
    del waiting[delegation]
    room.members.append(delegation)
    room.co_chairs.append(delegation)
