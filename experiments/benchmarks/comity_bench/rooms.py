"""The rooms of a replay in plain NumPy: what one would otherwise write, although it does less.

They get the rooms ready-made, sitting by sitting. Everybody may speak once, everybody hears every speaker, adds a piece
of evidence to its trust in the speaker (a beta distribution) and moves its position by trust. That is two of the eight
mechanisms of a room: nobody decides to come, chooses a room, or lives on between two meetings.
"""

from __future__ import annotations

import numpy as np

import comity
from comity.scenario.schema import Scenario

__all__ = ["Schedule", "plain_rooms", "schedule"]

Schedule = list[list[list[int]]]
"""Rows of the actors in each room of each sitting."""


def schedule(scenario: Scenario | str) -> tuple[int, Schedule]:
    """Return the number of actors, and the rooms in which somebody can take the floor, sitting by sitting."""
    record = comity.run(scenario, seed=1)
    rows = record.population.rows
    seats = record.sittings
    seats = seats[~seats["phase"].isin(["corridor", "vote"]) & (seats["round"] == 1)]
    sittings: Schedule = []
    for _, sitting in seats.groupby(["meeting", "sitting"], sort=False):
        sittings.append([[rows[actor] for actor in room["actor"]] for _, room in sitting.groupby("room")])
    return len(rows), sittings


def plain_rooms(n: int, sittings: Schedule, seed: int) -> np.ndarray:
    """Run the rooms with array operations on whole rooms and return the positions, (n,)."""
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
