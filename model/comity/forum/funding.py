"""Money: there is no budget, so donors pledge to each meeting anew."""

from __future__ import annotations

import numpy as np

from comity.mechanism import Mechanism
from comity.population.world import Kind, World
from comity.randomness import Decision, uniforms
from comity.scenario.parameters import Parameters

__all__ = ["MECHANISM", "pledges"]

MECHANISM = Mechanism(
    name="funding",
    changes=("donors",),
    strength=None,
    parameters=("pledge_intercept", "pledge_attachment", "pledge_income", "pledge_need"),
    source="Chapter, 'GFMD': no fixed budget, continuous pledges; facts R3; form: assumption",
)

_ZERO = np.uint64(0)


def pledges(
    world: World,
    active: np.ndarray,
    forum: int,
    hosts: list[int],
    meeting: np.uint64,
    keys: np.ndarray,
    parameters: Parameters,
) -> np.ndarray:
    """Return which states pledge money to a meeting, bool, shape (n,); hosts pay anyway and are not counted.

    P = L(m_0 + m_p p_if + m_y income_i + m_n [developing host]).
    """
    developing = bool(hosts) and bool((world.actors["developed"][hosts] == 0).any())
    utility = (
        parameters.pledge_intercept
        + parameters.pledge_attachment * world.attachment[:, forum]
        + parameters.pledge_income * world.actors["income"]
        + parameters.pledge_need * developing
    )
    draws = uniforms(keys[Decision.PLEDGE], meeting, _ZERO, world.actors["address"])
    donors = (world.actors["kind"] == Kind.STATE) & active & (draws < 1.0 / (1.0 + np.exp(-utility)))
    donors[hosts] = False
    return np.asarray(donors)
