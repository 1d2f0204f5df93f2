"""The levers on Change, from the metadata of the model: parameters by mechanism, what-ifs, choices."""

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
from comity_dashboard.phrases import ENGLISH, Phrases
from comity_dashboard.runs import fitting_patches, is_record
from comity_dashboard.setup import Setup

__all__ = ["FIRST", "choices_of", "left_out", "parameter_groups", "patch_choices"]

FIRST = (
    "no_gfmd", "no_trust_learning", "no_socialisation", "un_forum", "online_only", "no_civil_society", "no_pga",
)  # fmt: skip
"""The what-ifs that are offered first: six that move the main measures most, and one that hardly moves them."""


def parameter_groups(base: Scenario, words: Phrases = ENGLISH) -> list[dict[str, Any]]:
    """Return the parameters by group: name, label, symbol, unit, range, meaning, source, and the value of the scenario.

    ``off`` names the mechanism that a value of zero switches off, or is empty.
    """
    rows = []
    switches = _switches() | {item.strength: item.name for item in base.mechanisms if item.strength is not None}
    for row in parameter_table(base.mechanisms):
        kept = {key: row[key] for key in ("name", "symbol", "low", "high", "group")}
        name = row["name"]
        said = {
            "label": words.term("parameters.names", name, name.replace("_", " ")),
            "unit": "" if row["unit"] == "1" else words.term("parameters.units", row["unit"]),
            "meaning": words.term("parameters.meanings", name, row["meaning"]),
            "source": words.term("parameters.sources", row["source"]),
        }
        rows.append(
            {
                **kept,
                **said,
                "base": getattr(base.parameters, row["name"]),
                "off": words.term("parameters.groups", switches.get(row["name"], "")),
            }
        )
    return [
        {"name": words.term("parameters.groups", name), "items": list(items)}
        for name, items in groupby(rows, key=lambda row: row["group"])
    ]


@lru_cache(maxsize=1)
def _switches() -> dict[str, str]:
    return {item.strength: item.name for item in MECHANISMS if item.strength is not None}


def patch_choices(setup: Setup, offered: Collection[str] = (), words: Phrases = ENGLISH) -> list[dict[str, Any]]:
    """Return the what-ifs that are offered or active: name, label, question, claim, what to look at, whether active.

    ``first`` tells whether it belongs to the short list, which comes first. A patch of one's own has no question.
    """
    names = [name for name in (*FIRST, *sorted({*shipped_patches()} - {*FIRST})) if name in offered]
    return [
        {"name": name, "label": patch_label(name, words), "first": name in FIRST, "on": on}
        | {key: words.term(f"whatifs.{name}", key, "") for key in ("question", "claim", "look")}
        for name, on in {**dict.fromkeys(names, False), **dict.fromkeys(setup.patches, True)}.items()
    ]


def left_out(setup: Setup, words: Phrases = ENGLISH) -> str:
    """Return, in a sentence, why some what-ifs are not offered; empty if all are."""
    if is_record(setup.scenario):
        return words.say("change.record")
    n_missing = len(shipped_patches()) - len(fitting_patches(setup))
    if not n_missing:
        return ""
    return words.say("change.left_out", n=n_missing)


def choices_of(base: Scenario, setup: Setup, words: Phrases = ENGLISH) -> list[dict[str, Any]]:
    """Return the choices: name, label, meaning, scripted or left to the model, and whether the setup changes this."""
    set_here = setup.other_settings
    rows = []
    for name, value in base.choices.model_dump().items():
        now = set_here.get(f"choices.{name}", value)
        said = {key: words.say(f"change.choices.{name}.{key}") for key in ("label", "meaning")}
        rows.append({"name": name, **said, "value": now, "changed": now != value})
    return rows
