"""Charts of a sweep: means with intervals, and the response to one or two factors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from comity_dashboard.figures.figure import Figure, plain
from comity_dashboard.figures.words import factor_in_words, factor_meaning, in_words, unit_of, value_in_words
from comity_dashboard.palette import MANY, SYMBOLS
from comity_dashboard.phrases import ENGLISH, Phrases
from comity_lab.analysis import means
from comity_lab.analysis.means import interval
from comity_lab.reading import SweepTables

__all__ = ["means_chart", "response"]

_FEW, _LEVELS = 40, 12


def means_chart(sweep: SweepTables, measure: str, factors: list[str], words: Phrases = ENGLISH) -> Figure:
    """Return the mean of a measure at every point with its 95 % interval, in point order.

    Parameters
    ----------
    factors
        The factors in the labels, if the sweep has more than two.
    words
        The language.
    """
    say = words.say
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
    series.append({"type": "scatter", "name": say("sweep.means.mean"), "symbolSize": 11, "data": points, "shown": 0,
                   "names": [_point(row, sweep.factors) for row in rows], "itemStyle": {"color": MANY[0]}})  # fmt: skip
    count = _count(table["n"], "sweep.counted.run", words)
    notes = [f"{_upper(in_words(measure))}.", say("sweep.means.bars", count=count)]
    n_there = sweep.runs["point"].nunique()
    if n_there < sweep.plan.n_points:
        notes.append(say("sweep.means.so_far", there=n_there, all=sweep.plan.n_points))
    if len(table) < n_there:
        notes.append(say("sweep.means.valueless", n=n_there - len(table), there=n_there))
    if len(table) > _FEW:
        notes.append(say("sweep.means.first", n=_FEW, all=len(table)))
    if len(named) < len(sweep.factors):
        notes.append(say("sweep.means.labels"))
    return Figure(
        key="means", title=say("sweep.means.title"), unit=in_words(measure), table=table,
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
        how=say("sweep.means.how"),
    )  # fmt: skip


def _point(row: dict[Any, Any], factors: list[str]) -> str:
    """Return the label of a point: its number, and the values of factors."""
    values = [f"{factor_in_words(name).partition(',')[0]} {value_in_words(name, row[name])}" for name in factors]
    return f"{row['point']}: {', '.join(values)}" if values else str(row["point"])


def response(sweep: SweepTables, measure: str, factors: list[str], words: Phrases = ENGLISH) -> Figure | None:
    """Return the response of a measure to one factor as a line, or to two as a map; None without a factor."""
    if not factors:
        return None
    pooled = _pooled(sweep, measure, factors)
    if pooled.empty:
        return None
    return (
        _line(sweep, pooled, measure, factors[0], words)
        if len(factors) == 1
        else _map(sweep, pooled, measure, factors[0], factors[1], words)
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


def _line(sweep: SweepTables, pooled: pd.DataFrame, measure: str, factor: str, words: Phrases) -> Figure:
    say = words.say
    numeric = pd.api.types.is_numeric_dtype(pooled[factor])
    if not numeric:  # in design order, which begins with the reference value
        pooled = pooled.sort_values("first_point", ignore_index=True)
    x = [plain(v, 6) for v in pooled[factor]] if numeric else [value_in_words(factor, v) for v in pooled[factor]]
    scattered = numeric and len(x) > _LEVELS  # sampled values instead of levels: a line would show noise
    joined = numeric and not scattered
    low, high = pooled["mean"] - pooled["half_width"], pooled["mean"] + pooled["half_width"]
    bars = [
        {"type": "line", "name": say("sweep.response.interval", at=at), "symbol": "none", "silent": True,
         "lineStyle": {"width": 2 if scattered else 5, "opacity": 0.4, "color": MANY[0]},
         "data": [[at, plain(a)], [at, plain(b)]]}
        for at, a, b in zip(x, low, high, strict=True)
    ]  # fmt: skip
    points = [{"value": [at, plain(mean)], "name": str(point)}
              for at, mean, point in zip(x, pooled["mean"], pooled["first_point"], strict=True)]  # fmt: skip
    name = factor_in_words(factor).partition(",")[0]
    line = {"type": "line", "name": say("sweep.means.mean"), "symbol": SYMBOLS[0], "symbolSize": 10,
            "data": points, "shown": 1,
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
        key="response", title=say("sweep.response.title", factor=name), unit=in_words(measure), table=pooled,
        note=_note(
            sweep, measure, [factor],
            say("sweep.means.bars", count=_count(pooled["n"], "sweep.counted.value", words)), words,
        ),
        option={
            "animation": False,
            "grid": {"left": 60, "right": 20, "top": 26, "bottom": 44},
            "tooltip": {"trigger": "item", "confine": True},
            "xAxis": axis,
            "yAxis": {"type": "value", "scale": True, "name": unit_of(measure), "nameGap": 9,
                      "axisLine": {"onZero": False}, "nameTextStyle": {"align": "left", "padding": [0, 0, 0, -48]}},
            "series": [*bars, line],
        },
        how=say("sweep.response.how"),
    )  # fmt: skip


def _note(sweep: SweepTables, measure: str, factors: list[str], rest: str, words: Phrases) -> str:
    """Return the note of a response: the meaning of measure and factors, and what is left out."""
    meanings = [(factor_in_words(name), factor_meaning(name)) for name in factors]
    notes = [f"{_upper(in_words(measure))}.", *(f"{_upper(name)}: {text}." for name, text in meanings if text), rest]
    if len(sweep.runs) < sweep.plan.n_runs:
        notes.append(words.say("sweep.response.left_out"))
    return " ".join(notes)


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _map(sweep: SweepTables, pooled: pd.DataFrame, measure: str, first: str, second: str, words: Phrases) -> Figure:
    say = words.say
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
        key="response", title=say("sweep.response.title_two", first=short[0], second=short[1]),
        unit=in_words(measure), table=pooled,
        note=_note(
            sweep, measure, [first, second],
            say("sweep.response.cells", count=_count(pooled["n"], "sweep.counted.cell", words)), words,
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
        how=say("sweep.response.how_two"),
    )  # fmt: skip


def _count(n: pd.Series, path: str, words: Phrases) -> str:
    """Return a count with its noun, or a range of counts."""
    low, high = (0, 0) if n.empty else (int(n.min()), int(n.max()))
    if low == high:
        return words.count(path, low)
    return words.say(f"{path}.many", n=words.say("sweep.counted.range", low=low, high=high))
