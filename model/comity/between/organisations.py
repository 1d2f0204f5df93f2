"""Support for organisations: states favour those that serve them and do not bind them."""

import numpy as np

from comity.compiled import compiled
from comity.mechanism import Mechanism
from comity.population.world import Kind

__all__ = ["MECHANISM", "support", "support_by_group", "update_authority"]

MECHANISM = Mechanism(
    name="support for organisations",
    changes=("authority",),
    strength="authority_rate",
    parameters=("support_service", "support_sovereignty", "support_trust", "authority_rate"),
    source="Chapter, 'The Second HLD': states support the state-friendly organisation; form: assumption",
)

_N_ROLES = 3


@compiled
def support(service, sovereignty, mandate, trust, rates):
    """Return u_v service_o - u_sigma sigma_i (normative mandate)_o + u_T T_io, the support of a state."""
    return rates.support_service * service - rates.support_sovereignty * sovereignty * mandate + rates.support_trust * trust


@compiled
def support_by_group(world, rates):
    """Return the mean support of origin, destination and other states for each actor, shape (3, n).

    Columns of actors that are no organisation are nan, as is a row of a role without states.
    """
    n = len(world.actors)
    mean = np.empty((_N_ROLES, n))
    for o in range(n):
        for role in range(_N_ROLES):
            total, count = 0.0, 0
            for i in range(n):
                if world.actors.kind[i] == Kind.STATE and world.actors.group[i] == role:
                    total += support(
                        world.actors.service[o], world.actors.sovereignty[i], world.actors.normative[o],
                        world.trust[i, o], rates,
                    )
                    count += 1
            mean[role, o] = total / count if count > 0 and world.actors.kind[o] == Kind.IO else np.nan
    return mean


@compiled
def update_authority(world, active, rates):
    """Move the authority of active organisations towards their standing between least and most supported, in [0, 1]."""
    n = len(world.actors.kind)
    mean = np.zeros(n)
    least, most = np.inf, -np.inf
    for o in range(n):
        if world.actors.kind[o] != Kind.IO or not active[o]:
            continue
        states = 0
        for i in range(n):
            if world.actors.kind[i] == Kind.STATE:
                mean[o] += support(
                    world.actors.service[o], world.actors.sovereignty[i], world.actors.normative[o], world.trust[i, o], rates
                )
                states += 1
        mean[o] /= states
        least, most = min(least, mean[o]), max(most, mean[o])
    if not most > least:
        return
    for o in range(n):
        if world.actors.kind[o] == Kind.IO and active[o]:
            standing = (mean[o] - least) / (most - least)
            world.actors.authority[o] += rates.authority_rate * (standing - world.actors.authority[o])
