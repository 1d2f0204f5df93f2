"""A lesson: how a class is held, as the opening entry of its ledger holds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Lesson"]


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """How a class is held: the steps of a plan, most people in one seat, and the language of the class."""

    plan: tuple[Mapping[str, Any], ...] = ()
    team: int = 1
    language: str = "en"

    def to_json(self) -> dict[str, Any]:
        """Return what differs from the default, as plain data."""
        whole = {"plan": [dict(step) for step in self.plan], "team": self.team, "language": self.language}
        default = {"plan": [], "team": 1, "language": "en"}
        return {key: value for key, value in whole.items() if value != default[key]}
