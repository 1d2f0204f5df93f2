"""The corridor as a sitting: pairs of states with a bilateral stake talk, trust and sometimes agree."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.compiled import inner, lean
from comity.mechanisms.act import Act
from comity.mechanisms.corridor import agreement_probability, contact_probability
from comity.mechanisms.trust import agreement, evidence, learn
from comity.randomness import Decision, fill_pair_uniforms, uniform

__all__ = ["Corridor", "make_corridor", "meet_in_corridor"]

_CORRIDOR_PART = 3


class Corridor(NamedTuple):
    """Working space: the ties (t,) of which both sides are there, the addresses of both, and their luck."""

    tie: NDArray[np.int64]
    first: NDArray[np.uint64]
    second: NDArray[np.uint64]
    draw: NDArray[np.float64]


@inner
def make_corridor(world):
    """Return working space for all ties of a world."""
    n = len(world.stake)
    return Corridor(
        np.empty(n, dtype=np.int64), np.empty(n, dtype=np.uint64), np.empty(n, dtype=np.uint64), np.empty(n)
    )


@lean
def _affinity(holder, partner, world):
    """Return the salience-weighted agreement of two actors over all issues, in [0, 1]."""
    total = 0.0
    for k in range(world.preferences.salience.shape[1]):
        total += world.preferences.salience[holder, k] * agreement(
            world.preferences.position[holder, k], world.preferences.position[partner, k]
        )
    return total


@lean
def meet_in_corridor(tables, intimacy, world, rates, keys, meeting, sitting, counts, corridor):
    """Let pairs with a bilateral stake that are both there, by ``tables`` (n,), meet.

    A contact is evidence of a cooperative act, 1/2 + affinity/2; one that ends in an agreement is evidence 1.
    ``counts`` (6, n) adds the contacts and the agreements of each state in rows 2 and 3.
    """
    n_pairs = 0
    for t in range(len(world.stake)):
        i, j = world.ties[t, 0], world.ties[t, 1]
        if tables[i] >= 0:
            corridor.tie[n_pairs] = t  # the next one overwrites it, unless the partner is there: faster than to branch
            n_pairs += tables[j] >= 0
    for place in range(n_pairs):
        t = corridor.tie[place]
        corridor.first[place] = world.actors.address[world.ties[t, 0]]
        corridor.second[place] = world.actors.address[world.ties[t, 1]]
    fill_pair_uniforms(
        keys[Decision.CORRIDOR], meeting, sitting, corridor.first, corridor.second, n_pairs, corridor.draw
    )
    weight = rates.trust_learning * intimacy
    for place in range(n_pairs):
        t, draw = corridor.tie[place], corridor.draw[place]
        if draw >= rates.corridor_rate * world.stake[t]:  # 1 - exp(-x) <= x: no contact, whatever the trust
            continue
        i, j = world.ties[t, 0], world.ties[t, 1]
        there = world.trust_in[j, i]
        back = world.trust_in[i, j]
        if draw >= contact_probability(world.stake[t], there, back, rates.corridor_rate):
            continue
        chance = agreement_probability(
            there, back, world.actors.cooperation[i], world.actors.cooperation[j], rates.agreement_rate
        )
        luck = uniform(keys[Decision.AGREEMENT], meeting, sitting, corridor.first[place], corridor.second[place])
        agreed = luck < chance
        counts[2, i] += 1
        counts[2, j] += 1
        counts[3, i] += agreed
        counts[3, j] += agreed
        if weight > 0.0:
            gain = 1.0 if agreed else evidence(Act.COOPERATION, _affinity(i, j, world), False)
            learn(i, j, weight, gain, _CORRIDOR_PART, world)
            gain = 1.0 if agreed else evidence(Act.COOPERATION, _affinity(j, i, world), False)
            learn(j, i, weight, gain, _CORRIDOR_PART, world)
