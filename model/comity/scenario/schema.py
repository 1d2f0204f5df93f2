"""A scenario as a value: what is to be simulated, with range, unit and source on every field."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date
from functools import cached_property
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from comity.scenario.parameters import Parameters
from comity.scenario.phases import SUCCESSORS, Phase
from comity.scenario.presets import PRESETS, Theory

__all__ = [
    "Actor",
    "ChairEvent",
    "Choices",
    "Forum",
    "Institutions",
    "Issue",
    "Kind",
    "Meeting",
    "Population",
    "PriorTrust",
    "Scenario",
    "Session",
    "Shock",
    "Sittings",
    "Synthetic",
    "Vote",
]

Kind = Literal["state", "io", "cso", "business", "mayors", "youth"]
Role = Literal["origin", "destination", "both"]
CommonSpace = Literal["none", "interface", "half_day", "full_day", "merged"]
Share = Field(ge=0, le=1)
ID = Field(pattern=r"^[A-Za-z][A-Za-z0-9_\-]*$", max_length=40)


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Issue(_Value):
    """One issue k on which actors hold positions, and the agenda categories it gathers."""

    id: str = ID
    name: str
    politicisation: float = Field(ge=0, le=1, description="pi_k: how contested the issue is at home; share")
    development_framing: float = Field(ge=0, le=1, description="d_k: how far it can be framed as development")
    economic: bool = Field(default=False, description="whether it counts as an economic issue")
    categories: tuple[str, ...] = Field(min_length=1, description="agenda categories of the sources")
    source: str


class Sittings(_Value):
    """One phase in the format of a forum: how many sittings, of what kind of room."""

    phase: Phase
    sittings: int = Field(ge=0, le=50, description="sittings of this phase; ignored for round tables with sessions")
    tables: int = Field(default=1, ge=1, le=50, description="rooms in parallel")
    seats: int = Field(default=30, ge=2, le=5000, description="seats in each room")
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


class Forum(_Value):
    """One forum f: how it binds, frames, opens, and how its meetings run."""

    id: str = ID
    name: str
    bindingness: float = Field(ge=0, le=1, description="b_f: bindingness and formality")
    development_framing: float = Field(ge=0, le=1, description="phi_f: how far the forum frames issues as development")
    openness: float = Field(default=0.4, ge=0, le=1, description="openness to civil society by format")
    inside_access: float = Field(
        default=0.2, ge=0, le=1, description="accredited networks in government rooms, times openness"
    )
    attachment: float = Field(default=0.5, ge=0, le=1, description="attachment before the first meeting")
    online_intimacy: float = Field(
        default=0.5, ge=0, le=1, description="factor on intimacy when a meeting is held online; it has no corridor then"
    )
    state_led: bool = Field(
        default=False, description="hosted by a chair, paid by donors; its place is the arena choice"
    )
    decides_arena: bool = Field(default=False, description="states rank the arenas after a meeting")
    stances: tuple[Literal["inside", "bridge", "outside"], ...] = Field(
        default=("inside", "bridge"), description="networks that want to take part"
    )
    accreditation: bool = Field(default=True, description="whether networks need to be accredited")
    format: tuple[Sittings, ...] = Field(min_length=1, description="phases in their order")
    source: str

    @model_validator(mode="after")
    def _order(self) -> Self:
        for before, after in zip(self.format, self.format[1:], strict=False):
            if after.phase not in SUCCESSORS[before.phase]:
                raise ValueError(
                    f"format of forum {self.id!r}: {after.phase.value!r} cannot follow {before.phase.value!r}"
                )
        return self


class Session(_Value):
    """One item of a government agenda."""

    code: str
    title: str
    category: str = Field(description="agenda category; decides the issue")
    cochairs: tuple[str, ...] = Field(default=(), max_length=3, description="ids of co-chairing states, if known")
    verified: str = Field(default="yes", description="whether the title was verified in a source")
    source: str = ""


class Vote(_Value):
    """A recorded vote in which every state answers yes, abstain, no or is absent."""

    id: str = ID
    text: str
    bindingness: float = Field(ge=0, le=1, description="how binding states perceive the text to be")
    categories: tuple[str, ...] = Field(default=(), description="categories the text is about; empty: all issues")
    forum: str = Field(description="the forum whose process the vote concludes")
    source: str


class Meeting(_Value):
    """One dated meeting of a forum."""

    id: str = ID
    name: str
    forum: str
    start: date
    end: date
    city: str = ""
    hosts: tuple[str, ...] = Field(default=(), description="ids of host states; empty for the UN's own")
    venue: Literal["in person", "online"] = "in person"
    theme: str = ""
    openness: float | None = Field(default=None, ge=0, le=1, description="openness as coded from sources; share")
    common_space: CommonSpace | None = Field(default=None, description="length of the common space")
    sittings: dict[Phase, int] = Field(default_factory=dict, description="changes to the forum's number of sittings")
    sessions: tuple[Session, ...] = ()
    session_count: int | None = Field(default=None, ge=1, le=60, description="sessions when the agenda is endogenous")
    civil_society_sessions: tuple[Session, ...] = Field(default=(), description="themes of the civil society days")
    votes: tuple[Vote, ...] = ()
    linked_to: str = Field(
        default="",
        description="meeting that it accompanies; dropped with it by a patch, or later on when it is not held",
    )
    source: str = ""

    @model_validator(mode="after")
    def _dates(self) -> Self:
        if self.end < self.start:
            raise ValueError(f"meeting {self.id!r}: end {self.end} is before start {self.start}")
        for phase, count in self.sittings.items():
            if not 0 <= count <= 50:
                raise ValueError(f"meeting {self.id!r}: sittings.{phase.value} must be in 0..50, got {count}")
        return self


class ChairEvent(_Value):
    """An announcement, withdrawal or vacancy in the chain of chairs, as it happened."""

    date: date
    event: Literal["chair", "announced", "withdrawal", "vacancy"]
    state: str = ""
    meeting: str = ""
    text: str
    source: str


class Shock(_Value):
    """An event outside the forums that acts on anchors, sovereignty, pressure, capacity or attachment."""

    id: str = ID
    name: str
    date: date
    roles: tuple[Role, ...] = Field(default=("origin", "destination", "both"), description="states that it hits")
    actors: tuple[str, ...] = Field(default=(), description="ids, instead of roles")
    scaled_by: Literal["", "electoral_competition", "immigrant_share", "income", "destination_scale"] = Field(
        default="", description="attribute that scales the effect on a state; empty: equal"
    )
    sovereignty: float = Field(default=0.0, ge=-1, le=1, description="added to sovereignty")
    pressure: float = Field(default=0.0, ge=0, le=1, description="added to domestic pressure")
    capacity: float = Field(default=0.0, ge=-1, le=1, description="relative change of capacity")
    attachment: float = Field(default=0.0, ge=-1, le=1, description="relative change of attachment to state-led forums")
    withdrawal: float = Field(
        default=0.0,
        ge=0,
        le=1,
        description="added chance that the poorest chair withdraws, for two years, times the effect on it",
    )
    anchors: dict[str, float] = Field(default_factory=dict, description="added to the domestic anchor, by issue")
    source: str


class Choices(_Value):
    """What is scripted by the scenario and what is left to the model."""

    host: Literal["scripted", "endogenous"] = "scripted"
    agenda: Literal["scripted", "endogenous"] = "scripted"
    openness: Literal["scripted", "endogenous"] = "scripted"
    arena: Literal["scripted", "endogenous"] = "scripted"


class Institutions(_Value):
    """Treaty and agency whose membership states may take up between meetings; empty: none."""

    rights_issue: str = Field(default="", description="issue whose position decides on the rights convention")
    agency: str = Field(default="", description="id of the organisation that states may join")


class PriorTrust(_Value):
    """How trust before 2006 is composed; every weight is an assumption.

    State i in state j: base + blocs * shared blocs + votes * (2 * vote agreement - 1) + ties * sqrt(stake_ij).
    State in organisation: base + organisation - deference * sovereignty * normative mandate; organisations among
    themselves: base + organisation. State in network: base - network + climate * (climate of the state - 1/2)
    - deference * sovereignty * mandate. Both are the same in reverse.
    Network in network: base + kinship with the same stance, base without. All bounded to [0.05, 0.95].
    """

    base: float = Field(default=0.40, ge=0, le=1)
    blocs: float = Field(default=0.15, ge=0, le=1)
    votes: float = Field(default=0.15, ge=0, le=1)
    ties: float = Field(default=0.20, ge=0, le=1)
    organisation: float = Field(default=0.15, ge=0, le=1)
    deference: float = Field(default=0.25, ge=0, le=1)
    network: float = Field(default=0.05, ge=0, le=1)
    climate: float = Field(default=0.20, ge=0, le=1)
    kinship: float = Field(default=0.20, ge=0, le=1)


class Actor(_Value):
    """One actor written out in the scenario; positions and saliences are given by issue."""

    id: str = ID
    name: str
    kind: Kind
    role: Role | None = Field(default=None, description="states only")
    stance: Literal["inside", "bridge", "outside"] | None = Field(default=None, description="networks only")
    sovereignty: float = Share
    cooperation: float = Share
    capacity: float = Share
    position: dict[str, float] = Field(description="x_ik by issue, 0 national to 1 joint")
    salience: dict[str, float] = Field(description="s_ik by issue; sums to 1")
    destination_scale: float = Field(default=0.5, ge=0, le=1)
    developed: bool = False
    income: float = Field(default=0.5, ge=0, le=1)
    civil_society_climate: float = Field(default=0.5, ge=0, le=1)
    electoral_competition: float = Field(default=0.5, ge=0, le=1)
    immigrant_share: float = Field(default=0.05, ge=0, le=1)
    normative_mandate: float = Field(default=0.0, ge=0, le=1, description="organisations and networks")
    service: float = Field(default=0.0, ge=0, le=1, description="organisations: service offered to states")
    mandate: dict[str, float] = Field(default_factory=dict, description="organisations: competence by issue")
    stake: dict[str, float] = Field(default_factory=dict, description="B_ij: share of migration by partner id")
    crmw_party: bool = False
    iom_member: bool = False
    active_from: date = date(1945, 10, 24)
    active_to: date | None = None
    text: str = Field(default="", description="who this is, in words")

    @model_validator(mode="after")
    def _sums(self) -> Self:
        total = sum(self.salience.values())
        if abs(total - 1) > 1e-6:
            raise ValueError(f"actor {self.id!r}: weights in salience must sum to 1, got {total:g}")
        for field in ("position", "salience", "mandate", "stake"):
            for key, value in getattr(self, field).items():
                if not 0 <= value <= 1:
                    raise ValueError(f"actor {self.id!r}: {field}.{key} must be in [0, 1], got {value:g}")
        if self.kind == "state" and self.role is None:
            raise ValueError(f"actor {self.id!r}: a state needs a role (origin, destination or both)")
        if self.kind not in ("state", "io") and self.stance is None:
            raise ValueError(f"actor {self.id!r}: a network needs a stance (inside, bridge or outside)")
        return self


class Synthetic(_Value):
    """A population drawn from stated distributions; any size. All distributions are assumptions.

    Role scale uniform; sovereignty, positions, cooperation and capacity beta distributed around means that
    follow the role scale; saliences Dirichlet; ties between random pairs.
    """

    states: int = Field(default=100, ge=2, le=20000)
    organisations: int = Field(default=10, ge=0, le=2000)
    networks: int = Field(default=10, ge=0, le=2000)
    destination_share: float = Field(default=0.3, ge=0, le=1, description="share of states that are destinations")
    sovereignty_origin: float = Field(default=0.35, ge=0.02, le=0.98, description="mean")
    sovereignty_destination: float = Field(default=0.70, ge=0.02, le=0.98, description="mean")
    concentration: float = Field(default=8.0, gt=0, le=1000, description="a + b of the beta distributions")
    ties_per_state: float = Field(default=10, ge=0, le=200, description="mean number of bilateral ties of a state")
    seed: int = Field(default=1, ge=0, description="seed of the population, apart from the seed of a run")


class Population(_Value):
    """Where the actors come from: tables, a list, or distributions."""

    source: Literal["tables", "list", "synthetic"] = "tables"
    states: str = "data/states.csv"
    regimes: str = Field(
        default="data/states_regime.csv", description="columns from V-Dem, by id, kept apart: CC BY-SA"
    )
    organisations: str = "data/organisations.csv"
    networks: str = "data/networks.csv"
    pairs: str = "data/pairs.csv.gz"
    actors: tuple[Actor, ...] = Field(default=(), description="actors written out; added to tables, or alone")
    synthetic: Synthetic | None = None
    prior_trust: PriorTrust = PriorTrust()
    remove: tuple[str, ...] = Field(default=(), description="ids of actors left out")
    keep_roles: tuple[Role, ...] | None = Field(default=None, description="keep only states of these roles")
    override: dict[str, dict[str, float]] = Field(
        default_factory=dict, description="numeric attributes of single actors, by id"
    )


_WORDS = frozenset({"name", "title", "description", "references"})
"""Fields of a scenario that say nothing about what is simulated."""


def _content_hash(content: Any) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class Scenario(_Value):
    """Everything that is to be simulated. Two scenarios with equal hash are the same simulation."""

    name: str = Field(default="", description="name of the file, set when it is loaded")
    title: str
    description: str = ""
    start: date
    end: date
    theory: Theory = "socialisation"
    choices: Choices = Choices()
    institutions: Institutions = Institutions()
    parameters: Parameters = Parameters()
    population: Population
    issues: tuple[Issue, ...] = Field(min_length=1, max_length=40)
    forums: tuple[Forum, ...] = Field(min_length=1)
    meetings: tuple[Meeting, ...] = Field(min_length=1)
    chairs: tuple[ChairEvent, ...] = ()
    shocks: tuple[Shock, ...] = ()
    references: dict[str, str] = Field(default_factory=dict, description="source codes and what they stand for")

    @cached_property
    def strengths(self) -> Parameters:
        """The parameters that are in force: those of the file, then those that the theory fixes."""
        return self.parameters.model_copy(update=PRESETS[self.theory])

    @cached_property
    def setting_hash(self) -> str:
        """Content hash of everything but the parameters and the theory: what the runs of a sweep share."""
        return _content_hash(self.model_dump(mode="json", exclude={*_WORDS, "parameters", "theory"}))

    @cached_property
    def hash(self) -> str:
        """Content hash, 16 hex digits; name, title, description and references do not enter."""
        return _content_hash([self.setting_hash, self.theory, self.parameters.model_dump(mode="json")])

    def with_parameters(self, **changes: float) -> Scenario:
        """Return the same scenario with other parameters, quickly: nothing else is read or checked again.

        Raises
        ------
        InputError
            For an unknown parameter or a value out of range.
        """
        from comity.scenario.loading import parameters_from

        parameters = parameters_from({**self.parameters.model_dump(), **changes})
        scenario = self.model_copy(update={"parameters": parameters})
        for stale in ("hash", "strengths"):
            scenario.__dict__.pop(stale, None)
        return scenario

    def sources(self) -> list[str]:
        """Return the sources that the scenario rests on, as printable lines, sorted by code."""
        used = set(re.findall(r"[A-Za-z0-9]+", json.dumps(self.model_dump(mode="json", exclude={"references"}))))
        return [f"{code}: {text}" for code, text in sorted(self.references.items()) if code in used]

    def issue_of(self, category: str) -> int:
        """Return the index of the issue that gathers an agenda category."""
        for index, issue in enumerate(self.issues):
            if category in issue.categories:
                return index
        raise KeyError(category)

    def forum(self, forum: str) -> Forum:
        """Return the forum of that id."""
        return next(item for item in self.forums if item.id == forum)

    def meeting(self, meeting: str) -> Meeting:
        """Return the meeting of that id."""
        return next(item for item in self.meetings if item.id == meeting)

    def to_json(self) -> dict[str, Any]:
        """Return the resolved scenario as plain data; :func:`comity.scenario.loading.from_data` reads it back."""
        return self.model_dump(mode="json")

    @model_validator(mode="after")
    def _references(self) -> Self:
        from comity.scenario.checks import check_scenario

        check_scenario(self)
        return self
