"""Arena choice: where states want migration to be discussed, and which arena a majority can live with."""

import numpy as np

from comity.compiled import compiled
from comity.mechanism import Mechanism
from comity.mechanisms.exposure import exposure
from comity.scenario.forums import Forum

__all__ = ["ARENAS", "MECHANISM", "arena_utilities", "arena_utility", "majority_arena", "offers_of", "prefer"]

MECHANISM = Mechanism(
    name="arena choice",
    changes=("arena",),
    strength=None,
    parameters=("arena_sovereignty", "arena_threshold"),
    source="Chapter, 'UN-Led Multilateral Encounters': within the UN, outside, or in no forum at all; form: assumption",
)

ARENAS = ("un", "informal", "nowhere")
"""The arenas that states rank: inside the UN, an informal forum outside it, none at all."""

_NOWHERE, _NORM_SETTING = 2, 3


def offers_of(formal: Forum, informal: Forum) -> np.ndarray:
    """Return bindingness and development framing of the UN forum and of the informal one, shape (2, 2)."""
    return np.array([[forum.bindingness, forum.development_framing] for forum in (formal, informal)])


@compiled
def arena_utility(benefit, bindingness, sovereignty, cost, rates):
    """Return U_ia = (benefit (1 + b_a) / 2) - r_sigma sigma_i cost - r_0.

    ``benefit`` is sum_k s_ik x_ik and ``cost`` sum_k s_ik E_ka, both in [0, 1]: who wants joint governance gains more
    where it binds, and pays exposure for it. Utilities are compared with 0, that of no forum.
    """
    gain = benefit * 0.5 * (1.0 + bindingness)
    return gain - rates.arena_sovereignty * sovereignty * cost - rates.arena_threshold


@compiled
def arena_utilities(world, states, issue_values, offers, rates_table):
    """Return the utility of the UN, the informal forum, no forum, and a norm-setting body; shape (states, 4).

    No forum is worth 0. The norm-setting body (bindingness 1, no development framing) is not on offer; its column says
    how many would join one.

    Parameters
    ----------
    states : int64, shape (states,)
        Rows of the states.
    issue_values : shape (K, 2)
        Politicisation and development framing of each issue.
    offers : shape (2, 2)
        From :func:`offers_of`.
    rates_table : record array, shape (1,)
        All parameters, from :func:`comity.scenario.parameters.rates_of`.
    """
    rates = rates_table[0]
    n_issues = len(issue_values)
    utilities = np.zeros((len(states), 4))
    costs = np.empty(n_issues)
    for column in range(4):
        if column == _NOWHERE:
            continue
        binds, framing = (1.0, 0.0) if column == _NORM_SETTING else (offers[column, 0], offers[column, 1])
        for k in range(n_issues):
            costs[k] = exposure(issue_values[k, 0], framing, issue_values[k, 1], rates.base_exposure, binds)
        for place in range(len(states)):
            i = states[place]
            benefit, cost = 0.0, 0.0
            for k in range(n_issues):
                benefit += world.preferences.salience[i, k] * world.preferences.position[i, k]
                cost += world.preferences.salience[i, k] * costs[k]
            utilities[place, column] = arena_utility(benefit, binds, world.actors.sovereignty[i], cost, rates)
    return utilities


def prefer(utilities: np.ndarray, first: dict[int, str]) -> None:
    """Put the arena that people chose above the others, for states by their row of ``utilities``.

    Its utility becomes the next number above the best, so that the others keep their order.
    """
    for row, arena in first.items():
        column = ARENAS.index(arena)
        if int(np.argmax(utilities[row, :_NORM_SETTING])) != column:
            utilities[row, column] = np.nextafter(utilities[row, :_NORM_SETTING].max(), np.inf)


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
