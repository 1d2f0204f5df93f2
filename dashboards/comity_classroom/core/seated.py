"""Seated people: taking and leaving a seat, alone or in a team, and choosing for it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from comity_classroom.core.choices import checked
from comity_classroom.core.people import People
from comity_classroom.core.refusal import Refused
from comity_classroom.core.seats import next_to_deal
from comity_classroom.core.state import Place

if TYPE_CHECKING:
    from comity_classroom.core.classroom import Scene

__all__ = ["Seated"]


class Seated(People):
    """The part of a classroom about seats; see :class:`comity_classroom.core.classroom.Classroom`."""

    scene: Scene

    if TYPE_CHECKING:

        @property
        def actors(self) -> Any:
            """Table of the actors."""

    def take(self, person: str, seat: object) -> str:
        """Seat a person; ``None`` deals a seat. Return the seat."""
        with self.acting:
            self._must_be_open()
            if seat is None:
                people = {offered: len(self.state.team_of(offered)) for offered in self.state.offered}
                seat = next_to_deal(people, self.actors, self.state.team)
                if seat is None:
                    raise Refused("all_taken", "conflict")
            if not isinstance(seat, str) or seat not in self.state.offered:
                raise Refused("no_seat", "missing")
            if self.state.seat_of(person) == seat:
                return seat
            if seat not in self.state.open_seats:
                raise Refused("seat_taken", "conflict")
            self._write("teamed" if seat in self.state.seats else "seated", person=person, seat=seat)
            return seat

    def leave(self, person: str) -> None:
        """Give up the seat of a person. Team mates keep it; without any, it is free."""
        with self.acting:
            self._must_be_open()
            if seat := self.state.seat_of(person):
                if len(self.state.team_of(seat)) > 1:
                    self._write("left", person=person)
                else:
                    self._write("freed", seat=seat)

    def choose(self, person: str, seat: object, answer: object, *, over: object = None) -> bool:
        """Record a choice of a person for their seat. Return False if it repeats an earlier one.

        Parameters
        ----------
        over
            To change the choice of a team mate: the choice to change, by question, so that nobody does it unawares.
        """
        with self.acting:
            self._must_be_open()
            mine = self._own_seat(person, seat)
            if not isinstance(answer, Mapping):
                raise Refused("no_answer")
            self._must_have_floor(mine)
            stop = self.scene.stop
            place = stop.next.place if stop.next is not None else Place(meeting="", sitting=0)
            before = self.state.choices.get((mine, place.meeting, place.sitting), {})
            choice = checked(stop, mine, answer, before)
            if all(before.get(key) == value for key, value in choice.items()):
                return False
            self._must_agree(person, mine, place, answer, over)
            self._write("chosen", seat=mine, person=person, meeting=place.meeting, sitting=place.sitting, choice=choice)
            return True

    def _own_seat(self, person: str, seat: object) -> str:
        mine = self.state.seat_of(person)
        if mine is None:
            raise Refused("without_seat", "conflict")
        if seat != mine:
            raise Refused("not_yours", "forbidden")
        if person in self.state.hushed:
            raise Refused("hushed", "conflict")
        return mine

    def _must_have_floor(self, seat: str) -> None:
        """Refuse a seat that may not act now."""
        if self.state.is_paused:
            raise Refused("wait", "conflict")
        if seat in self.state.muted:
            raise Refused("muted", "conflict")
        if self.state.is_locked or (self.state.timer is not None and time.time() >= self.state.timer):
            raise Refused("locked", "conflict")

    def _must_agree(self, person: str, seat: str, place: Place, answer: Mapping[str, Any], over: object) -> None:
        """Refuse to change the choice of a team mate, unless the page showed it."""
        key = (seat, place.meeting, place.sitting)
        chosen, by = self.state.choices.get(key, {}), self.state.chosen_by.get(key, {})
        for name, value in answer.items():
            other = by.get(name)
            if other in (None, person) or other not in self.state.team_of(seat) or chosen.get(name) == value:
                continue
            if not isinstance(over, Mapping) or over.get(name) != chosen.get(name):
                raise Refused("mate_chose", "conflict", person=self.state.people[other])
