"""Partners in the corridor: the states that a seat can seek out, and what an agreed meeting makes of the choices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from comity.scenario.checks import MOST_PARTNERS
from comity_classroom.core.stop import Stop

__all__ = ["MOST_PARTNERS", "partners_of", "with_partner"]

_MOST_TIES = 8
"""Most states with a common stake that are listed, besides the seats of the class."""


def partners_of(stop: Stop, row: int) -> tuple[str, ...]:
    """Return the states that an actor can seek out in the corridor: all seats of the class that came to the meeting,
    then those with which it shares the largest stakes. Only states meet in pairs."""
    ahead, population, is_state = stop.next, stop.model.population, stop.model.stage.is_state
    if ahead is None or not is_state[row] or not ahead.present[row]:
        return ()
    world = stop.model.world
    shared = [
        (-float(stake), int(b if a == row else a))
        for (a, b), stake in zip(world.ties, world.stake, strict=True)
        if row in (a, b) and stake > 0
    ]
    others = [other for _, other in sorted(shared) if other not in stop.seats]
    there = ahead.present & ahead.may_sit & is_state
    tied = [other for other in others if there[other]][:_MOST_TIES]
    return tuple(population.ids[other] for other in [*stop.seats, *tied] if other != row and there[other])


def with_partner(choice: Mapping[str, Any], before: Mapping[str, Any], other: str) -> dict[str, Any]:
    """Return a choice to go to the corridor with another state added to those that the seat seeks out."""
    named = [*before.get("partner", []), other]
    return {**choice, "table": 1, "partner": list(dict.fromkeys(named))}
