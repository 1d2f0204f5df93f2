"""Which factor of a sweep matters: a chart and a sentence, from the analyses of ``comity_lab``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from comity_dashboard.figures.figure import Figure, plain
from comity_dashboard.figures.measures import signed
from comity_dashboard.figures.words import factor_in_words, factor_meaning, in_words, unit_of, value_in_words
from comity_dashboard.palette import MANY
from comity_dashboard.phrases import ENGLISH, Phrases
from comity_lab.analysis import effects, indices
from comity_lab.reading import SweepTables

__all__ = ["Matter", "matters"]

_LEAST = 0.005
"""Share of the variance below which an interaction is not drawn."""


@dataclass(frozen=True, kw_only=True)
class Matter:
    """What matters in a sweep: sentences, a chart, and the factor that matters most."""

    factor: str
    said: list[str]
    figure: Figure


@dataclass(frozen=True, kw_only=True)
class _Bars:
    """Bars of a chart: names, lengths and half-widths of the intervals (nan for none), the largest first."""

    names: list[str]
    values: list[float]
    halves: list[float]


def matters(sweep: SweepTables, measure: str, words: Phrases = ENGLISH) -> Matter:
    """Return which factor matters most for a measure.

    Sobol and Morris designs have sensitivity indices; factorial designs have the shares of their factors in the
    variance between points; a design that varies one factor has the changes that its values make.

    Raises
    ------
    InputError
        If runs are missing, the measure does not vary, or the design can have neither.
    """
    if sweep.design.sampler in ("sobol", "morris"):
        return _by_indices(sweep, measure, words)
    table = effects(sweep, [measure]).table
    main = table[table["other"] == ""]
    return (
        _by_shares(sweep, measure, table, words)
        if main["factor"].nunique() > 1
        else _by_changes(sweep, measure, main, words)
    )


def _by_indices(sweep: SweepTables, measure: str, words: Phrases) -> Matter:
    found = indices(sweep, [measure], resamples=200)
    is_sobol, say = found.method == "sobol", words.say
    value = "total" if is_sobol else "mu_star"
    table = found.table.sort_values(value, ascending=False, ignore_index=True)
    half = table[f"{value}_half_width"]
    names = [_short(name) for name in table["factor"]]
    told = [
        say("sweep.matters.first_sobol", share=_percent(one))
        if is_sobol
        else say("sweep.matters.first_morris", effect=signed(one, words=words).lstrip("+"))
        for one in table[value]
    ]
    said = [say("sweep.matters.first", factor=names[0], measure=_plain_measure(measure), value=told[0])]
    if len(names) > 1:
        said.append(say("sweep.matters.then", factor=names[1], value=told[1]))
        if table[value][0] - half[0] < table[value][1] + half[1]:
            said.append(say("sweep.matters.tied", first=names[0], second=names[1]))
    what = say("sweep.matters.sobol" if is_sobol else "sweep.matters.morris")
    unit = what if is_sobol else say("sweep.matters.unit", what=what, unit=unit_of(measure))
    bars = _Bars(names=[_with_meaning(name) for name in table["factor"]], values=list(table[value]), halves=list(half))
    method = "Sobol" if is_sobol else "Morris μ*"
    return Matter(
        factor=str(table["factor"][0]),
        said=[*said, say("sweep.matters.design")],
        figure=_drawn(
            bars, table, unit, what, words, axis=say("sweep.matters.share") if is_sobol else unit_of(measure),
            note=say("sweep.matters.note_indices", measure=_upper(in_words(measure)), what=what, method=method),
            how=say("sweep.matters.how_indices"),
        ),
    )  # fmt: skip


def _by_shares(sweep: SweepTables, measure: str, table: pd.DataFrame, words: Phrases) -> Matter:
    say = words.say
    shares = table.drop_duplicates(["factor", "other"]).sort_values("share", ascending=False, kind="stable")
    what = say("sweep.matters.shares")
    if shares["share"].isna().all():
        return _same(measure, table, what, words)
    single = shares[shares["other"] == ""]
    names = [_short(name) for name in single["factor"]]
    told = [say("sweep.matters.first_shares", share=_percent(one)) for one in single["share"]]
    first = single["factor"].iloc[0]
    said = [
        say("sweep.matters.first", factor=names[0], measure=_plain_measure(measure), value=told[0]),
        _largest(table[(table["factor"] == first) & (table["other"] == "")], first, words),
        say("sweep.matters.then", factor=names[1], value=told[1]),
        say("sweep.matters.design"),
    ]
    shown = shares[(shares["other"] == "") | (shares["share"] >= _LEAST)]
    called = [
        say("sweep.matters.pair", first=_short(row["factor"]), second=_short(row["other"]))
        if row["other"]
        else _with_meaning(row["factor"])
        for row in shown.to_dict("records")
    ]
    bars = _Bars(names=called, values=list(shown["share"]), halves=[np.nan] * len(called))
    return Matter(
        factor=str(first),
        said=said,
        figure=_drawn(
            bars, table, what, what, words, axis=say("sweep.matters.share"), how=say("sweep.matters.how_shares"),
            note=say("sweep.matters.note_shares", measure=_upper(in_words(measure))),
        ),
    )  # fmt: skip


def _by_changes(sweep: SweepTables, measure: str, main: pd.DataFrame, words: Phrases) -> Matter:
    say, factor = words.say, str(main["factor"].iloc[0])
    base = value_in_words(factor, sweep.points[factor].iloc[0])
    what = say("sweep.matters.changes")
    if not main["effect"].any():
        return _same(measure, main, what, words)
    order = main.reindex(main["effect"].abs().sort_values(ascending=False, kind="stable").index)
    sure = order[(order["low"] > 0) | (order["high"] < 0)]
    if sure.empty:
        said = [say("sweep.matters.unchanged", factor=_short(factor), measure=_plain_measure(measure))]
    else:
        row = sure.to_dict("records")[0]
        change = _change(factor, row["change"]).partition(" → ")[2]
        said = [
            say("sweep.matters.changed", change=change, measure=_plain_measure(measure), **_numbers(row, words)),
            say("sweep.matters.design"),
        ]
    unit = say("sweep.matters.unit", what=what, unit=unit_of(measure))
    names = [_change(factor, change).partition(" → ")[2] for change in order["change"]]
    bars = _Bars(names=names, values=list(order["effect"]), halves=list(order["half_width"]))
    return Matter(
        factor=factor,
        said=said,
        figure=_drawn(
            bars, main, unit, what, words, axis=unit_of(measure), how=say("sweep.matters.how_changes"),
            note=say("sweep.matters.note_changes", measure=_upper(in_words(measure)), base=base),
        ),
    )  # fmt: skip


def _same(measure: str, table: pd.DataFrame, what: str, words: Phrases) -> Matter:
    text = words.say("sweep.matters.same", measure=_plain_measure(measure))
    empty = Figure(
        key="sensitivity", title=words.say("sweep.matters.title"), unit=what, table=table, empty=text,
        how=words.say("sweep.matters.how_changes"),
    )  # fmt: skip
    return Matter(factor=str(table["factor"].iloc[0]), said=[], figure=empty)


def _largest(rows: pd.DataFrame, factor: str, words: Phrases) -> str:
    """Return the largest change that a factor makes, with its interval, in a sentence."""
    row = rows.to_dict("records")[int(rows["effect"].abs().to_numpy().argmax())]
    phrase = "change" if row["low"] > 0 or row["high"] < 0 else "unclear"
    return words.say(f"sweep.matters.{phrase}", change=_change(factor, row["change"]), **_numbers(row, words))


def _numbers(row: dict[Any, Any], words: Phrases) -> dict[str, str]:
    return {name: signed(row[name], words=words) for name in ("effect", "low", "high")}


def _change(factor: str, change: str) -> str:
    """Return a change such as ``none → no_gfmd`` in words."""
    return " → ".join(value_in_words(factor, part) for part in change.split(" → "))


def _drawn(
    bars: _Bars, table: pd.DataFrame, unit: str, what: str, words: Phrases, *, axis: str, note: str, how: str
) -> Figure:
    names, values, halves = bars.names[::-1], bars.values[::-1], bars.halves[::-1]
    lines = [
        {"type": "line", "name": name, "symbol": "none", "silent": True, "lineStyle": {"width": 2, "color": "#333333"},
         "data": [[plain(v - h), name], [plain(v + h), name]]}
        for name, v, h in zip(names, values, halves, strict=True)
        if np.isfinite(h)
    ]  # fmt: skip
    return Figure(
        key="sensitivity", title=words.say("sweep.matters.title"), unit=unit, table=table,
        height=max(260, 70 + 58 * len(names)), note=note,
        option={
            "animation": False,
            "grid": {"left": 8, "right": 24, "top": 8, "bottom": 44, "containLabel": True},
            "tooltip": {"trigger": "item", "confine": True},
            "xAxis": {"type": "value", "name": axis, "nameLocation": "middle", "nameGap": 26, "splitNumber": 3,
                      "axisLabel": {"hideOverlap": True}},
            "yAxis": {"type": "category", "data": names, "axisLine": {"onZero": False},
                      "axisLabel": {"interval": 0, "width": 165, "overflow": "break", "lineHeight": 13}},
            "series": [
                {"type": "bar", "name": what, "barMaxWidth": 18, "names": names, "shown": 0,
                 "itemStyle": {"color": MANY[0]}, "data": [plain(v) for v in values]},
                *lines,
            ],
        },
        how=how,
    )  # fmt: skip


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _short(factor: str) -> str:
    return factor_in_words(factor).partition(",")[0]


def _with_meaning(factor: str) -> str:
    name, meaning = _short(factor), factor_meaning(factor)
    return f"{name}: {meaning}" if meaning else name


def _plain_measure(measure: str) -> str:
    """Return the meaning of a measure without its unit and what else is in brackets."""
    return re.sub(r" \([^)]*\)", "", in_words(measure)).partition(";")[0]


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
