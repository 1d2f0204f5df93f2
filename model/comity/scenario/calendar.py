"""The calendar: meetings with their sessions and votes, the chain of chairs, and shocks."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from comity.phases import Phase
from comity.rules.vote import DecisionRule
from comity.scenario.subject import MIGRATION
from comity.scenario.value import ID, Day, Role, Value, without_defaults

__all__ = ["ChairEvent", "Meeting", "Session", "Shock", "Vote"]

CommonSpace = Literal["none", "interface", "half_day", "full_day", "merged"]


class Session(Value):
    """One item of a government agenda."""

    code: str
    title: str
    category: str = Field(description="agenda category; decides the issue")
    cochairs: tuple[str, ...] = Field(default=(), max_length=3, description="ids of co-chairing states, if known")
    verified: str = Field(default="yes", description="whether the title was verified in a source")
    source: str = ""


class Vote(Value):
    """A recorded vote in which every state answers yes, abstain, no or is absent."""

    id: str = ID
    text: str
    bindingness: float = Field(ge=0, le=1, description="how binding states perceive the text to be; for role sheets")
    text_class: Literal["agreed", "contested"] | None = Field(
        default=None,
        description="agreed: both camps negotiated and agreed the text before the vote; contested: tabled by one side. "
        "Coded from how it was tabled, never from its vote; a run needs it",
    )
    decision: DecisionRule = Field(
        default="majority", description="what the answers decide: majority, two_thirds, consensus or silence"
    )
    members: tuple[str, ...] = Field(default=(), description="ids of the states that may vote; empty: all that exist")
    categories: tuple[str, ...] = Field(default=(), description="categories the text is about; empty: all issues")
    forum: str = Field(default="", description="the forum whose process the vote concludes; read by nobody but you")
    source: str


class Meeting(Value):
    """One dated meeting of a forum."""

    id: str = ID
    name: str
    forum: str
    start: Day
    end: Day
    city: str = ""
    hosts: tuple[str, ...] = Field(default=(), description="ids of host states; empty for the UN's own")
    venue: Literal["in person", "online"] = "in person"
    theme: str = ""
    openness: float | None = Field(default=None, ge=0, le=1, description="openness as coded from sources; share")
    common_space: CommonSpace | None = Field(default=None, description="length of the common space")
    sittings: dict[Phase, int] = Field(default_factory=dict, description="changes to the forum's number of sittings")
    sessions: tuple[Session, ...] = ()
    session_count: int | None = Field(default=None, ge=1, le=60, description="sessions when the agenda is endogenous")
    themes: int | None = Field(
        default=None,
        ge=1,
        le=60,
        description="round tables with a theme of their own when the agenda is endogenous; empty: each session has one",
    )
    civil_society_sessions: tuple[Session, ...] = Field(default=(), description="themes of the civil society days")
    votes: tuple[Vote, ...] = ()
    linked_to: str = Field(
        default="",
        description="meeting that it accompanies; dropped with it by a patch, or later on when it is not held",
    )
    source: str = ""

    @model_serializer(mode="wrap")
    def _what_is_given(self, inner: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return without_defaults(self, inner(self), "themes")

    @model_validator(mode="after")
    def _dates(self) -> Self:
        if self.end < self.start:
            raise ValueError(f"meeting {self.id!r}: end {self.end} is before start {self.start}")
        for phase, count in self.sittings.items():
            if not 0 <= count <= 50:
                raise ValueError(f"meeting {self.id!r}: sittings.{phase.value} must be in 0..50, got {count}")
        return self


class ChairEvent(Value):
    """An announcement, withdrawal or vacancy in the chain of chairs, as it happened."""

    date: Day
    event: Literal["chair", "announced", "withdrawal", "vacancy"]
    state: str = ""
    meeting: str = ""
    text: str
    source: str


class Shock(Value):
    """An event outside the forums that acts on anchors, sovereignty, pressure, capacity or attachment."""

    id: str = ID
    name: str
    date: Day
    roles: tuple[Role, ...] = Field(
        default=MIGRATION.role_ids, description="states that it hits; all roles of the subject where it is left out"
    )
    actors: tuple[str, ...] = Field(default=(), description="ids, instead of roles")
    scaled_by: str = Field(
        default="",
        description="attribute that scales the effect on a state: electoral_competition, income, or one of "
        "subject.attributes; empty: equal",
    )
    sovereignty: float = Field(default=0.0, ge=-1, le=1, description="added to sovereignty")
    pressure: float = Field(default=0.0, ge=0, le=1, description="added to domestic pressure")
    capacity: float = Field(default=0.0, ge=-1, le=1, description="relative change of capacity")
    attachment: float = Field(default=0.0, ge=-1, le=1, description="relative change of attachment to state-led forums")
    withdrawal: float = Field(
        default=0.0,
        ge=0,
        le=1,
        description="added chance that a designated chair withdraws, while the shock lasts, times the effect on it",
    )
    years: float = Field(default=2.0, ge=0, le=100, description="how long it lasts, years from its date")
    anchors: dict[str, float] = Field(default_factory=dict, description="added to the domestic anchor, by issue")
    source: str

    @model_serializer(mode="wrap")
    def _what_is_given(self, inner: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return without_defaults(self, inner(self), "years")

    @model_validator(mode="after")
    def _hits_somebody_by_a_share(self) -> Self:
        if not self.roles and not self.actors:
            raise ValueError(f"shock {self.id!r}: roles must name at least one role, got none. Name one, or actors.")
        for issue, value in self.anchors.items():
            if not -1 <= value <= 1:
                raise ValueError(f"shock {self.id!r}: anchors.{issue} must be in [-1, 1], got {value:g}. Change it.")
        return self
