"""Turnover: delegations are replaced, and new ones have not learned what the old ones had."""

from __future__ import annotations

import numpy as np

from comity.compiled import compiled, lean
from comity.mechanism import Mechanism, Parameter
from comity.randomness import Decision, uniform
from comity.world.world import Kind, Opened

__all__ = ["MECHANISM", "replace_delegations", "turnover_step"]

MECHANISM = Mechanism(
    name="turnover",
    changes=("cooperation", "sovereignty"),
    strength="turnover",
    group="between",
    parameters=(
        Parameter(
            "turnover", 0.15, 0, 1, "share of delegations replaced, which lose what they learned",
            symbol="theta", unit="per year", free=True,
        ),
        Parameter(
            "turnover_loss", 0.5, 0, 1, "share of changed cooperation and sovereignty that leaves with a delegation",
            symbol="theta_l",
        ),
    ),
    source="Chapter, 'GFMD': the process relies on goodwill and commitment of governments; form: assumption",
)  # fmt: skip

_ZERO = np.uint64(0)


@compiled
def turnover_step(value: float, entry: float, loss: float) -> float:
    """Return theta_l (entry - value), the change when a delegation is replaced: so much of what it learned is lost."""
    return loss * (entry - value)


@lean
def replace_delegations(year: np.uint64, run: Opened) -> None:
    """Replace each actor's delegation with probability theta; ``year`` is the address of the year."""
    actors, parameters = run.world.actors, run.parameters
    for i in range(len(actors)):
        draw = uniform(run.keys[Decision.TURNOVER], year, _ZERO, actors.address[i], _ZERO)
        if draw < parameters.turnover:
            step = turnover_step(actors.cooperation[i], actors.entry_cooperation[i], parameters.turnover_loss)
            actors.cooperation[i] += step
            actors.cooperation_by_turnover[i] += step
            if actors.kind[i] == Kind.STATE:
                step = turnover_step(actors.sovereignty[i], actors.entry_sovereignty[i], parameters.turnover_loss)
                actors.sovereignty[i] += step
                actors.sovereignty_by_turnover[i] += step
