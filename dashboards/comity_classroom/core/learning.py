"""Learning: what a class guessed, and what the projector shows of a vote and of the debrief."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

__all__ = ["STEPS", "Learning"]


@dataclass(frozen=True, kw_only=True)
class Learning:
    """The part of the state of a classroom that is about learning.

    Attributes
    ----------
    has_played
        Whether a class with people in it has moved on: the guesses before the class are closed.
    guesses
        Answers by subject and person: the last answer of each, with the seat that the person had. A subject is
        ``vote.MEETING.VOTE``, ``before.KEY`` or ``after.KEY``, with the key of a what-if.
    roll_calls
        When the roll call of a vote began, by ``MEETING.VOTE``, in seconds since 1970; 0 for one that was skipped.
    step
        The step of the debrief on the projector; empty before the debrief.
    revealed
        Keys of the what-ifs whose result was shown. Guesses about them are closed.
    """

    has_played: bool = False
    guesses: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    roll_calls: Mapping[str, float] = field(default_factory=dict)
    step: str = ""
    revealed: frozenset[str] = frozenset()

    def of(self, subject: str, person: str) -> Any:
        """Return the answer of a person on a subject, or None."""
        return self.guesses.get(subject, {}).get(person, {}).get("answer")

    def answers(self, subject: str) -> list[Any]:
        """Return all answers on a subject."""
        return [one["answer"] for one in self.guesses.get(subject, {}).values()]

    def moved_on(self, *, has_people: bool) -> Learning:
        """Return the value after the class has moved on: the projector shows the class again."""
        return replace(self, has_played=self.has_played or has_people, step="")

    def branched(self, before: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> Learning:
        """Return the value in a new branch, which keeps what was guessed before the class."""
        return replace(self, guesses={**self.guesses, **before}, step="")

    @property
    def before(self) -> dict[str, Mapping[str, Mapping[str, Any]]]:
        """The guesses that were made before the class."""
        return {subject: dict(given) for subject, given in self.guesses.items() if subject.startswith("before.")}


def _guessed(now: Learning, what: Mapping[str, Any]) -> Learning:
    given = {"seat": what["seat"], "answer": what["answer"]}
    on_it = {**now.guesses.get(what["about"], {}), what["person"]: given}
    return replace(now, guesses={**now.guesses, what["about"]: on_it})


def _called(now: Learning, what: Mapping[str, Any]) -> Learning:
    return replace(now, roll_calls={**now.roll_calls, what["vote"]: what["began"]})


def _showed(now: Learning, what: Mapping[str, Any]) -> Learning:
    return replace(now, step=what["step"], revealed=now.revealed | set(what["reveals"]))


STEPS: Mapping[str, Callable[[Learning, Mapping[str, Any]], Learning]] = {
    "guessed": _guessed,
    "called": _called,
    "showed": _showed,
}
"""The effect of each kind of entry."""
