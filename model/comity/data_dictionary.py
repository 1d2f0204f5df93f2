"""The data dictionary as a table and as a page: every column of a record, and the measures.

``python -m comity.data_dictionary`` writes the page ``docs/dictionary.md`` of a checkout.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pandas as pd

from comity.errors import InputError, nearest
from comity.measures import MEASURES
from comity.record import Record
from comity.record.dictionary import Column, columns

__all__ = ["dictionary", "page"]

_NO_PROPERTY = {
    "measures": "One number for each run: ``comity.measures.measure(record)``, sweeps and ``run_many``.",
    "trust_matrices": "Trust between all actors, of records kept with ``trust``; ``record.trust_matrix(meeting)``.",
}
_RANGES = {"share": "0..1", "count": "0..", "1": "0..1"}
_HEAD = """# Data dictionary

Written by `python -m comity.data_dictionary` from `dictionary.csv` in `comity.record`; do not edit it here. `comity
dictionary` prints it, `comity.dictionary()` returns it as a table, and the Parquet files of a record have it as
metadata of their fields.

A range is `low..high`, open where an end is left out, or lists codes separated by `/`. A value may be missing where
there was nothing to measure. `*` in the name of a column stands for any name of its kind.
"""


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


def page() -> str:
    """Return the dictionary as a page in Markdown."""
    lines = [_HEAD]
    for name, rows in dictionary().groupby("table", sort=False):
        text = _NO_PROPERTY.get(str(name)) or (getattr(Record, str(name)).func.__doc__ or "")
        first = " ".join(text.split("\n\n")[0].split()).replace("``", "`")
        lines += [f"## {name}", "", first, "", "| column | unit | range | meaning | source |", "|---|---|---|---|---|"]
        for row in rows.to_dict("records"):
            cells = (
                f"`{row['column']}`",
                row["unit"],
                row["range"] and f"`{row['range']}`",
                row["meaning"],
                row["source"],
            )
            lines.append(f"| {' | '.join(cells)} |")
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    (Path(__file__).resolve().parents[2] / "docs" / "dictionary.md").write_text(page(), encoding="utf-8")
