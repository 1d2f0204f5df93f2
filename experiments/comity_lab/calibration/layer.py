"""A layer: the part of the region that one wave rules out, by surfaces fitted to its points.

Outputs are compressed before a surface is fitted, so that the surface follows them closely near the target and only
coarsely far from it::

    z = asinh((y - reference) / s) / asinh(1),    s = cutoff * √(observation² + discrepancy² + luck²)

with the observed number or the bound as reference, so that z is 1 where the implausibility is at the cutoff. Departs
from the sources of the method, which emulate y itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from comity_lab.calibration.emulator import Emulator, fit
from comity_lab.calibration.implausibility import Summary, known_variance, largest
from comity_lab.calibration.target import Target

__all__ = ["Layer", "layer_of"]


@dataclass(frozen=True, kw_only=True)
class Layer:
    """What one wave rules out.

    Attributes
    ----------
    emulator
        Fitted on compressed outputs.
    low, high
        The targets, compressed, shape (targets,).
    used
        Whether each target counts, shape (targets,).
    cutoff
        Implausibility at z = 1.
    order
        1: the largest implausibility counts, 2: the second largest.
    level
        The implausibility beyond which a point is ruled out.
    """

    emulator: Emulator
    low: np.ndarray
    high: np.ndarray
    used: np.ndarray
    cutoff: float
    order: int = 1
    level: float = np.inf

    def implausibility(self, points: np.ndarray) -> np.ndarray:
        """Return the largest (or second largest) emulated implausibility, shape (points,)."""
        if not self.used.any():
            return np.zeros(len(points))
        z = self.emulator.predict(points)
        distance = np.maximum(np.maximum(self.low - z, z - self.high), 0.0)
        found = distance / np.sqrt(1 / self.cutoff**2 + self.emulator.variance)
        return largest(
            np.nan_to_num(found[:, self.used], nan=0.0), self.order
        )  # outputs without an emulator rule nothing out


def layer_of(
    points: np.ndarray,
    summary: Summary,
    targets: Sequence[Target],
    used: np.ndarray,
    *,
    cutoff: float,
    discrepancy: float,
) -> Layer:
    """Return the layer of simulated points.

    Parameters
    ----------
    points
        In the unit cube, shape (points, inputs).
    summary
        Summary of their outputs.
    targets, used
        The targets, and whether each counts.
    cutoff, discrepancy
        See :mod:`comity_lab.calibration.implausibility`.
    """
    is_known = summary.n > 0
    luck = (summary.variance * (1 + 1 / np.maximum(summary.n, 1)) * is_known).sum(axis=0)
    luck = luck / np.maximum(is_known.sum(axis=0), 1)
    scale = cutoff * np.sqrt(known_variance(targets, discrepancy) + luck)
    low = np.array([target.low for target in targets])
    high = np.array([target.high for target in targets])
    reference = np.array([target.reference for target in targets])

    def compressed(y: np.ndarray) -> np.ndarray:
        return np.asarray(np.arcsinh((y - reference) / scale) / np.arcsinh(1.0))

    emulator = fit(points, compressed(summary.mean))
    return Layer(emulator=emulator, low=compressed(low), high=compressed(high), used=used, cutoff=cutoff)
