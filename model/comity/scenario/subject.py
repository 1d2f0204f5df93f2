"""What a forum is about: words and columns that are no part of the rules. Migration is one such set, the default."""

from __future__ import annotations

from collections import Counter
from typing import Self

from pydantic import Field, field_validator, model_validator

from comity.scenario.value import ID, Value

__all__ = ["MIGRATION", "Membership", "RoleOfStates", "Subject"]

_OTHER_GROUPS = ("organisation", "network")
_TAKEN = frozenset(
    {
        *_OTHER_GROUPS, "organisations", "networks", "states", "meeting", "name", "forum", "date", "city", "hosts",
        "attendance", "spoke", "statements", "cooperative", "contesting", "topics", "openness", "donors", "contacts",
        "agreements", "practices", "held_as",
    }
)  # fmt: skip
"""Names that tables of a record have for something else."""


class RoleOfStates(Value):
    """A role of states: its code in files and tables, and how one and several states of it are called."""

    id: str = ID
    one: str = Field(min_length=1, max_length=80, description="one such state, as in: an origin state")
    many: str = Field(min_length=1, max_length=80, description="several, as in: origin states")


class Membership(Value):
    """Something that states can join: its code in tables, its name, and the column of states that are in it."""

    id: str = ID
    name: str = Field(min_length=1, max_length=80)
    column: str = Field(
        pattern=r"^[a-z][a-z0-9_]*$", max_length=60, description="column of the table of states: 1 for a member, else 0"
    )


class Subject(Value):
    """What a forum is about. Rules read the order of the roles; all else are names of columns and words for people.

    The first two roles are the sides of the forum: trust between them is reported, and an arena needs the consent of
    both. States of the third role count on both sides.
    """

    topic: str = Field(min_length=1, max_length=60, description="as in: position on migration")
    stake: str = Field(default="exchange", description="what bilateral stakes are shares of, as in: migrants")
    frame: str = Field(default="issue", description="how a forum frames issues so that they divide less: development")
    roles: tuple[RoleOfStates, ...] = Field(description="three: one side, the other side, states on both sides")
    attributes: tuple[str, ...] = Field(
        default=(), max_length=20, description="shares of a state, columns of its table, by which a shock can be scaled"
    )
    treaty: Membership | None = Field(default=None, description="what institutions.rights_issue makes states join")
    agency: Membership | None = Field(default=None, description="membership in institutions.agency")
    contested: str = Field(default="", description="agenda category that tables count as rights_share; empty: none")

    @field_validator("roles")
    @classmethod
    def _three(cls, roles: tuple[RoleOfStates, ...]) -> tuple[RoleOfStates, ...]:
        if len(roles) != 3:
            raise ValueError(
                f"subject.roles must name three roles, got {len(roles)}: the rules of seating, voting and arenas need "
                "two sides, and states on both. Add or remove roles; the third may have no states."
            )
        return roles

    @model_validator(mode="after")
    def _names(self) -> Self:
        for role in self.roles:
            if role.id in _TAKEN:
                raise ValueError(f"subject.roles must not use {role.id!r}: tables have it already. Give another id.")
        columns = [*self.attributes, *(item.column for item in (self.treaty, self.agency) if item)]
        for what, names in (("roles", [role.id for role in self.roles]), ("columns", columns)):
            name, times = Counter(names).most_common(1)[0] if names else ("", 0)
            if times > 1:
                raise ValueError(f"subject: {what} must be named once each, got {name!r} twice. Rename one.")
        return self

    @property
    def role_ids(self) -> tuple[str, ...]:
        """Codes of the three roles."""
        return tuple(role.id for role in self.roles)

    @property
    def groups(self) -> tuple[str, ...]:
        """Codes of all groups of actors, in the order of :class:`comity.world.world.Group`."""
        return (*self.role_ids, *_OTHER_GROUPS)

    @property
    def memberships(self) -> tuple[Membership | None, Membership | None]:
        """Treaty and agency, in the order in which a run keeps memberships."""
        return self.treaty, self.agency

    def words(self) -> dict[str, str]:
        """Return what sentences call the parts, by placeholder: ``{topic}``, ``{first}``, ``{second_id}`` and so on."""
        named = zip(("first", "second", "third"), self.roles, strict=True)
        return {
            "topic": self.topic,
            "frame": self.frame,
            "treaty": self.treaty.name if self.treaty else "the treaty",
            "agency": self.agency.name if self.agency else "the agency",
            "contested": self.contested or "none",
            **{key: text for name, role in named for key, text in ((name, role.many), (f"{name}_id", role.id))},
        }


MIGRATION = Subject(
    topic="migration",
    stake="migrants",
    frame="development",
    roles=(
        RoleOfStates(id="origin", one="an origin state", many="origin states"),
        RoleOfStates(id="destination", one="a destination state", many="destination states"),
        RoleOfStates(id="both", one="a state of origin and destination", many="states of origin and destination"),
    ),
    attributes=("destination_scale", "immigrant_share"),
    treaty=Membership(id="crmw", name="migrants' rights convention", column="crmw_party_2006"),
    agency=Membership(id="iom", name="IOM", column="iom_member_2006"),
    contested="rights/protection",
)
"""The global forums on migration."""
