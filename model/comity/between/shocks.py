"""Shocks: events outside the forums that act on states."""

import numpy as np

from comity.compiled import compiled
from comity.mechanism import Mechanism
from comity.population.world import World
from comity.scenario.calendar import Shock
from comity.scenario.schema import Scenario

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
    anchors = np.array([shock.anchors.get(issue.id, 0.0) for issue in scenario.issues])
    is_state_led = np.array([forum.state_led for forum in scenario.forums])
    sizes = (shock.sovereignty, shock.pressure, shock.capacity, shock.attachment)
    _strike(world, exposure, *sizes, anchors, is_state_led)


@compiled
def _bounded(value):
    return min(max(value, 0.0), 1.0)


@compiled
def _strike(world, exposure, sovereignty, pressure, capacity, attachment, anchors, is_state_led):
    for i in range(len(exposure)):
        hit = exposure[i]
        after = _bounded(world.actors.sovereignty[i] + sovereignty * hit)
        world.actors.sovereignty_by_shock[i] += after - world.actors.sovereignty[i]
        world.actors.sovereignty[i] = after
        world.actors.entry_sovereignty[i] = _bounded(world.actors.entry_sovereignty[i] + sovereignty * hit)
        world.actors.pressure[i] = _bounded(world.actors.pressure[i] + pressure * hit)
        world.actors.capacity[i] = _bounded(world.actors.capacity[i] * (1.0 + capacity * hit))
        for f in range(len(is_state_led)):
            if is_state_led[f]:
                world.attachment[i, f] = _bounded(world.attachment[i, f] * (1.0 + attachment * hit))
        for k in range(len(anchors)):
            if anchors[k] != 0.0:
                world.preferences.anchor[i, k] = _bounded(world.preferences.anchor[i, k] + anchors[k] * hit)
                position = _bounded(world.preferences.position[i, k] + anchors[k] * hit)
                world.preferences.by_shock[i, k] += position - world.preferences.position[i, k]
                world.preferences.position[i, k] = position
