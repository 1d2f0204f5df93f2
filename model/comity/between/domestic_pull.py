"""Domestic pull: positions fall back towards what politics at home holds them to."""

from comity.compiled import compiled, lean
from comity.mechanism import Mechanism

__all__ = ["MECHANISM", "pull_home", "pull_step"]

MECHANISM = Mechanism(
    name="domestic pull",
    changes=("position",),
    strength="domestic_pull",
    parameters=("domestic_pull",),
    source="Two-level games: Putnam (1988); linear form: assumption",
)


@compiled
def pull_step(position, anchor, rate):
    """Return rho (a_ik - x_ik), a year's change of a position; ``position`` x, ``anchor`` a, ``rate`` rho: shares."""
    return rate * (anchor - position)


@lean
def pull_home(world, rates):
    """Let every position move a year's share of the way to its domestic anchor."""
    n, n_issues = world.preferences.position.shape
    for i in range(n):
        for k in range(n_issues):
            step = pull_step(world.preferences.position[i, k], world.preferences.anchor[i, k], rates.domestic_pull)
            world.preferences.position[i, k] += step
            world.preferences.by_domestic_pull[i, k] += step
