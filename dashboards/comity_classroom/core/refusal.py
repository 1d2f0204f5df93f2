"""Refusals: a sentence for the person who asked, and the kind of refusal."""

from __future__ import annotations

from typing import Literal

__all__ = ["Refused"]

Kind = Literal["wrong", "forbidden", "missing", "conflict", "closed", "too many"]


class Refused(Exception):
    """A request that was refused. Nothing has changed.

    Attributes
    ----------
    kind
        wrong: not a valid request; forbidden: not allowed to this person; missing: no such thing; conflict: not
        possible now; closed: the classroom is closed; too many: try later.
    """

    def __init__(self, text: str, kind: Kind = "wrong") -> None:
        super().__init__(text)
        self.kind: Kind = kind
