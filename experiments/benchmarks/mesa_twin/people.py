"""What people chose for delegations, instead of the rules (ODD A.6)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from comity.scenario.moves import Move
from mesa_twin.delegation import Act

if TYPE_CHECKING:
    from mesa_twin.sitting import Room, Sitting

__all__ = ["People"]


class People:
    """The choices of people, found by who they are for and what they are about."""

    def __init__(self, moves: Iterable[Move]) -> None:
        self._chosen: dict[tuple[str, str, str, int | None, int | None], object] = {}
        self._votes: list[Move] = []
        self._drafts: list[Move] = []
        self._pairs: set[tuple[str, int | None, frozenset[str]]] = set()
        for move in moves:
            self._chosen[move.actor, move.meeting, move.choice, move.sitting, move.round] = move.value
            if move.vote is not None:
                self._votes.append(move)
            if move.draft is not None:
                self._drafts.append(move)
            if move.partner is not None:
                self._pairs.add((move.meeting, move.sitting, frozenset((move.actor, move.partner))))

    def choice(self, actor: str, meeting: str, what: str) -> bool | None:
        """Return whether an actor is to come, host or pledge; None: nobody chose."""
        found = self._chosen.get((actor, meeting, what, None, None))
        return None if found is None else bool(found)

    def arena(self, actor: str, meeting: str) -> str | None:
        """Return the arena that is chosen for a state."""
        found = self._chosen.get((actor, meeting, "arena", None, None))
        return None if found is None else str(found)

    def vote(self, actor: str, meeting: str, vote: str) -> str | None:
        """Return the answer that is chosen for a state."""
        answers = (m.vote for m in self._votes if (m.actor, m.meeting) == (actor, meeting) and m.on in ("", vote))
        return next(answers, None)

    def drafts(self, meeting: str, vote: str) -> list[Move]:
        """Return what is said of the wording of a text."""
        return [move for move in self._drafts if move.meeting == meeting and move.on in ("", vote)]

    def pairs(self, sitting: Sitting) -> set[frozenset[str]]:
        """Return the pairs that are to meet in a sitting."""
        here = (sitting.meeting.id, sitting.place)
        return {pair for meeting, place, pair in self._pairs if (meeting, place) == here}

    def stays_away(self, actor: str, sitting: Sitting) -> bool:
        """Return whether an actor is to stay away from a sitting."""
        return self._chosen.get((actor, sitting.meeting.id, "table", sitting.place, None)) == 0

    def room(self, actor: str, sitting: Sitting) -> Room | None:
        """Return the room that an actor is to take in a sitting, if the sitting has it."""
        found = self._chosen.get((actor, sitting.meeting.id, "table", sitting.place, None))
        return next((room for room in sitting.rooms if room.number + 1 == found), None)

    def act(self, actor: str, sitting: Sitting, number: int) -> Act | None:
        """Return what an actor is to do in a round, counted from 0."""
        where = (actor, sitting.meeting.id, "act", sitting.place)
        found = self._chosen.get((*where, number + 1), self._chosen.get((*where, None)))
        return None if found is None else Act(str(found))
