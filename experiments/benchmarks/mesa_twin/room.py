"""A room: one issue, some delegations, and rounds in which everybody decides and then everybody listens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mesa_twin.arithmetic import mean
from mesa_twin.exposure import exposure
from mesa_twin.luck import Decision, Luck
from mesa_twin.speech import Act, Speech

if TYPE_CHECKING:
    from mesa_twin.agenda import Topic
    from mesa_twin.delegation import Delegation
    from mesa_twin.sitting import Sitting

__all__ = ["Room"]


class Room:
    """One room of one sitting.

    Attributes
    ----------
    members
        Who sits in it, in the order of the actor table once the sitting has begun.
    acts
        For each round what each member did.
    """

    def __init__(self, sitting: Sitting, number: int, topic: Topic) -> None:
        model, forum = sitting.meeting.model, sitting.meeting.forum
        self.sitting = sitting
        self.meeting = sitting.meeting
        self.number = number
        self.topic = topic
        self.issue = topic.issue
        self.intimacy = sitting.intimacy
        self.closeness = min(sitting.intimacy, 1.0)
        self.bindingness = sitting.bindingness
        self.exposure = exposure(
            model.issues[topic.issue], forum.development_framing, sitting.bindingness, model.parameters.base_exposure
        )
        self.members: list[Delegation] = []
        self.co_chairs: list[Delegation] = []
        self.acts: list[dict[Delegation, Act]] = []
        self.mean_position = 0.0

    @property
    def has_seat(self) -> bool:
        """Whether a seat is free."""
        return len(self.members) < self.sitting.plan.seats

    def is_open_to(self, delegation: Delegation) -> bool:
        """Return whether a delegation may take a seat: one is free, and its role does not hold too many."""
        if not self.has_seat:
            return False
        places = self.sitting.plan.mixing * self.sitting.plan.seats
        return not delegation.is_state or sum(m.role == delegation.role for m in self.members) < places

    def draw(self, decision: Decision, delegation: Delegation, number: int) -> float:
        """Return the draw of a delegation in a round of this room."""
        return self.meeting.model.luck.draw(
            decision, self.meeting.id, self.sitting.address, delegation.address, Luck.number(number)
        )

    def hold_round(self, number: int) -> None:
        """Let everybody decide, and then everybody listen (ODD 3.4)."""
        self.mean_position = mean(member.position[self.issue] for member in self.members)
        acts: dict[Delegation, Act] = {}
        speeches: list[Speech] = []
        for member in self.members:
            trust = member.mean_trust(self.members)
            self.meeting.experience[member].sat(trust)
            chosen = self.meeting.model.people.act(member.id, self.sitting, number)
            if chosen is not None:
                acts[member] = chosen
            else:
                is_silent = not member.speaks(self, number, trust)
                acts[member] = Act.SILENCE if is_silent else member.act(self, number, trust)
            if acts[member] is not Act.SILENCE:
                speeches.append(Speech(member, acts[member], member.position[self.issue], member.authority))
        if speeches:
            for member in self.members:
                member.listen(self, speeches, number)
        self.acts.append(acts)
