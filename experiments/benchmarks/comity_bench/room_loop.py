"""Rooms in plain NumPy: what one writes without any library, the strongest of the simple alternatives."""

from __future__ import annotations

import numpy as np

from comity_bench.rooms import Schedule

__all__ = ["plain_rooms"]


def plain_rooms(n: int, sittings: Schedule, seed: int) -> np.ndarray:
    """Hold the rooms of a run with whole-room array operations and return the positions, (n,).

    The rules are those of :func:`comity_bench.agentpy_rooms.rooms_model`, except that a room hears all its speakers at
    once instead of one after the other.
    """
    luck = np.random.Generator(np.random.Philox(key=seed))
    willingness, cooperation, position = luck.random(n), luck.random(n), luck.random(n)
    trust = np.full((2, n, n), 2.0)
    for sitting in sittings:
        for members in sitting:
            rows = np.array(members)
            draws = luck.random((2, len(rows)))
            spoke = draws[0] < willingness[rows]
            cooperated = draws[1] < cooperation[rows]
            for kind, speakers in ((0, rows[spoke & cooperated]), (1, rows[spoke & ~cooperated])):
                trust[kind, rows[:, None], speakers] += 1.0
            speakers = rows[spoke]
            alpha, beta = trust[:, rows[:, None], speakers]
            pull = alpha / (alpha + beta) * (position[speakers] - position[rows, None])
            pull[rows[:, None] == speakers] = 0.0
            position[rows] += 0.01 * pull.sum(axis=1)
    return position
