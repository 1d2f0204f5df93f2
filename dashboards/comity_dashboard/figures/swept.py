"""What a sweep says: progress, means with intervals, the response over one or two factors, sensitivity."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from comity.measures import MEASURES
from comity_dashboard.figures.figure import Figure, plain
from comity_dashboard.palette import MANY, SYMBOLS
from comity_lab.analysis import indices, means
from comity_lab.analysis.means import interval
from comity_lab.reading import SweepTables

__all__ = ["factor_in_words", "in_words", "means_chart", "response", "sensitivity"]

_FEW, _LEVELS = 40, 12


def in_words(measure: str) -> str:
    """Return what a measure means; its name where it is not one of the main measures."""
    return next((f"{item.text} ({item.unit})" for item in MEASURES if item.name == measure), measure)


def factor_in_words(name: str) -> str:
    """Return a factor as a person says it, such as “persuasion rate”."""
    return name.replace("parameters.", "").replace("_", " ")


def means_chart(sweep: SweepTables, measure: str) -> Figure:
    """Return the mean of a measure at every point with its 95 % interval, in the order of the points."""
    table = means(sweep, [measure])
    table = table[table["n"] > 0].reset_index(drop=True)
    shown = table.head(_FEW).iloc[::-1]
    labels = [f"{row['point']}: {factor_in_words(str(row['label']))}" for row in shown.to_dict("records")]
    series: list[dict[str, Any]] = [
        {
            "type": "line", "name": label, "symbol": "none", "silent": True,
            "lineStyle": {"width": 5, "opacity": 0.5, "color": MANY[0]},
            "data": [[plain(low), label], [plain(high), label]],
        }
        for label, low, high in zip(labels, shown["low"], shown["high"], strict=True)
        if np.isfinite(low)
    ]  # fmt: skip
    points = [{"value": [plain(mean), label], "name": str(point)}
              for label, mean, point in zip(labels, shown["mean"], shown["point"], strict=True)]  # fmt: skip
    series.append({"type": "scatter", "name": "mean", "symbolSize": 11, "data": points,
                   "itemStyle": {"color": MANY[0]}})  # fmt: skip
    n = _count(table["n"])
    more = f" The first {_FEW} of {len(table)} points are drawn; the table has all." if len(table) > _FEW else ""
    return Figure(
        key="means", title="Mean at every point", unit=in_words(measure), table=table,
        height=max(420, 70 + 21 * len(shown)),
        note=f"{n} runs a point; bars are 95 % intervals.{more} Click a dot to open its first run in Watch.",
        option={
            "animation": False,
            "grid": {"left": 8, "right": 24, "top": 8, "bottom": 44, "containLabel": True},
            "tooltip": {"trigger": "item", "confine": True},
            "xAxis": {"type": "value", "scale": True, "name": in_words(measure), "nameLocation": "middle",
                      "nameGap": 26},
            "yAxis": {"type": "category", "data": labels, "axisLabel": {"width": 290, "overflow": "truncate",
                      "interval": 0}},
            "series": series,
        },
        how="A dot is the mean over the runs of a point, the bar its 95 % interval. Points whose bars lie far apart "
        "differ by more than luck; with common luck, paired differences (comity differences) are sharper still.",
    )  # fmt: skip


def response(sweep: SweepTables, measure: str, factors: list[str]) -> Figure | None:
    """Return a measure over one factor as a line with its interval, or over two as a map; None without a factor."""
    if not factors:
        return None
    pooled = _pooled(sweep, measure, factors)
    if pooled.empty:
        return None
    return _line(pooled, measure, factors[0]) if len(factors) == 1 else _map(pooled, measure, factors[0], factors[1])


def _pooled(sweep: SweepTables, measure: str, factors: list[str]) -> pd.DataFrame:
    """Return mean and interval by the values of the factors, over all values of the others.

    The interval is over replicates: those of different points may share their luck, so that points are averaged
    within a replicate first.
    """
    runs = sweep.runs[np.isfinite(sweep.runs[measure].astype(float))]
    within = runs.groupby([*factors, "replicate"], sort=True)[measure].mean()
    grouped = within.groupby(level=list(range(len(factors))), sort=True)
    rows = []
    for values, part in grouped:
        found = interval(part.to_numpy()[None])
        key = values if isinstance(values, tuple) else (values,)
        rows.append(dict(zip(factors, key, strict=True)) | {k: found[k][0] for k in ("n", "mean", "sd", "half_width")})
    pooled = pd.DataFrame(rows)
    if pooled.empty:
        return pooled
    points = runs.groupby(factors, sort=True)["point"].min().reset_index(drop=True)
    return pooled.assign(first_point=points)


def _line(pooled: pd.DataFrame, measure: str, factor: str) -> Figure:
    numeric = pd.api.types.is_numeric_dtype(pooled[factor])
    x = [plain(v, 6) for v in pooled[factor]] if numeric else [str(v) for v in pooled[factor]]
    scattered = numeric and len(x) > _LEVELS  # drawn values, not chosen levels: a line through them would be noise
    low, high = pooled["mean"] - pooled["half_width"], pooled["mean"] + pooled["half_width"]
    bars = [
        {"type": "line", "name": f"interval at {at}", "symbol": "none", "silent": True,
         "lineStyle": {"width": 2 if scattered else 5, "opacity": 0.4, "color": MANY[0]},
         "data": [[at, plain(a)], [at, plain(b)]]}
        for at, a, b in zip(x, low, high, strict=True)
    ]  # fmt: skip
    points = [{"value": [at, plain(mean)], "name": str(point)}
              for at, mean, point in zip(x, pooled["mean"], pooled["first_point"], strict=True)]  # fmt: skip
    line = {"type": "line", "name": "mean", "symbol": SYMBOLS[0], "symbolSize": 10, "data": points,
            "itemStyle": {"color": MANY[0]}, "lineStyle": {"width": 0 if scattered else 2}}  # fmt: skip
    axis: dict[str, Any] = {"name": factor_in_words(factor), "nameLocation": "middle", "nameGap": 26}
    axis |= {"type": "value", "scale": True} if numeric else {"type": "category", "data": x}
    return Figure(
        key="response", title=f"Response to {factor_in_words(factor)}", unit=in_words(measure), table=pooled,
        note=f"{_count(pooled['n'])} replicates a value; bars are 95 % intervals.",
        option={
            "animation": False,
            "grid": {"left": 60, "right": 20, "top": 26, "bottom": 44},
            "tooltip": {"trigger": "item", "confine": True},
            "xAxis": axis,
            "yAxis": {"type": "value", "scale": True, "name": in_words(measure),
                      "nameTextStyle": {"align": "left", "padding": [0, 0, 0, -48]}},
            "series": [*bars, line],
        },
        how="The mean of the measure at each value of the factor, over all values of the other factors. The bar is how "
        "far luck could have moved that mean.",
    )  # fmt: skip


def _map(pooled: pd.DataFrame, measure: str, first: str, second: str) -> Figure:
    names = factor_in_words(first), factor_in_words(second)
    x, y = (sorted(pooled[name].unique()) for name in (first, second))
    cells = [
        {"value": [x.index(row[first]), y.index(row[second]), plain(row["mean"])], "name": str(row["first_point"])}
        for row in pooled.to_dict("records")
    ]
    return Figure(
        key="response", title=f"Response to {names[0]} and {names[1]}", unit=in_words(measure), table=pooled,
        note=f"{_count(pooled['n'])} replicates a cell; the table has the intervals.",
        option={
            "animation": False,
            "grid": {"left": 8, "right": 100, "top": 26, "bottom": 44, "containLabel": True},
            "tooltip": {"trigger": "item", "confine": True},
            "xAxis": {"type": "category", "data": [_short(v) for v in x], "name": names[0], "nameLocation": "middle",
                      "nameGap": 26},
            "yAxis": {"type": "category", "data": [_short(v) for v in y], "name": names[1]},
            "visualMap": {"min": plain(pooled["mean"].min()), "max": plain(pooled["mean"].max()), "right": 4,
                          "top": "middle", "precision": 3, "calculable": True,
                          "inRange": {"color": ["#fde725", "#35b779", "#31688e", "#440154"]}},
            "series": [{"type": "heatmap", "name": measure, "data": cells}],
        },
        how="Each cell is the mean of the measure where both factors have these values. Dark is high, light is low.",
    )  # fmt: skip


def _count(n: pd.Series) -> str:
    """Return a number of runs, or its range."""
    if n.empty:
        return "0"
    return f"{n.min():.0f}" if n.min() == n.max() else f"{n.min():.0f} to {n.max():.0f}"


def _short(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def sensitivity(sweep: SweepTables, measure: str) -> Figure | None:
    """Return Sobol or Morris indices as bars with intervals; None where the sampler gives none.

    Raises
    ------
    InputError
        Where runs are missing, or the measure does not vary; the message names them.
    """
    if sweep.design.sampler not in ("sobol", "morris"):
        return None
    found = indices(sweep, [measure], resamples=200)
    value = "total" if found.method == "sobol" else "mu_star"
    table = found.table.sort_values(value, ignore_index=True)
    names = [factor_in_words(name) for name in table["factor"]]
    half = f"{value}_half_width"
    bars = [
        {"type": "line", "name": name, "symbol": "none", "silent": True, "lineStyle": {"width": 2, "color": "#333"},
         "data": [[plain(v - h), name], [plain(v + h), name]]}
        for name, v, h in zip(names, table[value], table[half], strict=True)
    ]  # fmt: skip
    what = (
        "share of the variance, total order (Sobol)"
        if found.method == "sobol"
        else f"mean size of the effect of the whole range (Morris μ*), {in_words(measure)}"
    )
    return Figure(
        key="sensitivity", title="Which factor matters", unit=what, table=table,
        note="Thin lines are 95 % intervals of the bootstrap.",
        option={
            "animation": False,
            "grid": {"left": 8, "right": 24, "top": 8, "bottom": 44, "containLabel": True},
            "tooltip": {"trigger": "item", "confine": True},
            "xAxis": {"type": "value", "name": what, "nameLocation": "middle", "nameGap": 26},
            "yAxis": {"type": "category", "data": names, "axisLabel": {"interval": 0}},
            "series": [
                {"type": "bar", "name": what, "barMaxWidth": 18, "itemStyle": {"color": MANY[0]},
                 "data": [plain(v) for v in table[value]]},
                *bars,
            ],
        },
        how="The longer a bar, the more of what varies between points comes from this factor, alone or together with "
        "others. Factors with bars near zero could be fixed anywhere in their range.",
    )  # fmt: skip
