"""Support for organisations: states favour those that serve them and do not bind them."""

import numpy as np

from comity.compiled import compiled, inner, lean
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


@inner
def _organisations(world):
    """Return the rows of all organisations."""
    rows = np.empty(len(world.actors), dtype=np.int64)
    count = 0
    for row in range(len(rows)):
        if world.actors.kind[row] == Kind.IO:
            rows[count] = row
            count += 1
    return rows[:count]


@compiled
def support_by_group(world, active, rates_table):
    """Return the mean support of active origin, destination and other states for each actor, shape (3, n).

    Columns of actors that are no organisation are nan, as is a row of a role without states.
    """
    n, rates = len(world.actors), rates_table[0]
    organisations = _organisations(world)
    mean = np.empty((_N_ROLES, n))
    for role in range(_N_ROLES):
        for i in range(n):
            mean[role, i] = 0.0 if world.actors.kind[i] == Kind.IO else np.nan
    states = np.zeros(_N_ROLES)
    for i in range(n):
        if world.actors.kind[i] != Kind.STATE or not active[i]:
            continue
        role = world.actors.group[i]
        states[role] += 1
        for o in organisations:
            mean[role, o] += _support_of(i, o, world, rates)
    for role in range(_N_ROLES):
        for o in organisations:
            mean[role, o] = mean[role, o] / states[role] if states[role] > 0 else np.nan
    return mean


@compiled
def update_authority(world, active, rates):
    """Move the authority of active organisations towards their standing between least and most supported, in [0, 1]."""
    organisations = _organisations(world)
    total = np.zeros(len(organisations))
    for i in range(len(world.actors)):
        if world.actors.kind[i] == Kind.STATE and active[i]:
            for place in range(len(organisations)):
                total[place] += _support_of(i, organisations[place], world, rates)
    least, most = np.inf, -np.inf
    for place in range(len(organisations)):
        if active[organisations[place]]:
            least, most = min(least, total[place]), max(most, total[place])
    if not most > least:
        return
    for place in range(len(organisations)):
        o = organisations[place]
        if active[o]:
            standing = (total[place] - least) / (most - least)
            world.actors.authority[o] += rates.authority_rate * (standing - world.actors.authority[o])
