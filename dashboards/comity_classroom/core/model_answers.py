"""How the model answers an offer to a seat that it plays. The rule is an assumption, made for teaching.

Seat R, asked by S to do *a* in return for *b*, accepts if

    T w (1 - p_S(b)) >= sigma (1 - p_R(a))

The left side is what the promise is worth: T, the trust of R in S, is how far R counts on it; w is how much R wants
*b*, which is its own leaning towards *b*; 1 - p_S(b) is how far S goes beyond what it would do anyway. The right side
is the cost: sigma, the sovereignty of R, is the cost of outside influence in the model; 1 - p_R(a) is how far R goes
beyond what it would do anyway. A leaning p is between 0 and 1 and follows from the state of the model: readiness to
cooperate for an offer, a pledge and hosting; the position on all issues, weighted by salience, for votes and arenas;
what the model would do for attendance and the corridor. All are deterministic: the same offer gets the same answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from comity_classroom.core.stop import Stop
from comity_classroom.core.terms import Term
from comity_classroom.phrases import Phrases

__all__ = ["Weighed", "answer_of_model", "in_words", "leaning"]

_ANYWAY = 0.05
"""A cost below this is no cost: the model would do it anyway."""
_LITTLE = 0.3
"""Trust below this is named as the reason for a refusal."""


class Weighed(NamedTuple):
    """An answer of the model: whether it accepts, what the promise is worth and what it costs, and the reason.

    The reason is plain data for the ledger; see :func:`in_words`.
    """

    accepts: bool
    worth: float
    cost: float
    reason: Mapping[str, Any]


def in_words(reason: Mapping[str, Any], phrases: Phrases) -> str:
    """Return the reason of an answer in a language; empty for none."""
    values = {key: value for key, value in reason.items() if key != "why"}
    return phrases.say(f"model_answers.{reason['why']}", **values) if reason else ""


def leaning(stop: Stop, seat: str, term: Term) -> float:
    """Return how far a seat leans towards a promise by itself, 0 to 1."""
    row = stop.model.population.rows[seat]
    world = stop.model.world
    cooperation = float(world.actors["cooperation"][row])
    salience = np.asarray(world.salience[row], dtype=float)
    weights = salience if salience.sum() > 0 else np.ones_like(salience)
    position = float(np.average(np.asarray(world.position[row], dtype=float), weights=weights))
    ahead = stop.next
    assert ahead is not None
    match term.key, term.value:
        case "act", act:
            found = cooperation if act == "cooperation" else 1.0 - cooperation
        case "vote", answer:
            found = {"yes": position, "no": 1.0 - position}.get(answer, 0.5)
        case "arena", arena:
            found = {"un": position, "informal": cooperation}.get(arena, 1.0 - position)
        case "attends", _:
            found = 1.0 if ahead.present[row] else 0.5
        case "table", _:
            found = 1.0 if any(row in table.seated for table in ahead.tables) else 0.5
        case _:
            found = cooperation
    return min(max(found, 0.0), 1.0)


def answer_of_model(stop: Stop, seat: str, sender: str, give: Term | None, ask: Term | None) -> Weighed:
    """Return the answer of the model in a seat to an offer of ``sender``: see the rule above.

    Parameters
    ----------
    give, ask
        What the sender promises, and what it asks for; None for nothing.
    """
    rows = stop.model.population.rows
    trust = float(stop.model.world.trust[rows[seat], rows[sender]])
    sovereignty = float(np.nan_to_num(stop.model.world.actors["sovereignty"][rows[seat]]))
    worth = 0.0 if give is None else trust * leaning(stop, seat, give) * (1.0 - leaning(stop, sender, give))
    cost = 0.0 if ask is None else sovereignty * (1.0 - leaning(stop, seat, ask))
    accepts = worth >= cost or cost < _ANYWAY
    why = "anyway" if cost < _ANYWAY else "worth" if accepts else "trust" if trust < _LITTLE else "cost"
    reason = {"why": why, "trust": round(100 * trust), "worth": round(100 * worth), "cost": round(100 * cost)}
    return Weighed(accepts, worth, cost, reason)
