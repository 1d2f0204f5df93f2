"""Ratification: states join the convention on migrants' rights."""

import numpy as np

from comity.compiled import compiled, lean
from comity.mechanism import Mechanism
from comity.population.world import Kind
from comity.randomness import Decision, uniform

__all__ = ["MECHANISM", "ratification_hazard", "ratify"]

MECHANISM = Mechanism(
    name="ratification",
    changes=("crmw_party",),
    strength="ratification_rate",
    parameters=("ratification_rate",),
    source="Chapter, 'From Rights to Development': ratified by countries of origin; form: assumption",
)

_ZERO = np.uint64(0)


@compiled
def ratification_hazard(position, sovereignty, rate):
    """Return z_c x_i,rights (1 - sigma_i), the yearly probability of joining the convention; all are shares."""
    return rate * position * (1.0 - sovereignty)


@lean
def ratify(world, active, issue, year, rates, keys):
    """Let states join the convention on rights; ``issue`` is the rights issue, ``year`` the address of the year."""
    for i in range(len(world.actors.kind)):
        if world.actors.kind[i] == Kind.STATE and active[i] and world.actors.crmw_party[i] == 0:
            hazard = ratification_hazard(
                world.preferences.position[i, issue], world.actors.sovereignty[i], rates.ratification_rate
            )
            if uniform(keys[Decision.RATIFICATION], year, _ZERO, world.actors.address[i], _ZERO) < hazard:
                world.actors.crmw_party[i] = 1
