"""Turnover: delegations are replaced, and new ones have not learned what the old ones had."""

import numpy as np

from comity.compiled import compiled, lean
from comity.mechanism import Mechanism
from comity.population.world import Kind
from comity.randomness import Decision, uniform

__all__ = ["MECHANISM", "replace_delegations", "turnover_step"]

MECHANISM = Mechanism(
    name="turnover",
    changes=("cooperation", "sovereignty"),
    strength="turnover",
    parameters=("turnover", "turnover_loss"),
    source="Chapter, 'GFMD': the process relies on goodwill and commitment of governments; form: assumption",
)

_ZERO = np.uint64(0)


@compiled
def turnover_step(value, entry, loss):
    """Return theta_l (entry - value), the change when a delegation is replaced: so much of what it learned is lost."""
    return loss * (entry - value)


@lean
def replace_delegations(world, year, rates, keys):
    """Replace each actor's delegation with probability theta; ``year`` is the address of the year."""
    for i in range(len(world.actors)):
        draw = uniform(keys[Decision.TURNOVER], year, _ZERO, world.actors.address[i], _ZERO)
        if draw < rates.turnover:
            step = turnover_step(world.actors.cooperation[i], world.actors.entry_cooperation[i], rates.turnover_loss)
            world.actors.cooperation[i] += step
            world.actors.cooperation_by_turnover[i] += step
            if world.actors.kind[i] == Kind.STATE:
                step = turnover_step(
                    world.actors.sovereignty[i], world.actors.entry_sovereignty[i], rates.turnover_loss
                )
                world.actors.sovereignty[i] += step
                world.actors.sovereignty_by_turnover[i] += step
