"""Checks of a scenario against its subject: roles, attributes, memberships, and the category that is counted."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from comity.errors import nearest
from comity.scenario.subject import MIGRATION

if TYPE_CHECKING:
    from comity.scenario.people import ListedActor
    from comity.scenario.schema import Scenario

__all__ = ["check_subject"]

_SCALES = ("electoral_competition", "income")
_MIGRATION = ("destination_scale", "immigrant_share", "crmw_party", "iom_member")
"""Attributes of listed actors that only the subject migration has."""


def check_subject(scenario: Scenario) -> None:
    """Raise ValueError where a part of a scenario names something that its subject does not have."""
    subject, population = scenario.subject, scenario.population
    for where, role in _roles(scenario):
        if role not in subject.role_ids:
            raise ValueError(f"{where} must be one of {', '.join(subject.role_ids)}, got {role!r}. {_hint(scenario)}")
    for shock in scenario.shocks:
        known = ("", *_SCALES, *subject.attributes)
        if shock.scaled_by not in known:
            raise ValueError(
                f"shock {shock.id!r}: scaled_by must be empty or one of {', '.join(known[1:])}, got "
                f"{shock.scaled_by!r}. {nearest(shock.scaled_by, known[1:])}"
            )
    for key, item in (("rights_issue", subject.treaty), ("agency", subject.agency)):
        if getattr(scenario.institutions, key) and item is None:
            name = "treaty" if key == "rights_issue" else "agency"
            raise ValueError(
                f"institutions: {key} needs subject.{name}, which is not given. Add subject.{name} = {{ id = "
                f'"ID", name = "NAME", column = "ID_member" }}, or leave {key} out.'
            )
    categories = {category for issue in scenario.issues for category in issue.categories}
    if subject != MIGRATION and subject.contested and subject.contested not in categories:
        raise ValueError(
            f"subject.contested names {subject.contested!r}, which is no category of an issue. "
            f"{nearest(subject.contested, categories)}"
        )
    if population.source == "synthetic" and subject.attributes and subject != MIGRATION:
        raise ValueError(
            f"subject.attributes must be empty where the population is drawn, got {', '.join(subject.attributes)}: no "
            "distribution draws them. Leave them out, or name a table of states."
        )
    for actor in population.actors:
        _check_actor(actor, scenario)


def _roles(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """Yield where a role is named, and which."""
    for actor in scenario.population.actors:
        if actor.role is not None:
            yield f"actor {actor.id!r}: role", actor.role
    for role in scenario.population.keep_roles or ():
        yield "population.keep_roles", role
    for shock in scenario.shocks:
        yield from ((f"shock {shock.id!r}: roles", role) for role in shock.roles)


def _hint(scenario: Scenario) -> str:
    if scenario.subject == MIGRATION:
        return "Change it, or declare roles of your own in [subject]."
    return "Change it, or rename a role in subject.roles."


def _check_actor(actor: ListedActor, scenario: Scenario) -> None:
    subject, fields, where = scenario.subject, type(actor).model_fields, f"actor {actor.id!r}"
    memberships = {item.id: item for item in subject.memberships if item}
    if subject == MIGRATION:
        own = {"attributes": "destination_scale and immigrant_share", "member_of": "crmw_party and iom_member"}
        for name, instead in own.items():
            if getattr(actor, name):
                raise ValueError(f"{where}: {name} must be left out where the subject is migration. Use {instead}.")
        return
    for name in _MIGRATION:
        if getattr(actor, name) != fields[name].default:
            instead = "attributes" if name in _MIGRATION[:2] else "member_of"
            raise ValueError(
                f"{where}: {name} belongs to the subject migration, and this one is {subject.topic!r}. Remove it; "
                f"{instead} takes what subject declares."
            )
    for name in actor.member_of:
        if name not in memberships:
            raise ValueError(
                f"{where}: member_of names {name!r}, which subject does not declare. {_nearest(name, memberships)}"
            )
    for name in actor.attributes:
        if name not in subject.attributes:
            raise ValueError(
                f"{where}: attributes names {name!r}, which subject does not declare. "
                f"{_nearest(name, subject.attributes)}"
            )
    for name in subject.attributes if actor.kind == "state" else ():
        if name not in actor.attributes:
            raise ValueError(
                f"{where}: attributes.{name} must be given, since subject.attributes declares it. "
                "Add a share in [0, 1]."
            )


def _nearest(name: str, known: Collection[str]) -> str:
    return nearest(name, known) if known else "Remove it, or declare it in [subject]."
