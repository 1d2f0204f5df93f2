"""The roll call of a vote: every state by name, in the order of the language, at a pace that can be followed."""

from __future__ import annotations

import time
from dataclasses import dataclass

from comity.phases import Phase
from comity.rules.vote import ANSWERS, DecisionRule
from comity_classroom.core.between import chosen_for
from comity_classroom.core.learning import Learning
from comity_classroom.core.state import ClassroomState
from comity_classroom.core.stop import Stop
from comity_classroom.phrases import Phrases

__all__ = ["RollCall", "is_over", "roll_call_of", "subject_of", "vote_ahead", "voters_ahead"]

_SLOWEST, _LONGEST = 0.8, 60.0
"""Most seconds for a name, and for a whole roll call. Assumptions."""
_LAST = 2.0
"""Seconds from the last name to the result."""


@dataclass(frozen=True, kw_only=True)
class RollCall:
    """The roll call of a vote that was held.

    Attributes
    ----------
    subject
        ``MEETING.VOTE``.
    text, decision, is_adopted
        The text, the decision rule and the result.
    answers
        Name, id and answer of each state.
    """

    subject: str
    text: str
    decision: DecisionRule
    is_adopted: bool
    answers: tuple[tuple[str, str, str], ...]

    def in_order(self, phrases: Phrases) -> list[tuple[str, str, str]]:
        """Return the answers in the order in which they are called: that of the names in the language."""
        named = [(phrases.name(name).partition(" (")[0], id_, answer) for name, id_, answer in self.answers]
        return sorted(named, key=lambda one: phrases.sorting(one[0]))

    def n(self, answer: str) -> int:
        """Return how many states gave an answer."""
        return sum(given == answer for _, _, given in self.answers)

    @property
    def pace(self) -> float:
        """Seconds for each name."""
        return min(_SLOWEST, _LONGEST / max(len(self.answers), 1))

    @property
    def seconds(self) -> float:
        """Seconds from the start to the result."""
        return self.pace * len(self.answers) + _LAST


def subject_of(meeting: str, vote: str) -> str:
    """Return the name of a vote in the ledger."""
    return f"{meeting}.{vote}"


def vote_ahead(stop: Stop) -> str:
    """Return the vote of the next sitting, or empty."""
    ahead = stop.next
    if ahead is None or ahead.is_doors or ahead.phase is not Phase.VOTE or not ahead.vote:
        return ""
    return subject_of(ahead.place.meeting, ahead.vote)


def voters_ahead(stop: Stop) -> int:
    """Return how many states may vote in the next sitting."""
    ahead = stop.next
    if ahead is None or not ahead.vote:
        return 0
    stage = stop.model.stage
    return int((stage.voters[ahead.vote] & stage.active_on(stop.scenario.meeting(ahead.place.meeting).start)).sum())


def roll_call_of(stop: Stop, state: ClassroomState) -> RollCall | None:
    """Return the roll call of the vote that the class has just taken, or None.

    Votes are counted when their meeting closes. Of several votes of a meeting, the last one is called.
    """
    main = chosen_for(stop, state)
    if main is None:
        return None
    trace = next((one for one in stop.record.trace.meetings if one.id == main.place.meeting), None)
    if trace is None or not trace.votes:
        return None
    if state.planned and main.phase is not Phase.VOTE:
        return None
    vote = trace.votes[-1]
    text = next(one.text for one in stop.scenario.meeting(trace.id).votes if one.id == vote.vote)
    names, ids = stop.model.population.actors["name"], stop.model.population.ids
    called = [
        (str(names.iloc[row]), ids[row], ANSWERS[int(answer)])
        for row, answer in zip(vote.rows, vote.answers, strict=True)
    ]
    return RollCall(
        subject=subject_of(trace.id, vote.vote),
        text=text,
        decision=vote.decision,
        is_adopted=vote.is_adopted,
        answers=tuple(called),
    )


def is_over(roll: RollCall, learning: Learning) -> bool:
    """Return whether the result may be shown: the roll call is over, or was skipped."""
    began = learning.roll_calls.get(roll.subject)
    return began is not None and time.time() >= began + (roll.seconds if began else 0.0)
