"""People: joining, rejoining, presence and removal."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from comity_classroom.core.errors import saving
from comity_classroom.core.names import check_name, look_alike
from comity_classroom.core.refusal import Refused

if TYPE_CHECKING:
    from comity_classroom.core.ledger import Entry
    from comity_classroom.core.secrets import Secrets
    from comity_classroom.core.state import ClassroomState

__all__ = ["WITHOUT_SEAT", "People"]

WITHOUT_SEAT = 40
"""People admitted beyond the number of seats, who share a seat or watch."""
_FIRST_PAGE = 10.0
"""Seconds in which a newcomer must load a page to count as present."""


class People:
    """The part of a classroom about people; see :class:`comity_classroom.core.classroom.Classroom`.

    Attributes
    ----------
    most_people
        Most people in the classroom.
    """

    secrets: Secrets
    acting: threading.RLock
    grace: float
    most_people: int
    _heard: dict[str, float]

    if TYPE_CHECKING:

        @property
        def state(self) -> ClassroomState:
            """The state now."""

        def _must_be_open(self) -> None: ...
        def _tell(self) -> None: ...
        def _write(self, kind: str, *, replay: bool = False, **what: Any) -> Entry: ...

    def heard(self, person: str) -> None:
        """Record a sign of life from a person's page. Presence is not in the ledger."""
        was_gone = not self.is_here(person)
        self._heard[person] = time.monotonic()
        if was_gone:
            self._tell()

    def is_here(self, person: str) -> bool:
        """Return whether a person gave a sign of life within the grace time."""
        return time.monotonic() - self._heard.get(person, -1e9) < self.grace

    def join(self, name: object) -> tuple[str, str]:
        """Admit a new person; return the id of the person and the token of the device."""
        with self.acting:
            self._must_be_open()
            called = check_name(name)
            if self.state.is_shut:
                raise Refused("shut", "forbidden")
            self._must_differ(called)
            self._make_room()
            # The token comes first: after a crash in between, a token without a person admits nobody.
            with saving(self.secrets.path):
                person, token = self.secrets.new_person(self.state.people)
            self._heard[person] = time.monotonic() - max(0.0, self.grace - _FIRST_PAGE)
            self._write("joined", person=person, name=called)
            return person, token

    def rejoin(self, code: str) -> tuple[str, str]:
        """Admit a person on another device by a rejoin code; return the person and the token."""
        with self.acting:
            self._must_be_open()
            person = self.secrets.person_of_rejoin(code)
            if person is None or person not in self.state.people:
                raise Refused("rejoin_code", "forbidden")
            with saving(self.secrets.path):
                token = self.secrets.new_seat_token(person)
            self._heard[person] = time.monotonic()
            self._tell()
            return person, token

    def person_of(self, token: str) -> str | None:
        """Return the person that a device belongs to, or None."""
        person = self.secrets.person_of(token)
        return person if person in self.state.people else None

    def was_removed(self, token: str) -> bool:
        """Return whether a device belongs to a removed person."""
        person = self.secrets.person_of(token)
        return person is not None and person not in self.state.people

    def rejoin_code(self, person: str) -> str:
        """Return a new code with which a person can join from another device."""
        with self.acting:
            self._must_be_open()
            with saving(self.secrets.path):
                return self.secrets.new_rejoin_code(person)

    def remove(self, person: object) -> None:
        """Remove a person: the seat is freed, and their devices and codes are no longer valid."""
        with self.acting:
            self._must_be_open()
            if not isinstance(person, str) or person not in self.state.people:
                raise Refused("nobody", "missing")
            # Their secrets are kept, so that their page can say what happened.
            self._write("removed", people=[person])

    @property
    def away(self) -> list[str]:
        """People without a recent sign of life."""
        return [person for person in self.state.people if not self.is_here(person)]

    def remove_away(self) -> int:
        """Remove everybody who is away; return how many. They can join again as new people."""
        with self.acting:
            self._must_be_open()
            return self._put_out(self.away)

    def hush(self, person: object, on: bool) -> None:
        """Mute one person, or let them speak again. Their team keeps the floor."""
        with self.acting:
            self._must_be_open()
            if not isinstance(person, str) or person not in self.state.people:
                raise Refused("nobody", "missing")
            if (person in self.state.hushed) != on:
                self._write("muted", person=person, on=on)

    def shut(self, on: bool) -> None:
        """Close the door to newcomers, or open it again. People who have joined can always come back."""
        with self.acting:
            self._must_be_open()
            if on != self.state.is_shut:
                self._write("shut", on=on)

    def _must_differ(self, called: str) -> None:
        for other in self.state.people.values():
            if other.casefold() == called.casefold():
                raise Refused("name_taken", "conflict", person=called)
            if look_alike(other, called):
                raise Refused("name_alike", "conflict", person=other)

    def _make_room(self) -> None:
        """Make room in a full classroom by removing people who are away and without a seat, or refuse."""
        if len(self.state.people) < self.most_people:
            return
        seated = {*self.state.seats.values(), *self.state.mates}
        if not self._put_out([person for person in self.away if person not in seated]):
            raise Refused("full", "conflict")

    def _put_out(self, people: list[str]) -> int:
        if people:
            self._write("removed", people=people)
            with suppress(OSError):  # not essential: the devices of removed people are refused anyway
                self.secrets.forget(people)
        return len(people)
