"""AgentPy: agents in the same rooms, who speak, listen and update trust; written as its own tutorials write."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np

from comity_bench.rooms import Schedule

__all__ = ["rooms_model"]


def rooms_model(n: int, sittings: Schedule) -> Any:
    """Return a class of AgentPy model: n agents, a step for each sitting, everybody once on the floor in its room.

    Each agent is silent, makes a statement or cooperates; each listener adds a piece of evidence to its trust in the
    speaker (a beta distribution) and moves its position by trust. That is persuasion and trust-building, two of the
    eight mechanisms of a room; nobody chooses a room, comes to a meeting, or lives on between two.
    """
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
                speakers = [agent for agent in room if agent.act != "silence"]
                room.listen(speakers)

        def update(self) -> None:
            self.record("position", float(np.mean([agent.position for agent in self.delegates])))

        def end(self) -> None:
            self.report("position", float(np.mean([agent.position for agent in self.delegates])))

    return Rooms
