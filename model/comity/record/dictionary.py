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
from comity.world.world import (
    ANCHOR_PARTS,
    COOPERATION_PARTS,
    GROUPS,
    KINDS,
    POSITION_PARTS,
    ROLES,
    SOVEREIGNTY_PARTS,
    STANCES,
    TRUST_PARTS,
)

__all__ = ["Column", "columns", "entry"]

_LISTS = {
    "roles": "/".join(ROLES),
    "groups": "/".join(GROUPS),
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
"""Lists of names that the file refers to, such as ``{roles}``."""


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
def columns() -> tuple[Column, ...]:
    """Return the entries of all tables of a record, in the order of the file."""
    with Path(__file__).with_name("dictionary.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Column(**{name: text.format(**_LISTS) for name, text in row.items()}) for row in csv.DictReader(file)
        )


@cache
def entry(table: str, column: str) -> Column | None:
    """Return the entry of a column, an exact name before a pattern; None where there is none."""
    own = [item for item in columns() if item.table == table]
    exact = [item for item in own if item.column == column]
    return next(iter(exact or [item for item in own if fnmatchcase(column, item.column)]), None)
