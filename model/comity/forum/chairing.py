"""Chairs: who volunteers, who withdraws, who stands in."""

from __future__ import annotations

import numpy as np

from comity.mechanism import Mechanism
from comity.population.world import Kind, World
from comity.randomness import Decision, uniforms
from comity.scenario.parameters import Parameters

__all__ = ["MECHANISM", "choose_chair", "withdraws"]

MECHANISM = Mechanism(
    name="chairing",
    changes=("hosts", "vacancies"),
    strength=None,
    parameters=("chair_selectivity", "withdrawal_rate", "withdrawal_unfunded", "donors_needed"),
    source="Chapter, 'GFMD': rotating chair and troika, governments withdrew, others filled in; form: assumption",
)

_ZERO = np.uint64(0)


def choose_chair(
    world: World,
    active: np.ndarray,
    chosen: np.ndarray,
    forum: int,
    last_developed: int | None,
    excluded: set[int],
    meeting: np.uint64,
    round_number: int,
    keys: np.ndarray,
    parameters: Parameters,
) -> int | None:
    """Return the state that takes the chair, or None when nobody volunteers.

    State i volunteers with probability L(v_s (p_if + q_i + mean trust of the other states in i - 3/2)). Among
    volunteers on the other side of the developed-developing line than the last chair, the one with the highest sum
    takes the chair; if there are none on that side, the one with the highest sum on the last chair's own. Where
    people chose to host, only they are asked, of whatever side; where they chose not to, they do not volunteer.

    Parameters
    ----------
    chosen
        Whether a person chose to host (1) or not to (0), int8 (n,); -1 for the others.
    last_developed
        1 or 0 for the last chair, None before the first.
    excluded
        Rows that may not be asked: the last chair, those that withdrew.
    round_number
        0 for a choice at the opening, 1 for a stand-in, 2 for the designation of the next chair: fresh draws.
    """
    states = np.flatnonzero((world.actors["kind"] == Kind.STATE) & active)
    states = np.array([row for row in states if row not in excluded], dtype=np.int64)
    if not len(states):
        return None
    others = np.flatnonzero((world.actors["kind"] == Kind.STATE) & active)
    held = world.trust[np.ix_(others, states)].sum(axis=0) - world.trust[states, states]
    reputation = held / max(len(others) - 1, 1)
    readiness = world.attachment[states, forum] + world.actors["capacity"][states] + reputation - 1.5
    chance = 1.0 / (1.0 + np.exp(-parameters.chair_selectivity * readiness))
    draws = uniforms(keys[Decision.CHAIR], meeting, np.uint64(round_number), world.actors["address"][states])
    volunteers = (draws < chance) & (chosen[states] != 0)
    if (chosen[states] == 1).any():
        volunteers, last_developed = chosen[states] == 1, None
    for side in [1 - last_developed, last_developed] if last_developed is not None else [None]:
        able = volunteers if side is None else volunteers & (world.actors["developed"][states] == side)
        if able.any():
            return int(states[np.argmax(np.where(able, readiness, -np.inf))])
    return None


def withdraws(
    world: World, chair: int, donors: int, shock: float, meeting: np.uint64, keys: np.ndarray, parameters: Parameters
) -> bool:
    """Return whether a designated chair withdraws.

    With probability v_w + (1 - income_chair) (v_u shortage + shock), bounded to 1, where shortage is
    max(0, 1 - donors / donors needed). Who can pay alone does not depend on pledges.

    Parameters
    ----------
    donors
        Governments that would pay for a meeting under this chair.
    shock
        Sum of what recent shocks add, each times its effect on the chair.
    """
    shortage = max(0.0, 1.0 - donors / parameters.donors_needed)
    poverty = 1.0 - float(world.actors["income"][chair])
    chance = parameters.withdrawal_rate + poverty * (parameters.withdrawal_unfunded * shortage + shock)
    draw = uniforms(keys[Decision.WITHDRAWAL], meeting, _ZERO, world.actors["address"][chair : chair + 1])[0]
    return bool(draw < min(chance, 1.0))
