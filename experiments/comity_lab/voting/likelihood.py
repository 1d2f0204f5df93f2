"""The probabilities of answers to a text, and the pseudo-likelihood of what was recorded."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, log_expit

__all__ = ["Fit", "answer_chances", "maximise"]

_NARROWEST = 0.01


@dataclass(frozen=True)
class Fit:
    """Coefficients of the columns of a design, (columns,), width of abstention in logits, and log likelihood."""

    coefficients: np.ndarray
    width: float
    log_likelihood: float


def answer_chances(utility: np.ndarray, width: float) -> np.ndarray:
    """Return P(yes) = L(u), P(abstain), P(no) = L(-u - w), of those who answer, (n, 3)."""
    yes, no = expit(utility), expit(-utility - width)
    return np.column_stack([yes, 1.0 - yes - no, no])


def maximise(
    design: np.ndarray,
    answers: np.ndarray,
    counts: np.ndarray,
    *,
    offset: np.ndarray | float = 0.0,
    free: np.ndarray | None = None,
) -> Fit:
    """Return the coefficients b and width w that maximise sum counts * log P(answer), u = offset + design b.

    Parameters
    ----------
    design
        (rows, columns).
    answers
        0 yes, 1 abstain, 2 no, (rows,).
    counts
        How often each row counts, (rows,): times its state was drawn.
    offset
        What is known of the utilities.
    free
        Columns whose coefficient may be negative, such as levels; all others are strengths, 0 or more.
    """
    n = design.shape[1]
    free = np.zeros(n, dtype=bool) if free is None else free
    offset = np.broadcast_to(offset, len(answers))
    parts = [(design[which], counts[which], offset[which]) for which in (answers == code for code in range(3))]
    (yes, n_yes, yes_at), (middle, n_middle, middle_at), (no, n_no, no_at) = parts

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        weights, width = flat[:n], flat[n]
        u_yes, u_no = yes_at + _product(yes, weights), no_at + _product(no, weights) + width
        u_middle = middle_at + _product(middle, weights)
        low, high = expit(u_middle), expit(u_middle + width)
        between = np.maximum(high - low, 1e-300)
        value = n_yes * log_expit(u_yes), n_middle * np.log(between), n_no * log_expit(-u_no)
        slope = _product(yes.T, n_yes * expit(-u_yes)) - _product(no.T, n_no * expit(u_no))
        slope += _product(middle.T, n_middle * (high * (1.0 - high) - low * (1.0 - low)) / between)
        by_width = (n_middle * high * (1.0 - high) / between).sum() - (n_no * expit(u_no)).sum()
        return -sum(float(part.sum()) for part in value), -np.append(slope, by_width)

    bounds = [(None, None) if is_free else (0.0, None) for is_free in free]
    start = np.append(np.where(free, 0.0, 1.0), 3.0)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[*bounds, (_NARROWEST, None)])
    return Fit(found.x[:n], float(found.x[n]), -float(found.fun))


def _product(table: np.ndarray, vector: np.ndarray) -> np.ndarray:
    """Return a product without BLAS: for tables this narrow its threads cost more than they save."""
    return np.asarray(np.einsum("ij,j->i", table, vector))
