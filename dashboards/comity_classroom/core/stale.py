"""Stale acts: an act from a page that shows an earlier moment is refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from comity_classroom.core.refusal import Refused
from comity_classroom.core.state import ClassroomState, state_of

if TYPE_CHECKING:
    from comity_classroom.core.classroom import Classroom

__all__ = ["check_act", "check_choice", "check_take", "version_of"]

_OF_STUDENTS = frozenset(
    {
        "joined", "chosen", "seated", "teamed", "left", "freed", "removed", "said", "offered", "answered", "proposed",
        "voiced", "dropped", "guessed",
    }
)  # fmt: skip
"""Entries that do not change the meaning of the buttons on the teacher's page."""
_STALE_ACT, _STALE = "stale_act", "stale"


def version_of(state: ClassroomState) -> str:
    """Return the version of a moment, as pages carry it: the branch and the number of the last entry."""
    return f"{state.branch}.{state.n}"


def check_act(classroom: Classroom, seen: object, *, seat: object = None, person: object = None) -> None:
    """Refuse an act from a stale page of the teacher.

    Parameters
    ----------
    seen
        The version that the page carried.
    seat, person
        Target of the act. It is also refused if the seat has changed hands or the person has left since.
    """
    n = _entry(classroom, seen, _STALE_ACT)
    later = classroom.ledger.entries[n:]
    if any(entry.kind not in _OF_STUDENTS for entry in later):
        raise Refused(_STALE_ACT, "conflict")
    if not later or (seat is None and person is None):
        return
    then, now = state_of(classroom.ledger.entries[:n]), classroom.state
    changed_hands = isinstance(seat, str) and then.seats.get(seat) != now.seats.get(seat)
    has_gone = isinstance(person, str) and person in then.people and person not in now.people
    if changed_hands or has_gone:
        raise Refused(_STALE_ACT, "conflict")


def check_choice(classroom: Classroom, seen: object) -> None:
    """Refuse a choice from a page that shows a past sitting."""
    n = _entry(classroom, seen, _STALE)
    if any(entry.kind in ("advanced", "branched") for entry in classroom.ledger.entries[n:]):
        raise Refused(_STALE, "conflict")


def check_take(classroom: Classroom, seen: object, person: str) -> None:
    """Refuse to seat a person whose page does not show their current seat."""
    n = _entry(classroom, seen, _STALE)
    if state_of(classroom.ledger.entries[:n]).seat_of(person) != classroom.state.seat_of(person):
        raise Refused(_STALE, "conflict")


def _entry(classroom: Classroom, seen: object, refusal: str) -> int:
    """Return the number of the last entry on a page; refuse pages of another branch."""
    found = re.fullmatch(r"([0-9]{1,6})\.([0-9]{1,9})", seen) if isinstance(seen, str) else None
    if found is None:
        raise Refused("page.seen")
    branch, n = map(int, found.groups())
    if branch != classroom.state.branch or not 1 <= n <= classroom.state.n:
        raise Refused(refusal, "conflict")
    return n
