"""A look at a room: what all pages share, and the version of what each of them shows."""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable
from typing import Any

from comity.world.world import GROUPS
from comity_classroom.room.amendments import in_words
from comity_classroom.room.classroom import Classroom
from comity_classroom.room.playing import Stop
from comity_classroom.room.state import RoomState
from comity_classroom.room.told import PHASE_WORDS
from comity_dashboard.palette import GROUP_NAMES

__all__ = ["Look", "remembered"]


class Look:
    """One moment of a room, as all its pages see it.

    Attributes
    ----------
    room, state, stop
        The room, and its state and stop at this moment.
    place
        Meeting and sitting that come next, or None.
    """

    def __init__(self, room: Classroom) -> None:
        self.room = room
        scene = room.scene
        self.state: RoomState = scene.state
        self.stop: Stop = scene.stop
        ahead = self.stop.next
        self.place = None if ahead is None else (ahead.place.meeting, ahead.place.sitting)

    def row(self, seat: str) -> int:
        """Return the row of a seat in the world."""
        return int(self.stop.model.population.rows[seat])

    def name(self, seat: str) -> str:
        """Return what a seat is called."""
        return str(self.stop.model.population.actors["name"].iloc[self.row(seat)])

    def short_name(self, seat: str) -> str:
        """Return what a seat is called, without the words in brackets."""
        return self.name(seat).partition(" (")[0]

    def group(self, seat: str) -> str:
        """Return the group of a seat."""
        return GROUPS[int(self.stop.model.world.actors["group"][self.row(seat)])]

    def group_name(self, seat: str) -> str:
        """Return the group of a seat in words."""
        return GROUP_NAMES[self.group(seat)]

    def chosen(self, seat: str) -> dict[str, Any]:
        """Return what was chosen for a seat for what comes next."""
        return dict(self.state.choices.get((seat, *self.place), {})) if self.place else {}

    def stage(self) -> dict[str, Any]:
        """Return where the room stands, as every page says it."""
        state, ahead = self.state, self.stop.next
        left = None
        if state.timer is not None:
            left = state.timer if state.is_paused else max(0.0, state.timer - time.time())
        return {
            "title": state.scenario["title"],
            "stop_version": _digest(state.branch, state.held, state.doors),
            "state": state,
            "ahead": ahead,
            "meeting": None if ahead is None else self.stop.scenario.meeting(ahead.place.meeting),
            "phase": "" if ahead is None else PHASE_WORDS[ahead.phase],
            "amendment": in_words(state.amendments[-1], self.stop.scenario) if state.amendments else "",
            "seconds_left": left,
            "has_begun": state.held is not None or bool(state.doors),
        }

    # A page asks for itself anew if and only if its version has changed.

    def student_version(self, person: str) -> str:
        """Return the version of a student's page: what others choose does not change it."""
        seat = self.state.seat_of(person)
        if seat is None:
            return _digest(*self._common(), sorted(self.state.seats.items()))
        return _digest(*self._common(), seat, self.chosen(seat), seat in self.state.muted)

    def teacher_version(self) -> str:
        """Return the version of the teacher's page: everything changes it."""
        here = sorted(person for person in self.state.people if self.room.is_here(person))
        return _digest(self.state.n, self.state.branch, here)

    def room_version(self) -> str:
        """Return the version of the projector's page."""
        return _digest(*self._common(), sorted(self.state.seats), self.n_chosen)

    @property
    def n_chosen(self) -> int:
        """Number of seats of people for which something was chosen for what comes next."""
        return sum(bool(self.chosen(seat)) for seat in self.state.seats)

    def _common(self) -> tuple[Any, ...]:
        state = self.state
        flags = (state.is_locked, state.is_paused, state.is_closed)
        return (state.branch, state.held, state.doors, flags, state.timer, len(state.amendments))


def remembered(memory: dict[Any, Any], stop: Stop, key: Any, make: Callable[[], Any]) -> Any:
    """Return what was made of a stop before, or make it; a memory holds one stop at a time."""
    if memory.get("stop") is not stop:
        memory.clear()
        memory["stop"] = stop
    if key not in memory:
        memory[key] = make()
    return memory[key]


def _digest(*parts: Any) -> str:
    return f"{zlib.crc32(repr(parts).encode()):08x}"
