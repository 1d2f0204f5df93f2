"""Arena choice: where states want migration to be discussed, and which arena both sides can live with."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from comity.compiled import Floats, Ints, Record, Records, compiled, records
from comity.mechanism import Fixed, Mechanism, Parameter
from comity.rules.exposure import exposure
from comity.world.world import Group, Opened, Run

if TYPE_CHECKING:
    from comity.scenario.forums import Forum

__all__ = [
    "ARENAS",
    "CONSENT",
    "MECHANISM",
    "OBLIGATION_POWER",
    "Arena",
    "agreed_arena",
    "arena_utilities",
    "arena_utility",
    "offers_of",
    "prefer",
]

MECHANISM = Mechanism(
    name="arena choice",
    changes=("arena",),
    strength=None,
    group="arena",
    parameters=(
        Parameter(
            "arena_sovereignty", 0.8, 0, 4, "weight of sovereignty times exposure against the benefit of an arena",
            symbol="r_sigma",
        ),
        Parameter("arena_threshold", 0.12, 0, 1, "fixed cost of having any forum at all", symbol="r_0"),
        Parameter(
            "arena_obligation", 0.38, 0, 2, "cost of obligation to any state, times the cube of bindingness",
            symbol="r_b", free=True,
            source="Abbott and Snidal (2000), sovereignty costs; strength: fitted by hand to facts F6, in-sample",
        ),
    ),
    source="Chapter, 'UN-Led Multilateral Encounters': within the UN, outside, or in no forum at all; cost of "
    "obligation: Abbott and Snidal (2000); least ambitious programme: Underdal (1980); form: assumption",
)  # fmt: skip

OBLIGATION_POWER = Fixed(3, 1, 9, "power of bindingness in the cost of obligation: how steeply it grows")
CONSENT = Fixed(0.5, 0, 1, "share of the states of a side above which the side consents to an arena")

_POWER = int(OBLIGATION_POWER.value)


class Arena(IntEnum):
    """An arena, and the column of its utility: states rank the first three, the last one is not on offer."""

    UN = 0
    INFORMAL = 1
    NOWHERE = 2
    NORM_SETTING = 3


ARENAS = ("un", "informal", "nowhere")
"""Names by code of the arenas that states rank: inside the UN, an informal forum outside it, none at all."""

_OFFER = np.dtype([("bindingness", np.float64), ("development_framing", np.float64)], align=True)


def offers_of(formal: Forum, informal: Forum) -> Records:
    """Return bindingness and development framing of each arena, a record array by code of :class:`Arena`.

    No forum is left at 0; the norm-setting body binds fully and has no development framing.
    """
    offers = np.zeros(len(Arena), dtype=_OFFER)
    offers[Arena.UN] = (formal.bindingness, formal.development_framing)
    offers[Arena.INFORMAL] = (informal.bindingness, informal.development_framing)
    offers[Arena.NORM_SETTING] = (1.0, 0.0)
    return records(offers)


@compiled
def arena_utility(benefit: float, bindingness: float, sovereignty: float, cost: float, parameters: Record) -> float:
    """Return U_ia = (benefit (1 + b_a) / 2) - r_sigma sigma_i cost - r_b b_a^3 - r_0.

    ``benefit`` is sum_k s_ik x_ik and ``cost`` sum_k s_ik E_ka, both in [0, 1]: who wants joint governance gains more
    where it binds, and pays exposure for it. To be obliged costs every state, little in a forum and much in a body that
    sets norms. Utilities are compared with 0, that of no forum.
    """
    gain = benefit * 0.5 * (1.0 + bindingness)
    paid: float = parameters.arena_sovereignty * sovereignty * cost + parameters.arena_obligation * bindingness**_POWER
    return gain - paid - parameters.arena_threshold


@compiled
def arena_utilities(states: Ints, offers: Records, run: Run) -> Floats:
    """Return the utility of the UN, the informal forum, no forum, and a norm-setting body; shape (states, 4).

    No forum is worth 0. The norm-setting body (bindingness 1, no development framing) is not on offer; its column says
    how many would join one.

    Parameters
    ----------
    states : int64, shape (states,)
        Rows of the states.
    offers : record array, shape (4,)
        From :func:`offers_of`.
    """
    opened = Opened(run.world, run.table[0], run.keys)
    world, issues, parameters = opened.world, opened.world.issues, opened.parameters
    n_issues = len(issues)
    utilities = np.zeros((len(states), len(offers)))
    costs = np.empty(n_issues)
    for arena in range(len(offers)):
        if arena == Arena.NOWHERE:
            continue
        bindingness, framing = offers.bindingness[arena], offers.development_framing[arena]
        for k in range(n_issues):
            costs[k] = exposure(
                issues.politicisation[k], framing, issues.development_framing[k], parameters.base_exposure, bindingness
            )
        for place in range(len(states)):
            i = states[place]
            benefit, cost = 0.0, 0.0
            for k in range(n_issues):
                benefit += world.preferences.salience[i, k] * world.preferences.position[i, k]
                cost += world.preferences.salience[i, k] * costs[k]
            sovereignty = world.actors.sovereignty[i]
            utilities[place, arena] = arena_utility(benefit, bindingness, sovereignty, cost, parameters)
    return utilities


def prefer(utilities: np.ndarray, first: dict[int, str]) -> None:
    """Put the arena that people chose above the others, for states by their row of ``utilities``.

    Its utility becomes the next number above the best, so that the others keep their order.
    """
    for row, arena in first.items():
        column = ARENAS.index(arena)
        if int(np.argmax(utilities[row, : len(ARENAS)])) != column:
            utilities[row, column] = np.nextafter(utilities[row, : len(ARENAS)].max(), np.inf)


_SIDES = ((Group.ORIGIN, Group.BOTH), (Group.DESTINATION, Group.BOTH))
"""Groups of the states of either side: who sends and receives migrants counts on both."""


def agreed_arena(utilities: np.ndarray, group: np.ndarray) -> str:
    """Return the arena to which both sides consent, by its name.

    A side, origin or destination, consents to an arena that more than half of its states prefer to no forum. Among the
    arenas to which both consent it is the one with the larger support on its less willing side, in equal case the
    informal forum: the least ambitious programme of those that are possible. Without any it is nowhere. A side without
    states consents to all.

    Parameters
    ----------
    utilities : shape (states, 4)
        From :func:`arena_utilities`.
    group : shape (states,)
        Code of the role of each state, a :class:`comity.world.world.Group`.
    """
    sides = [utilities[np.isin(group, side)] for side in _SIDES]
    least = {
        arena: min(float((side[:, arena] > side[:, Arena.NOWHERE]).mean()) if len(side) else 1.0 for side in sides)
        for arena in (Arena.INFORMAL, Arena.UN)
    }
    best = max(least, key=lambda arena: least[arena])
    return ARENAS[best if least[best] > CONSENT.value else Arena.NOWHERE]
