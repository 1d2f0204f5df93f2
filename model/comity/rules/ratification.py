"""Ratification: states join the convention on migrants' rights."""

from __future__ import annotations

import numpy as np

from comity.compiled import Bools, Whole, compiled, lean
from comity.mechanism import Mechanism, Parameter
from comity.randomness import Decision, uniform
from comity.world.world import Kind, Opened

__all__ = ["MECHANISM", "ratification_hazard", "ratify"]

MECHANISM = Mechanism(
    name="ratification",
    changes=("treaty_party",),
    strength="ratification_rate",
    group="between",
    parameters=(
        Parameter(
            "ratification_rate", 0.034, 0, 1,
            "hazard of joining the migrant workers' convention for a state wholly in favour",
            symbol="z_c", unit="per year", free=True,
        ),
    ),
    source="Chapter, 'From Rights to Development': ratified by countries of origin; form: assumption",
)  # fmt: skip

_ZERO = np.uint64(0)


@compiled
def ratification_hazard(position: float, sovereignty: float, rate: float) -> float:
    """Return z_c x_i,rights (1 - sigma_i), the yearly probability of joining the convention; all are shares."""
    return rate * position * (1.0 - sovereignty)


@lean
def ratify(active: Bools, issue: Whole, year: np.uint64, run: Opened) -> None:
    """Let states join the convention on rights; ``issue`` is the rights issue, ``year`` the address of the year."""
    actors, position, rate = run.world.actors, run.world.preferences.position, run.parameters.ratification_rate
    for i in range(len(actors)):
        if actors.kind[i] == Kind.STATE and active[i] and actors.treaty_party[i] == 0:
            hazard = ratification_hazard(position[i, issue], actors.sovereignty[i], rate)
            if uniform(run.keys[Decision.RATIFICATION], year, _ZERO, actors.address[i], _ZERO) < hazard:
                actors.treaty_party[i] = 1
