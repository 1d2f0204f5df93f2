"""Shocks: events outside the forums that act on states."""

from __future__ import annotations

import numpy as np

from comity.mechanism import Mechanism
from comity.population.world import World
from comity.scenario.schema import Scenario, Shock

__all__ = ["MECHANISM", "apply_shock"]

MECHANISM = Mechanism(
    name="shocks",
    changes=("anchor", "position", "sovereignty", "entry_sovereignty", "pressure", "capacity", "attachment"),
    strength=None,
    parameters=(),
    source="Chapter, 'GFMD': economic crisis, COVID-19; sizes are scenario input with their sources",
)


def apply_shock(world: World, shock: Shock, exposure: np.ndarray, scenario: Scenario) -> None:
    """Apply a shock; what it does to sovereignty and positions is kept apart as a part of their change.

    Sovereignty changes for the delegations to come as well; the domestic anchor and the position move together;
    attachment to state-led forums and capacity change by a share.
    """
    sovereignty = np.clip(world.actors["sovereignty"] + shock.sovereignty * exposure, 0.0, 1.0)
    world.actors["sovereignty_by_shock"] += sovereignty - world.actors["sovereignty"]
    world.actors["sovereignty"][:] = sovereignty
    entry = world.actors["entry_sovereignty"]
    entry[:] = np.clip(entry + shock.sovereignty * exposure, 0.0, 1.0)
    world.actors["pressure"][:] = np.clip(world.actors["pressure"] + shock.pressure * exposure, 0.0, 1.0)
    world.actors["capacity"][:] = np.clip(world.actors["capacity"] * (1.0 + shock.capacity * exposure), 0.0, 1.0)
    for f, forum in enumerate(scenario.forums):
        if forum.state_led:
            world.attachment[:, f] = np.clip(world.attachment[:, f] * (1.0 + shock.attachment * exposure), 0.0, 1.0)
    for k, issue in enumerate(scenario.issues):
        change = shock.anchors.get(issue.id, 0.0)
        if change:
            world.preferences["anchor"][:, k] = np.clip(world.preferences["anchor"][:, k] + change * exposure, 0.0, 1.0)
            position = np.clip(world.position[:, k] + change * exposure, 0.0, 1.0)
            world.preferences["by_shock"][:, k] += position - world.position[:, k]
            world.position[:, k] = position
