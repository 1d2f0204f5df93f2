"""The roll call, as pages show it."""

from __future__ import annotations

import statistics
import time
from typing import Any

from comity.rules.vote import ANSWERS
from comity_classroom.core.learning import Learning
from comity_classroom.core.roll_call import RollCall, is_over
from comity_classroom.phrases import Phrases

__all__ = ["roll_call_view"]

_NEEDED = {"majority": 1 / 2, "two_thirds": 2 / 3, "consensus": 1.0, "silence": 1.0}
"""Share of yes among yes and no at which a text is adopted. With a half, it must be more."""


def roll_call_view(roll: RollCall | None, learning: Learning, phrases: Phrases) -> dict[str, Any] | None:
    """Return the values of a roll call; None without a vote.

    ``elapsed`` are the seconds since it began: a page that is loaded again continues there. It is None before the
    start.
    """
    if roll is None:
        return None
    began = learning.roll_calls.get(roll.subject)
    elapsed = None if began is None else max(0.0, time.time() - began)
    has_ended = is_over(roll, learning)
    guesses = learning.answers(f"vote.{roll.subject}")
    word = ("expected" if has_ended else "expects") + ("_one" if len(guesses) == 1 else "")
    result = "adopted" if roll.is_adopted else "rejected"
    return {
        "text": phrases.name(roll.text),
        "rule": phrases.say(f"roll_call.rules.{roll.decision}"),
        "needed": _NEEDED[roll.decision],
        "n": len(roll.answers),
        "names": [(name, answer) for name, _, answer in roll.in_order(phrases)],
        "answers": [(answer, phrases.say(f"roll_call.{answer}"), roll.n(answer)) for answer in ANSWERS],
        "pace": roll.pace,
        "elapsed": elapsed,
        "has_ended": has_ended,
        "seconds_left": None if elapsed is None or has_ended else f"{roll.seconds - elapsed:.1f}",
        "result": phrases.say(f"roll_call.results.{result}", **{answer: roll.n(answer) for answer in ANSWERS}),
        "expects": phrases.say(f"roll_call.{word}", median=f"{statistics.median(guesses):g}", n=len(guesses))
        if guesses
        else "",
    }
