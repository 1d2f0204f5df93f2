"""A paired ensemble: many runs of two setups in pairs with the same seed, and their differences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from comity.measures import MEASURES, measure
from comity.scenario.schema import Scenario
from comity_dashboard.figures.figure import Figure, plain
from comity_dashboard.figures.measures import number, signed
from comity_dashboard.figures.words import unit_in_words
from comity_dashboard.runs import run_once
from comity_lab.analysis.means import interval
from comity_lab.seeds import seed_of_run

__all__ = ["PairedRuns", "effects", "run_pairs"]

REPLICATES = 30
"""Runs of each setup. From about 30, the interval also holds for measures that are not normally distributed."""


@dataclass(frozen=True, kw_only=True)
class PairedRuns:
    """Measures of two setups, shape (2, replicates, measures), in the order of ``MEASURES``."""

    names: tuple[str, str]
    seeds: tuple[int, ...]
    values: np.ndarray


def run_pairs(
    first: Scenario, second: Scenario, names: tuple[str, str], seed: int, on_progress: Callable[[int], bool]
) -> PairedRuns:
    """Run both setups with the same seeds, those of ``comity compare``.

    Parameters
    ----------
    first, second, names
        The setups and their labels.
    seed
        Study seed, from which the seeds of the runs are derived.
    on_progress
        Called with the number of finished pairs; returns whether to continue.
    """
    rows: list[list[list[float]]] = []
    seeds = []
    for replicate in range(REPLICATES):
        seeds.append(seed_of_run(seed, 0, replicate, common=True))
        pair = [list(measure(run_once(item, seeds[-1], "meetings")).values()) for item in (first, second)]
        rows.append(pair)
        if not on_progress(replicate + 1):
            break
    return PairedRuns(names=names, seeds=tuple(seeds), values=np.array(rows).transpose(1, 0, 2))


def effects(found: PairedRuns) -> tuple[Figure, Figure]:
    """Return the paired differences with 95 % intervals, as a chart and as a table."""
    first, second = found.values
    difference = interval((second - first)[None])
    alone = interval(found.values)
    n, mean, half = (difference[key][0] for key in ("n", "mean", "half_width"))
    spread = np.where(alone["sd"][0] > 0, alone["sd"][0], np.nan)
    table = pd.DataFrame(
        {
            "measure": [item.name for item in MEASURES],
            "meaning": [item.text for item in MEASURES],
            "unit": [item.unit for item in MEASURES],
            "n": n,
            "first": alone["mean"][0],
            "second": alone["mean"][1],
            "difference": mean,
            "low": mean - half,
            "high": mean + half,
            "spread_between_runs": spread,
        }
    )
    rows = [
        [
            str(row["meaning"]), unit_in_words(str(row["unit"])), str(row["n"]),
            number(row["first"]), number(row["second"]),
            signed(row["difference"], str(row["unit"])),
            _interval(row["low"], row["high"]),
            _verdict(row["low"], row["high"]),
        ]
        for row in table.to_dict("records")
    ]  # fmt: skip
    sure = Figure(
        key="effects", title=f"Effect on the main measures, {len(found.seeds)} pairs of runs", unit="", table=table,
        columns=["measure", "unit", "pairs", *found.names, "difference", "95 % interval", "in words"], rows=rows,
        how="Both runs of a pair have the same luck, so most of the luck cancels out. In 95 of 100 such ensembles the "
        "interval contains the true mean difference. If it does not contain zero, the sign is clear.",
    )  # fmt: skip
    return _forest(table, found), sure


def _interval(low: float, high: float) -> str:
    if np.isnan(low):
        return "–"
    ends = signed(low), signed(high)
    return ends[0] if ends[0] == ends[1] else " to ".join("0" if end == "same" else end for end in ends)


def _verdict(low: float, high: float) -> str:
    if np.isnan(low):
        return "not measured"
    return "higher" if low > 0 else "lower" if high < 0 else "no clear difference"


def _forest(table: pd.DataFrame, found: PairedRuns) -> Figure:
    known = table[np.isfinite(table["low"]) & np.isfinite(table["spread_between_runs"])].iloc[::-1]
    scaled = known[["difference", "low", "high"]].div(known["spread_between_runs"], axis=0)
    names = list(known["meaning"])
    colours = ["#0072b2" if low > 0 else "#d98200" if high < 0 else "#8c8c8c"
               for low, high in zip(scaled["low"], scaled["high"], strict=True)]  # fmt: skip
    series = [
        {
            "type": "line", "name": name, "symbol": "none", "data": [[plain(low), name], [plain(high), name]],
            "lineStyle": {"width": 4, "color": colour, "opacity": 0.6}, "silent": True,
        }
        for name, low, high, colour in zip(names, scaled["low"], scaled["high"], colours, strict=True)
    ]  # fmt: skip
    points = [
        {"value": [plain(mean), name], "itemStyle": {"color": colour}}
        for name, mean, colour in zip(names, scaled["difference"], colours, strict=True)
    ]
    series.append({"type": "scatter", "name": "mean difference", "symbolSize": 7, "data": points})
    series[-1]["markLine"] = {
        "silent": True, "symbol": "none", "data": [{"xAxis": 0}], "label": {"show": False},
        "lineStyle": {"color": "#888", "type": "solid"},
    }  # fmt: skip
    unit = f"difference, in standard deviations of “{found.names[0]}” between runs"
    return Figure(
        key="forest", title="Size and certainty of the effects", unit=unit, table=table,
        note=f"{unit[0].upper()}{unit[1:]}.",
        option={
            "animation": False,
            "grid": {"left": 8, "right": 20, "top": 8, "bottom": 44, "containLabel": True},
            "tooltip": {"trigger": "item", "confine": True},
            "xAxis": {"type": "value", "name": "difference, in SD between runs", "nameLocation": "middle",
                      "nameGap": 26},
            "yAxis": {"type": "category", "data": names, "axisLabel": {"width": 250, "overflow": "break",
                      "lineHeight": 13, "interval": 0}},
            "series": series,
        },
        how="A dot to the right of zero: the measure is higher in the second setup. The bar is its 95 % interval; blue "
        "and orange bars exclude zero. The unit is the standard deviation between runs that differ by luck only.",
    )  # fmt: skip
