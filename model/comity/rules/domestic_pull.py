"""Domestic pull: positions fall back towards what politics at home holds them to."""

from __future__ import annotations

from comity.compiled import compiled, lean
from comity.mechanism import Mechanism, Parameter
from comity.world.world import Opened

__all__ = ["MECHANISM", "pull_home", "pull_step"]

MECHANISM = Mechanism(
    name="domestic pull",
    changes=("position",),
    strength="domestic_pull",
    group="between",
    parameters=(
        Parameter(
            "domestic_pull", 0.1, 0, 1, "share of the distance to the domestic anchor that a position falls back",
            symbol="rho", unit="per year", free=True,
        ),
    ),
    source="Two-level games: Putnam (1988); linear form: assumption",
)  # fmt: skip


@compiled
def pull_step(position: float, anchor: float, rate: float) -> float:
    """Return rho (a_ik - x_ik), a year's change of a position; ``position`` x, ``anchor`` a, ``rate`` rho: shares."""
    return rate * (anchor - position)


@lean
def pull_home(run: Opened) -> None:
    """Let every position move a year's share of the way to its domestic anchor."""
    preferences = run.world.preferences
    n, n_issues = preferences.position.shape
    for i in range(n):
        for k in range(n_issues):
            step = pull_step(preferences.position[i, k], preferences.anchor[i, k], run.parameters.domestic_pull)
            preferences.position[i, k] += step
            preferences.by_domestic_pull[i, k] += step
