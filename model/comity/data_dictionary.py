"""The data dictionary as a table: every column of a record, and the measures."""

from __future__ import annotations

from dataclasses import asdict

import pandas as pd

from comity.errors import InputError, nearest
from comity.measures import MEASURES
from comity.record import Record
from comity.record.dictionary import Column, columns

__all__ = ["descriptions", "dictionary"]

_NO_PROPERTY = {
    "measures": "One number for each run: ``comity.measures.measure(record)``, sweeps and ``run_many``.",
    "trust_matrices": "Trust between all actors, of records kept with ``trust``; ``record.trust_matrix(meeting)``.",
}
_RANGES = {"share": "0..1", "count": "0..", "1": "0..1"}


def dictionary(table: str | None = None) -> pd.DataFrame:
    """Return what columns mean: table, column, unit, range, meaning, source; one row each.

    Parameters
    ----------
    table
        Name of a table of a record, ``actors_by_id``, ``trust_matrices`` or ``measures``; None: all.

    Raises
    ------
    InputError
        There is no such table.
    """
    entries = [asdict(item) for item in _entries()]
    names = dict.fromkeys(item["table"] for item in entries)
    if table is not None and table not in names:
        raise InputError(f"dictionary: TABLE must be a table of a record, got {table!r}. {nearest(table, names)}")
    return pd.DataFrame([item for item in entries if table in (None, item["table"])])


def _entries() -> list[Column]:
    """Return the entries of all tables, and of the measures."""
    return [
        *columns(),
        *(Column("measures", m.name, m.unit, _RANGES[m.unit], m.text, "comity.measures") for m in MEASURES),
    ]


def descriptions() -> dict[str, str]:
    """Return what the rows of each table are, in a sentence."""
    texts = {
        name: _NO_PROPERTY.get(name) or getattr(Record, name).func.__doc__ or ""
        for name in dict.fromkeys(item.table for item in _entries())
    }
    return {name: " ".join(text.split("\n\n")[0].split()).replace("``", "`") for name, text in texts.items()}
