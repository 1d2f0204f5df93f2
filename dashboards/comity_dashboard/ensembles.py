"""A paired ensemble: many runs of two setups in pairs with the same seed, their differences, and the verdict."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from comity.measures import MEASURES, measure
from comity.scenario.schema import Scenario
from comity_dashboard.figures.figure import Figure, plain
from comity_dashboard.figures.measures import number, signed
from comity_dashboard.figures.words import unit_in_words
from comity_dashboard.phrases import ENGLISH, Phrases
from comity_dashboard.runs import run_once
from comity_lab.analysis.means import interval
from comity_lab.seeds import seed_of_run

__all__ = ["REPLICATES", "PairedRuns", "effects", "run_pairs", "verdict"]

REPLICATES = 30
"""Runs of each setup. From about 30, the interval also holds for measures that are not normally distributed."""
_MOST = 16
_RISK = 0.05
"""Risk that a verdict names a difference that is luck: one in twenty, over all measures together (Bonferroni)."""
_lock = threading.Lock()
_kept: dict[tuple[Any, ...], PairedRuns] = {}


@dataclass(frozen=True, kw_only=True)
class PairedRuns:
    """Measures of two setups, shape (2, replicates, measures), in the order of ``MEASURES``."""

    seeds: tuple[int, ...]
    values: np.ndarray


def run_pairs(first: Scenario, second: Scenario, seed: int, on_progress: Callable[[int], bool]) -> PairedRuns:
    """Run both setups with the same seeds, those of ``comity compare``. All pairs are kept for all visitors.

    Parameters
    ----------
    first, second
        The setups.
    seed
        Study seed, from which the seeds of the runs are derived.
    on_progress
        Called with the number of finished pairs; returns whether to continue.
    """
    key = (first.name, first.hash, second.name, second.hash, seed)
    with _lock:
        if key in _kept:
            return _kept[key]
    rows: list[list[list[float]]] = []
    seeds = []
    for replicate in range(REPLICATES):
        seeds.append(seed_of_run(seed, 0, replicate, common=True))
        pair = [list(measure(run_once(item, seeds[-1], "meetings")).values()) for item in (first, second)]
        rows.append(pair)
        if not on_progress(replicate + 1):
            break
    found = PairedRuns(seeds=tuple(seeds), values=np.array(rows).transpose(1, 0, 2))
    found.values.flags.writeable = False
    if len(seeds) == REPLICATES:
        with _lock:
            _kept[key] = found
            if len(_kept) > _MOST:
                del _kept[next(iter(_kept))]
    return found


def verdict(found: PairedRuns, words: Phrases = ENGLISH) -> list[str]:
    """Return what the pairs say, in sentences: the measure that differs most beyond luck, or that none does.

    Measures are ranked by the size of their mean difference in standard deviations of the first setup between runs.
    A difference is beyond luck if its interval, widened for the choice among all measures, excludes zero.
    """
    first, second = found.values
    n, differences = len(found.seeds), second - first
    if not np.nan_to_num(differences).any():
        return [words.say("compare.verdict.same", n=n)]
    if n < 2:
        return [words.say("compare.verdict.few", n=REPLICATES)]
    alone = interval(found.values)
    spread = alone["sd"][0]
    judged = np.flatnonzero(np.isfinite(differences).sum(axis=0) > 1)
    found_wide = interval(differences[None], 1 - _RISK / max(len(judged), 1))
    mean, half = found_wide["mean"][0], found_wide["half_width"][0]
    sure = [i for i in judged if abs(mean[i]) > half[i]]
    with np.errstate(invalid="ignore", divide="ignore"):
        size = np.where(spread > 0, np.abs(mean) / spread, 0.0)
    best = max(sure or judged, key=lambda i: (np.nan_to_num(size[i]), abs(mean[i])))
    item = MEASURES[best]
    ends = {name: signed(mean[best] + sign * half[best], item.unit, words) for name, sign in (("low", -1), ("high", 1))}
    text = _named(words.term("measures", item.name, item.text))
    if not sure:
        difference = signed(mean[best], item.unit, words)
        how = words.say("compare.verdict.none_how", measure=text, difference=difference, **ends)
        return [words.say("compare.verdict.none", n=n), how]
    agree = int((np.sign(differences[:, best]) == np.sign(mean[best])).sum())
    both = {name: number(alone["mean"][k, best], item.unit, words) for k, name in enumerate(("first", "second"))}
    which = "higher" if mean[best] > 0 else "lower"
    return [
        words.say(f"compare.verdict.{which}", measure=text, agree=agree, n=n, **both),
        words.count("compare.verdict.how", len(sure), all=len(judged), **ends),
        words.say("compare.verdict.model"),
    ]


def _named(text: str) -> str:
    """Return the meaning of a measure without what is in brackets or after a semicolon."""
    return re.sub(r" \([^)]*\)", "", text).partition(";")[0]


def effects(found: PairedRuns, names: tuple[str, str], words: Phrases = ENGLISH) -> tuple[Figure, Figure]:
    """Return the paired differences with 95 % intervals, as a chart and as a table. ``names`` are of the setups."""
    first, second = found.values
    difference = interval((second - first)[None])
    alone = interval(found.values)
    n, mean, half = (difference[key][0] for key in ("n", "mean", "half_width"))
    spread = np.where(alone["sd"][0] > 0, alone["sd"][0], np.nan)
    table = pd.DataFrame(
        {
            "measure": [item.name for item in MEASURES],
            "meaning": [words.term("measures", item.name, item.text) for item in MEASURES],
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
            str(row["meaning"]), unit_in_words(str(row["unit"]), words), str(row["n"]),
            number(row["first"], words=words), number(row["second"], words=words),
            signed(row["difference"], str(row["unit"]), words),
            _interval(row["low"], row["high"], words),
            words.say(f"compare.effects.{_side(row['low'], row['high'])}"),
        ]
        for row in table.to_dict("records")
    ]  # fmt: skip
    say = words.say
    sure = Figure(
        key="effects", title=words.count("compare.effects.title", len(found.seeds)), unit="", table=table, rows=rows,
        columns=[say("compare.effects.measure"), say("compare.effects.unit"), say("compare.effects.pairs"), *names,
                 *(say(f"compare.effects.{name}") for name in ("difference", "interval", "in_words"))],
        how=say("compare.effects.how"),
    )  # fmt: skip
    return _forest(table, names[0], words), sure


def _interval(low: float, high: float, words: Phrases) -> str:
    if np.isnan(low):
        return "–"
    zero = words.say("compare.effects.zero")
    ends = [zero if abs(end) < 5e-5 else signed(end, words=words) for end in (low, high)]
    if ends[0] == ends[1]:
        return signed(low, words=words)
    return words.say("compare.effects.between", low=ends[0], high=ends[1])


def _side(low: float, high: float) -> str:
    if np.isnan(low):
        return "unmeasured"
    return "higher" if low > 0 else "lower" if high < 0 else "unclear"


def _forest(table: pd.DataFrame, first: str, words: Phrases) -> Figure:
    known = table[np.isfinite(table["low"]) & np.isfinite(table["spread_between_runs"])].iloc[::-1]
    scaled = known[["difference", "low", "high"]].div(known["spread_between_runs"], axis=0)
    names = [_named(text) for text in known["meaning"]]
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
    say = words.say
    series.append({"type": "scatter", "name": say("compare.forest.mean"), "symbolSize": 7, "data": points})
    series[-1]["markLine"] = {
        "silent": True, "symbol": "none", "data": [{"xAxis": 0}], "label": {"show": False},
        "lineStyle": {"color": "#888", "type": "solid"},
    }  # fmt: skip
    return Figure(
        key="forest", title=say("compare.forest.title"), unit=say("compare.forest.unit", first=first), table=table,
        note=say("compare.forest.note", first=first), height=90 + 34 * len(names),
        option={
            "animation": False,
            "grid": {"left": 8, "right": 20, "top": 8, "bottom": 44, "containLabel": True},
            "tooltip": {"trigger": "item", "confine": True},
            "xAxis": {"type": "value", "name": say("compare.forest.axis"), "nameLocation": "middle",
                      "nameGap": 26, "splitNumber": 3, "axisLabel": {"hideOverlap": True}},
            "yAxis": {"type": "category", "data": names, "axisLabel": {"width": 180, "overflow": "break",
                      "lineHeight": 13, "interval": 0}},
            "series": series,
        },
        how=say("compare.forest.how"),
    )  # fmt: skip
