"""The levers on Change, from the metadata of the model: what-ifs, parameters by mechanism, choices."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from itertools import groupby
from typing import Any

from comity.rules import MECHANISMS
from comity.scenario.locate import shipped_patches
from comity.scenario.parameters import parameter_table
from comity.scenario.schema import Scenario
from comity_dashboard.figures.words import patch_label
from comity_dashboard.phrases import Phrases, phrases
from comity_dashboard.runs import fitting_patches, is_record
from comity_dashboard.setup import Setup

__all__ = ["FIRST", "choices_of", "left_out", "parameter_groups", "patch_choices"]

FIRST = (
    "no_gfmd", "no_trust_learning", "no_socialisation", "un_forum", "online_only", "no_civil_society", "no_pga",
)  # fmt: skip
"""The what-ifs that are offered first: six that move the main measures most, and one that hardly moves them."""


def parameter_groups(base: Scenario) -> list[dict[str, Any]]:
    """Return the parameters by group: name, symbol, unit, range, meaning, source, and the value of the scenario.

    ``off`` names the mechanism that a value of zero switches off, or is empty.
    """
    rows = []
    switches = _switches() | {item.strength: item.name for item in base.mechanisms if item.strength is not None}
    for row in parameter_table(base.mechanisms):
        kept = {key: row[key] for key in ("name", "symbol", "unit", "low", "high", "meaning", "source", "group")}
        rows.append({**kept, "base": getattr(base.parameters, row["name"]), "off": switches.get(row["name"], "")})
    return [{"name": name, "items": list(items)} for name, items in groupby(rows, key=lambda row: row["group"])]


@lru_cache(maxsize=1)
def _switches() -> dict[str, str]:
    return {item.strength: item.name for item in MECHANISMS if item.strength is not None}


def patch_choices(setup: Setup, offered: Collection[str] = (), words: Phrases | None = None) -> list[dict[str, Any]]:
    """Return the what-ifs that are offered or active: name, label, question, claim, what to look at, whether active.

    ``first`` tells whether it belongs to the short list, which comes first.
    """
    said = words or phrases()
    names = [name for name in (*FIRST, *sorted({*shipped_patches()} - {*FIRST})) if name in offered]
    return [
        {"name": name, "label": patch_label(name, said), "first": name in FIRST, "on": on}
        | {key: _said(said, f"whatifs.{name}.{key}") for key in ("question", "claim", "look")}
        for name, on in {**dict.fromkeys(names, False), **dict.fromkeys(setup.patches, True)}.items()
    ]


def _said(words: Phrases, path: str) -> str:
    """Return a phrase; empty for a patch of one's own, which has none."""
    return words.say(path) if words.has(path) else ""


def left_out(setup: Setup, words: Phrases) -> str:
    """Return, in a sentence, why some what-ifs are not offered; empty if all are."""
    if is_record(setup.scenario):
        return words.say("levers.left_out_record")
    n_missing = len(shipped_patches()) - len(fitting_patches(setup))
    return words.say("levers.left_out", n=n_missing) if n_missing else ""


def choices_of(base: Scenario, setup: Setup, words: Phrases) -> list[dict[str, Any]]:
    """Return the choices: name, meaning, whether scripted or left to the model, and whether the setup changes this."""
    set_here = setup.other_settings
    rows = []
    for name, value in base.choices.model_dump().items():
        now = set_here.get(f"choices.{name}", value)
        meaning = words.say(f"levers.choice.{name}")
        rows.append({"name": name, "meaning": meaning, "value": now, "changed": now != value})
    return rows
