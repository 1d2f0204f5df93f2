"""Arena choice: where states want migration to be discussed, and which arena a majority can live with."""

from __future__ import annotations

import numpy as np

from comity.mechanism import Mechanism
from comity.mechanisms.exposure import exposure
from comity.population.world import Kind, World
from comity.scenario.parameters import Parameters
from comity.scenario.schema import Forum, Scenario

__all__ = ["ARENAS", "MECHANISM", "arena_utilities", "majority_arena"]

MECHANISM = Mechanism(
    name="arena choice",
    changes=("arena",),
    strength=None,
    parameters=("arena_sovereignty", "arena_threshold"),
    source="Chapter, 'UN-Led Multilateral Encounters': within the UN, outside, or in no forum at all; form: assumption",
)

ARENAS = ("un", "informal", "nowhere")
"""The arenas that states rank: inside the UN, an informal forum outside it, none at all."""


def arena_utilities(
    scenario: Scenario, world: World, formal: Forum, informal: Forum, parameters: Parameters
) -> np.ndarray:
    """Return the utility of the UN, the informal forum, no forum, and a norm-setting body; shape (n states, 4).

    U_ia = sum_k s_ik (x_ik (1 + b_a) / 2 - r_sigma sigma_i E_ka) - r_0: who wants joint governance gains more where
    it binds, and pays exposure for it. No forum is worth 0. The norm-setting body (bindingness 1, no development
    framing) is not on offer; its column says how many would join one.
    """
    states = world.actors["kind"] == Kind.STATE
    salience, position = world.salience[states], world.position[states]
    sovereignty = world.actors["sovereignty"][states]
    offers = (
        (formal.bindingness, formal.development_framing),
        (informal.bindingness, informal.development_framing),
        (1.0, 0.0),
    )
    columns = []
    for bindingness, framing in offers:
        costs = np.array(
            [
                exposure(
                    issue.politicisation, framing, issue.development_framing, parameters.base_exposure, bindingness
                )
                for issue in scenario.issues
            ]
        )
        benefit = (salience * position).sum(axis=1) * 0.5 * (1.0 + bindingness)
        cost = parameters.arena_sovereignty * sovereignty * (salience @ costs)
        columns.append(benefit - cost - parameters.arena_threshold)
    columns.insert(ARENAS.index("nowhere"), np.zeros(len(sovereignty)))
    return np.column_stack(columns)


def majority_arena(utilities: np.ndarray) -> str:
    """Return the arena that beats each other one by a majority of states, else the one with most pairwise wins.

    Ties go to the order informal, UN, nowhere: the compromise first.
    """
    first = utilities[:, :3]
    wins = [0, 0, 0]
    for a in range(3):
        for b in range(3):
            if a != b and (first[:, a] > first[:, b]).sum() > (first[:, b] > first[:, a]).sum():
                wins[a] += 1
    return ARENAS[max((1, 0, 2), key=lambda a: wins[a])]
