"""Figures of a record or of many runs: each takes a Record, or the result of run_many, and returns Axes of matplotlib.

The line under the title says what was run, n and the interval. Needs the extra ``notebook``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from comity.bands import band_of
from comity.errors import InputError, nearest
from comity.extras import needs
from comity.many import Runs
from comity.record import Record
from comity.rules.vote import ANSWERS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["attendance", "cooperation", "network", "trust", "votes"]

_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00")
"""Source: Okabe and Ito (2008), Color Universal Design; distinguishable by all readers; the markers differ too."""
_MARKERS = "osD^vP"
_GREY = "#6E6E6E"
_MOST = len(_COLOURS)
_NAMED = 40
"""Most actors whose ids a network has room for."""


def trust(source: Record | Runs, ax: Axes | None = None) -> Axes:
    """Draw mean trust between the two sides, and of states in networks, at the close of meetings.

    Parameters
    ----------
    source
        A record, or runs: then lines are medians, and bands hold the central 90 % of the runs.
    ax
        Axes to draw on; None: new ones.

    Raises
    ------
    InputError
        matplotlib is not installed, or no meeting was held.
    """
    a, b, _ = source.scenario.subject.role_ids
    pairs = {f"trust_{a}_{b}": f"{a} in {b}", f"trust_{b}_{a}": f"{b} in {a}"}
    return _lines(source, ax, "Trust", "mean trust (share)", pairs | {"trust_states_networks": "states in networks"})


def cooperation(source: Record | Runs, ax: Axes | None = None) -> Axes:
    """Draw the mean disposition to cooperate by role of states at the close of meetings; see :func:`trust`."""
    names = {f"cooperation_{role}": role for role in source.scenario.subject.role_ids}
    return _lines(source, ax, "Disposition to cooperate", "mean of states (share)", names)


def attendance(source: Record | Runs, ax: Axes | None = None) -> Axes:
    """Draw which share of the states came to each meeting, by forum; see :func:`trust`.

    Meetings to which no state came, and forums beyond the six with most meetings, are left out.
    """
    table = _by_meeting(source)
    came = table[(table["column"] == "attendance") & (table["median"] > 0)]
    forums = came["forum"].value_counts(sort=True).index[:_MOST]
    axes = _axes(source, ax, "Attendance", "states that came (share)")
    _refuse_empty(came)
    for number, forum in enumerate(forums):
        rows = came[came["forum"] == forum]
        spread = np.abs(rows[["low", "high"]].to_numpy().T - rows["median"].to_numpy())
        axes.errorbar(
            rows["date"], rows["median"], yerr=spread if isinstance(source, Runs) else None, label=str(forum),
            color=_COLOURS[number], marker=_MARKERS[number], markersize=5, linestyle="none", elinewidth=1.2, capsize=2,
        )  # fmt: skip
    axes.set_ylim(0, 1.03)
    _show_years(axes)
    _legend(axes, len(forums))
    return axes


def votes(source: Record | Runs, vote: str | None = None, ax: Axes | None = None) -> Axes:
    """Draw the answers to a vote, as numbers of states by role.

    Parameters
    ----------
    source
        A record, or runs: then bars are medians, and lines hold the central 90 % of the runs.
    vote
        Id of the vote; None: the last one.
    ax
        Axes to draw on; None: new ones.

    Raises
    ------
    InputError
        matplotlib is not installed, or there is no such vote.
    """
    table = source.table("votes") if isinstance(source, Runs) else source.votes.assign(seed=source.seed)
    names = list(dict.fromkeys(table["vote"]))
    if not names or (vote is not None and vote not in names):
        raise InputError(f"comity.plot: vote must be one that was held, got {vote!r}. {nearest(str(vote), names)}")
    chosen = names[-1] if vote is None else vote
    rows = table[table["vote"] == chosen]
    axes = _axes(source, ax, f"Vote {chosen}", "states (count)")
    from matplotlib.ticker import MaxNLocator

    roles = [role for role in source.scenario.subject.role_ids if (rows["group"] == role).any()]
    width = 0.8 / len(roles)
    counts = rows.groupby(["seed", "group", "answer"]).size()
    seeds = rows["seed"].unique()
    for number, role in enumerate(roles):
        bands = [band_of([counts.get((seed, role, answer), 0) for seed in seeds]) for answer in ANSWERS]
        median = np.array([band.median for band in bands])
        spread = np.abs(np.array([[band.low for band in bands], [band.high for band in bands]]) - median)
        places = np.arange(len(ANSWERS)) + (number - (len(roles) - 1) / 2) * width
        bars = axes.bar(
            places, median, 0.92 * width, color=_COLOURS[number], label=role, capsize=2,
            yerr=spread if len(seeds) > 1 else None, error_kw={"elinewidth": 1.2, "ecolor": "#333333"},
        )  # fmt: skip
        if len(seeds) == 1:
            axes.bar_label(bars, fmt="%.0f", fontsize=8, padding=1)
    axes.set_xticks(range(len(ANSWERS)), labels=list(ANSWERS))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    share = rows.groupby("seed")["adopted"].first().mean()
    said = f"adopted in {share:.0%} of the runs" if len(seeds) > 1 else "adopted" if share else "not adopted"
    axes.set_xlabel(f"answer ({rows['decision'].iloc[0].replace('_', ' ')}; {said})")
    _legend(axes, len(roles))
    return axes


def network(record: Record, meeting: str, threshold: float = 0.6, ax: Axes | None = None) -> Axes:
    """Draw who trusts whom when a meeting closed: actors on a circle by group, lines for trust at or above a threshold.

    Parameters
    ----------
    record, meeting, threshold
        As for :func:`comity.record.shapes.network`. A line needs that trust one way; a line both ways is darker.
    ax
        Axes to draw on; None: new ones.

    Raises
    ------
    InputError
        matplotlib or networkx is not installed, or the matrix was not kept.
    """
    graph = record.network(meeting, threshold)
    axes = _axes(record, ax, f"Trust of {threshold:g} or more at {meeting}", "")
    from matplotlib.collections import LineCollection

    codes = record.scenario.subject.groups
    groups = dict(graph.nodes(data="group"))
    order = sorted(graph, key=lambda name: (codes.index(groups[name]), name))
    angles = np.linspace(0.5 * np.pi, -1.5 * np.pi, len(order), endpoint=False)
    place = dict(zip(order, np.column_stack([np.cos(angles), np.sin(angles)]), strict=True))
    faint = float(np.clip(60 / max(graph.number_of_edges(), 1), 0.03, 0.5))
    ends = [(place[a], place[b]) for a, b in graph.edges]
    axes.add_collection(LineCollection(ends, colors=_GREY, linewidths=0.7, alpha=faint))
    for number, group in enumerate(codes):
        if chosen := [name for name in order if groups[name] == group]:
            points = np.array([place[name] for name in chosen])
            label = f"{group} ({len(chosen)})"
            axes.scatter(
                points[:, 0], points[:, 1], s=26, color=_COLOURS[number], marker=_MARKERS[number], label=label, zorder=3
            )
    if len(order) <= _NAMED:
        for name in order:
            x, y = place[name]
            angle = np.degrees(np.arctan2(y, x))
            is_left = x < -1e-9
            axes.text(
                1.06 * x, 1.06 * y, name, fontsize=7, rotation=angle + 180 * is_left, rotation_mode="anchor",
                ha="right" if is_left else "left", va="center",
            )  # fmt: skip
    pairs = len(order) * (len(order) - 1)
    axes.set_xlabel(f"{graph.number_of_edges()} of {pairs} directed pairs ({graph.number_of_edges() / pairs:.1%})")
    edge = 1.55 if len(order) <= _NAMED else 1.1
    axes.set(xlim=(-edge, edge), ylim=(-edge, edge), aspect="equal", xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    axes.grid(False)
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False, fontsize=8)
    return axes


def _by_meeting(source: Record | Runs) -> pd.DataFrame:
    """Return the bands of each meeting, of a record as of one run."""
    return (source if isinstance(source, Runs) else Runs([source])).meeting_bands


def _lines(source: Record | Runs, ax: Axes | None, title: str, unit: str, shown: Mapping[str, str]) -> Axes:
    """Draw columns of the meetings over time: a line for each, and its band."""
    table = _by_meeting(source)
    axes = _axes(source, ax, title, unit)
    _refuse_empty(table)
    for number, (column, label) in enumerate(shown.items()):
        rows = table[(table["column"] == column) & (table["n"] > 0)]
        if rows.empty:
            continue
        colour = _COLOURS[number]
        axes.plot(rows["date"], rows["median"], color=colour, marker=_MARKERS[number], markersize=3.5, label=label)
        if isinstance(source, Runs):
            axes.fill_between(rows["date"], rows["low"], rows["high"], color=colour, alpha=0.18, linewidth=0)
    _show_years(axes)
    _legend(axes, len(shown))
    return axes


def _axes(source: Record | Runs, ax: Axes | None, title: str, unit: str) -> Axes:
    """Return axes with a title, the unit, and a line on what is shown."""
    needs("comity.plot", "notebook", "matplotlib")
    if ax is None:
        import matplotlib.pyplot as plt

        _, ax = plt.subplots(figsize=(7, 4), layout="constrained")
    name = source.scenario.name or source.scenario.title
    if isinstance(source, Runs):
        said = f"{name}, n = {len(source)} runs, seeds {min(source.seeds)} to {max(source.seeds)}; {source.interval}"
    else:
        said = f"{name}, n = 1 run, seed {source.seed}; no interval"
    ax.set_title(title, loc="left", fontsize=11, fontweight="bold", pad=18)
    ax.text(0, 1.015, said, transform=ax.transAxes, fontsize=8, color=_GREY, va="bottom")
    ax.set_ylabel(unit)
    ax.grid(axis="y", color="#DDDDDD", linewidth=0.6)
    ax.set_axisbelow(True)
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def _show_years(axes: Axes) -> None:
    """Write dates as short as they can be told apart."""
    from matplotlib import dates

    places: Any = dates.AutoDateLocator(maxticks=9)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(places)
    axes.xaxis.set_major_formatter(dates.ConciseDateFormatter(places))  # type: ignore[no-untyped-call]


def _legend(axes: Any, entries: int) -> None:
    """Put the legend beside the axes, where it hides nothing."""
    if entries:
        axes.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False, fontsize=8)


def _refuse_empty(table: pd.DataFrame) -> None:
    if table.empty:
        raise InputError("comity.plot: a meeting to which states came must have been held, got none. Run another seed.")
