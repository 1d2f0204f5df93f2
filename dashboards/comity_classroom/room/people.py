"""People: who comes in, who comes back, who is here, and who is put out."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from comity_classroom.room.errors import keeping
from comity_classroom.room.names import check_name, look_alike
from comity_classroom.room.refusal import Refused

if TYPE_CHECKING:
    from comity_classroom.room.ledger import Entry
    from comity_classroom.room.secrets import Secrets
    from comity_classroom.room.state import RoomState

__all__ = ["WITHOUT_SEAT", "People"]

WITHOUT_SEAT = 40
"""People who may be in a room beyond its seats: a class that shares seats, or looks on."""
_FIRST_PAGE = 10.0
"""Seconds within which somebody who comes in asks for a page; who does not counts as gone."""


class People:
    """That part of a room which knows people; see :class:`comity_classroom.room.classroom.Classroom`.

    Attributes
    ----------
    most_people
        How many may be in the room.
    """

    secrets: Secrets
    acting: threading.RLock
    grace: float
    most_people: int
    _heard: dict[str, float]

    if TYPE_CHECKING:

        @property
        def state(self) -> RoomState:
            """The state now."""

        def _must_be_open(self) -> None: ...
        def _tell(self) -> None: ...
        def _write(self, kind: str, *, replay: bool = False, **what: Any) -> Entry: ...

    def heard(self, person: str) -> None:
        """Note that a person's page is alive; who is there is not in the ledger."""
        was_gone = not self.is_here(person)
        self._heard[person] = time.monotonic()
        if was_gone:
            self._tell()

    def is_here(self, person: str) -> bool:
        """Return whether a person was heard of within the grace time."""
        return time.monotonic() - self._heard.get(person, -1e9) < self.grace

    def join(self, name: object) -> tuple[str, str]:
        """Let somebody in, and return the id of the person and the token of the device."""
        with self.acting:
            self._must_be_open()
            called = check_name(name)
            if self.state.is_shut:
                raise Refused("The teacher lets nobody in at the moment. Ask for the door to be opened.", "forbidden")
            self._must_differ(called)
            self._make_room()
            # First the token: if the machine dies in between, a token without a person opens nothing.
            with keeping(self.secrets.path):
                person, token = self.secrets.new_person(self.state.people)
            self._heard[person] = time.monotonic() - max(0.0, self.grace - _FIRST_PAGE)
            self._write("joined", person=person, name=called)
            return person, token

    def rejoin(self, code: str) -> tuple[str, str]:
        """Let a person in on another device, by a rejoin code; return person and token."""
        with self.acting:
            self._must_be_open()
            person = self.secrets.person_of_rejoin(code)
            if person is None or person not in self.state.people:
                raise Refused("That rejoin code is not one of this room.", "forbidden")
            with keeping(self.secrets.path):
                token = self.secrets.new_seat_token(person)
            self._heard[person] = time.monotonic()
            self._tell()
            return person, token

    def person_of(self, token: str) -> str | None:
        """Return the person to whom a device belongs, or None."""
        person = self.secrets.person_of(token)
        return person if person in self.state.people else None

    def was_removed(self, token: str) -> bool:
        """Return whether a device belongs to a person whom the teacher has removed."""
        person = self.secrets.person_of(token)
        return person is not None and person not in self.state.people

    def rejoin_code(self, person: str) -> str:
        """Return a new code with which a person comes in from another device."""
        with self.acting:
            self._must_be_open()
            with keeping(self.secrets.path):
                return self.secrets.new_rejoin_code(person)

    def remove(self, person: object) -> None:
        """Put a person out: the seat is free, and no device or code of theirs opens anything any more."""
        with self.acting:
            self._must_be_open()
            if not isinstance(person, str) or person not in self.state.people:
                raise Refused("There is nobody of that name in the room.", "missing")
            # What the secrets hold of them stays, so that their page can say what happened.
            self._write("removed", people=[person])

    @property
    def away(self) -> list[str]:
        """People who are not heard of any more."""
        return [person for person in self.state.people if not self.is_here(person)]

    def remove_away(self) -> int:
        """Put all out who are away, and return how many; they may come in again by the join code, as new people."""
        with self.acting:
            self._must_be_open()
            return self._put_out(self.away)

    def shut(self, on: bool) -> None:
        """Shut the door: nobody new comes in, those who are in come back; or open it again."""
        with self.acting:
            self._must_be_open()
            if on != self.state.is_shut:
                self._write("shut", on=on)

    def _must_differ(self, called: str) -> None:
        for other in self.state.people.values():
            if other.casefold() == called.casefold():
                raise Refused(
                    f"Somebody is called {called} already. Choose another name, or come back by your rejoin code.",
                    "conflict",
                )
            if look_alike(other, called):
                raise Refused(
                    f"That name looks like {other}, which is taken. Choose one that can be told apart from it, or come "
                    "back by your rejoin code.",
                    "conflict",
                )

    def _make_room(self) -> None:
        """Refuse a newcomer to a full room; first those are put out who have neither a seat nor a page that is open."""
        if len(self.state.people) < self.most_people:
            return
        seated = set(self.state.seats.values())
        if not self._put_out([person for person in self.away if person not in seated]):
            raise Refused("This room is full. Ask the teacher to remove somebody who is not of the class.", "conflict")

    def _put_out(self, people: list[str]) -> int:
        if people:
            self._write("removed", people=people)
            with suppress(OSError):  # without it too their devices open nothing: they are not in the room
                self.secrets.forget(people)
        return len(people)
