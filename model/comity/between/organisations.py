"""Support for organisations: states favour those that serve them and do not bind them."""

import numpy as np

from comity.compiled import compiled, lean
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
    """Return u_v service_o - u_sigma sigma_i (normative mandate)_o + u_T T_io, the support of a state.

    What is weighed are shares; support has no unit and no bounds but those that the weights give.
    """
    return (
        rates.support_service * service
        - rates.support_sovereignty * sovereignty * mandate
        + rates.support_trust * trust
    )


@lean
def _support_of(state, organisation, world, rates):
    return support(
        world.actors.service[organisation],
        world.actors.sovereignty[state],
        world.actors.normative[organisation],
        world.trust_in[organisation, state],
        rates,
    )


@compiled
def support_by_group(world, active, rates_table):
    """Return the mean support of active origin, destination and other states for each actor, shape (3, n).

    Columns of actors that are no organisation are nan, as is a row of a role without states.
    """
    n = len(world.actors)
    mean = np.empty((_N_ROLES, n))
    _fill_support(world, active, rates_table[0], mean, np.empty(n, dtype=np.int64))
    return mean


@lean
def _fill_support(world, active, rates, mean, rows):
    """Fill ``mean`` (3, n); ``rows`` (n,) is working space."""
    for role in range(_N_ROLES):
        n_states = 0
        for i in range(len(world.actors)):
            if world.actors.kind[i] == Kind.STATE and active[i] and world.actors.group[i] == role:
                rows[n_states] = i
                n_states += 1
        for o in range(len(world.actors)):
            mean[role, o] = np.nan
            if world.actors.kind[o] == Kind.IO and n_states > 0:
                total = 0.0
                for place in range(n_states):
                    total += _support_of(rows[place], o, world, rates)
                mean[role, o] = total / n_states


@lean
def update_authority(world, active, rates, total):
    """Move the authority of active organisations towards their standing between least and most supported, in [0, 1].

    ``total`` (n,) is working space.
    """
    least, most = np.inf, -np.inf
    for o in range(len(world.actors)):
        if world.actors.kind[o] == Kind.IO and active[o]:
            given = 0.0
            for i in range(len(world.actors)):
                if world.actors.kind[i] == Kind.STATE and active[i]:
                    given += _support_of(i, o, world, rates)
            total[o] = given
            least, most = min(least, given), max(most, given)
    if not most > least:
        return
    for o in range(len(world.actors)):
        if world.actors.kind[o] == Kind.IO and active[o]:
            standing = (total[o] - least) / (most - least)
            world.actors.authority[o] += rates.authority_rate * (standing - world.actors.authority[o])
