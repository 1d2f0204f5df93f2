"""Figures: dots with their intervals. Each states title, unit, n, interval and seeds; without a display."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from comity_lab.analysis.effects import Effects
from comity_lab.analysis.indices import Indices
from comity_lab.analysis.selection import label_of
from comity_lab.reading import SweepTables

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["differences_figure", "effects_figure", "indices_figure", "means_figure", "save", "style", "svg", "under"]

_BLUE, _ORANGE, _GREY = "#0072B2", "#D55E00", "#6E6E6E"
"""Source: Okabe and Ito (2008), Color Universal Design; distinguishable by all readers; the markers differ too."""

_LABELLED_POINTS = 32
_COLUMNS = 3
_STYLE: dict[Any, Any] = {"svg.hashsalt": "comity", "svg.fonttype": "none", "font.size": 9, "font.family": "sans-serif"}


def style() -> dict[Any, Any]:
    """Return the matplotlib settings of all figures."""
    return dict(_STYLE)


def under(sweep: SweepTables, n: str, interval: str = "95 % interval, Student's t") -> str:
    """Return the line under a figure: n, interval, luck and seeds, design."""
    design = sweep.design
    luck = "common luck" if design.common_random_numbers else "separate luck at each point"
    return f"{n}; {interval}; study seed {design.seed}, {luck}; design {sweep.plan.hash}"


def means_figure(sweep: SweepTables, table: pd.DataFrame, title: str = "Means") -> Figure:
    """Return a figure of the table of :func:`comity_lab.analysis.means`: a panel for each measure."""
    return _panels(table, "mean", title, under(sweep, f"n = {_span(table['n'])} runs a point"), zero=False)


def differences_figure(
    sweep: SweepTables, table: pd.DataFrame, reference: int, title: str = "Paired comparison", against: str = ""
) -> Figure:
    """Return a figure of the table of :func:`comity_lab.analysis.differences`: a panel for each measure.

    Parameters
    ----------
    sweep, table, reference
        The sweep, its differences, and the number of the point that they are against.
    title
        First part of the title.
    against
        Name of the reference; by default its values.
    """
    shown = f"{title}\nDifferences from: {against or label_of(sweep.plan.values(reference))}"
    return _panels(table, "difference", shown, under(sweep, f"n = {_span(table['n'])} pairs a point"), zero=True)


def effects_figure(sweep: SweepTables, found: Effects) -> Figure:
    """Return a figure of the effects of a factorial design: a panel for each measure, a row for each effect."""
    table = found.table.rename(columns={"effect": "difference"})
    names = [
        " × ".join(f"{label_of_factor(name)} {change}" for name, change in pairs if name)
        for pairs in zip(
            zip(table["factor"], table["change"], strict=True),
            zip(table["other"], table["other_change"], strict=True),
            strict=True,
        )
    ]
    table = table.assign(label=names, point=table.groupby("measure").cumcount())
    kind = "replicates" if found.is_paired else "runs a point"
    interval = "95 % interval, " + ("Student's t" if found.is_paired else "Welch")
    title = "Main effects, and interactions (×) of two factors"
    return _panels(table, "difference", title, under(sweep, f"n = {_span(table['n'])} {kind}", interval), zero=True)


def indices_figure(sweep: SweepTables, found: Indices, title: str = "") -> Figure:
    """Return a figure of sensitivity indices: a panel for each measure, a row for each factor."""
    table = found.table
    words = {"sobol": "Sobol indices", "morris": "Effects after Morris"}[found.method]
    measures = list(table["measure"].unique())
    factors = list(table["factor"].unique())
    n = f"n = {sweep.plan.n_points} points x {sweep.design.replicates} replicates"
    foot = under(sweep, n, "95 % interval, bootstrap")
    figure, panels = _grid(measures, [label_of_factor(name) for name in factors], title or words, foot)
    for axes, measure in zip(panels, measures, strict=True):
        rows = table[table["measure"] == measure]
        y = np.arange(len(rows), dtype=float)
        if found.method == "sobol":
            _dots(axes, rows["first"], rows["first_half_width"], y - 0.15, _BLUE, "o", "first order")
            _dots(axes, rows["total"], rows["total_half_width"], y + 0.15, _ORANGE, "s", "total")
            axes.set_xlabel("share of variance")
        else:
            _dots(axes, rows["mu_star"], rows["mu_star_half_width"], y - 0.15, _BLUE, "o", "mean size of effect, μ*")
            _dots(axes, rows["sigma"], None, y + 0.15, _ORANGE, "s", "spread of effects, σ")
            axes.set_xlabel(f"{rows['unit'].iloc[0]}, over the whole range")
        axes.axvline(0, color=_GREY, linewidth=0.8)
    panels[0].legend(fontsize=7, loc="best", framealpha=0.8)
    return figure


def _span(n: pd.Series) -> str:
    """Return a count, or the smallest and the largest of several."""
    return f"{n.min()}" if n.min() == n.max() else f"{n.min()} to {n.max()}"


def label_of_factor(name: str) -> str:
    """Return the last part of a dotted path."""
    return name.rpartition(".")[2]


def _panels(table: pd.DataFrame, value: str, title: str, foot: str, *, zero: bool) -> Figure:
    measures = list(table["measure"].unique())
    points = table.drop_duplicates("point")
    is_labelled = len(points) <= _LABELLED_POINTS
    rows_shown = list(points["label"]) if is_labelled else [""] * _LABELLED_POINTS
    figure, panels = _grid(measures, rows_shown, title, foot, is_labelled=is_labelled)
    for axes, measure in zip(panels, measures, strict=True):
        rows = table[table["measure"] == measure]
        y = np.arange(len(rows), dtype=float) if is_labelled else rows["point"].to_numpy(dtype=float)
        _dots(axes, rows[value], rows["half_width"], y, _BLUE, "o", "")
        unit = rows["unit"].iloc[0]
        axes.set_xlabel(f"difference, {unit}" if zero else unit)
        if zero:
            axes.axvline(0, color=_GREY, linewidth=0.8)
        if not is_labelled:
            axes.set_ylabel("point")
    return figure


def _dots(
    axes: Axes, value: pd.Series, half: pd.Series | None, y: np.ndarray, colour: str, marker: str, label: str
) -> None:
    axes.errorbar(
        value.to_numpy(dtype=float),
        y,
        xerr=None if half is None else np.nan_to_num(half.to_numpy(dtype=float)),
        fmt=marker,
        color=colour,
        markersize=4,
        elinewidth=1.2,
        capsize=2,
        label=label or None,
    )


def _grid(
    measures: Sequence[str], rows: Sequence[str], title: str, foot: str, *, is_labelled: bool = True
) -> tuple[Figure, list[Axes]]:
    """Return a figure with a panel for each measure; the rows run from top to bottom."""
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as NewFigure

    columns = 2 if len(measures) in (2, 4) else min(_COLUMNS, len(measures))
    lines = -(-len(measures) // columns)
    longest = max((len(text) for text in rows), default=0)
    width = max(7.0, 2.6 * columns + 0.065 * longest + 0.6)
    height = max(2.6, lines * (0.21 * len(rows) + 0.95) + 0.8)
    with mpl.rc_context(_STYLE):
        figure = NewFigure(figsize=(width, height), layout="constrained")
        FigureCanvasAgg(figure)
        grid = figure.subplots(lines, columns, squeeze=False, sharey=True)
        panels = list(grid.flat)
        for axes in panels[len(measures) :]:
            axes.remove()
        for axes, measure in zip(panels, measures, strict=False):
            axes.set_title(measure.replace("_", " "), fontsize=9)
            axes.grid(axis="x", color="#DDDDDD", linewidth=0.6)
            axes.spines[["top", "right"]].set_visible(False)
            axes.locator_params(axis="x", nbins=4)
        if is_labelled:
            panels[0].set_yticks(range(len(rows)), labels=list(rows))
            panels[0].set_ylim(len(rows) - 0.4, -0.6)
        figure.suptitle(title, fontsize=11, wrap=True)
        figure.supxlabel(foot, fontsize=7, color=_GREY, wrap=True)
    return figure, panels[: len(measures)]


def svg(figure: Figure, name: str) -> str:
    """Return a figure as an SVG element for a page: nothing outside is referred to, ids begin with the name."""
    import matplotlib as mpl

    buffer = io.StringIO()
    with mpl.rc_context(_STYLE):
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r'\sxmlns(:\w+)?="[^"]*"', "", text)
    text = re.sub(r'\bid="', f'id="{name}-', text)
    text = re.sub(r'href="#', f'href="#{name}-', text)
    text = text.replace("url(#", f"url(#{name}-")
    return text.replace("<svg ", f'<svg role="img" aria-label="{name}" ', 1)


def save(figure: Figure, file: Path) -> None:
    """Write a figure, in the format that the name of the file ends with; the same figure gives the same bytes."""
    import matplotlib as mpl

    with mpl.rc_context(_STYLE):
        metadata = {"Date": None} if file.suffix == ".svg" else {"Software": "comity"}
        figure.savefig(file, dpi=200, metadata=metadata)
