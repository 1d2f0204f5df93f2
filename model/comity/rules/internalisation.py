"""Internalisation: what a state has come to hold, among others that it trusts and that hold it too, becomes its own."""

from __future__ import annotations

import numpy as np

from comity.compiled import Bools, Floats, Whole, compiled, inner, lean
from comity.mechanism import Mechanism, Parameter
from comity.rules.trust import agreement, trust_in_group
from comity.world.world import ROLES, Kind, Opened, World

__all__ = ["MECHANISM", "internalisation_step", "internalise"]

MECHANISM = Mechanism(
    name="internalisation",
    changes=("anchor",),
    strength="internalisation_rate",
    group="between",
    parameters=(
        Parameter(
            "internalisation_rate", 0.05, 0, 1,
            "share of the distance to the position that a domestic anchor moves where all others are trusted and agree",
            symbol="iota", unit="per year",
            source="Finnemore and Sikkink (1998), Checkel (2005); strength: assumption, nothing to 2013 identifies it",
            free=True,
        ),
    ),
    source="Norms taken for granted: Finnemore and Sikkink (1998); type II socialisation: Checkel (2005); "
    "form: assumption",
)  # fmt: skip


@compiled
def internalisation_step(position: float, anchor: float, support: float, rate: float) -> float:
    """Return iota H_ik (x_ik - a_ik), a year's change of the domestic anchor.

    ``position`` x, ``anchor`` a, ``rate`` iota and ``support`` H_ik: shares. H_ik is the mean, over the other states j,
    of T_ij times the agreement 1 - |x_ik - X_jk| with X_jk, the mean position of the states of j's role. The anchor is
    a slow average of the position, so that only what is held for years enters it.
    """
    return rate * support * (position - anchor)


@lean
def _mean_positions(k: Whole, world: World, size: Floats, mean: Floats) -> int:
    """Fill ``mean`` (3,) with the mean position of the states of each role on an issue; return how many states."""
    n_states = 0
    for role in range(len(ROLES)):
        size[role], mean[role] = 0.0, 0.0
    for i in range(len(world.actors)):
        if world.actors.kind[i] == Kind.STATE:
            n_states += 1
            size[world.actors.group[i]] += 1.0
            mean[world.actors.group[i]] += world.preferences.position[i, k]
    for role in range(len(ROLES)):
        mean[role] = mean[role] / size[role] if size[role] > 0.0 else 0.0
    return n_states


@inner
def internalise(active: Bools, run: Opened) -> None:
    """Let the domestic anchors of the states that exist, ``active`` bool (n,), move towards their positions."""
    world, preferences, rate = run.world, run.world.preferences, run.parameters.internalisation_rate
    if rate <= 0.0:
        return
    n, n_issues = preferences.position.shape
    trust, size, mean = np.zeros((n, len(ROLES))), np.empty(len(ROLES)), np.empty(len(ROLES))
    for i in range(n):
        for role in range(len(ROLES)):
            trust[i, role] = trust_in_group(i, role, world)
    for k in range(n_issues):
        others = _mean_positions(k, world, size, mean) - 1
        for i in range(n):
            if active[i] and world.actors.kind[i] == Kind.STATE and others > 0:
                position, support = preferences.position[i, k], 0.0
                for role in range(len(ROLES)):
                    support += trust[i, role] * agreement(position, mean[role])
                step = internalisation_step(position, preferences.anchor[i, k], support / others, rate)
                preferences.anchor[i, k] += step
                preferences.anchor_by_internalisation[i, k] += step
