"""A figure: what is drawn, the table behind it, and how to read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd

from comity_dashboard.palette import ON_BLACK

_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""Signs with which a spreadsheet begins a formula, also the wide ones of East Asia."""

__all__ = ["Figure", "plain", "plain_rows"]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One chart.

    Attributes
    ----------
    key
        Name of the chart in file names and tests.
    title, unit, how
        What it shows, in which unit, and how to read it, in plain words.
    option
        Option of ECharts, plain data.
    table
        The numbers that are drawn, for the download; or how to make it, where that takes longer than the chart.
    frames
        For a chart that shows one moment: per meeting its id, date (ISO) and the part of the option that differs.
    timed
        Whether the horizontal axis is time, so that the moment is marked on it.
    svg
        A drawing instead of an option.
    empty
        Why there is nothing to draw, a sentence that stands in the place of the drawing; empty where there is.
    note
        What else must be known at once, such as which line is which run.
    height
        Of the drawing in pixels; 0: as the page has it.
    columns, rows
        A table to be shown instead: headings, and cells as texts.
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

    def props(self) -> dict[str, Any]:
        """Return what the browser needs, plain data."""
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
        """Return the table as text for a file that pandas and spreadsheets open."""
        table = self.table() if callable(self.table) else self.table
        safe = table.rename(columns=_harmless)
        texts = [number for number, kind in enumerate(safe.dtypes) if kind.kind == "O"]
        for number in texts:
            safe.isetitem(number, [_harmless(cell) for cell in safe.iloc[:, number]])
        # Where one of these separates cells, within a text that is not quoted it would begin another.
        written = [*map(str, safe.columns), *(str(cell) for number in texts for cell in safe.iloc[:, number])]
        splits = any(sign in cell for cell in written for sign in ";\t\r")
        quoting: Literal[0, 2] = 2 if splits else 0  # csv.QUOTE_NONNUMERIC, csv.QUOTE_MINIMAL
        text: str = safe.to_csv(index=False, lineterminator="\n", quoting=quoting)
        return text


def _harmless(cell: Any) -> Any:
    """Return a text that no spreadsheet takes for a formula: with a quotation mark before its sign."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULAS) else cell


def plain(value: Any, digits: int = 4) -> float | None:
    """Return a number for JSON: rounded, and None for nan, which JSON does not know."""
    number = float(value)
    return None if not np.isfinite(number) else round(number, digits)


def plain_rows(values: np.ndarray, digits: int) -> list[Any]:
    """Return an array for JSON, as lists: rounded at once, and None for nan."""
    rounded = np.round(np.asarray(values, dtype=float), digits)
    known = np.isfinite(rounded)
    if not known.all():
        rounded = rounded.astype(object)
        rounded[~known] = None
    found: list[Any] = rounded.tolist()
    return found
