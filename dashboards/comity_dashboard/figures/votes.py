"""The expected yes votes of a run, with bands over other runs."""

from __future__ import annotations

from typing import Any

import pandas as pd

from comity.bands import Band, band_of
from comity.record import Record
from comity_dashboard.figures.figure import Figure, plain
from comity_dashboard.figures.lines import SHARE_OF_BAND
from comity_dashboard.palette import MANY

__all__ = ["expected_yes"]

_UNIT = "share of the states that may vote"


def expected_yes(record: Record, runs: pd.DataFrame, n_runs: int) -> Figure:
    """Return the expected yes votes in each vote, a share of the states that may vote, with a band over other runs.

    Parameters
    ----------
    record
        The run that is shown.
    runs
        One row per other run and vote: vote, expected, adopted.
    n_runs
        Number of other runs.
    """
    titles = {v.id: f"{m.start.year}: {v.text}" for m in record.scenario.meetings for v in m.votes}
    rows = []
    for vote, answers in record.votes.groupby("vote", sort=False):
        others = runs[runs["vote"] == vote]
        rows.append(
            {"vote": vote, "text": titles[str(vote)], "states": len(answers), "this_run": answers["p_yes"].sum()}
            | vars(band_of(others["expected"].to_numpy(float)))
            | {"adopted_in_runs": int(others["adopted"].sum())}
        )
    fields = ["vote", "text", "states", "this_run", *Band.__dataclass_fields__, "adopted_in_runs"]
    table = pd.DataFrame(rows, columns=fields)
    shown = table.iloc[::-1].to_dict("records")
    labels = [_label(row) for row in shown]
    series: list[dict[str, Any]] = [
        {
            "type": "line", "name": label, "symbol": "none", "silent": True,
            "lineStyle": {"width": 9, "opacity": 0.35, "color": MANY[0]},
            "data": [[plain(row[end] / row["states"]), label] for end in ("low", "high")],
        }
        for label, row in zip(labels, shown, strict=True)
        if row["n"]
    ]  # fmt: skip
    points = [[plain(row["this_run"] / row["states"]), label] for label, row in zip(labels, shown, strict=True)]
    series.append({"type": "scatter", "name": "this run", "symbolSize": 9, "data": points, "shown": 0,
                   "names": labels, "itemStyle": {"color": MANY[0]}})  # fmt: skip
    return Figure(
        key="expected_yes", title="Expected yes votes",
        unit=_UNIT, table=table, height=80 + 44 * len(table),
        note=f"Shaded: the central {SHARE_OF_BAND} of {n_runs} runs over the posterior. Dots: this run.",
        option={
            "animation": False,
            "grid": {"left": 8, "right": 24, "top": 8, "bottom": 44, "containLabel": True},
            "tooltip": {"trigger": "item", "confine": True},
            "xAxis": {"type": "value", "scale": True, "name": _UNIT, "nameLocation": "middle",
                      "nameGap": 26},
            "yAxis": {"type": "category", "data": labels, "axisLine": {"onZero": False},
                      "axisLabel": {"width": 520, "overflow": "truncate", "lineHeight": 15, "interval": 0}},
            "series": series,
        },
        how="Labels have the expected number of yes votes, and its band in brackets. The expected number is the sum of "
        "the probabilities of a yes over the states that may vote. Each run has another draw of the parameters that "
        f"calibration left open, and its own luck; {SHARE_OF_BAND} of the runs lie in the bar. The bar is not the "
        "spread of the answers drawn from these probabilities.",
    )  # fmt: skip


def _label(row: dict[Any, Any]) -> str:
    """Return the text of a vote, its expected yes votes with the band, and how often it was adopted."""
    band = f" [{row['low']:.1f}, {row['high']:.1f}]; adopted in {row['adopted_in_runs']} of {row['n']} runs"
    return f"{row['text']}\n{row['this_run']:.1f} of {row['states']} yes{band if row['n'] else ''}"
