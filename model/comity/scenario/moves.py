"""Moves: what a person who took an actor's seat chose, instead of the model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal, Self

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from comity.scenario.value import ID, ID_PATTERN, Value

__all__ = ["CHOICES", "Move", "lay_moves", "same_thing"]

CHOICES = ("attends", "hosts", "pledges", "arena", "vote", "table", "act", "partner", "draft")
"""What a person can choose, by field; a move makes exactly one choice."""

_IN_A_SITTING = ("table", "act", "partner")
_ON_A_VOTE = ("vote", "draft")
_ARENAS = {"un": "the UN", "informal": "an informal forum", "nowhere": "no forum at all"}
_PLACE = ("actor", "meeting", "sitting", "on", "paragraph", "wording", "partner")
_ACTS = {
    "silence": "stays silent", "statement": "makes a statement", "cooperation": "cooperates",
    "contestation": "contests",
}  # fmt: skip


class Move(Value):
    """One choice of a person for one actor at one meeting; all that is not chosen the model goes on deciding.

    A choice takes the place of the actor's own decision and of nothing else: rules of the forum, the number of seats
    and the decisions of others stay. What cannot be carried out has no effect, and the record says why
    (``model/ODD.md``, section A.6).
    """

    actor: str = ID
    meeting: str = ID
    attends: bool | None = Field(default=None, strict=True, description="whether it comes to the meeting")
    hosts: bool | None = Field(default=None, strict=True, description="whether it hosts the meeting")
    pledges: bool | None = Field(default=None, strict=True, description="whether it pledges money to the meeting")
    arena: Literal["un", "informal", "nowhere"] | None = Field(
        default=None, description="where it would like best to go on talking, after the meeting"
    )
    vote: Literal["yes", "abstain", "no", "absent"] | None = Field(default=None, description="its answer to a vote")
    on: str = Field(
        default="", description="id of the vote, needed where the meeting has several; with vote and draft only"
    )
    table: int | None = Field(
        default=None, strict=True, ge=0, le=50, description="room that it takes in the sitting, from 1; 0 stays away"
    )
    act: Literal["silence", "statement", "cooperation", "contestation"] | None = Field(
        default=None, description="what it does in a sitting"
    )
    sitting: int | None = Field(
        default=None, strict=True, ge=1, description="sitting of the meeting, from 1; with table, act and partner only"
    )
    round: int | None = Field(
        default=None,
        strict=True,
        ge=1,
        le=10,
        description="round of the sitting, from 1; with act only; without it all",
    )
    partner: str | None = Field(
        default=None,
        pattern=ID_PATTERN,
        max_length=40,
        description="state that it meets in the corridor of a sitting; one move for each",
    )
    draft: Literal["supports", "opposes"] | None = Field(
        default=None, description="what it thinks of a wording of a paragraph of the text that is voted on"
    )
    paragraph: str = Field(default="", description="issue of the paragraph; with draft only")
    wording: int | None = Field(
        default=None,
        strict=True,
        ge=-2,
        le=2,
        description="wording of the paragraph: -2 weakest, 0 that of the scenario, 2 strongest; with draft only",
    )

    @property
    def choice(self) -> str:
        """What is chosen: one of :data:`CHOICES`."""
        return next(name for name in CHOICES if getattr(self, name) is not None)

    @property
    def value(self) -> bool | int | str:
        """The choice itself; of a draft with its wording and paragraph."""
        if self.draft is not None:
            return f"{self.draft} {self._degree} {self.paragraph}"
        chosen: bool | int | str = getattr(self, self.choice)
        return chosen

    @property
    def _degree(self) -> str:
        return f"{self.wording:+d}" if self.wording else "0"

    def words(self) -> str:
        """Return the choice in words, to be read after the name of the actor."""
        when = "" if self.sitting is None else f" in sitting {self.sitting}"
        when += "" if self.round is None else f", round {self.round}"
        if self.table is not None:
            return ("stays away" if self.table == 0 else f"takes room {self.table}") + when
        if self.act is not None:
            return _ACTS[self.act] + when
        if self.partner is not None:
            return f"meets {self.partner} in the corridor{when}"
        if self.draft is not None:
            about = f" on {self.on}" if self.on else ""
            return f"{self.draft} wording {self._degree} of the paragraph {self.paragraph}{about}"
        if self.arena is not None:
            return f"would like best {_ARENAS[self.arena]}"
        if self.vote is not None:
            about = f" on {self.on}" if self.on else ""
            return f"is absent from the vote{about}" if self.vote == "absent" else f"votes {self.vote}{about}"
        words = {
            "attends": ("stays away from the meeting", "comes"), "hosts": ("does not host", "hosts"),
            "pledges": ("pledges nothing", "pledges money"),
        }  # fmt: skip
        return words[self.choice][bool(self.value)]

    @model_validator(mode="after")
    def _one_choice(self) -> Self:
        where = f"move of {self.actor!r} at {self.meeting!r}"
        made = [name for name in CHOICES if getattr(self, name) is not None]
        if len(made) != 1:
            raise ValueError(
                f"{where}: must make exactly one choice of {', '.join(CHOICES)}, got {', '.join(made) or 'none'}. "
                "Write one [[moves]] for each choice."
            )
        inside = made[0] in _IN_A_SITTING
        if inside and self.sitting is None:
            raise ValueError(
                f"{where}: sitting must be given with {made[0]}, got none. Add sitting = 1, or which it is."
            )
        if made[0] == "draft" and (not self.paragraph or self.wording is None):
            raise ValueError(
                f"{where}: paragraph and wording must be given with draft, got {self.paragraph or 'none'} and "
                f"{'none' if self.wording is None else self.wording}. Add the id of an issue, and a wording in -2..2."
            )
        if self.partner == self.actor:
            raise ValueError(f"{where}: partner must be another actor, got itself. Name another one.")
        uses = (
            ("sitting", inside), ("round", made[0] == "act"), ("on", made[0] in _ON_A_VOTE),
            ("paragraph", made[0] == "draft"), ("wording", made[0] == "draft"),
        )  # fmt: skip
        for name, fits in uses:
            if getattr(self, name) not in (None, "") and not fits:
                raise ValueError(
                    f"{where}: {name} must not be given with {made[0]}, got {getattr(self, name)!r}. Leave it out."
                )
        return self

    @model_serializer(mode="wrap")
    def _what_is_given(self, inner: SerializerFunctionWrapHandler) -> dict[str, Any]:
        given: dict[str, Any] = inner(self)
        return {name: value for name, value in given.items() if value not in (None, "")}


def same_thing(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Return whether two moves, as plain data, choose on the same thing; a move without round is on all rounds."""
    if any(one.get(name) != other.get(name) for name in _PLACE):
        return False
    rounds = (one.get("round"), other.get("round"))
    return any(name in one and name in other for name in CHOICES) and (None in rounds or rounds[0] == rounds[1])


def lay_moves(base: Iterable[Any], patch: Iterable[Any]) -> list[Any]:
    """Return moves, as plain data, with those of a patch laid over them: on the same thing the patch counts."""
    new = list(patch)
    tables = [move for move in new if isinstance(move, dict)]
    kept = [move for move in base if not (isinstance(move, dict) and any(same_thing(move, other) for other in tables))]
    return kept + new
