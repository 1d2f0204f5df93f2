"""The levers on Change, from the metadata of the model: parameters by mechanism, what-ifs, choices."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from itertools import groupby
from typing import Any

from comity.rules import MECHANISMS
from comity.scenario.parameters import parameter_table
from comity.scenario.schema import Scenario
from comity_dashboard.figures.words import patch_label, patch_questions
from comity_dashboard.runs import fitting_patches, is_record
from comity_dashboard.setup import Setup

__all__ = ["choices_of", "left_out", "parameter_groups", "patch_choices"]

_CHOICES = {
    "host": "who takes the chair", "agenda": "the topics of tables", "openness": "how far civil society is admitted",
    "arena": "where talks continue",
}  # fmt: skip


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


def patch_choices(setup: Setup, offered: Collection[str] = ()) -> list[dict[str, Any]]:
    """Return the what-ifs that are offered or active: name, label, question, and whether active."""
    names = [name for name in patch_questions() if name in offered]
    return [
        {"name": name, "label": patch_label(name), "question": patch_questions().get(name, ""), "on": on}
        for name, on in {**dict.fromkeys(names, False), **dict.fromkeys(setup.patches, True)}.items()
    ]


def left_out(setup: Setup) -> str:
    """Return, in a sentence, why some what-ifs are not offered; empty if all are."""
    if is_record(setup.scenario):
        return "A saved record takes no what-ifs. Choose its scenario instead."
    n_missing = len(patch_questions()) - len(fitting_patches(setup))
    if not n_missing:
        return ""
    return f"{n_missing} more do not apply to this scenario; they are available for hld_gfmd."


def choices_of(base: Scenario, setup: Setup) -> list[dict[str, Any]]:
    """Return the choices: name, meaning, whether scripted or left to the model, and whether the setup changes this."""
    set_here = setup.other_settings
    rows = []
    for name, value in base.choices.model_dump().items():
        now = set_here.get(f"choices.{name}", value)
        rows.append({"name": name, "meaning": _CHOICES[name], "value": now, "changed": now != value})
    return rows
