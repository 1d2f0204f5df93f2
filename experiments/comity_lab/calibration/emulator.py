"""The emulator: a smooth surface through the simulated points for each output, with its error variance.

It is used only to choose the next points. Each surface is a kernel ridge regression (the mean of a Gaussian process).
Its form - linear, quadratic, with a curve along each input, or free - and its penalty are those with the least error
in leave-one-out prediction, which has a closed form; that error is the emulator's variance, the same everywhere. Over
the whole ranges it is large and rules out little; each wave fits again on the remaining region, where outputs vary
less. Source: Craig et al. (1997) and Vernon, Goldstein and Bower (2010), emulators and refocusing; Duvenaud, Nickisch
and Rasmussen (2011), additive kernels; Sundararajan and Keerthi (2001), leave-one-out error.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

__all__ = ["Emulator", "fit"]

_PENALTIES = 10.0 ** np.arange(-6, 1.6, 0.5)
_FEWEST = 8  # points with a value below which an output is not emulated

Kernel = Callable[[np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True, kw_only=True)
class Emulator:
    """Surfaces of all outputs over the unit cube.

    Attributes
    ----------
    centre, scale
        Centre and scale of the inputs, shape (inputs,).
    points
        On which it was fitted, standardised, shape (points, inputs).
    weights
        For each kind of surface the weight of every point, shape (points, outputs), zero for outputs of another kind.
    intercepts
        Shape (outputs,); nan for an output that is not emulated.
    variance
        Error variance, shape (outputs,).
    explained
        Share of the variance between points that leave-one-out prediction explains, at most 1, shape (outputs,).
    """

    centre: np.ndarray
    scale: np.ndarray
    points: np.ndarray
    weights: tuple[np.ndarray, ...]
    intercepts: np.ndarray
    variance: np.ndarray
    explained: np.ndarray

    def predict(self, points: np.ndarray) -> np.ndarray:
        """Return the outputs at points, shape (points, outputs)."""
        z = (points - self.centre) / self.scale
        found = np.broadcast_to(self.intercepts, (len(z), len(self.intercepts))).copy()
        for kernel, weights in zip(_KERNELS, self.weights, strict=True):
            used = np.flatnonzero(weights.any(axis=0))
            if len(used):
                found[:, used] += kernel(z, self.points) @ weights[:, used]
        return found


def _linear(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.asarray(1 + a @ b.T / a.shape[1])


def _quadratic(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.asarray(_linear(a, b) ** 2)


def _curved(a: np.ndarray, b: np.ndarray, *, length: float) -> np.ndarray:
    """Second order, plus a curve along each input."""
    curves = sum(np.exp(-(((a[:, i, None] - b[None, :, i]) / length) ** 2) / 2) for i in range(a.shape[1]))
    return np.asarray(_quadratic(a, b) + curves)


def _free(a: np.ndarray, b: np.ndarray, *, length: float) -> np.ndarray:
    """Second order, plus any smooth surface."""
    squares = (a**2).sum(axis=1)[:, None] + (b**2).sum(axis=1) - 2 * a @ b.T
    return np.asarray(_quadratic(a, b) + np.exp(-squares / (2 * a.shape[1] * length**2)))


_KERNELS: tuple[Kernel, ...] = (
    _linear, _quadratic, partial(_curved, length=0.5), partial(_curved, length=1.0), partial(_free, length=1.0),
)  # fmt: skip
"""Lengths are in standard deviations of the points. Assumption: a half and a whole."""


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
    z = (points - centre) / scale
    n_outputs = outputs.shape[1]
    weights = tuple(np.zeros((len(z), n_outputs)) for _ in _KERNELS)
    intercepts, variance, explained = np.full(n_outputs, np.nan), np.zeros(n_outputs), np.zeros(n_outputs)
    is_known = np.isfinite(outputs)
    for pattern in np.unique(is_known, axis=1).T:
        columns = np.flatnonzero((is_known == pattern[:, None]).all(axis=0))
        if pattern.sum() < _FEWEST:
            continue
        y = outputs[np.ix_(pattern, columns)]
        intercepts[columns] = y.mean(axis=0)
        variance[columns] = np.inf
        for kernel, kept in zip(_KERNELS, weights, strict=True):
            found, error = _ridge(kernel(z[pattern], z[pattern]), y - intercepts[columns])
            better = error < variance[columns]
            variance[columns[better]] = error[better]
            for other in weights:
                other[:, columns[better]] = 0.0
            kept[np.ix_(pattern, columns[better])] = found[:, better]
        spread = y.var(axis=0)
        explained[columns] = 1 - variance[columns] / np.where(spread > 0, spread, np.inf)
    return Emulator(
        centre=centre, scale=scale, points=z, weights=weights, intercepts=intercepts, variance=variance,
        explained=explained,
    )  # fmt: skip


def _ridge(kernel: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return for each column of y the weights whose penalty has the least leave-one-out error, and that error."""
    values, vectors = np.linalg.eigh(kernel)
    values = np.maximum(values, 0.0)
    projected = vectors.T @ y
    weights, least = np.zeros_like(y), np.full(y.shape[1], np.inf)
    for penalty in _PENALTIES * values.mean():
        inverse = 1 / (values + penalty)
        found = vectors @ (inverse[:, None] * projected)
        error = ((found / ((vectors**2) @ inverse)[:, None]) ** 2).mean(axis=0)
        better = error < least
        least[better] = error[better]
        weights[:, better] = found[:, better]
    return weights, least
