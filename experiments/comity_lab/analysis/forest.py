"""A forest plot: one what-if, all measures in one panel, in standard deviations of the reference."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from comity_lab.analysis.figures import style, under
from comity_lab.reading import SweepTables

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["forest_figure"]

_BLUE, _GREY = "#0072B2", "#6E6E6E"


def forest_figure(sweep: SweepTables, table: pd.DataFrame, title: str) -> Figure:
    """Return a forest plot of the effects of one point.

    Measures have different units; so that they fit on one axis each difference is divided by the standard deviation
    of the reference's runs. Differences and half-widths in units of the measure stand at the right. Filled and blue:
    the interval excludes zero.

    Parameters
    ----------
    sweep
        Sweep of the table, for the line under the figure.
    table
        Rows of one label of :class:`comity_lab.paired.Paired`.
    title
        Title of the figure.
    """
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as NewFigure

    from comity_lab.analysis.printing import with_half

    rows = table.reset_index(drop=True)
    scale = rows["reference_sd"].where(rows["reference_sd"] > 0).to_numpy(dtype=float)
    shift, half = rows["difference"].to_numpy(dtype=float) / scale, rows["half_width"].to_numpy(dtype=float) / scale
    with mpl.rc_context(style()):
        figure = NewFigure(figsize=(7.6, 0.3 * len(rows) + 1.5), layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.subplots()
        for y, effect in enumerate(rows["effect"]):
            if np.isfinite(shift[y]):
                colour, face = (_BLUE, _BLUE) if effect in ("up", "down") else (_GREY, "white")
                axes.errorbar(
                    shift[y], y, xerr=np.nan_to_num(half[y]), fmt="o", color=colour, markerfacecolor=face,
                    markersize=5, elinewidth=1.2, capsize=2,
                )  # fmt: skip
        axes.axvline(0, color=_GREY, linewidth=0.8)
        names = [f"{name.replace('_', ' ')} ({unit})" for name, unit in zip(rows["measure"], rows["unit"], strict=True)]
        axes.set_yticks(range(len(rows)), labels=names)
        axes.set_ylim(len(rows) - 0.4, -0.6)
        texts = [
            with_half(value, width, sign=True)
            for value, width in zip(rows["difference"], rows["half_width"], strict=True)
        ]
        right = axes.secondary_yaxis("right")
        right.set_yticks(range(len(rows)), labels=texts)
        right.tick_params(length=0)
        right.spines["right"].set_visible(False)
        axes.set_xlabel("difference in standard deviations of the reference's runs; at the right in their units")
        axes.grid(axis="x", color="#DDDDDD", linewidth=0.6)
        axes.spines[["top", "right"]].set_visible(False)
        figure.suptitle(title, fontsize=11, wrap=True)
        n = rows["n"]
        shown = f"n = {n.max()} pairs" if n.min() in (n.max(), 0) else f"n = {n.min()} to {n.max()} pairs"
        figure.supxlabel(under(sweep, shown), fontsize=7, color=_GREY, wrap=True)
    return figure
