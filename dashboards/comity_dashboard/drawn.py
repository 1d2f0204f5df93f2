"""Figures on their way to browsers, shared by visitors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from comity_dashboard.figures.figure import Figure, csv_of
from comity_dashboard.packed import Packed, pack

__all__ = ["Drawn", "drawn"]


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A figure as packed data, the series of another run behind it, and the table."""

    key: str
    height: int
    props: Packed
    behind: Packed
    table: pd.DataFrame | Callable[[], pd.DataFrame]

    def csv(self) -> str:
        """Return the table as CSV for pandas and spreadsheets."""
        return csv_of(self.table)


def drawn(figure: Figure, table: Callable[[], pd.DataFrame] | None = None) -> Drawn:
    """Return a figure for pages, without its Python objects.

    Parameters
    ----------
    table
        Makes the table again, so that it need not be kept; None to keep it.
    """
    series = figure.option.get("series", [])
    n_here = len(series) - figure.n_behind
    here = {**figure.option, "series": series[:n_here]} if figure.n_behind else figure.option
    return Drawn(
        key=figure.key,
        height=figure.height,
        props=pack({**figure.props(), "option": here}),
        behind=pack(series[n_here:]),
        table=figure.table if table is None else table,
    )
