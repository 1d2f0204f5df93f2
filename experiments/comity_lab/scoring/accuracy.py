"""Scores of vote probabilities: AUC, Brier score and log loss, with bootstrap intervals over states."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

__all__ = ["auc", "brier", "compare", "log_loss"]

_FLOOR = 1e-6
"""Lower bound of probabilities, so that one state cannot make a log loss infinite."""


_Resampled = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]


def auc(probability: np.ndarray, happened: np.ndarray) -> float:
    """Return the probability that a positive case is ranked above a negative one; ties count half.

    Source: Hanley and McNeil (1982), Radiology 143, 29-36. nan if all cases are of one kind.
    """
    return float(_areas(probability[None, :], happened[None, :])[0])


def _areas(probability: np.ndarray, happened: np.ndarray) -> np.ndarray:
    """Return the AUC of each row."""
    n_did = happened.sum(axis=1)
    pairs = n_did * (happened.shape[1] - n_did)
    above = (pd.DataFrame(probability).rank(axis=1).to_numpy() * happened).sum(axis=1) - n_did * (n_did + 1) / 2
    return np.asarray(np.where(pairs > 0, above / np.maximum(pairs, 1), np.nan))


def brier(probabilities: np.ndarray, answers: np.ndarray) -> float:
    """Return the mean over states of the summed squared distance from the answer; halved for two answers.

    Parameters
    ----------
    probabilities
        (states, answers).
    answers
        Codes, (states,).

    Source: Brier (1950), Monthly Weather Review 78, 1-3, halved for two answers as is usual.
    """
    return float(_squares(probabilities, answers).mean())


def log_loss(probabilities: np.ndarray, answers: np.ndarray) -> float:
    """Return the mean of minus the log probability of the actual answer."""
    return float(_surprise(probabilities, answers).mean())


def _squares(probabilities: np.ndarray, answers: np.ndarray) -> np.ndarray:
    squares = ((probabilities - np.eye(probabilities.shape[1])[answers]) ** 2).sum(axis=1)
    return np.asarray(squares * (0.5 if probabilities.shape[1] == 2 else 1.0))


def _surprise(probabilities: np.ndarray, answers: np.ndarray) -> np.ndarray:
    return np.asarray(-np.log(np.maximum(probabilities[np.arange(len(answers)), answers], _FLOOR)))


def compare(
    sources: dict[str, np.ndarray],
    answers: np.ndarray,
    *,
    scores: Sequence[str] = ("AUC", "Brier", "log loss"),
    resamples: int = 2000,
    seed: int = 0,
) -> pd.DataFrame:
    """Return the scores of each source with 95 % bootstrap intervals, and the first one's lead over the others.

    Parameters
    ----------
    sources
        Probabilities, (states, answers), by name; answer 0 is the one whose AUC is taken.
    answers
        Codes, (states,).
    scores
        Names of the scores.
    resamples
        Number of resamples of states, the same for all sources, so that differences are paired.

    Returns
    -------
    DataFrame
        Columns score, source, value, low, high, and difference (from the first source), difference_low, _high; without
        intervals for a single state.
    """
    draws = np.random.default_rng(seed).integers(0, len(answers), (resamples, len(answers)))
    first = next(iter(sources))
    rows = []
    for score in scores:
        resampled = _SCORES[score]
        whole = np.arange(len(answers))[None, :]
        values = {name: float(resampled(p, answers, whole)[0]) for name, p in sources.items()}
        again = {name: resampled(p, answers, draws) for name, p in sources.items()}
        for name in sources:
            low, high = _interval(again[name])
            ahead = _interval(again[name] - again[first])
            if len(answers) < 2:  # all samples of one state are the same, which is no certainty
                low, high, ahead = math.nan, math.nan, (math.nan, math.nan)
            rows.append(
                {
                    "score": score,
                    "source": name,
                    "value": values[name],
                    "low": low,
                    "high": high,
                    "difference": values[name] - values[first],
                    "difference_low": ahead[0],
                    "difference_high": ahead[1],
                }
            )
    return pd.DataFrame(rows)


def _auc_again(probabilities: np.ndarray, answers: np.ndarray, draws: np.ndarray) -> np.ndarray:
    """Return the AUC of the first answer in each sample of states, (samples,)."""
    return _areas(probabilities[:, 0][draws], (answers == 0)[draws])


def _mean_of(loss: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> _Resampled:
    """Return the function that takes the mean of a loss over each sample of states."""

    def again(probabilities: np.ndarray, answers: np.ndarray, draws: np.ndarray) -> np.ndarray:
        return np.asarray(loss(probabilities, answers)[draws].mean(axis=1))

    return again


_SCORES: dict[str, _Resampled] = {"AUC": _auc_again, "Brier": _mean_of(_squares), "log loss": _mean_of(_surprise)}


def _interval(values: np.ndarray) -> tuple[float, float]:
    if np.isnan(values).all():
        return float("nan"), float("nan")
    low, high = np.nanquantile(values, [0.025, 0.975])
    return float(low), float(high)
