"""A scenario as a value: what is to be simulated, with range, unit and source on every field."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, Literal, Self, TypeVar

from pydantic import (
    Field,
    SerializeAsAny,
    SerializerFunctionWrapHandler,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_serializer,
    model_validator,
)

from comity.cards import scenario_card, scenario_line
from comity.errors import InputError, nearest
from comity.scenario.calendar import ChairEvent, Meeting, Session, Shock, Vote
from comity.scenario.checks import check_moves, check_scenario
from comity.scenario.forums import Forum, Issue, Sittings
from comity.scenario.misfits import explain
from comity.scenario.moves import Move
from comity.scenario.own_mechanisms import OwnMechanism, check_own
from comity.scenario.own_tables import without_places
from comity.scenario.parameters import Parameters, parameters_from, parameters_with
from comity.scenario.people import ListedActor, PopulationSource, PriorTrust, Synthetic
from comity.scenario.presets import PRESETS, Theory
from comity.scenario.subject import MIGRATION, Subject
from comity.scenario.value import Day, Value, without_defaults

__all__ = [
    "ChairEvent",
    "Choices",
    "Forum",
    "Institutions",
    "Issue",
    "ListedActor",
    "Meeting",
    "Move",
    "PopulationSource",
    "PriorTrust",
    "Scenario",
    "Session",
    "Shock",
    "Sittings",
    "Subject",
    "Synthetic",
    "Vote",
]


class Choices(Value):
    """What is scripted by the scenario and what is left to the model."""

    host: Literal["scripted", "endogenous"] = "scripted"
    agenda: Literal["scripted", "endogenous"] = "scripted"
    openness: Literal["scripted", "endogenous"] = "scripted"
    arena: Literal["scripted", "endogenous"] = "scripted"


class Institutions(Value):
    """Treaty and agency whose membership states may take up between meetings; empty: none."""

    rights_issue: str = Field(default="", description="issue whose position decides on joining subject.treaty")
    agency: str = Field(default="", description="id of the organisation that states may join")


_WORDS = frozenset({"name", "title", "description", "references"})
"""Fields of a scenario that say nothing about what is simulated."""

_RARE = ("moves", "mechanisms")
"""Fields that stored scenarios have only where they are used."""

_NO_SETTING = frozenset({"parameters", "theory", "moves"})
"""Fields in which runs of one setting may differ."""


def _content_hash(content: Any) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


_Item = TypeVar("_Item", Forum, Meeting)


def _of_id(items: tuple[_Item, ...], name: str, what: str) -> _Item:
    for item in items:
        if item.id == name:
            return item
    raise InputError(f"{what} {name!r} is not in this scenario. {nearest(name, [item.id for item in items])}")


class Scenario(Value):
    """What is to be simulated. Under the same rules, two scenarios with equal hash are the same simulation."""

    name: str = Field(default="", description="name of the file, set when it is loaded")
    title: str
    description: str = ""
    start: Day
    end: Day
    theory: Theory = "socialisation"
    subject: Subject = Field(default=MIGRATION, description="what the forums are about; left out: migration")
    choices: Choices = Choices()
    institutions: Institutions = Institutions()
    mechanisms: tuple[OwnMechanism, ...] = Field(
        default=(), description="mechanisms of your own; in a file a list of names of Python files"
    )
    parameters: SerializeAsAny[Parameters] = Field(default=Parameters(), validate_default=True)
    population: PopulationSource
    issues: tuple[Issue, ...] = Field(min_length=1, max_length=40)
    forums: tuple[Forum, ...] = Field(min_length=1)
    meetings: tuple[Meeting, ...] = Field(min_length=1)
    chairs: tuple[ChairEvent, ...] = ()
    shocks: tuple[Shock, ...] = ()
    moves: tuple[Move, ...] = Field(default=(), description="what people chose for actors, instead of the model")
    references: dict[str, str] = Field(default_factory=dict, description="source codes and what they stand for")

    @cached_property
    def strengths(self) -> Parameters:
        """The parameters that are in force: those of the file, then those that the theory fixes."""
        return self.parameters.model_copy(update=PRESETS[self.theory])

    @cached_property
    def setting_hash(self) -> str:
        """Content hash of everything but parameters, theory and moves: what the runs of a sweep or a class share."""
        content = self.model_dump(mode="json", exclude={*_WORDS, *_NO_SETTING, "mechanisms"}, exclude_defaults=True)
        own = {"mechanisms": [item.python for item in self.mechanisms]} if self.mechanisms else {}
        return _content_hash({**content, "population": without_places(content["population"]), **own})

    @cached_property
    def hash(self) -> str:
        """Content hash, 16 hex digits, of all that is not at its default.

        Name, title, description and references do not enter. A version that adds a key or a parameter leaves the hash
        of scenarios that do not set it; whether defaults or rules have changed, ``rules_version`` tells.
        """
        moves = [[move.model_dump(mode="json", exclude_defaults=True) for move in self.moves]] if self.moves else []
        parameters = self.parameters.model_dump(mode="json", exclude_defaults=True)
        return _content_hash([self.setting_hash, self.theory, parameters, *moves])

    def with_parameters(self, **changes: float) -> Scenario:
        """Return the same scenario with other parameters, quickly: nothing else is read or checked again.

        Raises
        ------
        InputError
            For an unknown parameter or a value out of range.
        """
        values = {**self.parameters.model_dump(), **changes}
        return self.replaced(parameters=parameters_from(values, mechanisms=self.mechanisms))

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return the same scenario with other fields, checked as when it is loaded.

        Raises
        ------
        InputError
            For an unknown field, and for a scenario that could not be loaded.
        """
        if not update:
            return super().model_copy(deep=deep)
        for name in update:
            if name not in type(self).model_fields:
                raise InputError(f"scenario: {name} is not a known key. {nearest(name, type(self).model_fields)}")
        try:
            return type(self).model_validate(self.replaced(**update).model_dump(mode="json", warnings=False))
        except ValidationError as error:
            raise InputError(explain(error, self.name or "scenario", type(self))) from None

    def replaced(self, **changes: Any) -> Self:
        """Return the same scenario with other fields, quickly: they must be right, nothing is read or checked again."""
        scenario = super().model_copy(update=changes)
        for derived in ("hash", "strengths", *(("setting_hash",) if changes.keys() - _NO_SETTING else ())):
            scenario.__dict__.pop(derived, None)
        return scenario

    def with_moves(self, moves: Iterable[Move]) -> Scenario:
        """Return the same scenario with other moves, quickly: nothing else is read or checked again.

        Raises
        ------
        InputError
            For a meeting or a vote that is not there, and for moves that contradict each other.
        """
        scenario = self.replaced(moves=tuple(moves))
        try:
            check_moves(scenario)
        except ValueError as error:
            raise InputError(f"{self.name or 'scenario'}: {error}") from None
        return scenario

    def sources(self) -> list[str]:
        """Return the sources that the scenario rests on, as printable lines, sorted by code.

        They are the references whose codes its ``source`` fields name; a word of a title or an id is no citation.
        """
        used = set(_cited(self.model_dump(mode="json", exclude={"references"})))
        return [f"{code}: {text}" for code, text in sorted(self.references.items()) if code in used]

    def issue_of(self, category: str) -> int:
        """Return the index of the issue that gathers an agenda category."""
        for index, issue in enumerate(self.issues):
            if category in issue.categories:
                return index
        raise KeyError(category)

    def forum(self, forum: str) -> Forum:
        """Return the forum of that id, or raise InputError naming the nearest."""
        return _of_id(self.forums, forum, "forum")

    def meeting(self, meeting: str) -> Meeting:
        """Return the meeting of that id, or raise InputError naming the nearest."""
        return _of_id(self.meetings, meeting, "meeting")

    def __repr__(self) -> str:
        """Return what is simulated, in a line."""
        return scenario_line(self)

    __str__ = __repr__

    def _repr_html_(self) -> str:
        """Return what is simulated as HTML, for a notebook."""
        return scenario_card(self)

    def to_json(self) -> dict[str, Any]:
        """Return the resolved scenario as plain data; :func:`comity.scenario.loading.from_data` reads it back."""
        return self.model_dump(mode="json", exclude={name for name in _RARE if not getattr(self, name)})

    @field_validator("mechanisms")
    @classmethod
    def _own_names(cls, mechanisms: tuple[OwnMechanism, ...]) -> tuple[OwnMechanism, ...]:
        check_own(mechanisms)
        return mechanisms

    @field_validator("parameters", mode="before")
    @classmethod
    def _own_parameters(cls, given: Any, info: ValidationInfo) -> Any:
        """Return the parameters with those that mechanisms of one's own declare."""
        own = info.data.get("mechanisms")
        if own is None:  # they are wrong, which is what has to be said
            return Parameters()
        if not own or (isinstance(given, Parameters) and type(given) is parameters_with(own)):
            return given
        return parameters_with(own).model_validate(given.model_dump() if isinstance(given, Parameters) else given)

    @model_serializer(mode="wrap")
    def _what_is_given(self, inner: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return without_defaults(self, inner(self), "subject")

    @model_validator(mode="before")
    @classmethod
    def _shocks_hit_all_roles(cls, given: Any) -> Any:
        """Let a shock that names no roles hit those of the subject, not those of migration."""
        if not isinstance(given, dict) or not isinstance(given.get("shocks"), (list, tuple)):
            return given
        roles = given["subject"].get("roles") if isinstance(given.get("subject"), dict) else None
        if not isinstance(roles, (list, tuple)):
            return given
        ids = [role.get("id") for role in roles if isinstance(role, dict)]
        shocks = [{"roles": ids} | shock if isinstance(shock, dict) else shock for shock in given["shocks"]]
        return {**given, "shocks": shocks}

    @model_validator(mode="after")
    def _references(self) -> Self:
        check_scenario(self)
        return self


def _cited(value: Any, field: str = "") -> Iterator[str]:
    if isinstance(value, str):
        if field in ("source", "verified"):
            yield from re.findall(r"[A-Za-z0-9]+", value)
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _cited(item, name)
    elif isinstance(value, list):
        for item in value:
            yield from _cited(item, field)
