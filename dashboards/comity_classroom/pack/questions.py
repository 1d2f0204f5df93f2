"""The steps of the debrief: five questions, one at a time on the projector; the last one what-if by what-if."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["QUESTIONS", "asked_now", "key_of", "question_of", "steps_of"]

QUESTIONS = ("expected", "silent", "trust", "difference", "otherwise")


def steps_of(keys: Sequence[str], *, has_vote: bool) -> tuple[str, ...]:
    """Return the steps in order. Those about a what-if are ``otherwise.KEY.ask`` and ``otherwise.KEY.answer``.

    Parameters
    ----------
    keys
        Keys of the what-ifs.
    has_vote
        Whether the class has voted; without a vote, the first question has no answer and is left out.
    """
    first = [question for question in QUESTIONS[:-1] if has_vote or question != "expected"]
    return (*first, *(f"otherwise.{key}.{part}" for key in keys for part in ("ask", "answer")))


def question_of(step: str) -> str:
    """Return the question that a step belongs to."""
    return step.partition(".")[0]


def key_of(step: str) -> str:
    """Return the what-if of a step, or empty."""
    parts = step.split(".")
    return parts[1] if len(parts) == 3 else ""


def asked_now(step: str) -> str:
    """Return the what-if about which the class guesses at a step, or empty."""
    return key_of(step) if step.endswith(".ask") else ""
