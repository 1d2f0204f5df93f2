"""Estimates of the parameters of the vote, by pseudo-likelihood, with intervals from samples of states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import expit

from comity.rules.bloc_line import bloc_line, in_line
from comity.rules.vote import ANSWERS
from comity_lab.voting.likelihood import answer_chances, maximise
from comity_lab.voting.records import RollCall, States

__all__ = ["Estimates", "Sample", "estimate", "intervals"]


@dataclass(frozen=True, kw_only=True)
class Estimates:
    """Parameters of the vote, in logits; names as the model's parameters have them."""

    vote_contested: float
    vote_agreed: float
    vote_position: float
    vote_sovereignty: float
    vote_habit: float
    vote_bloc: float
    vote_abstention_contested: float
    vote_abstention_agreed: float
    absence_intercept: float
    absence_record: float
    absence_capacity: float

    def chances(self, call: RollCall, states: States) -> np.ndarray:
        """Return the expected probabilities of yes, abstain, no and absent, (n, 4); the answers are not looked at."""
        base = np.full(len(states.table), self.vote_agreed if call.is_agreed else self.vote_contested)
        base -= self.vote_position * (1.0 - states.position_on(call.issues))
        base -= self.vote_sovereignty * states.sovereignty
        if call.is_agreed:
            base -= self.vote_habit * (states.habit - states.habit[call.eligible].mean())
        utility = in_line(base, self.vote_bloc, call.eligible, states.pairs, states.shared)
        width = self.vote_abstention_agreed if call.is_agreed else self.vote_abstention_contested
        logits = self.absence_intercept + self.absence_record * states.absence
        away = expit(logits - self.absence_capacity * (states.capacity - 0.5))
        return np.column_stack([(1.0 - away)[:, None] * answer_chances(utility, width), away])


@dataclass(frozen=True, kw_only=True)
class _Rows:
    """Answers, one a row: the terms of its utility (rows, 4), its code, and the row of its state."""

    terms: np.ndarray
    answers: np.ndarray
    states: np.ndarray


class Sample:
    """What is estimated on, laid out as rows.

    Parameters
    ----------
    migration
        Recorded votes on migration, whose classes are coded from how they were tabled.
    agreed
        Later roll calls on any subject that both camps agreed, as their votes tell.
    """

    def __init__(self, migration: Sequence[RollCall], agreed: Sequence[RollCall], states: States) -> None:
        n = len(states.table)
        whole = [call for call in migration if call.eligible.sum() > n / 2]  # the Assembly, not the Council
        self.n_states = n
        self.contested = _rows([call for call in migration if not call.is_agreed], states)
        self.agreed = _rows(agreed, states)
        self.member = np.concatenate([np.flatnonzero(call.eligible) for call in whole])
        self.away = np.concatenate([call.answers[call.eligible] == ANSWERS.index("absent") for call in whole])
        record = np.column_stack([np.ones(n), states.absence, 0.5 - states.capacity])
        self.record = record[self.member]


def estimate(sample: Sample, counts: np.ndarray | None = None) -> Estimates:
    """Return the estimates, each state counting ``counts`` times, (n,); None: once.

    1. Contested texts on migration give their level, the weights of position, sovereignty and bloc line, and the width
       of abstention. The line is that of the recorded answers of the others, which makes it a pseudo-likelihood.
    2. With these weights, the agreed texts give their level, the weight of habit and the width of abstention. Too few
       votes on migration were on agreed texts.
    3. All recorded votes of the General Assembly on migration give absence.

    Source: Besag (1975), The Statistician 24, 179-195.
    """
    counts = np.ones(sample.n_states) if counts is None else counts
    contested, agreed = sample.contested, sample.agreed
    design = np.column_stack([np.ones(len(contested.answers)), contested.terms[:, :3]])
    free = np.array([True, False, False, False])
    first = maximise(design, contested.answers, counts[contested.states], free=free)
    known = first.coefficients[1:]
    design = np.column_stack([np.ones(len(agreed.answers)), agreed.terms[:, 3]])
    offset = agreed.terms[:, :3] @ known
    second = maximise(design, agreed.answers, counts[agreed.states], offset=offset, free=np.array([True, False]))
    intercept, record, capacity = _fit_absence(sample, counts)
    return Estimates(
        vote_contested=float(first.coefficients[0]),
        vote_agreed=float(second.coefficients[0]),
        vote_position=float(known[0]),
        vote_sovereignty=float(known[1]),
        vote_habit=float(second.coefficients[1]),
        vote_bloc=float(known[2]),
        vote_abstention_contested=first.width,
        vote_abstention_agreed=second.width,
        absence_intercept=float(intercept),
        absence_record=float(record),
        absence_capacity=float(capacity),
    )


def intervals(sample: Sample, *, resamples: int, seed: int = 0) -> pd.DataFrame:
    """Return a row a parameter: estimate, low and high of 95 % of the estimates on samples of states with replacement.

    A state is drawn with all its answers; the line stays that of all recorded answers.
    """
    rng, n = np.random.default_rng(seed), sample.n_states
    draws = [vars(estimate(sample, rng.multinomial(n, np.full(n, 1 / n)))) for _ in range(resamples)]
    again = pd.DataFrame(draws, columns=list(Estimates.__dataclass_fields__), dtype=float)
    table = pd.DataFrame({"estimate": pd.Series(vars(estimate(sample)))})
    return table.assign(low=again.quantile(0.025), high=again.quantile(0.975))


def _rows(calls: Sequence[RollCall], states: States) -> _Rows:
    """Return the answers to some texts with minus (1 - X), sovereignty, recorded bloc line and habit."""
    terms = []
    for call in calls:
        not_yes = (call.answers != ANSWERS.index("yes")).astype(float)
        line = bloc_line(not_yes, call.answered, states.pairs, states.shared)
        habit = states.habit - states.habit[call.eligible].mean()
        all_states = np.column_stack([1.0 - states.position_on(call.issues), states.sovereignty, line, habit])
        terms.append(-all_states[call.answered])
    return _Rows(
        terms=np.vstack(terms),
        answers=np.concatenate([call.answers[call.answered] for call in calls]),
        states=np.concatenate([np.flatnonzero(call.answered) for call in calls]),
    )


def _fit_absence(sample: Sample, counts: np.ndarray) -> np.ndarray:
    """Return intercept, weight of the own record and weight of capacity of a logistic regression of absence."""
    rows, away, weights = sample.record, sample.away, counts[sample.member]

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        chance = expit(rows @ flat)
        value = weights @ np.log(np.maximum(np.where(away, chance, 1.0 - chance), 1e-300))
        return -float(value), rows.T @ (weights * (chance - away))

    found = minimize(loss, np.array([0.0, 1.0, 1.0]), jac=True, method="L-BFGS-B")
    return np.asarray(found.x)
