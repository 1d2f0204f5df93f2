"""Charts of a sweep: means with intervals, the response to one or two factors, sensitivity."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from comity_dashboard.figures.figure import Figure, plain
from comity_dashboard.figures.words import factor_in_words, factor_meaning, in_words, unit_of, value_in_words
from comity_dashboard.palette import MANY, SYMBOLS
from comity_lab.analysis import indices, means
from comity_lab.analysis.means import interval
from comity_lab.reading import SweepTables

__all__ = ["means_chart", "response", "sensitivity"]

_FEW, _LEVELS = 40, 12

_BARS = "bars are 95 % intervals, for two runs or more"


def means_chart(sweep: SweepTables, measure: str, factors: list[str]) -> Figure:
    """Return the mean of a measure at every point with its 95 % interval, in point order.

    Parameters
    ----------
    factors
        The factors in the labels, if the sweep has more than two.
    """
    table = means(sweep, [measure])
    table = table[table["n"] > 0].reset_index(drop=True)
    shown = table.head(_FEW).iloc[::-1]
    named = sweep.factors if len(sweep.factors) <= 2 else factors
    rows = shown.to_dict("records")
    labels = [_point(row, named) for row in rows]
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
    series.append({"type": "scatter", "name": "mean", "symbolSize": 11, "data": points, "shown": 0,
                   "names": [_point(row, sweep.factors) for row in rows], "itemStyle": {"color": MANY[0]}})  # fmt: skip
    notes = [f"{_upper(in_words(measure))}.", f"{_count(table['n'], 'run')} a point; {_BARS}."]
    n_there = sweep.runs["point"].nunique()
    if n_there < sweep.plan.n_points:
        notes.append(f"{n_there} of {sweep.plan.n_points} points have runs so far.")
    if len(table) < n_there:
        notes.append(f"At {n_there - len(table)} of {n_there} points no run has a value.")
    if len(table) > _FEW:
        notes.append(f"The chart has the first {_FEW} of {len(table)} points; the table has all.")
    if len(named) < len(sweep.factors):
        notes.append("Labels have the factors chosen above; hover over a dot for the others.")
    return Figure(
        key="means", title="Mean at every point", unit=in_words(measure), table=table,
        height=max(420, 70 + 21 * len(shown)),
        note=" ".join(notes),
        option={
            "animation": False,
            "grid": {"left": 8, "right": 24, "top": 8, "bottom": 44, "containLabel": True},
            "tooltip": {"trigger": "item", "confine": True},
            "xAxis": {"type": "value", "scale": True, "name": unit_of(measure), "nameLocation": "middle",
                      "nameGap": 26},
            "yAxis": {"type": "category", "data": labels, "axisLine": {"onZero": False},
                      "axisLabel": {"width": 290, "overflow": "truncate", "interval": 0}},
            "series": series,
        },
        how="A dot is the mean over the runs of a point; the bar is its 95 % interval. Points with bars far apart "
        "differ by more than luck. With common luck, paired differences (comity sweep differences) are more precise.",
    )  # fmt: skip


def _point(row: dict[Any, Any], factors: list[str]) -> str:
    """Return the label of a point: its number, and the values of factors."""
    values = [f"{factor_in_words(name).partition(',')[0]} {value_in_words(name, row[name])}" for name in factors]
    return f"{row['point']}: {', '.join(values)}" if values else str(row["point"])


def response(sweep: SweepTables, measure: str, factors: list[str]) -> Figure | None:
    """Return the response of a measure to one factor as a line, or to two as a map; None without a factor."""
    if not factors:
        return None
    pooled = _pooled(sweep, measure, factors)
    if pooled.empty:
        return None
    return (
        _line(sweep, pooled, measure, factors[0])
        if len(factors) == 1
        else _map(sweep, pooled, measure, factors[0], factors[1])
    )


def _pooled(sweep: SweepTables, measure: str, factors: list[str]) -> pd.DataFrame:
    """Return mean and interval by the values of the factors, over all values of the others.

    The interval is over replicates. Points may share their luck, so they are first averaged within a replicate. While a
    sweep is running, only replicates with all their points are used: otherwise values would differ by the missing
    points.
    """
    there = sweep.runs.groupby([*factors, "replicate"])["point"].transform("size")
    wanted = sweep.points.groupby(factors).size().rename("wanted").reset_index()
    is_whole = (there == sweep.runs[factors].merge(wanted, on=factors, how="left")["wanted"].to_numpy()).to_numpy()
    runs = sweep.runs[is_whole & np.isfinite(sweep.runs[measure].astype(float))]
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


def _line(sweep: SweepTables, pooled: pd.DataFrame, measure: str, factor: str) -> Figure:
    numeric = pd.api.types.is_numeric_dtype(pooled[factor])
    if not numeric:  # in design order, which begins with the reference value
        pooled = pooled.sort_values("first_point", ignore_index=True)
    x = [plain(v, 6) for v in pooled[factor]] if numeric else [value_in_words(factor, v) for v in pooled[factor]]
    scattered = numeric and len(x) > _LEVELS  # sampled values instead of levels: a line would show noise
    joined = numeric and not scattered
    low, high = pooled["mean"] - pooled["half_width"], pooled["mean"] + pooled["half_width"]
    bars = [
        {"type": "line", "name": f"interval at {at}", "symbol": "none", "silent": True,
         "lineStyle": {"width": 2 if scattered else 5, "opacity": 0.4, "color": MANY[0]},
         "data": [[at, plain(a)], [at, plain(b)]]}
        for at, a, b in zip(x, low, high, strict=True)
    ]  # fmt: skip
    points = [{"value": [at, plain(mean)], "name": str(point)}
              for at, mean, point in zip(x, pooled["mean"], pooled["first_point"], strict=True)]  # fmt: skip
    name = factor_in_words(factor).partition(",")[0]
    line = {"type": "line", "name": "mean", "symbol": SYMBOLS[0], "symbolSize": 10, "data": points, "shown": 1,
            "names": [f"{name} {value_in_words(factor, value)}" for value in pooled[factor]],
            "itemStyle": {"color": MANY[0]}, "lineStyle": {"width": 2 if joined else 0}}  # fmt: skip
    axis: dict[str, Any] = {"name": factor_in_words(factor), "nameLocation": "middle", "nameGap": 26}
    if numeric:  # the range of the whole design, even while the sweep is running
        ends = sweep.points[factor].agg(["min", "max"])
        axis |= {"type": "value", "scale": True, "axisLine": {"onZero": False}}
        axis |= {"min": plain(ends["min"], 6), "max": plain(ends["max"], 6)} if ends["min"] < ends["max"] else {}
    else:
        axis |= {"type": "category", "data": x}
    return Figure(
        key="response", title=f"Response to {name}", unit=in_words(measure), table=pooled,
        note=_note(sweep, measure, [factor], f"{_count(pooled['n'], 'replicate')} a value; {_BARS}."),
        option={
            "animation": False,
            "grid": {"left": 60, "right": 20, "top": 26, "bottom": 44},
            "tooltip": {"trigger": "item", "confine": True},
            "xAxis": axis,
            "yAxis": {"type": "value", "scale": True, "name": unit_of(measure), "nameGap": 9,
                      "axisLine": {"onZero": False}, "nameTextStyle": {"align": "left", "padding": [0, 0, 0, -48]}},
            "series": [*bars, line],
        },
        how="The mean of the measure at each value of the factor, over all values of the other factors. The bar is the "
        "95 % interval of that mean.",
    )  # fmt: skip


def _note(sweep: SweepTables, measure: str, factors: list[str], rest: str) -> str:
    """Return the note of a response: the meaning of measure and factors, and what is left out."""
    meanings = [(factor_in_words(name), factor_meaning(name)) for name in factors]
    notes = [f"{_upper(in_words(measure))}.", *(f"{_upper(name)}: {text}." for name, text in meanings if text), rest]
    if len(sweep.runs) < sweep.plan.n_runs:
        notes.append("Replicates with missing points are left out.")
    return " ".join(notes)


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _map(sweep: SweepTables, pooled: pd.DataFrame, measure: str, first: str, second: str) -> Figure:
    names = factor_in_words(first), factor_in_words(second)
    short = [name.partition(",")[0] for name in names]
    x, y = (sorted(pooled[name].unique()) for name in (first, second))
    cells = [
        {"value": [x.index(row[first]), y.index(row[second]), plain(row["mean"])], "name": str(row["first_point"])}
        for row in pooled.to_dict("records")
    ]
    labels = [
        ", ".join(f"{name} {value_in_words(key, row[key])}" for name, key in zip(short, (first, second), strict=True))
        for row in pooled.to_dict("records")
    ]
    return Figure(
        key="response", title=f"Response to {short[0]} and {short[1]}", unit=in_words(measure), table=pooled,
        note=_note(
            sweep, measure, [first, second], f"{_count(pooled['n'], 'replicate')} a cell; the table has the intervals."
        ),
        option={
            "animation": False,
            "grid": {"left": 8, "right": 100, "top": 26, "bottom": 44, "containLabel": True},
            "tooltip": {"trigger": "item", "confine": True},
            "xAxis": {"type": "category", "data": [value_in_words(first, v) for v in x], "name": names[0],
                      "nameLocation": "middle", "nameGap": 26},
            "yAxis": {"type": "category", "data": [value_in_words(second, v) for v in y], "name": names[1],
                      "nameGap": 9, "nameTextStyle": {"align": "left"}},
            "visualMap": {"min": plain(pooled["mean"].min()), "max": plain(pooled["mean"].max()), "right": 4,
                          "top": "middle", "precision": 3, "calculable": True,
                          "inRange": {"color": ["#fde725", "#35b779", "#31688e", "#440154"]}},
            "series": [{"type": "heatmap", "name": in_words(measure), "data": cells, "shown": 2, "names": labels}],
        },
        how="Each cell is the mean of the measure at these values of both factors. Dark is high, light is low.",
    )  # fmt: skip


def _with_meaning(factor: str) -> str:
    name, meaning = factor_in_words(factor).partition(",")[0], factor_meaning(factor)
    return f"{name}: {meaning}" if meaning else name


def _count(n: pd.Series, word: str) -> str:
    """Return a count with its noun, or a range of counts."""
    low, high = (0, 0) if n.empty else (int(n.min()), int(n.max()))
    return f"{low if low == high else f'{low} to {high}'} {word}{'' if high == 1 else 's'}"


def sensitivity(sweep: SweepTables, measure: str) -> Figure | None:
    """Return Sobol or Morris indices as bars with intervals; None for other samplers.

    Raises
    ------
    InputError
        If runs are missing or the measure does not vary.
    """
    if sweep.design.sampler not in ("sobol", "morris"):
        return None
    found = indices(sweep, [measure], resamples=200)
    value = "total" if found.method == "sobol" else "mu_star"
    table = found.table.sort_values(value, ignore_index=True)
    names = [_with_meaning(name) for name in table["factor"]]
    half = f"{value}_half_width"
    bars = [
        {"type": "line", "name": name, "symbol": "none", "silent": True, "lineStyle": {"width": 2, "color": "#333333"},
         "data": [[plain(v - h), name], [plain(v + h), name]]}
        for name, v, h in zip(names, table[value], table[half], strict=True)
    ]  # fmt: skip
    is_sobol = found.method == "sobol"
    what = "share of the variance, total order" if is_sobol else "mean absolute effect of the whole range"
    unit = what if is_sobol else f"{what}, {unit_of(measure)}"
    return Figure(
        key="sensitivity", title="Sensitivity to the factors", unit=unit, table=table,
        height=max(420, 70 + 46 * len(names)),
        note=f"{_upper(in_words(measure))}: {what} ({'Sobol' if is_sobol else 'Morris μ*'}). Thin lines are 95 % "
        "bootstrap intervals.",
        option={
            "animation": False,
            "grid": {"left": 8, "right": 24, "top": 8, "bottom": 44, "containLabel": True},
            "tooltip": {"trigger": "item", "confine": True},
            "xAxis": {"type": "value", "name": unit, "nameLocation": "middle", "nameGap": 26},
            "yAxis": {"type": "category", "data": names, "axisLine": {"onZero": False},
                      "axisLabel": {"interval": 0, "width": 230, "overflow": "break", "lineHeight": 13}},
            "series": [
                {"type": "bar", "name": what, "barMaxWidth": 18, "names": names, "shown": 0,
                 "itemStyle": {"color": MANY[0]}, "data": [plain(v) for v in table[value]]},
                *bars,
            ],
        },
        how="The longer a bar, the more of the variation between points comes from this factor, alone or in "
        "interaction. Factors with bars near zero could be fixed anywhere in their range.",
    )  # fmt: skip
