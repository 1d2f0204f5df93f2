"""Which columns the tables of actors have, by the subject of a scenario and by what its rules read."""

from __future__ import annotations

from typing import NamedTuple

from comity.scenario.schema import Scenario
from comity.scenario.subject import MIGRATION, Subject

__all__ = ["OF_MIGRATION", "Columns", "columns_of"]

_SHARES = ("income", "capacity", "sovereignty", "cooperation", "civil_society_climate", "electoral_competition")
_MORE = ("normative_mandate", "service", "non_yes_share", "absent_share")
"""Shares of actors, whatever the subject."""


class Columns(NamedTuple):
    """Names of columns that depend on the subject.

    ``roles`` are the codes that the column ``role`` of states may have; ``shares`` and ``flags`` (0 or 1) all such
    columns of actors, the general ones among them; ``memberships`` the ids of treaty and agency with their columns;
    ``needed`` the columns of the subject without which a table of states is refused.
    """

    roles: tuple[str, ...]
    shares: tuple[str, ...]
    flags: tuple[str, ...]
    memberships: tuple[tuple[str, str], ...]
    needed: tuple[str, ...]


def columns_of(scenario: Scenario) -> Columns:
    """Return the columns of a scenario: a membership is needed only where its institution makes states join."""
    institutions = scenario.institutions
    return _columns(scenario.subject, bool(institutions.rights_issue), bool(institutions.agency))


def _columns(subject: Subject, has_treaty: bool, has_agency: bool) -> Columns:
    joined = [item for item in subject.memberships if item]
    are_read = zip(subject.memberships, (has_treaty, has_agency), strict=True)
    needed = [item.column for item, is_read in are_read if item and is_read]
    return Columns(
        roles=subject.role_ids,
        shares=(*subject.attributes[:1], *_SHARES, *subject.attributes[1:], *_MORE),  # the order in earlier records
        flags=("developed", *(item.column for item in joined)),
        memberships=tuple((item.id, item.column) for item in joined),
        needed=(*subject.attributes, *needed),
    )


OF_MIGRATION = _columns(MIGRATION, True, True)
