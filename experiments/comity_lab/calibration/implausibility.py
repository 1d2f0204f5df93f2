"""Implausibility: the distance of the model from the observation, in units of the total uncertainty.

::

    I = distance from the target / √(observation² + discrepancy² + luck² (1 + 1/n) + emulator²)

The observation is one course of history, which is also subject to luck; hence the full variance of luck is added to
that of the mean of n runs. Source: Craig et al. (1997); Vernon, Goldstein and Bower (2010); for models with luck
Andrianakis et al. (2015).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from comity_lab.calibration.target import Target, facts_of
from comity_lab.scoring.verdicts import share_interval

__all__ = [
    "CUTOFF",
    "Summary",
    "by_fact",
    "by_fact_mean_square",
    "distances",
    "facts_held",
    "facts_missed",
    "implausibility",
    "known_variance",
    "largest",
    "misfit",
    "summarise",
]

CUTOFF = 3.0
"""Implausibility above which a point is ruled out. Source: Pukelsheim (1994), the three sigma rule: 95 % of any
distribution with one peak lie within three standard deviations."""

_PRIOR_DEGREES = 4.0
"""Degrees of freedom given to the pooled variance of all points, beside that of a single point, which has only about
three. Source: Smyth (2004), moderated variance; value: assumption."""


@dataclass(frozen=True, kw_only=True)
class Summary:
    """Outputs over replicates.

    Attributes
    ----------
    mean
        Mean over the replicates that have a value, shape (points, targets); nan if none has.
    variance
        Moderated variance of one run, shape (points, targets).
    n
        Replicates with a value, shape (points, targets).
    """

    mean: np.ndarray
    variance: np.ndarray
    n: np.ndarray


def summarise(outputs: np.ndarray) -> Summary:
    """Return mean and variance of outputs, shape (points, replicates, targets), ignoring nan."""
    is_known = np.isfinite(outputs)
    n = is_known.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(is_known, outputs, 0.0).sum(axis=1) / n
        squares = (np.where(is_known, outputs - mean[:, None], 0.0) ** 2).sum(axis=1)
    squares = np.where(n > 0, squares, 0.0)
    degrees = np.maximum(n - 1, 0)
    pooled = squares.sum(axis=0) / np.maximum(degrees.sum(axis=0), 1)
    variance = (squares + _PRIOR_DEGREES * pooled) / (degrees + _PRIOR_DEGREES)
    return Summary(mean=np.where(n > 0, mean, np.nan), variance=variance, n=n)


def distances(values: np.ndarray, targets: Sequence[Target]) -> np.ndarray:
    """Return how far values, shape (…, targets), are from their targets."""
    return np.stack([target.distance(values[..., i]) for i, target in enumerate(targets)], axis=-1)


def implausibility(summary: Summary, targets: Sequence[Target], discrepancy: float) -> np.ndarray:
    """Return the implausibility of simulated points, shape (points, targets); inf if the model gives no value.

    Parameters
    ----------
    summary
        Summary of the outputs.
    targets
        Targets of the comparison.
    discrepancy
        Standard deviation of the model discrepancy, as a multiple of the observation's.
    """
    known = known_variance(targets, discrepancy)
    luck = summary.variance * (1 + 1 / np.maximum(summary.n, 1))
    found = distances(summary.mean, targets) / np.sqrt(known + luck)
    return np.where(np.isnan(found), np.inf, found)


def known_variance(targets: Sequence[Target], discrepancy: float) -> np.ndarray:
    """Return the variance of observation and discrepancy together, shape (targets,)."""
    return np.asarray((1 + discrepancy**2) * np.array([target.sd for target in targets]) ** 2)


def largest(implausibilities: np.ndarray, order: int = 1) -> np.ndarray:
    """Return the largest implausibility over the targets, or with order 2 the second largest; shape (points,)."""
    order = min(order, implausibilities.shape[-1])
    return np.asarray(np.partition(implausibilities, -order, axis=-1)[..., -order])


def by_fact(implausibilities: np.ndarray, targets: Sequence[Target]) -> np.ndarray:
    """Return the largest implausibility within each fact, shape (points, facts)."""
    names = np.array([target.fact for target in targets])
    return np.stack([implausibilities[..., names == fact].max(axis=-1) for fact in facts_of(targets)], axis=-1)


def facts_missed(implausibilities: np.ndarray, targets: Sequence[Target], cutoff: float) -> np.ndarray:
    """Return how many facts have a target beyond the cutoff, shape (points,)."""
    return np.asarray((by_fact(implausibilities, targets) > cutoff).sum(axis=-1))


def facts_held(outputs: np.ndarray, targets: Sequence[Target]) -> np.ndarray:
    """Return how many facts have all their targets met by more than half of the replicates beyond doubt, (points,).

    This is the rule of the scorecard. ``outputs``: shape (points, replicates, targets); a replicate without a value
    does not meet a target.
    """
    n = outputs.shape[1]
    least = next((k for k in range(n + 1) if share_interval(k, n)[0] > 0.5), n + 1)
    met = np.stack([target.meets(outputs[..., i]).sum(axis=1) >= least for i, target in enumerate(targets)], axis=-1)
    names = np.array([target.fact for target in targets])
    return np.asarray(np.sum([met[:, names == fact].all(axis=1) for fact in facts_of(targets)], axis=0))


def misfit(implausibilities: np.ndarray, targets: Sequence[Target], cutoff: float) -> np.ndarray:
    """Return the root of the mean square of implausibility, every fact counting once, shape (points,).

    Implausibility is capped at twice the cutoff: otherwise a small improvement on an unreachable target would outweigh
    everything else. Assumption.
    """
    return np.asarray(np.sqrt(by_fact_mean_square(implausibilities, targets, cutoff).mean(axis=-1)))


def by_fact_mean_square(implausibilities: np.ndarray, targets: Sequence[Target], cutoff: float) -> np.ndarray:
    """Return the mean square of the implausibility of each fact's targets, bounded as in :func:`misfit`."""
    names = np.array([target.fact for target in targets])
    capped = np.minimum(implausibilities, 2 * cutoff) ** 2
    return np.stack([capped[..., names == fact].mean(axis=-1) for fact in facts_of(targets)], axis=-1)
