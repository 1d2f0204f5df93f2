"""The figure of a region: a strip for each parameter, its whole range as the width."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from comity_lab.calibration import tables
from comity_lab.calibration.calibrating import Calibration
from comity_lab.calibration.target import facts_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["region_figure"]

_BLUE, _ORANGE, _GREEN, _GREY = "#0072B2", "#D55E00", "#009E73", "#6E6E6E"
"""Source: Okabe and Ito (2008), Color Universal Design; distinguishable by all readers; the markers differ too."""

_CLOUD = 300
_STYLE: dict[Any, Any] = {"svg.hashsalt": "comity", "svg.fonttype": "none", "font.size": 9, "font.family": "sans-serif"}


def region_figure(found: Calibration, title: str) -> Figure:
    """Return the region: points spread evenly over it, its central 95 % and 50 %, default, chosen and planted value."""
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as NewFigure

    table = tables.parameters(found)
    with mpl.rc_context(_STYLE):
        figure = NewFigure(figsize=(8.2, 1.7 + 0.36 * len(table)), layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.subplots()
        _strips(axes, found)
        for column, marker, colour, label in (
            ("default", "|", _GREY, "default"),
            ("chosen", "o", _ORANGE, "chosen"),
            ("planted", "X", _GREEN, "planted"),
        ):
            if column in table:
                places = (table[column] - table["low"]) / (table["high"] - table["low"])
                axes.plot(
                    places, np.arange(len(table)), marker, color=colour, label=label, zorder=4,
                    markersize=11 if marker == "|" else 6, markeredgewidth=2 if marker == "|" else 0.5,
                )  # fmt: skip
        labels = [f"{row['parameter'].replace('_', ' ')}" for row in table.to_dict("records")]
        axes.set_yticks(range(len(table)), labels=labels)
        axes.set_ylim(len(table) - 0.4, -0.6)
        axes.set_xlim(-0.01, 1.01)
        axes.set_xticks(np.linspace(0, 1, 5), labels=["lowest", "", "middle", "", "highest"])
        axes.set_xlabel("value, as a share of the way through the parameter's range (ends at the right)")
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(axis="x", color="#DDDDDD", linewidth=0.6)
        ends = axes.secondary_yaxis("right")
        ends.set_yticks(
            range(len(table)), labels=[f"{row['low']:g} to {row['high']:g}" for row in table.to_dict("records")]
        )
        ends.tick_params(length=0, labelsize=7, labelcolor=_GREY)
        ends.spines["right"].set_visible(False)
        axes.legend(fontsize=7, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=5, frameon=False)
        figure.suptitle(title, fontsize=11, wrap=True)
        figure.supxlabel(_foot(found), fontsize=7, color=_GREY, wrap=True)
    return figure


def _strips(axes: Axes, found: Calibration) -> None:
    points = found.history.last.pool.points
    jitter = found.problem.rng(5).uniform(-0.28, 0.28, _CLOUD)
    for i in range(points.shape[1]):
        cloud = points[:_CLOUD, i]
        axes.scatter(cloud, i + jitter[: len(cloud)], s=2, color=_BLUE, alpha=0.25, linewidths=0, zorder=1)
        for central, width, name in ((0.95, 1.5, "central 95 % of the region"), (0.5, 5.0, "central 50 %")):
            low, high = np.quantile(points[:, i], [(1 - central) / 2, (1 + central) / 2])
            axes.plot(
                [low, high], [i, i], color=_BLUE, linewidth=width, solid_capstyle="butt", zorder=2,
                label=name if i == 0 else None,
            )  # fmt: skip


def _foot(found: Calibration) -> str:
    problem, history = found.problem, found.history
    runs = sum(wave.outputs.shape[0] * wave.outputs.shape[1] for wave in history.waves)
    reached = history.last.reached
    aside = "" if reached.all() else f" ({int((~reached).sum())} targets out of reach set aside)"
    level = history.last.level
    return (
        f"n = {len(history.points)} points in {len(history.waves)} waves, {runs} runs; "
        f"{len(facts_of(problem.targets))} facts, {len(problem.targets)} targets{aside}; "
        f"region: implausibility at most {level:.3g}, {history.last.pool.volume:.2g} of the volume of all ranges; "
        "dots: points spread evenly over it; "
        f"seed {problem.seed}; problem {problem.hash}"
    )
