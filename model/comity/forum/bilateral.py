"""The corridor as a sitting: pairs of states with a bilateral stake talk, trust and sometimes agree."""

import numpy as np

from comity.compiled import compiled, inlined
from comity.mechanisms.act import Act
from comity.mechanisms.corridor import agreement_probability, contact_probability
from comity.mechanisms.trust import agreement, evidence, learn, note_trust
from comity.randomness import Decision, uniform

__all__ = ["meet_in_corridor"]

_CORRIDOR_PART = 3
_ZERO = np.uint64(0)


@inlined
def _affinity(holder, partner, world):
    """Return the salience-weighted agreement of two actors over all issues, in [0, 1]."""
    total = 0.0
    for k in range(world.preferences.salience.shape[1]):
        total += world.preferences.salience[holder, k] * agreement(
            world.preferences.position[holder, k], world.preferences.position[partner, k]
        )
    return total


@compiled
def meet_in_corridor(seated, intimacy, world, rates, keys, meeting, sitting, contacts, agreements):
    """Let seated pairs with a bilateral stake meet; count ``contacts`` and ``agreements`` (n,) of each state.

    A contact is evidence of a cooperative act, 1/2 + affinity/2; one that ends in an agreement is evidence 1.
    """
    for t in range(len(world.stake)):
        i, j = world.ties[t, 0], world.ties[t, 1]
        if not (seated[i] and seated[j]):
            continue
        first, second = world.actors.address[i], world.actors.address[j]
        draw = uniform(keys[Decision.CORRIDOR], meeting, sitting, first, second)
        if draw >= rates.corridor_rate * world.stake[t]:  # 1 - exp(-x) <= x: no contact, whatever the trust
            continue
        there = world.relations.trust[i, j]
        back = world.relations.trust[j, i]
        if draw >= contact_probability(world.stake[t], there, back, rates.corridor_rate):
            continue
        contacts[i] += 1
        contacts[j] += 1
        chance = agreement_probability(
            there, back, world.actors.cooperation[i], world.actors.cooperation[j], rates.agreement_rate
        )
        agreed = uniform(keys[Decision.AGREEMENT], meeting, sitting, first, second) < chance
        if agreed:
            agreements[i] += 1
            agreements[j] += 1
        weight = rates.trust_learning * intimacy
        if weight > 0.0:
            affinity = _affinity(i, j, world)
            gain = 1.0 if agreed else evidence(Act.COOPERATION, affinity, False)
            change = learn(i, j, weight, gain, world.relations)
            note_trust(i, world.actors.group[j], _CORRIDOR_PART, change, world)
            gain = 1.0 if agreed else evidence(Act.COOPERATION, _affinity(j, i, world), False)
            change = learn(j, i, weight, gain, world.relations)
            note_trust(j, world.actors.group[i], _CORRIDOR_PART, change, world)
