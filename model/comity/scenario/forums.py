"""Issues, and the forums in which they are discussed."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from comity.phases import SUCCESSORS, Phase
from comity.scenario.value import ID, Kind, Stance, Value, without_defaults

__all__ = ["Forum", "Issue", "Sittings"]


class Issue(Value):
    """One issue k on which actors hold positions, and the agenda categories it gathers."""

    id: str = ID
    name: str
    politicisation: float = Field(ge=0, le=1, description="pi_k: how contested the issue is at home; share")
    development_framing: float = Field(ge=0, le=1, description="d_k: how far it can be framed as development")
    economic: bool = Field(default=False, description="whether it counts as an economic issue")
    categories: tuple[str, ...] = Field(min_length=1, description="agenda categories of the sources")
    source: str


class Sittings(Value):
    """One phase in the format of a forum: how many sittings, of what kind of room. Defaults: assumption."""

    phase: Phase
    sittings: int = Field(ge=0, le=50, description="sittings of this phase; ignored for round tables with sessions")
    tables: int = Field(default=1, ge=1, le=50, description="rooms in parallel")
    seats: int = Field(default=30, ge=2, le=5000, description="seats in each room; networks have as many of their own")
    kinds: tuple[Kind, ...] = Field(default=("state", "io"), min_length=1, description="who may sit")
    participation: float = Field(default=1.0, ge=0, le=1, description="readiness to man a room, as a factor")
    intimacy: float = Field(
        default=1.0, ge=0, le=5, description="w_f: evidence in one intervention; below 1 also weakens socialisation"
    )
    formality: float = Field(default=0.0, ge=-1, le=1, description="added to the forum's bindingness")
    rounds: int = Field(default=1, ge=1, le=10, description="times everybody may take the floor")
    mixing: float = Field(default=0.6, gt=0, le=1, description="largest share of a room's seats for states of one role")
    agenda: Literal["sessions", "theme", "mirrored"] = Field(
        default="sessions",
        description="what the rooms discuss: the sessions, the meeting's theme, or the "
        "sessions mirrored together with what civil society demands",
    )


class Forum(Value):
    """One forum f: how it binds, frames, opens, and how its meetings run. Defaults: assumption."""

    id: str = ID
    name: str
    bindingness: float = Field(ge=0, le=1, description="b_f: bindingness and formality")
    development_framing: float = Field(ge=0, le=1, description="phi_f: how far the forum frames issues as development")
    openness: float = Field(default=0.4, ge=0, le=1, description="openness to civil society by format")
    inside_access: float = Field(
        default=0.2, ge=0, le=1, description="accredited networks in government rooms, times openness"
    )
    founded_by: str = Field(
        default="", description="forum that founds it within the run; its last agenda is the founding mandate"
    )
    attachment: float = Field(
        default=0.5, ge=0, le=1, description="attachment before the first meeting; 0 for a forum that another founds"
    )
    online_intimacy: float = Field(
        default=0.5, ge=0, le=1, description="factor on intimacy when a meeting is held online; it has no corridor then"
    )
    state_led: bool = Field(
        default=False, description="hosted by a chair, paid by donors; its place is the arena choice"
    )
    lineup: int = Field(default=1, ge=1, le=10, description="chairs that are designated ahead, where the model chooses")
    decides_arena: bool = Field(default=False, description="states rank the arenas after a meeting")
    theme_issues: int = Field(
        default=1, ge=1, le=40, description="issues that a round table with a theme of its own gathers, see themes"
    )
    stances: tuple[Stance, ...] = Field(default=("inside", "bridge"), description="networks that want to take part")
    accreditation: bool = Field(default=True, description="whether networks need to be accredited")
    format: tuple[Sittings, ...] = Field(min_length=1, description="phases in their order")
    source: str

    @model_serializer(mode="wrap")
    def _what_is_given(self, inner: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return without_defaults(self, inner(self), "founded_by", "lineup", "theme_issues")

    @model_validator(mode="before")
    @classmethod
    def _nothing_to_be_attached_to(cls, given: Any) -> Any:
        """Start a forum that does not exist yet without attachment."""
        if isinstance(given, dict) and given.get("founded_by"):
            return {"attachment": 0.0} | given
        return given

    @model_validator(mode="after")
    def _founded(self) -> Self:
        if self.founded_by and self.attachment:
            raise ValueError(
                f"forum {self.id!r}: attachment must be 0 where founded_by is given, got {self.attachment:g}: "
                "nobody is attached to a forum that does not exist yet. Leave one of the two out."
            )
        return self

    @model_validator(mode="after")
    def _order(self) -> Self:
        for before, after in zip(self.format, self.format[1:], strict=False):
            if after.phase not in SUCCESSORS[before.phase]:
                raise ValueError(
                    f"format of forum {self.id!r}: {after.phase.value!r} cannot follow {before.phase.value!r}"
                )
        return self
