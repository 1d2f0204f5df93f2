"""The corridor: pairs of states with a bilateral stake talk, build trust and sometimes agree."""

from __future__ import annotations

from math import exp, sqrt
from typing import NamedTuple

import numpy as np

from comity.compiled import Floats, Int16s, Ints, UInts, Whole, apart, compiled, inner, lean
from comity.mechanism import Mechanism, Parameter
from comity.randomness import Decision, fill_pair_uniforms, uniform
from comity.rules.act import Act
from comity.rules.generalised_trust import remember
from comity.rules.trust import agreement, evidence, learn
from comity.world.meeting import Held
from comity.world.world import Kind, Opened, TrustPart, World

__all__ = ["MECHANISM", "Corridor", "agreement_probability", "contact_probability", "make_corridor", "meet_in_corridor"]

MECHANISM = Mechanism(
    name="corridor",
    changes=("trust", "agreements"),
    strength="corridor_rate",
    group="corridor",
    parameters=(
        Parameter("corridor_rate", 8.0, 0, 100, "bilateral contacts per unit of stake and mutual trust", symbol="zeta"),
        Parameter(
            "agreement_rate", 0.3, 0, 1,
            "chance that a contact of fully trusting, fully cooperative partners ends in an agreement",
            symbol="zeta_a",
        ),
    ),
    source="Chapter, 'UN-Led Multilateral Encounters' and 'The Second HLD': off-the-record talk between partners, "
    "bilateral bargaining by 2013; form: assumption",
)  # fmt: skip


@compiled
def contact_probability(stake: float, trust_there: float, trust_back: float, rate: float) -> float:
    """Return the probability 1 - exp(-zeta B T_ij T_ji) of a contact.

    ``stake`` B, the mean of the two bilateral stakes, and the trust of each in the other: shares; ``rate`` zeta, 0 or
    more.
    """
    return 1.0 - exp(-rate * stake * trust_there * trust_back)


@compiled
def agreement_probability(
    trust_there: float, trust_back: float, cooperation: float, partner_cooperation: float, rate: float
) -> float:
    """Return the probability zeta_a sqrt(T_ij T_ji) sqrt(c_i c_j) that a contact ends in an agreement; all shares."""
    return rate * sqrt(trust_there * trust_back * cooperation * partner_cooperation)


class Corridor(NamedTuple):
    """Working space: the ties (t,) of which both sides are there, the addresses of both, and their luck; the pairs
    that people ``named`` (p, 2), rows, the lower one first."""

    tie: Ints
    first: UInts
    second: UInts
    draw: Floats
    named: Ints


@inner
def make_corridor(world: World, n_moves: Whole) -> Corridor:
    """Return working space for all ties of a world, and for the pairs that so many moves may name."""
    n = len(world.stake)
    return Corridor(
        np.empty(n, dtype=np.int64), np.empty(n, dtype=np.uint64), np.empty(n, dtype=np.uint64), np.empty(n),
        np.empty((n_moves, 2), dtype=np.int64),
    )  # fmt: skip


@lean
def _affinity(holder: Whole, partner: Whole, world: World) -> float:
    """Return the salience-weighted agreement of two actors over all issues, in [0, 1]."""
    total = 0.0
    for k in range(world.preferences.salience.shape[1]):
        total += world.preferences.salience[holder, k] * agreement(
            world.preferences.position[holder, k], world.preferences.position[partner, k]
        )
    return total


@lean
def _draw_for_pairs(tables: Int16s, meeting: np.uint64, sitting: np.uint64, run: Opened, corridor: Corridor) -> Whole:
    """Note the ties of which both sides are there, by ``tables`` (n,), draw their luck, and return how many."""
    world, n_pairs = run.world, 0
    for t in range(len(world.stake)):
        i, j = world.ties[t, 0], world.ties[t, 1]
        if tables[i] >= 0:
            corridor.tie[n_pairs] = t  # the next one overwrites it, unless the partner is there: faster than to branch
            n_pairs += tables[j] >= 0
    for place in range(n_pairs):
        t = corridor.tie[place]
        corridor.first[place] = world.actors.address[world.ties[t, 0]]
        corridor.second[place] = world.actors.address[world.ties[t, 1]]
    key = run.keys[Decision.CORRIDOR]
    fill_pair_uniforms(key, meeting, sitting, corridor.first, corridor.second, n_pairs, corridor.draw)
    return n_pairs


@lean
def _is_named(i: Whole, j: Whole, n_named: Whole, corridor: Corridor) -> bool:
    """Return whether two actors are one of the pairs that people named."""
    for p in range(n_named):
        if corridor.named[p, 0] == min(i, j) and corridor.named[p, 1] == max(i, j):
            return True
    return False


@lean
def _has_tie(i: Whole, j: Whole, world: World) -> bool:
    """Return whether two actors have a bilateral stake."""
    for t in range(len(world.stake)):
        if (world.ties[t, 0] == i and world.ties[t, 1] == j) or (world.ties[t, 0] == j and world.ties[t, 1] == i):
            return True
    return False


@apart
def _talk_in_pair(i: Whole, j: Whole, s: Whole, held: Held, run: Opened) -> None:
    """Let states i and j talk in the corridor of sitting s, and perhaps agree."""
    world, parameters, experience = run.world, run.parameters, held.log.experience
    weight = parameters.trust_learning * held.timetable.sittings.intimacy[s]
    chance = agreement_probability(
        world.trust_in[j, i],
        world.trust_in[i, j],
        world.actors.cooperation[i],
        world.actors.cooperation[j],
        parameters.agreement_rate,
    )
    meeting, sitting = held.timetable.meeting, held.timetable.sittings.address[s]
    luck = uniform(run.keys[Decision.AGREEMENT], meeting, sitting, world.actors.address[i], world.actors.address[j])
    agreed = luck < chance
    experience.contacts[i] += 1
    experience.contacts[j] += 1
    experience.agreements[i] += agreed
    experience.agreements[j] += agreed
    if weight > 0.0:
        remember(i, world, held.log)
        remember(j, world, held.log)
        gain = 1.0 if agreed else evidence(Act.COOPERATION, _affinity(i, j, world), False)
        learn(i, j, weight, gain, TrustPart.CORRIDOR, world)
        gain = 1.0 if agreed else evidence(Act.COOPERATION, _affinity(j, i, world), False)
        learn(j, i, weight, gain, TrustPart.CORRIDOR, world)


@lean
def meet_in_corridor(s: Whole, n_named: Whole, held: Held, run: Opened, corridor: Corridor) -> None:
    """Let pairs with a bilateral stake that are both in the corridor of sitting s meet, and pairs that people named.

    A contact is evidence of a cooperative act, 1/2 + affinity/2; one that ends in an agreement is evidence 1. The log
    of the meeting counts the contacts and the agreements of each state. The first ``n_named`` of the pairs that are
    ``named`` in the corridor meet whatever the draw, if both are states and there.
    """
    world, parameters, tables = run.world, run.parameters, held.log.tables[s]
    meeting, sitting = held.timetable.meeting, held.timetable.sittings.address[s]
    n_pairs = _draw_for_pairs(tables, meeting, sitting, run, corridor)
    for place in range(n_pairs):
        t, draw = corridor.tie[place], corridor.draw[place]
        i, j = world.ties[t, 0], world.ties[t, 1]
        if n_named == 0 or not _is_named(i, j, n_named, corridor):
            if draw >= parameters.corridor_rate * world.stake[t]:  # 1 - exp(-x) <= x: no contact, whatever the trust
                continue
            there, back = world.trust_in[j, i], world.trust_in[i, j]
            if draw >= contact_probability(world.stake[t], there, back, parameters.corridor_rate):
                continue
        _talk_in_pair(i, j, s, held, run)
    for p in range(n_named):
        i, j = corridor.named[p, 0], corridor.named[p, 1]
        are_states = world.actors.kind[i] == Kind.STATE and world.actors.kind[j] == Kind.STATE
        if are_states and tables[i] >= 0 and tables[j] >= 0 and not _has_tie(i, j, world):
            _talk_in_pair(i, j, s, held, run)
