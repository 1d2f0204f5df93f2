"""Arena choice: where states want migration to be discussed, and which arena both sides can live with."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from comity.compiled import Bools, Floats, Int8s, Ints, Record, Records, Whole, compiled, lean, records
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
    "fill_utilities",
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
_CONSENT = CONSENT.value


class Arena(IntEnum):
    """An arena, and the column of its utility: states rank the first three, the last one is not on offer."""

    UN = 0
    INFORMAL = 1
    NOWHERE = 2
    NORM_SETTING = 3


ARENAS = ("un", "informal", "nowhere")
"""Names by code of the arenas that states rank: inside the UN, an informal forum outside it, none at all."""

_N_RANKED = len(ARENAS)

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
    utilities = np.zeros((len(states), len(offers)))
    fill_utilities(states, offers, Opened(run.world, run.table[0], run.keys), utilities)
    return utilities


@lean
def fill_utilities(states: Ints, offers: Records, run: Opened, utilities: Floats) -> None:
    """Fill ``utilities`` (states, 4), see :func:`arena_utilities`; the column of no forum comes as 0 and stays."""
    world, issues, parameters = run.world, run.world.issues, run.parameters
    for arena in range(len(offers)):
        if arena == Arena.NOWHERE:
            continue
        bindingness, framing = offers.bindingness[arena], offers.development_framing[arena]
        for place in range(len(states)):
            i = states[place]
            benefit, cost = 0.0, 0.0
            for k in range(len(issues)):
                exposed = exposure(
                    issues.politicisation[k], framing, issues.development_framing[k], parameters.base_exposure,
                    bindingness,
                )  # fmt: skip
                benefit += world.preferences.salience[i, k] * world.preferences.position[i, k]
                cost += world.preferences.salience[i, k] * exposed
            sovereignty = world.actors.sovereignty[i]
            utilities[place, arena] = arena_utility(benefit, bindingness, sovereignty, cost, parameters)


@lean
def prefer(utilities: Floats, row: Whole, arena: Whole) -> None:
    """Put the arena that a person chose above the others, for the state in a row of ``utilities``.

    Its utility becomes the next number above the best, so that the others keep their order.
    """
    best = 0
    for other in range(1, _N_RANKED):
        if utilities[row, other] > utilities[row, best]:
            best = other
    if best != arena:
        utilities[row, arena] = np.nextafter(utilities[row, best], np.inf)


@lean
def _support_on(first: Whole, utilities: Floats, group: Int8s, among: Bools, arena: Whole) -> float:
    """Return the share of the states of a side, of its first role or of both, that prefer an arena to no forum."""
    n_states, n_willing = 0, 0
    for place in range(len(group)):
        if among[place] and (group[place] == first or group[place] == Group.BOTH):
            n_states += 1
            n_willing += utilities[place, arena] > utilities[place, Arena.NOWHERE]
    return n_willing / n_states if n_states > 0 else 1.0


@compiled
def agreed_arena(utilities: Floats, group: Int8s, among: Bools) -> Arena:
    """Return the :class:`Arena` to which both sides consent.

    A side, origin or destination, consents to an arena that more than half of its states prefer to no forum; who sends
    and receives migrants counts on both sides. Among the arenas to which both consent it is the one with the larger
    support on its less willing side, in equal case the informal forum: the least ambitious programme of those that are
    possible. Without any it is nowhere. A side without states consents to all.

    Parameters
    ----------
    utilities : shape (states, 4)
        From :func:`arena_utilities`.
    group : int8, shape (states,)
        Code of the role of each state, a :class:`comity.world.world.Group`.
    among : bool, shape (states,)
        Whose opinion counts.
    """
    informal = min(
        _support_on(Group.ORIGIN, utilities, group, among, Arena.INFORMAL),
        _support_on(Group.DESTINATION, utilities, group, among, Arena.INFORMAL),
    )
    formal = min(
        _support_on(Group.ORIGIN, utilities, group, among, Arena.UN),
        _support_on(Group.DESTINATION, utilities, group, among, Arena.UN),
    )
    if max(informal, formal) <= _CONSENT:
        return Arena.NOWHERE
    return Arena.UN if formal > informal else Arena.INFORMAL
