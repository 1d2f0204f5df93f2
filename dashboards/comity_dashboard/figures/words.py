"""Readable names: parts of facts, measures, factors with units and values, what-ifs."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from comity.facts import Fact, FactPart, load_facts
from comity.measures import MEASURES
from comity.scenario.parameters import parameter_table
from comity_dashboard.phrases import ENGLISH, Phrases

__all__ = [
    "factor_in_words", "factor_meaning", "in_words", "part_in_words", "patch_label",
    "unit_in_words", "unit_of", "value_in_words",
]  # fmt: skip

_PARTS = {
    "origin": "origin states", "destination": "destination states", "organisation": "organisations",
    "network": "civil society", "order": "smallest step in this order", "organisations": "speech by organisations",
    "state_speakers": "states that speak", "growth": "last dialogue over first", "within_ties": "within existing ties",
    "origin_un": "origin states that prefer the UN", "nowhere": "states that prefer no arena",
    "destination_informal": "destination states that prefer the informal forum",
    "largest": "states behind the most liked arena", "forum": "would join the forum",
    "norm_setting": "would enter a norm-setting body", "per_meeting": "at one meeting, mean",
    "later": "after the first meeting, mean", "first_host": "first under an origin-state host",
    "gap": "mean gap", "narrowing": "change of the gap", "bridge": "assembly that builds bridges",
    "outside": "assembly that rejects the forum", "both": "inside and outside at once",
    "rejectionists": "networks that reject the forum", "gain": "gain over the period",
    "openness_slope": "change for each step of openness", "mean": "mean of all meetings",
    "sd": "standard deviation between meetings", "persistence": "donors that pay for the next meeting",
    "five_largest": "donations by the five that pay most often",
}  # fmt: skip
_CUT = 60


def part_in_words(part: str) -> str:
    """Return a part of a fact in words; years and ids are unchanged."""
    return f"in {part}" if part.isdigit() else _PARTS.get(part, part.replace("_", " "))


def unit_in_words(unit: str, words: Phrases = ENGLISH) -> str:
    """Return a unit in words; empty for a pure number."""
    return "" if unit == "1" else words.term("units", unit)


def in_words(measure: str) -> str:
    """Return the meaning and unit of a measure, the code and sentence of a target, or else the name."""
    text, unit = _meaning(measure)
    return f"{text} ({unit})" if unit else text


def unit_of(measure: str) -> str:
    """Return the unit of a measure in words, or ``value``."""
    return _meaning(measure)[1] or "value"


def _meaning(measure: str) -> tuple[str, str]:
    for item in MEASURES:
        if item.name == measure:
            return item.text, unit_in_words(item.unit)
    if measure in _targets():
        fact, target = _targets()[measure]
        part = f": {part_in_words(target.part)}" if target.part else ""
        sentence = fact.sentence.rstrip(".")
        short = sentence if len(sentence) <= _CUT else f"{sentence[:_CUT].rsplit(' ', 1)[0]} …"
        return f"{measure} {short}{part}", unit_in_words(fact.unit_of(target.part))
    return measure, ""


@lru_cache(maxsize=1)
def _targets() -> dict[str, tuple[Fact, FactPart]]:
    return {target.key: (fact, target) for fact in load_facts() for target in fact.targets}


@lru_cache(maxsize=1)
def _parameters() -> dict[str, dict[str, Any]]:
    return {f"parameters.{row['name']}": dict(row) for row in parameter_table()}


def factor_in_words(name: str) -> str:
    """Return the name and unit of a factor, such as “persuasion rate, per round”."""
    row = _parameters().get(name)
    unit = "" if row is None else unit_in_words(str(row["unit"]))
    short = {"preset": "theory", "patch": "what if"}.get(name, name.replace("parameters.", "").replace("_", " "))
    return f"{short}, {unit}" if unit else short


def factor_meaning(name: str) -> str:
    """Return the meaning of a factor that is a parameter; empty for others."""
    row = _parameters().get(name)
    return "" if row is None else str(row["meaning"])


def patch_label(name: str, words: Phrases = ENGLISH) -> str:
    """Return the short name of a what-if, such as: no GFMD. Without a phrase it is the name of its file in words."""
    return words.term(f"whatifs.{name}", "label", name.replace("_", " "))


def value_in_words(factor: str, value: Any) -> str:
    """Return a value of a factor as text: a short number, or the label of a what-if."""
    if isinstance(value, float):
        return f"{value:g}"
    return patch_label(str(value)) if factor == "patch" else str(value)
