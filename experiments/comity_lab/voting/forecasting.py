"""Forecasts of recorded votes from earlier ones only, beside the base rate, repetition and a regression."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from comity.rules.vote import ANSWERS
from comity_lab.scoring.accuracy import compare
from comity_lab.scoring.rivals import logistic_regression
from comity_lab.scoring.vote_card import INPUTS
from comity_lab.voting.estimating import Estimates, Sample, estimate
from comity_lab.voting.records import RollCall, States, read_agreed

__all__ = ["Forecast", "expected_counts", "forecast", "level_of_agreed", "yes_share"]

_ABSENT = ANSWERS.index("absent")


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """A vote foretold from earlier votes.

    Attributes
    ----------
    call
        The vote.
    trained_on
        Names of the earlier votes on migration.
    scores
        Of "yes" among those who answered, as :func:`comity_lab.scoring.accuracy.compare` gives them.
    counts
        Recorded and expected number of each answer, of all who could vote.
    brier_other_class
        Brier score had the text been coded in the other class; nan where the vote has one answer only.
    """

    call: RollCall
    trained_on: tuple[str, ...]
    scores: pd.DataFrame
    counts: pd.DataFrame
    brier_other_class: float


def forecast(call: RollCall, earlier: Sequence[RollCall], states: States) -> Forecast:
    """Return the forecast of a vote, estimated on earlier roll calls only.

    Raises
    ------
    ValueError
        For an earlier vote that is not earlier.
    """
    late = [other.name for other in earlier if other.date >= call.date]
    if late:
        raise ValueError(f"forecast of {call.name}: must learn from earlier votes only, got {late[0]!r}. Leave it out.")
    agreed, _ = read_agreed(states, earlier[-1].date)
    estimates = estimate(Sample(earlier, agreed, states))
    answered, yes = call.answered, call.answers[call.answered]
    happened = np.where(yes == 0, 0, 1)
    last = earlier[-1]
    known = np.where(last.answered, last.answers == 0, (last.answers[last.answered] == 0).mean())
    base = (happened == 0).mean()
    before = np.concatenate([other.answers[other.answered] == 0 for other in earlier]).mean()
    chances = {
        "model": yes_share(estimates, call, states),
        "base rate of this vote": np.full(answered.sum(), base),
        "base rate of earlier votes": np.full(answered.sum(), before),
        f"repetition of {last.name}": known[answered].astype(float),
        "regression on earlier votes": _regression(call, earlier, states),
    }
    scores = compare({name: np.column_stack([p, 1.0 - p]) for name, p in chances.items()}, happened)
    swapped = yes_share(estimates, replace(call, is_agreed=not call.is_agreed), states)
    return Forecast(
        call=call,
        trained_on=tuple(other.name for other in earlier),
        scores=scores,
        counts=expected_counts(estimates, call, states),
        brier_other_class=float(((swapped - (happened == 0)) ** 2).mean()),
    )


def yes_share(estimates: Estimates, call: RollCall, states: States) -> np.ndarray:
    """Return P(yes) of those who answered, given that they do."""
    chances = estimates.chances(call, states)[call.answered]
    return np.asarray(chances[:, 0] / (1.0 - chances[:, _ABSENT]))


def expected_counts(estimates: Estimates, call: RollCall, states: States) -> pd.DataFrame:
    """Return recorded and expected number of states by answer."""
    recorded = np.bincount(call.answers[call.eligible], minlength=len(ANSWERS))
    expected = estimates.chances(call, states)[call.eligible].sum(axis=0)
    return pd.DataFrame({"recorded": recorded, "expected": expected}, index=list(ANSWERS))


def level_of_agreed(agreed: Sequence[RollCall], others: Sequence[RollCall]) -> pd.DataFrame:
    """Return shares of answers to texts that count as agreed, and to all of their subjects: how far the choice biases.

    The agreed were chosen by their votes, so their share of yes is biased upward; that of all texts, agreed or not, is
    biased downward. The truth lies between the two rows.
    """
    rows = {}
    for name, calls in (("agreed, as their votes tell", agreed), ("all of the same subjects", [*agreed, *others])):
        answers = np.concatenate([call.answers[call.eligible] for call in calls])
        counts = np.bincount(answers, minlength=len(ANSWERS))
        shares = counts[:_ABSENT] / counts[:_ABSENT].sum()
        rows[name] = [len(calls), *shares, counts[_ABSENT] / counts.sum()]
    return pd.DataFrame.from_dict(rows, orient="index", columns=["roll calls", *ANSWERS])


def _regression(call: RollCall, earlier: Sequence[RollCall], states: States) -> np.ndarray:
    """Return P(yes) of a logistic regression on the tables of 2006 and the class of a text, learnt on earlier votes."""
    named = [name for name in states.table.columns if name.startswith(("position_", "salience_"))]
    table = states.table[[name for name in INPUTS if name in states.table] + named].to_numpy(float)

    def inputs(of: RollCall) -> np.ndarray:
        return np.asarray(np.column_stack([table, np.full(len(table), of.is_agreed)])[of.answered])

    answers = np.concatenate([np.where(other.answers[other.answered] == 0, 0, 1) for other in earlier])
    learnt = logistic_regression(np.vstack([inputs(other) for other in earlier]), answers, inputs(call), 2)
    return np.asarray(learnt[:, 0])
