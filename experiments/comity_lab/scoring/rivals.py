"""Rivals of the model on votes: the base rate, and a logistic regression on the same inputs of 2006.

Both learn from answers in the vote that they predict; the model has seen none of them.
"""

from __future__ import annotations

import numpy as np

__all__ = ["base_rate", "cross_validated", "logistic_regression"]


def base_rate(answers: np.ndarray, n_answers: int) -> np.ndarray:
    """Return the share of each answer in this vote for each state: the best constant prediction.

    Half a state is added to each answer (Jeffreys prior), so that no answer has probability 0.
    """
    counts = np.bincount(answers, minlength=n_answers) + 0.5
    return np.tile(counts / counts.sum(), (len(answers), 1))


def logistic_regression(
    inputs: np.ndarray, answers: np.ndarray, unseen: np.ndarray, n_answers: int, ridge: float = 1.0
) -> np.ndarray:
    """Return the probabilities of a multinomial logistic regression with a ridge penalty.

    Parameters
    ----------
    inputs, unseen
        (states, inputs); standardised with mean and spread of ``inputs``.
    answers
        Codes from 0 to n_answers - 1, (states,).
    ridge
        Penalty on half the squared weights: a normal prior of variance 1 / ridge. Assumption: 1.
    """
    from scipy.optimize import minimize
    from scipy.special import log_softmax, softmax

    mean, spread = inputs.mean(axis=0), inputs.std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    x = np.column_stack([np.ones(len(inputs)), (inputs - mean) / spread])
    taken = np.eye(n_answers)[answers]

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        weights = flat.reshape(x.shape[1], n_answers)
        scores = log_softmax(_product(x, weights), axis=1)
        slope = _product(x.T, np.exp(scores) - taken)
        slope[1:] += ridge * weights[1:]
        value = -(taken * scores).sum() + 0.5 * ridge * (weights[1:] ** 2).sum() + 1e-6 * (weights[0] ** 2).sum()
        slope[0] += 2e-6 * weights[0]
        return float(value), slope.ravel()

    found = minimize(loss, np.zeros(x.shape[1] * n_answers), jac=True, method="L-BFGS-B")
    weights = found.x.reshape(x.shape[1], n_answers)
    new = np.column_stack([np.ones(len(unseen)), (unseen - mean) / spread])
    return np.asarray(softmax(_product(new, weights), axis=1))


def cross_validated(
    inputs: np.ndarray, answers: np.ndarray, n_answers: int, *, folds: int = 10, seed: int = 0
) -> np.ndarray:
    """Return for each state the probabilities of a logistic regression that did not see it, (states, answers).

    Folds are random and stratified by answer.
    """
    rng = np.random.default_rng(seed)
    fold = np.empty(len(answers), dtype=int)
    order = np.argsort(answers + rng.random(len(answers)) * 0.5, kind="stable")
    fold[order] = np.arange(len(answers)) % folds
    found = np.empty((len(answers), n_answers))
    for k in np.unique(fold):
        out = fold == k
        found[out] = logistic_regression(inputs[~out], answers[~out], inputs[out], n_answers)
    return found


def _product(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return a matrix product without BLAS: for matrices this small its threads cost more than they save."""
    return np.asarray(np.einsum("ij,jk->ik", first, second))
