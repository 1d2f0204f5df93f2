"""The main measures of two runs with the same seed, as a table."""

from __future__ import annotations

import math

import pandas as pd

from comity.measures import MEASURES
from comity_dashboard.figures.figure import Figure
from comity_dashboard.figures.words import unit_in_words
from comity_dashboard.phrases import ENGLISH, Phrases

__all__ = ["changed_measures", "number", "signed"]


def changed_measures(
    first: dict[str, float], second: dict[str, float], names: tuple[str, str], words: Phrases = ENGLISH
) -> Figure:
    """Return a table of all main measures of two runs and their differences."""
    units = {item.name: item.unit for item in MEASURES}
    texts = {item.name: words.term("measures", item.name, item.text) for item in MEASURES}
    rows = []
    for name in first:
        change = second[name] - first[name]
        unit = units[name]
        values = number(first[name], unit, words), number(second[name], unit, words), signed(change, unit, words)
        rows.append([texts[name], unit_in_words(unit, words), *values])
    table = pd.DataFrame(
        {
            "measure": list(first), "meaning": [texts[n] for n in first], "unit": [units[n] for n in first],
            names[0]: list(first.values()), names[1]: list(second.values()),
            "difference": [second[n] - first[n] for n in first],
        }
    )  # fmt: skip
    return Figure(
        key="measures", title=words.say("charts.measures.title"), unit="", table=table, rows=rows,
        columns=[words.say("charts.measures.measure"), words.say("charts.measures.unit"), *names,
                 words.say("charts.measures.difference")],
        how=words.say("charts.measures.how"),
    )  # fmt: skip


def number(value: float, unit: str = "share", words: Phrases = ENGLISH) -> str:
    """Return a number as text; a dash for NaN."""
    if math.isnan(value):
        return "–"
    is_whole = float(value).is_integer() and (unit == "count" or abs(value) >= 1)
    digits = 0 if is_whole else 3 if abs(value) < 10 else 1
    return words.number(value, digits).replace("-", "−")


def signed(value: float, unit: str = "share", words: Phrases = ENGLISH) -> str:
    """Return a difference with its sign; "same" if it is zero."""
    if math.isnan(value):
        return "–"
    size = abs(value)
    if size < 5e-5:
        return words.say("charts.measures.same")
    text = number(size, words=words) if unit == "count" or size >= 5e-4 else words.number(size, 4)
    return f"{'+' if value > 0 else '−'}{text}"
