"""Guessing: what students expect of a vote and of the what-ifs, and the steps in which results are shown."""

from __future__ import annotations

import functools
import time

from comity.scenario.loading import from_data
from comity_classroom.core.negotiating import Negotiating
from comity_classroom.core.refusal import Refused
from comity_classroom.core.roll_call import roll_call_of, vote_ahead, voters_ahead
from comity_classroom.pack.questions import asked_now, key_of, steps_of
from comity_classroom.pack.quiz import ANSWERS, keys_for

__all__ = ["Guessing"]


class Guessing(Negotiating):
    """The part of a classroom about learning; see :class:`comity_classroom.core.classroom.Classroom`."""

    @functools.cached_property
    def quiz(self) -> tuple[str, ...]:
        """Keys of the what-ifs about which the class guesses."""
        return keys_for(from_data(dict(self.state.scenario)))

    @property
    def open_questions(self) -> tuple[str, ...]:
        """Subjects on which people may guess now."""
        learning = self.state.learning
        if not learning.has_played:
            before = tuple(f"before.{key}" for key in self.quiz)
        else:
            before = ()
        vote = vote_ahead(self.scene.stop)
        asked = asked_now(learning.step)
        after = (f"after.{asked}",) if asked and asked not in learning.revealed else ()
        return (*before, *((f"vote.{vote}",) if vote else ()), *after)

    @property
    def steps(self) -> tuple[str, ...]:
        """The steps of the debrief; none before a meeting has closed."""
        closed = self.scene.stop.record.trace.meetings
        has_vote = any(trace.votes for trace in closed)
        return steps_of(self.quiz, has_vote=has_vote) if closed else ()

    def guess(self, person: str, about: object, answer: object) -> bool:
        """Record what a person expects; the last answer counts. Return False if it repeats an earlier one.

        Parameters
        ----------
        about
            ``vote.MEETING.VOTE``, ``before.KEY`` or ``after.KEY``.
        answer
            A number of yes votes; or ``up``, ``none`` or ``down``.
        """
        with self.acting:
            self._must_be_open()
            if self.state.is_paused:
                raise Refused("wait", "conflict")
            if not isinstance(about, str) or about not in self.open_questions:
                raise Refused("question_closed", "conflict")
            if about.startswith("vote."):
                if self.state.is_locked or (self.state.timer is not None and time.time() >= self.state.timer):
                    raise Refused("locked", "conflict")
                most = voters_ahead(self.scene.stop)
                if type(answer) is not int or not 0 <= answer <= most:
                    raise Refused("guess_number", most=most)
            elif answer not in ANSWERS:
                raise Refused("not_possible")
            if self.state.learning.of(about, person) == answer:
                return False
            self._write("guessed", person=person, seat=self.state.seat_of(person) or "", about=about, answer=answer)
            return True

    def call_roll(self, *, skip: bool) -> None:
        """Start the roll call of the last vote on the projector, or go to its result at once."""
        with self.acting:
            self._must_be_open()
            roll = roll_call_of(self.scene.stop, self.state)
            if roll is None:
                raise Refused("no_roll_call", "conflict")
            if not skip and roll.subject in self.state.learning.roll_calls:
                raise Refused("called", "conflict")
            if self.state.learning.roll_calls.get(roll.subject) != 0:
                self._write("called", vote=roll.subject, began=0 if skip else time.time())

    def show(self, step: object) -> None:
        """Show a step of the debrief on the projector; an empty one shows the class again."""
        with self.acting:
            self._must_be_open()
            if not isinstance(step, str) or (step and step not in self.steps):
                raise Refused("no_question", "missing")
            if step != self.state.learning.step:
                reveals = [key_of(step)] if step.endswith(".answer") else []
                self._write("showed", step=step, reveals=reveals)
