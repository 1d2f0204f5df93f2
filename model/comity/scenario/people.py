"""Who takes part: from tables, written out, or drawn; and how trust before 2006 is composed."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal, Self

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from comity.scenario.value import ID, Day, Kind, Role, Share, Stance, Value, without_defaults

__all__ = ["ABSENT", "NON_YES", "STAKES_OFF", "ListedActor", "PopulationSource", "PriorTrust", "Synthetic"]


STAKES_OFF = 1e-3
"""How far the stakes of a state may sum to more than 1, by rounding."""

NON_YES, ABSENT = 0.083, 0.136
"""Shares of non-yes and of absences where none are given: the means of the 193 states of 2006."""


class PriorTrust(Value):
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


class ListedActor(Value):
    """One actor written out in the scenario; positions and saliences are given by issue. Defaults: assumption."""

    id: str = ID
    name: str
    kind: Kind
    role: Role | None = Field(default=None, description="states only: one of subject.roles")
    stance: Stance | None = Field(default=None, description="networks only")
    sovereignty: float = Share
    cooperation: float = Share
    capacity: float = Share
    position: dict[str, float] = Field(description="x_ik by issue, 0 national to 1 joint")
    salience: dict[str, float] = Field(description="s_ik by issue; sums to 1")
    destination_scale: float = Field(default=0.5, ge=0, le=1, description="attribute of the subject migration")
    developed: bool = False
    income: float = Field(default=0.5, ge=0, le=1)
    civil_society_climate: float = Field(default=0.5, ge=0, le=1)
    electoral_competition: float = Field(default=0.5, ge=0, le=1)
    immigrant_share: float = Field(default=0.05, ge=0, le=1, description="attribute of the subject migration")
    non_yes_share: float = Field(default=NON_YES, ge=0, le=1, description="states: of agreed texts before the start")
    absent_share: float = Field(default=ABSENT, ge=0, le=1, description="states: of roll calls before the start")
    normative_mandate: float = Field(default=0.0, ge=0, le=1, description="organisations and networks")
    service: float = Field(default=0.0, ge=0, le=1, description="organisations: service offered to states")
    members: float = Field(default=1.0, ge=0, le=1, description="organisations: share of states that are members")
    mandate: dict[str, float] = Field(default_factory=dict, description="organisations: competence by issue")
    stake: dict[str, float] = Field(
        default_factory=dict, description="B_ij: by partner id, its share of what subject.stake names, in and out"
    )
    crmw_party: bool = Field(default=False, description="membership of the subject migration")
    iom_member: bool = Field(default=False, description="membership of the subject migration")
    attributes: dict[str, float] = Field(
        default_factory=dict, description="states, other subjects: shares by name of subject.attributes"
    )
    member_of: tuple[str, ...] = Field(
        default=(), description="states, other subjects: ids of the subject's treaty and agency that it belongs to"
    )
    active_from: Day = date(1945, 10, 24)
    active_to: Day | None = None
    text: str = Field(default="", description="who this is, in words")

    @model_serializer(mode="wrap")
    def _what_is_given(self, inner: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return without_defaults(self, inner(self), "members", "attributes", "member_of")

    @model_validator(mode="after")
    def _sums(self) -> Self:
        total = sum(self.salience.values())
        if abs(total - 1) > 1e-6:
            raise ValueError(f"actor {self.id!r}: weights in salience must sum to 1, got {total:g}")
        for field in ("position", "salience", "mandate", "stake", "attributes"):
            for key, value in getattr(self, field).items():
                if not 0 <= value <= 1:
                    raise ValueError(f"actor {self.id!r}: {field}.{key} must be in [0, 1], got {value:g}")
        if (total := sum(self.stake.values())) > 1 + STAKES_OFF:
            raise ValueError(
                f"actor {self.id!r}: shares in stake must sum to 1 at most, got {total:g}: each is a share of all its "
                "exchange, in and out. Divide them by the sum over all partners."
            )
        if self.id in self.stake:
            raise ValueError(f"actor {self.id!r}: stake must name others, got itself. Remove it.")
        if self.active_to is not None and self.active_to < self.active_from:
            raise ValueError(
                f"actor {self.id!r}: active_to {self.active_to} is before active_from {self.active_from}. Swap them."
            )
        if self.kind == "state" and self.role is None:
            raise ValueError(f"actor {self.id!r}: a state needs a role, one of subject.roles. Add role.")
        if self.kind != "state" and self.role is not None:
            raise ValueError(f"actor {self.id!r}: role must be given to states only, got {self.role!r}. Leave it out.")
        if self.kind in ("state", "io") and self.stance is not None:
            raise ValueError(f"actor {self.id!r}: stance is for networks only, got {self.stance!r}. Leave it out.")
        if self.kind not in ("state", "io") and self.stance is None:
            raise ValueError(f"actor {self.id!r}: a network needs a stance (inside, bridge or outside)")
        return self


class Synthetic(Value):
    """A population drawn from stated distributions; any size. All distributions are assumptions.

    :func:`comity.population.synthetic.draw_population` states them.
    """

    states: int = Field(default=100, ge=2, le=20000)
    organisations: int = Field(default=10, ge=0, le=2000)
    networks: int = Field(default=10, ge=0, le=2000)
    destination_share: float = Field(default=0.3, ge=0, le=1, description="share of states of the second role")
    sovereignty_origin: float = Field(default=0.35, ge=0.02, le=0.98, description="mean of the first role")
    sovereignty_destination: float = Field(default=0.70, ge=0.02, le=0.98, description="mean of the second role")
    concentration: float = Field(default=8.0, gt=0, le=1000, description="a + b of the beta distributions")
    ties_per_state: float = Field(default=10, ge=0, le=200, description="mean number of bilateral ties of a state")
    seed: int = Field(default=1, ge=0, description="seed of the population, apart from the seed of a run")


class PopulationSource(Value):
    """Where the actors come from: tables, a list, or distributions."""

    source: Literal["tables", "list", "synthetic"] = "tables"
    states: str = "data/states.csv"
    regimes: str = Field(
        default="data/states_regime.csv", description="columns from V-Dem, by id, kept apart: CC BY-SA"
    )
    organisations: str = Field(default="data/organisations.csv", description="empty: none")
    networks: str = Field(default="data/networks.csv", description="empty: none")
    pairs: str = Field(
        default="data/pairs.csv.gz", description="blocs, votes and stakes of pairs of states; empty: nothing is known"
    )
    reach: str = Field(
        default="", description="capitals and missions of states, such as data/reach.csv; empty: reach has no effect"
    )
    checksums: dict[str, str] = Field(
        default_factory=dict, description="of tables that do not come with comity, by path; noted on loading"
    )
    actors: tuple[ListedActor, ...] = Field(default=(), description="actors written out; added to tables, or alone")
    synthetic: Synthetic | None = None
    prior_trust: PriorTrust = PriorTrust()
    remove: tuple[str, ...] = Field(default=(), description="ids of actors left out")
    keep_roles: tuple[Role, ...] | None = Field(default=None, description="keep only states of these roles")
    override: dict[str, dict[str, float]] = Field(
        default_factory=dict, description="numeric attributes of single actors, by id"
    )

    @model_serializer(mode="wrap")
    def _what_is_given(self, inner: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return without_defaults(self, inner(self), "checksums", "reach")
