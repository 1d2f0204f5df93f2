"""What can be changed, from the metadata of the model: parameters by mechanism, what-ifs, choices."""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby
from typing import Any

from comity.describe import mechanisms_declared
from comity.scenario.parameters import parameter_table
from comity.scenario.schema import Scenario
from comity_dashboard.figures.words import patch_label, patch_questions
from comity_dashboard.setup import Setup

__all__ = ["choices_of", "parameter_groups", "patch_choices"]


def parameter_groups(base: Scenario) -> list[dict[str, Any]]:
    """Return the parameters by group: name, symbol, unit, range, meaning, source, and the value of the scenario.

    ``off`` names the mechanism that a value of zero switches off, where there is one.
    """
    rows = []
    for row in parameter_table():
        kept = {key: row[key] for key in ("name", "symbol", "unit", "low", "high", "meaning", "source", "group")}
        rows.append({**kept, "base": getattr(base.parameters, row["name"]), "off": _switches().get(row["name"], "")})
    return [{"name": name, "items": list(items)} for name, items in groupby(rows, key=lambda row: row["group"])]


@lru_cache(maxsize=1)
def _switches() -> dict[str, str]:
    return {item.strength: item.name for item in mechanisms_declared() if item.strength is not None}


def patch_choices(setup: Setup) -> list[dict[str, Any]]:
    """Return the what-ifs: name, label, the question each asks, and whether it is laid over the scenario."""
    asked = patch_questions() | {name: "" for name in setup.patches if name not in patch_questions()}
    return [
        {"name": name, "label": patch_label(name), "question": question, "on": name in setup.patches}
        for name, question in asked.items()
    ]


def choices_of(base: Scenario, setup: Setup) -> list[dict[str, Any]]:
    """Return what is scripted and what is left to the model, and whether the setup has changed it."""
    set_here = setup.other_settings
    rows = []
    for name, value in base.choices.model_dump().items():
        now = set_here.get(f"choices.{name}", value)
        rows.append({"name": name, "value": now, "changed": now != value})
    return rows
