"""Refusals: a phrase for the person who asked, and the kind of refusal."""

from __future__ import annotations

from typing import Literal

from comity_classroom.phrases import Phrases, load_phrases

__all__ = ["Refused"]

Kind = Literal["wrong", "forbidden", "missing", "conflict", "closed", "too many"]


class Refused(Exception):
    """A request that was refused. Nothing has changed.

    Attributes
    ----------
    code
        Path of the phrase below ``refusals``.
    kind
        wrong: not a valid request; forbidden: not allowed to this person; missing: no such thing; conflict: not
        possible now; closed: the classroom is closed; too many: try later.
    values
        Values of the phrase; ``seat`` is the English name of an actor.
    """

    def __init__(self, code: str, kind: Kind = "wrong", **values: object) -> None:
        super().__init__(code)
        self.code, self.kind, self.values = code, kind, values

    def __str__(self) -> str:
        return self.said(load_phrases())

    def said(self, phrases: Phrases) -> str:
        """Return the refusal in a language."""
        seat = {"seat": phrases.short_name(str(self.values["seat"]))} if "seat" in self.values else {}
        return phrases.say(f"refusals.{self.code}", **self.values | seat)
