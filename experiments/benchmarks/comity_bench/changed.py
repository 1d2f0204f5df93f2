"""Scenarios that differ in how much of one thing happens: a part's cost is what more or less of it costs."""

from __future__ import annotations

from datetime import date
from typing import Any

import comity
from comity.scenario.loading import from_data
from comity.scenario.schema import Scenario

__all__ = ["sittings_held", "with_rounds", "with_sittings", "with_years", "without_sittings"]

_ONCE = {"corridor", "vote"}
"""Phases in which nobody takes the floor."""


def sittings_held(scenario: Scenario) -> dict[str, dict[str, int]]:
    """Return how many sittings of each phase every meeting has, votes left out."""
    record = comity.run(scenario, seed=0, keep="meetings")
    sessions = record.sessions
    counts = sessions[sessions["phase"] != "vote"].groupby(["meeting", "phase"])["sitting"].nunique()
    held: dict[str, dict[str, int]] = {}
    for meeting, phase, count in counts.reset_index().itertuples(index=False):
        held.setdefault(str(meeting), {})[str(phase)] = int(count)
    return held


def with_sittings(scenario: Scenario, factor: int) -> Scenario:
    """Return a scenario whose every sitting is held ``factor`` times."""
    held, data = sittings_held(scenario), scenario.to_json()
    phases = _phases(data)
    for meeting in data["meetings"]:
        had = held.get(meeting["id"], {})
        meeting["sittings"] = {phase: factor * had.get(phase, 0) for phase in phases[meeting["forum"]]}
    return from_data(data)


def without_sittings(scenario: Scenario) -> Scenario:
    """Return a scenario whose meetings are opened, with all that goes before, and end there."""
    data = scenario.to_json()
    phases = _phases(data)
    for meeting in data["meetings"]:
        meeting["sittings"] = dict.fromkeys(phases[meeting["forum"]], 0)
        meeting["votes"] = []
    return from_data(data)


def with_rounds(scenario: Scenario, factor: int) -> Scenario:
    """Return a scenario in whose rooms everybody may take the floor ``factor`` times as often."""
    data = scenario.to_json()
    for forum in data["forums"]:
        for entry in forum["format"]:
            entry["rounds"] *= 1 if entry["phase"] in _ONCE else factor
    return from_data(data)


def with_years(scenario: Scenario, years: int) -> Scenario:
    """Return a scenario after whose last year others pass without a meeting."""
    data = scenario.to_json()
    end = date.fromisoformat(str(data["end"]))
    return from_data(data | {"end": end.replace(year=end.year + years).isoformat()})


def _phases(data: dict[str, Any]) -> dict[str, list[str]]:
    """Return the phases in the format of each forum, by its id."""
    return {forum["id"]: [entry["phase"] for entry in forum["format"]] for forum in data["forums"]}
