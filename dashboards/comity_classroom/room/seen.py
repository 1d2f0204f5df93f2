"""What a page showed when something was asked of it: an act that was meant for another moment is not done."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from comity_classroom.room.refusal import Refused
from comity_classroom.room.state import RoomState, state_of

if TYPE_CHECKING:
    from comity_classroom.room.classroom import Classroom

__all__ = ["check_act", "check_choice", "check_take", "seen_now"]

_OF_STUDENTS = frozenset({"joined", "chosen", "seated", "freed", "removed"})
"""Kinds of entries that come while a teacher looks on: they leave what a button of the teacher means as it was."""
_STALE_ACT = "The room has gone on since your page showed that. It was not done twice: look again."
_STALE = "The room has gone on since your page showed that. Nothing was noted: look at your page again."


def seen_now(state: RoomState) -> str:
    """Return the number that stands for this moment on a page: that of the branch, and of the last entry."""
    return f"{state.branch}.{state.n}"


def check_act(room: Classroom, seen: object, *, seat: object = None, person: object = None) -> None:
    """Refuse an act of a teacher whose page shows another moment.

    Parameters
    ----------
    seen
        The number that the page carried.
    seat, person
        Whom the act concerns: it is refused too where that seat has changed hands, or that person has gone.
    """
    n = _entry(room, seen, _STALE_ACT)
    later = room.ledger.entries[n:]
    if any(entry.kind not in _OF_STUDENTS for entry in later):
        raise Refused(_STALE_ACT, "conflict")
    if not later or (seat is None and person is None):
        return
    then, now = state_of(room.ledger.entries[:n]), room.state
    changed_hands = isinstance(seat, str) and then.seats.get(seat) != now.seats.get(seat)
    has_gone = isinstance(person, str) and person in then.people and person not in now.people
    if changed_hands or has_gone:
        raise Refused(_STALE_ACT, "conflict")


def check_choice(room: Classroom, seen: object) -> None:
    """Refuse a choice whose page shows a sitting that has passed."""
    n = _entry(room, seen, _STALE)
    if any(entry.kind in ("advanced", "branched") for entry in room.ledger.entries[n:]):
        raise Refused(_STALE, "conflict")


def check_take(room: Classroom, seen: object, person: str) -> None:
    """Refuse to seat a person whose page does not know that they have been seated, or moved."""
    n = _entry(room, seen, _STALE)
    if state_of(room.ledger.entries[:n]).seat_of(person) != room.state.seat_of(person):
        raise Refused(_STALE, "conflict")


def _entry(room: Classroom, seen: object, told: str) -> int:
    """Return the number of the entry that a page showed last; of another branch none counts."""
    found = re.fullmatch(r"([0-9]{1,6})\.([0-9]{1,9})", seen) if isinstance(seen, str) else None
    if found is None:
        raise Refused("Send what your page shows with it: 'seen' must be the number that its buttons carry.")
    branch, n = map(int, found.groups())
    if branch != room.state.branch or not 1 <= n <= room.state.n:
        raise Refused(told, "conflict")
    return n
