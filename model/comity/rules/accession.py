"""Accession: states join the agency that they support."""

from __future__ import annotations

import numpy as np

from comity.compiled import Bools, Whole, compiled, lean
from comity.mechanism import Mechanism, Parameter
from comity.randomness import Decision, uniform
from comity.rules.support import support_of
from comity.world.world import Kind, Opened

__all__ = ["MECHANISM", "accede", "accession_hazard"]

MECHANISM = Mechanism(
    name="accession",
    changes=("agency_member",),
    strength="accession_rate",
    group="between",
    parameters=(
        Parameter(
            "accession_rate", 0.07, 0, 1, "hazard of joining IOM for a state that supports it fully",
            symbol="z_i", unit="per year", free=True,
        ),
    ),
    source="Chapter, 'The Second HLD': rise of the organisation with state support; form: assumption",
)  # fmt: skip

_ZERO = np.uint64(0)


@compiled
def accession_hazard(support: float, rate: float) -> float:
    """Return z_i clip(support), the yearly probability of joining the agency; support is bounded to [0, 1]."""
    return rate * min(max(support, 0.0), 1.0)


@lean
def accede(active: Bools, agency: Whole, year: np.uint64, run: Opened) -> None:
    """Let states join the agency, an organisation in row ``agency``; ``year`` is the address of the year."""
    actors = run.world.actors
    for i in range(len(actors)):
        if actors.kind[i] == Kind.STATE and active[i] and actors.agency_member[i] == 0:
            hazard = accession_hazard(support_of(i, agency, run), run.parameters.accession_rate)
            if uniform(run.keys[Decision.ACCESSION], year, _ZERO, actors.address[i], _ZERO) < hazard:
                actors.agency_member[i] = 1
