"""The quiz: what would happen otherwise? The same questions before and after the class, with the answer of the model.

A question is a what-if of the debrief together with one measure: would it be higher, lower, or much the same?
"""

from __future__ import annotations

import json
import tempfile
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from comity.scenario.loading import from_data
from comity.scenario.schema import Scenario
from comity.scenario.writing import scenario_text
from comity_classroom.pack.evidence import Difference, WhatIf, gather_evidence, possible
from comity_classroom.phrases import Phrases

__all__ = ["ANSWERS", "RUNS", "QuizItem", "answers_for", "keys_for", "quiz_items", "quiz_keys"]

ANSWERS = ("up", "none", "down")
"""The possible answers: higher, no clear difference, lower."""
MEASURES = {
    "framing": "destination_voice",
    "binding": "sovereignty",
    "networks": "cooperation",
    "trust": "trust_roles",
    "shocks": "expected_yes",
    "forum": "trust_roles",
    "socialisation": "cooperation",
}
"""The measure that each question asks about, chosen so that the answers differ. The most telling ones come first."""
_MOST = 5
"""Most questions: one minute of a class of 45. Assumption."""
SMALLEST = 0.005
"""Differences below half a point of 100 count as much the same, even if no luck explains them. Assumption."""
RUNS = 20
"""Pairs of runs for each answer in the browser: about ten seconds for the largest shipped scenario."""


@dataclass(frozen=True, kw_only=True)
class QuizItem:
    """One question: its key, what changes, the measure (id and name), and the model's answer, None before the runs."""

    key: str
    question: str
    measure_key: str
    measure: str
    difference: Difference | None = None

    @property
    def answer(self) -> str:
        """The answer of the model: up, none, down; empty if there is none."""
        if self.difference is None:
            return ""
        return "none" if abs(self.difference.value) < SMALLEST else self.difference.effect


def quiz_keys(applicable: Iterable[str]) -> tuple[str, ...]:
    """Return the keys of the questions, of those that apply to a scenario."""
    known = set(applicable)
    return tuple(key for key in MEASURES if key in known)[:_MOST]


def quiz_items(keys: Sequence[str], phrases: Phrases, evidence: Sequence[WhatIf] = ()) -> tuple[QuizItem, ...]:
    """Return the questions in words, with the answers that ``evidence`` has."""
    found = {what_if.key: what_if.differences for what_if in evidence}
    return tuple(
        QuizItem(
            key=key,
            question=phrases.say(f"what_ifs.{key}.question"),
            measure_key=MEASURES[key],
            measure=phrases.say(f"measures.{MEASURES[key]}"),
            difference=next((one for one in found.get(key, ()) if one.key == MEASURES[key]), None),
        )
        for key in keys
    )


def keys_for(scenario: Scenario) -> tuple[str, ...]:
    """Return the keys of the questions for a scenario. The last few are cached."""
    return _keys(json.dumps(scenario.to_json(), sort_keys=True))


@lru_cache(maxsize=4)
def _keys(text: str) -> tuple[str, ...]:
    scenario = from_data(json.loads(text))
    with tempfile.TemporaryDirectory(prefix="comity-quiz-") as aside:
        source = _written(scenario, Path(aside))
        return quiz_keys(possible(source, scenario, Path(aside)))


def answers_for(scenario: Scenario, phrases: Phrases) -> tuple[WhatIf, ...]:
    """Return the answers of the model for a scenario, by ``RUNS`` pairs of runs for each question; they are cached."""
    with _ONE:
        return _answers(json.dumps(scenario.to_json(), sort_keys=True), phrases)


_ONE = threading.Lock()
"""A second asker waits for the runs of the first."""


@lru_cache(maxsize=4)
def _answers(text: str, phrases: Phrases) -> tuple[WhatIf, ...]:
    scenario = from_data(json.loads(text))
    with tempfile.TemporaryDirectory(prefix="comity-quiz-") as aside:
        return gather_evidence(_written(scenario, Path(aside)), scenario, phrases, runs=RUNS, seed=0)


def _written(scenario: Scenario, folder: Path) -> Path:
    source = folder / "scenario.toml"
    source.write_text(scenario_text(scenario), encoding="utf-8")
    return source
