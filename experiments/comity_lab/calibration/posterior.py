"""The posterior of a calibration: draws from the region, weighted by how well they agree with the facts.

Points spread evenly over the region that the waves left are simulated with new luck. Each has the weight::

    w = exp(-tau/2 * sum over facts of the mean over its targets of I^2)

with the implausibility I, bounded at twice the cutoff. tau is 1, or the largest value that leaves an effective sample
of ``LEAST_EFFECTIVE`` points: the discrepancies of facts are assumptions, and a likelihood that trusts them fully
would rest on a handful of lucky points. Draws are taken from the points in proportion to their weights, evenly spaced,
so that a point with much weight is drawn more than once. Source: importance resampling (Rubin 1988); tempering: Miller
and Dunson (2019), coarsened posteriors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from comity.folders import new_file
from comity_lab.calibration.implausibility import by_fact_mean_square, implausibility, summarise
from comity_lab.calibration.simulating import Simulator
from comity_lab.calibration.waves import History

__all__ = ["DRAWS", "LEAST_EFFECTIVE", "Posterior", "draw_posterior", "write_posterior"]

DRAWS = 50
"""How many draws are kept: enough for a band of 90 %. Assumption."""

POINTS = 400
"""How many points of the region are simulated for them. Assumption."""

LEAST_EFFECTIVE = 25.0
"""Points that the weights must leave in effect. Assumption."""


@dataclass(frozen=True, kw_only=True)
class Posterior:
    """Draws of a calibration.

    Attributes
    ----------
    draws
        One row per draw, one column per moved parameter, in its unit.
    temper
        tau, above 0 and at most 1.
    effective
        Effective number of points, 1 / sum of squared weights.
    distinct
        How many different points were drawn.
    """

    draws: pd.DataFrame
    temper: float
    effective: float
    distinct: int


def draw_posterior(simulator: Simulator, history: History) -> Posterior:
    """Simulate points of the region with new luck and draw from them by weight."""
    problem = simulator.problem
    n = len(history.waves)
    rng = problem.rng(6, n)
    pool = history.last.pool.points
    points, outputs = simulator.run(
        f"posterior{n}", lambda: pool[rng.permutation(len(pool))[:POINTS]], step=3000 + n, common_luck=True
    )
    found = implausibility(summarise(outputs), problem.targets, problem.discrepancy)
    squares = by_fact_mean_square(found, problem.targets, problem.cutoff).sum(axis=1)
    temper = _temper(squares, min(LEAST_EFFECTIVE, len(points) / 2))
    weights = _weights(squares, temper)
    start = problem.rng(7, n).random()
    places = np.searchsorted(np.cumsum(weights), (start + np.arange(DRAWS)) / DRAWS)
    rows = np.minimum(places, len(points) - 1)
    names = [item.short for item in problem.moved]
    return Posterior(
        draws=pd.DataFrame(problem.values(points[rows]), columns=names),
        temper=temper,
        effective=_effective(weights),
        distinct=len(np.unique(rows)),
    )


def write_posterior(found: Posterior, file: Path, provenance: Mapping[str, object]) -> None:
    """Write the draws as CSV, with what made them as comments."""
    lines = [
        "# Draws of the parameters that the facts leave open, for the option --posterior of comity run and others.",
        *(f"# {name}: {value}" for name, value in provenance.items()),
        f"# draws: {len(found.draws)}, of {found.distinct} points; effective number of points {found.effective:.0f}; "
        f"exponent of the likelihood {found.temper:.2g}",
    ]
    text = "\n".join(lines) + "\n" + found.draws.to_csv(index=False, float_format="%.6g")
    with new_file(file) as aside:
        aside.write_text(text, encoding="utf-8")


def _weights(squares: np.ndarray, temper: float) -> np.ndarray:
    weights = np.exp(-0.5 * temper * (squares - squares.min()))
    return np.asarray(weights / weights.sum())


def _effective(weights: np.ndarray) -> float:
    return float(1.0 / (weights**2).sum())


def _temper(squares: np.ndarray, least: float) -> float:
    """Return the largest exponent, at most 1, that leaves an effective number of points; by bisection."""
    if _effective(_weights(squares, 1.0)) >= least:
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if _effective(_weights(squares, middle)) >= least else (low, middle)
    return low
