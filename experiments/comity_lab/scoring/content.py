"""A scorecard as plain data, for scorecard.json and the application."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

from comity.scenario.schema import Scenario
from comity_lab.scoring.scorecard import Scorecard
from comity_lab.scoring.verdicts import RULE

__all__ = ["content_of", "plain_rows"]


def content_of(card: Scorecard, title: str, scenario: Scenario) -> dict[str, Any]:
    """Return title, scenario, rule, sentences, totals and targets of a scorecard."""
    return {
        "title": title,
        "scenario": scenario.name,
        "scenario_hash": scenario.hash,
        "rule": RULE,
        "sentences": card.sentences(),
        "totals": plain_rows(card.all_totals()),
        "targets": plain_rows(card.table),
    }


def plain_rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows that JSON can hold: nan and infinity become null."""
    rows: list[dict[str, Any]] = json.loads(
        table.replace([float("inf"), float("-inf")], None).to_json(orient="records")
    )
    return rows
