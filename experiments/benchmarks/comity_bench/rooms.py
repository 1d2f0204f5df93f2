"""The rooms of a replay in plain NumPy and in AgentPy: what one would otherwise write, although neither does the same.

Both get the rooms ready-made, sitting by sitting. Everybody may speak once, everybody hears every speaker, adds a piece
of evidence to its trust in the speaker (a beta distribution) and moves its position by trust. That is two of the eight
mechanisms of a room: nobody decides to come, chooses a room, or lives on between two meetings.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np

import comity

__all__ = ["Schedule", "agentpy_rooms", "plain_rooms", "schedule"]

Schedule = list[list[list[int]]]
"""Rows of the actors in each room of each sitting."""


def schedule(scenario: str = "hld_gfmd") -> tuple[int, Schedule]:
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
    """Run the rooms with array operations on whole rooms and return the positions, (n,).

    Unlike in :func:`agentpy_rooms`, a room hears all its speakers at once instead of one after the other.
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


def agentpy_rooms(n: int, sittings: Schedule, seed: int) -> Any:
    """Run the rooms with one AgentPy agent for each actor, written as in AgentPy's own tutorials."""
    agentpy: Any = import_module("agentpy")

    class Delegate(agentpy.Agent):  # type: ignore[misc]  # the library is not typed
        def setup(self) -> None:
            luck = self.model.nprandom
            self.position, self.willingness, self.cooperation = luck.random(), luck.random(), luck.random()
            self.trust = {other: [2.0, 2.0] for other in range(n)}
            self.act = "silence"

        def speak(self) -> None:
            luck = self.model.nprandom
            self.act = "silence"
            if luck.random() < self.willingness:
                self.act = "cooperation" if luck.random() < self.cooperation else "statement"

        def listen(self, speakers: list[Any]) -> None:
            for speaker in speakers:
                if speaker is not self:
                    belief = self.trust[speaker.id - 1]
                    belief[0 if speaker.act == "cooperation" else 1] += 1.0
                    weight = belief[0] / (belief[0] + belief[1])
                    self.position += 0.01 * weight * (speaker.position - self.position)

    class Rooms(agentpy.Model):  # type: ignore[misc]
        def setup(self) -> None:
            self.delegates = agentpy.AgentList(self, n, Delegate)

        def step(self) -> None:
            for members in sittings[self.t - 1]:
                room = agentpy.AgentList(self, [self.delegates[row] for row in members])
                room.speak()
                room.listen([agent for agent in room if agent.act != "silence"])

        def update(self) -> None:
            self.record("position", float(np.mean([agent.position for agent in self.delegates])))

    return Rooms({"steps": len(sittings), "seed": seed}).run(display=False)
