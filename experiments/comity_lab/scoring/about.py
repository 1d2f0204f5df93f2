"""Whether facts apply to a scenario: the shipped ones describe one history only."""

from __future__ import annotations

from pathlib import Path

from comity.scenario.schema import Scenario

__all__ = ["FORUMS", "foreign"]

FORUMS = ("HLD", "GFMD")
"""Forums whose history the shipped facts record."""


def foreign(scenario: Scenario, facts_file: str | Path | None) -> str:
    """Return a warning if the shipped facts are not about a scenario; otherwise an empty text."""
    if facts_file or {forum.id for forum in scenario.forums} & set(FORUMS):
        return ""
    name = scenario.name or scenario.title
    return (
        f"Warning: these facts are not about {name!r}. They record the UN High-level Dialogues (HLD) and the Global "
        "Forum on Migration and Development (GFMD), 2003-2013, and the scenario has neither: no verdict says anything "
        "about it. Give facts of its own with --facts FILE."
    )
