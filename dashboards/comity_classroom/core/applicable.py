"""Applicable amendments: what a teacher can inject now. The page offers what the check accepts, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from comity.scenario.schema import Meeting, Scenario, Shock
from comity_classroom.core.amendments import KINDS, check, meetings_to_come
from comity_classroom.core.refusal import Refused

__all__ = ["Applicable", "applicable"]


@dataclass(frozen=True, kw_only=True)
class Applicable:
    """What can be injected now.

    Attributes
    ----------
    changes
        Kinds of change, each with the meetings that it can still affect; kinds without any are left out.
    shocks
        Shocks of the scenario that have not happened yet.
    takes_shock
        Whether a shock of one's own can still happen before a meeting.
    """

    changes: dict[str, list[Meeting]]
    shocks: list[Shock]
    takes_shock: bool


def applicable(scenario: Scenario, opened: str) -> Applicable:
    """Return what can be injected now.

    Parameters
    ----------
    scenario
        The scenario of the class, with earlier amendments.
    opened
        The last meeting with open doors, or empty.
    """
    coming = meetings_to_come(scenario, opened)
    changes = {
        kind: [meeting for meeting in coming if _is_accepted({"kind": kind, "meeting": meeting.id}, scenario, opened)]
        for kind in KINDS
        if kind != "shock"
    }
    shocks = [
        shock for shock in scenario.shocks if _is_accepted({"kind": "shock", "shock": shock.id}, scenario, opened)
    ]
    own = {"kind": "shock", "shock": {"name": "news", "roles": ["origin"], "sovereignty": 0.05}}
    return Applicable(
        changes={kind: meetings for kind, meetings in changes.items() if meetings},
        shocks=shocks,
        takes_shock=_is_accepted(own, scenario, opened),
    )


def _is_accepted(amendment: Mapping[str, Any], scenario: Scenario, opened: str) -> bool:
    try:
        check(amendment, scenario, opened)
    except Refused:
        return False
    return True
