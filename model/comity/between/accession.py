"""Accession: states join the agency that they support."""

import numpy as np

from comity.between.organisations import support
from comity.compiled import compiled, lean
from comity.mechanism import Mechanism
from comity.population.world import Kind
from comity.randomness import Decision, uniform

__all__ = ["MECHANISM", "accede", "accession_hazard"]

MECHANISM = Mechanism(
    name="accession",
    changes=("iom_member",),
    strength="accession_rate",
    parameters=("accession_rate",),
    source="Chapter, 'The Second HLD': rise of the organisation with state support; form: assumption",
)

_ZERO = np.uint64(0)


@compiled
def accession_hazard(support, rate):
    """Return z_i clip(support), the yearly probability of joining the agency; support is bounded to [0, 1]."""
    return rate * min(max(support, 0.0), 1.0)


@lean
def accede(world, active, agency, year, rates, keys):
    """Let states join the agency, an organisation in row ``agency``."""
    for i in range(len(world.actors.kind)):
        if world.actors.kind[i] == Kind.STATE and active[i] and world.actors.iom_member[i] == 0:
            given = support(
                world.actors.service[agency],
                world.actors.sovereignty[i],
                world.actors.normative[agency],
                world.trust_in[agency, i],
                rates,
            )
            if uniform(keys[Decision.ACCESSION], year, _ZERO, world.actors.address[i], _ZERO) < accession_hazard(
                given, rates.accession_rate
            ):
                world.actors.iom_member[i] = 1
