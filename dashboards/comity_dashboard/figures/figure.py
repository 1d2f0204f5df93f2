"""A figure: what is drawn, the table behind it, and how to read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd

from comity_dashboard.palette import ON_BLACK

_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""Characters that start a formula in a spreadsheet, including the fullwidth ones."""

__all__ = ["Figure", "csv_of", "plain", "plain_rows"]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One chart.

    Attributes
    ----------
    key
        Name of the chart in file names.
    title, unit, how
        Title, unit, and reading aid.
    option
        ECharts option, as plain data.
    table
        The numbers of the chart, for the download; or a function that makes the table, if that is slow.
    frames
        For a chart of one moment: id, ISO date and partial option of each meeting.
    timed
        Whether the horizontal axis is time; the current moment is then marked.
    svg
        An SVG drawing instead of an option.
    empty
        A sentence instead of an empty chart; empty if there is something to draw.
    note
        A note above the chart, such as which line is which run.
    height
        Height in pixels; 0 for the default of the page.
    columns, rows
        A table instead of a chart: headings, and cells as text.
    n_behind
        How many of the last series belong to another run. A browser gets them once while this run changes.
    """

    key: str
    title: str
    unit: str
    how: str
    option: dict[str, Any] = field(default_factory=dict)
    table: pd.DataFrame | Callable[[], pd.DataFrame] = field(default_factory=pd.DataFrame)
    frames: list[dict[str, Any]] = field(default_factory=list)
    timed: bool = False
    svg: str = ""
    empty: str = ""
    note: str = ""
    height: int = 0
    columns: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    n_behind: int = 0

    def props(self) -> dict[str, Any]:
        """Return the figure as plain data for the browser."""
        return {
            "key": self.key,
            "title": self.title,
            "unit": self.unit,
            "how": self.how,
            "option": self.option,
            "frames": self.frames,
            "timed": self.timed,
            "svg": self.svg,
            "empty": self.empty,
            "note": self.note,
            "columns": self.columns,
            "rows": self.rows,
            "dark": ON_BLACK,
        }

    def csv(self) -> str:
        """Return the table as CSV for pandas and spreadsheets."""
        return csv_of(self.table)


def csv_of(table: pd.DataFrame | Callable[[], pd.DataFrame]) -> str:
    """Return a table, or the table that a function makes, as CSV for pandas and spreadsheets."""
    safe = (table() if callable(table) else table).rename(columns=_harmless)
    texts = [number for number, kind in enumerate(safe.dtypes) if kind.kind == "O"]
    for number in texts:
        safe.isetitem(number, [_harmless(cell) for cell in safe.iloc[:, number]])
    # Quote all text if it contains a character that some programs take for a separator.
    written = [*map(str, safe.columns), *(str(cell) for number in texts for cell in safe.iloc[:, number])]
    splits = any(sign in cell for cell in written for sign in ";\t\r")
    quoting: Literal[0, 2] = 2 if splits else 0  # csv.QUOTE_NONNUMERIC, csv.QUOTE_MINIMAL
    text: str = safe.to_csv(index=False, lineterminator="\n", quoting=quoting)
    return text


def _harmless(cell: Any) -> Any:
    """Return a text that no spreadsheet takes for a formula: an apostrophe is put in front."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULAS) else cell


def plain(value: Any, digits: int = 4) -> float | None:
    """Return a rounded number for JSON; None for NaN."""
    number = float(value)
    return None if not np.isfinite(number) else round(number, digits)


def plain_rows(values: np.ndarray, digits: int) -> list[Any]:
    """Return an array as rounded lists for JSON; None for NaN."""
    rounded = np.round(np.asarray(values, dtype=float), digits)
    known = np.isfinite(rounded)
    if not known.all():
        rounded = rounded.astype(object)
        rounded[~known] = None
    found: list[Any] = rounded.tolist()
    return found
