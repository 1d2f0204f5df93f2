"""What every column of every table means: unit, range, meaning and source, from ``dictionary.csv`` beside this file."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from comity.phases import Phase
from comity.rules.arena import ARENAS
from comity.rules.vote import ANSWERS
from comity.scenario.moves import CHOICES
from comity.scenario.subject import MIGRATION, Subject
from comity.world.world import (
    ANCHOR_PARTS,
    COOPERATION_PARTS,
    KINDS,
    POSITION_PARTS,
    SOVEREIGNTY_PARTS,
    STANCES,
    TRUST_PARTS,
)

__all__ = ["Column", "columns", "entry"]

_LISTS = {
    "phases": "/".join(phase.value for phase in Phase),
    "kinds": "/".join(KINDS),
    "stances": "/".join(filter(None, STANCES)),
    "arenas": "/".join(ARENAS),
    "answers": "/".join(ANSWERS),
    "choices": "/".join(CHOICES),
    "cooperation": ", ".join(COOPERATION_PARTS),
    "sovereignty": ", ".join(SOVEREIGNTY_PARTS),
    "trust": ", ".join(TRUST_PARTS),
    "position": ", ".join(POSITION_PARTS),
    "anchor": ", ".join(ANCHOR_PARTS),
}
"""Lists of names that the file refers to, such as ``{phases}``; those of roles are of the subject."""


@dataclass(frozen=True)
class Column:
    """What a column means.

    Attributes
    ----------
    table, column
        Where it is; ``*`` in the name of a column stands for any name, such as that of an issue.
    unit
        share, count, ratio, number (from 1), year, date, yes or no, code, id, ids, text, or 1 for a pure number.
    range
        ``low..high``, either end open where it is left out; codes separated by ``/``; empty: any value. A code, like
        any text, may be missing (empty), and so may a number (nan) where there was nothing to measure.
    meaning, source
        In words; and where values come from: the scenario, a rule, or what is counted.
    """

    table: str
    column: str
    unit: str
    range: str
    meaning: str
    source: str


@cache
def columns(subject: Subject = MIGRATION) -> tuple[Column, ...]:
    """Return the entries of all tables of a record, in the order of the file, in the words of a subject."""
    ids = "/".join(item.id for item in subject.memberships if item)
    words = _LISTS | subject.words() | {
        "roles": "/".join(subject.role_ids), "groups": "/".join(subject.groups), "memberships": ids,
        "treaty_column": subject.treaty.column if subject.treaty else "",
        "agency_column": subject.agency.column if subject.agency else "",
    }  # fmt: skip
    with Path(__file__).with_name("dictionary.csv").open(encoding="utf-8", newline="") as file:
        found = [Column(**{name: text.format(**words) for name, text in row.items()}) for row in csv.DictReader(file)]
    own = [item.column for item in subject.memberships if item] + [name for name in subject.attributes]
    said = "attribute of states that the subject declares"
    table = "actors_by_id"
    named = {item.column for item in found if item.table == table}
    found += [
        Column(table, name, "share", "0..1", said, "table or list of actors") for name in own if name not in named
    ]
    return tuple(item for item in found if item.column)


@cache
def entry(table: str, column: str, subject: Subject = MIGRATION) -> Column | None:
    """Return the entry of a column, an exact name before a pattern; None where there is none."""
    own = [item for item in columns(subject) if item.table == table]
    exact = [item for item in own if item.column == column]
    return next(iter(exact or [item for item in own if fnmatchcase(column, item.column)]), None)
