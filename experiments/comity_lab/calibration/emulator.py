"""The emulator: a response surface of second order for every output, with the variance of its own error.

It only says where to simulate next. The penalty of each surface, and whether it has second-order terms at all, is that
with the least error in leave-one-out prediction, which ridge regression gives in closed form; that error is the
emulator's variance, the same everywhere. A surface of second order cannot follow the model over the whole of its ranges;
then its variance is large and it rules out little. Each wave fits again on the region that is left, where it can.
Source: Craig et al. (1997), regression surfaces; Vernon, Goldstein and Bower (2010), refocusing; Golub, Heath and
Wahba (1979), leave-one-out error of ridge regression.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["Emulator", "fit"]

_PENALTIES = 10.0 ** np.arange(-4, 3.1, 0.5)
_FEWEST = 8  # points with a value below which an output is not emulated


@dataclass(frozen=True, kw_only=True)
class Emulator:
    """Surfaces of all outputs over the unit cube.

    Attributes
    ----------
    centre, scale
        Of the inputs, shape (inputs,).
    middle, spread
        Of the terms, shape (terms,).
    weights
        Of the standardised terms, shape (terms, outputs).
    intercepts
        Shape (outputs,); nan for an output that is not emulated.
    variance
        Of the error, shape (outputs,).
    explained
        Share of the variance between points that leave-one-out prediction explains, at most 1, shape (outputs,).
    """

    centre: np.ndarray
    scale: np.ndarray
    middle: np.ndarray
    spread: np.ndarray
    weights: np.ndarray
    intercepts: np.ndarray
    variance: np.ndarray
    explained: np.ndarray

    def predict(self, points: np.ndarray) -> np.ndarray:
        """Return the outputs at points, shape (points, outputs)."""
        terms = (_terms((points - self.centre) / self.scale) - self.middle) / self.spread
        return np.asarray(self.intercepts + terms @ self.weights)


def fit(points: np.ndarray, outputs: np.ndarray) -> Emulator:
    """Return the surfaces through outputs at points.

    Parameters
    ----------
    points
        Shape (points, inputs).
    outputs
        Means over replicates, shape (points, outputs); rows with nan are left out for their output.
    """
    centre = points.mean(axis=0)
    scale = np.maximum(points.std(axis=0), 1e-9)
    terms = _terms((points - centre) / scale)
    middle, spread = terms.mean(axis=0), np.maximum(terms.std(axis=0), 1e-9)
    terms = (terms - middle) / spread
    n_inputs, n_outputs = points.shape[1], outputs.shape[1]
    weights = np.zeros((terms.shape[1], n_outputs))
    intercepts, variance, explained = np.full(n_outputs, np.nan), np.zeros(n_outputs), np.zeros(n_outputs)
    is_known = np.isfinite(outputs)
    for pattern in np.unique(is_known, axis=1).T:
        columns = np.flatnonzero((is_known == pattern[:, None]).all(axis=0))
        if pattern.sum() < _FEWEST:
            continue
        y = outputs[np.ix_(pattern, columns)]
        found = [_ridge(terms[pattern, :k], y) for k in (n_inputs, terms.shape[1])]
        best = found[1].error < found[0].error
        for i, column in enumerate(columns):
            surface = found[int(best[i])]
            weights[: len(surface.weights), column] = surface.weights[:, i]
            intercepts[column], variance[column] = surface.intercepts[i], surface.error[i]
        spread_of_y = y.var(axis=0)
        explained[columns] = 1 - variance[columns] / np.where(spread_of_y > 0, spread_of_y, np.inf)
    return Emulator(
        centre=centre,
        scale=scale,
        middle=middle,
        spread=spread,
        weights=weights,
        intercepts=intercepts,
        variance=variance,
        explained=explained,
    )


@dataclass(frozen=True)
class _Surface:
    weights: np.ndarray
    intercepts: np.ndarray
    error: np.ndarray


def _terms(z: np.ndarray) -> np.ndarray:
    """Return first and then second order terms, shape (points, k + k (k + 1) / 2)."""
    first, second = np.triu_indices(z.shape[1])
    return np.concatenate([z, z[:, first] * z[:, second]], axis=1)


def _ridge(terms: np.ndarray, y: np.ndarray) -> _Surface:
    """Return for each column of y the ridge regression whose penalty has the least leave-one-out error."""
    n = len(y)
    offset, level = terms.mean(axis=0), y.mean(axis=0)
    u, s, v = np.linalg.svd(terms - offset, full_matrices=False)
    projected = u.T @ (y - level)
    best_error = np.full(y.shape[1], np.inf)
    weights = np.zeros((terms.shape[1], y.shape[1]))
    for penalty in _PENALTIES:
        shrink = s**2 / (s**2 + n * penalty)
        leverage = 1 / n + (u**2) @ shrink
        residual = y - level - u @ (shrink[:, None] * projected)
        error = ((residual / np.maximum(1 - leverage, 1e-6)[:, None]) ** 2).mean(axis=0)
        better = error < best_error
        if better.any():
            best_error[better] = error[better]
            factors = shrink / np.where(s > 0, s, 1.0)
            weights[:, better] = v.T @ (factors[:, None] * projected[:, better])
    return _Surface(weights, level - offset @ weights, best_error)
