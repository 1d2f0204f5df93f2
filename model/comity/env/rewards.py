"""Rewards of a seat: what it gains by the sitting that was just held."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from comity.briefs.rule import aim_on, costs
from comity.briefs.thresholds import COSTLY, CREDIT, LEANS_NATIONAL, N_AIMS

if TYPE_CHECKING:
    from comity.env.forum_env import ForumEnv

__all__ = ["REWARDS", "Reward", "by_brief", "by_trust"]

Reward = Callable[["ForumEnv", str], float]
"""A function of the environment and of the id of a seat."""


def by_brief(env: ForumEnv, seat: str) -> float:
    """Return the mean credit of the acts of a seat by the aim of its brief on the issue, in [-1, 1].

    Aims, credits and red lines are those of role sheets (``docs/explanation/briefs.md``). An offer that crosses a red
    line costs 1. Without an aim on the issue, or without a room, it is 0.
    """
    k, row, acts = env.issue_of(seat), env.rows[seat], env.acts_of(seat)
    start = env.calendar.population.world
    position, salience = start.position[row], start.salience[row]
    if k < 0 or not acts or k not in np.argsort(-salience, kind="stable")[: int(N_AIMS.default)]:
        return 0.0
    credit = CREDIT[aim_on(float(position[k]))]
    assert env.held is not None
    cost = costs(env.scenario, env.held.forum, float(start.actors["sovereignty"][row]))[k]
    is_crossed = cost >= COSTLY.default and position[k] <= LEANS_NATIONAL.default
    return float(np.mean([-1.0 if is_crossed and act == "cooperation" else credit[act] for act in acts]))


def by_trust(env: ForumEnv, seat: str) -> float:
    """Return by how much the mean trust of all others in a seat rose in the sitting, a share."""
    row, now = env.rows[seat], env.calendar.world.trust
    return float(np.delete(now[:, row] - env.trust_before[:, row], row).mean())


REWARDS: dict[str, Reward] = {"brief": by_brief, "trust": by_trust}
