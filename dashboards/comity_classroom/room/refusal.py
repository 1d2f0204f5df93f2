"""The answer to what cannot be done: a sentence for the person who asked, and what kind of no it is."""

from __future__ import annotations

from typing import Literal

__all__ = ["Refused"]

Kind = Literal["wrong", "forbidden", "missing", "conflict", "closed", "too many"]


class Refused(Exception):
    """Something that a person asked for and that is not done; nothing has changed.

    Attributes
    ----------
    kind
        wrong: it makes no sense; forbidden: not to this person; missing: there is no such thing; conflict: not now;
        closed: the room is over; too many: later.
    """

    def __init__(self, text: str, kind: Kind = "wrong") -> None:
        super().__init__(text)
        self.kind: Kind = kind
