"""The corridor as a sitting: pairs of states with a bilateral stake talk, trust and sometimes agree."""

import numpy as np

from comity.compiled import compiled, inlined
from comity.mechanisms.act import Act
from comity.mechanisms.corridor import agreement_probability, contact_probability
from comity.mechanisms.trust import agreement, evidence, learn
from comity.randomness import Decision, uniform

__all__ = ["meet_in_corridor"]

_CORRIDOR_PART = 3


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
    pairs = np.empty(len(world.stake), dtype=np.int64)
    firsts, seconds = np.empty(len(pairs), dtype=np.uint64), np.empty(len(pairs), dtype=np.uint64)
    n_pairs = 0
    for t in range(len(world.stake)):
        if seated[world.ties[t, 0]] and seated[world.ties[t, 1]]:
            pairs[n_pairs] = t
            firsts[n_pairs] = world.actors.address[world.ties[t, 0]]
            seconds[n_pairs] = world.actors.address[world.ties[t, 1]]
            n_pairs += 1
    draws = np.empty(n_pairs)
    for place in range(n_pairs):
        draws[place] = uniform(keys[Decision.CORRIDOR], meeting, sitting, firsts[place], seconds[place])
    weight = rates.trust_learning * intimacy
    for place in range(n_pairs):
        t = pairs[place]
        if draws[place] >= rates.corridor_rate * world.stake[t]:  # 1 - exp(-x) <= x: no contact, whatever the trust
            continue
        i, j = world.ties[t, 0], world.ties[t, 1]
        there = world.trust_in[j, i]
        back = world.trust_in[i, j]
        if draws[place] >= contact_probability(world.stake[t], there, back, rates.corridor_rate):
            continue
        contacts[i] += 1
        contacts[j] += 1
        chance = agreement_probability(
            there, back, world.actors.cooperation[i], world.actors.cooperation[j], rates.agreement_rate
        )
        agreed = uniform(keys[Decision.AGREEMENT], meeting, sitting, firsts[place], seconds[place]) < chance
        if agreed:
            agreements[i] += 1
            agreements[j] += 1
        if weight > 0.0:
            gain = 1.0 if agreed else evidence(Act.COOPERATION, _affinity(i, j, world), False)
            learn(i, j, weight, gain, _CORRIDOR_PART, world)
            gain = 1.0 if agreed else evidence(Act.COOPERATION, _affinity(j, i, world), False)
            learn(j, i, weight, gain, _CORRIDOR_PART, world)
