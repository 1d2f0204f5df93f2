"""Choosing one point of the region: the best simulated points are run again with new luck and more replicates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from comity_lab.calibration.implausibility import facts_held, facts_missed, implausibility, misfit, summarise
from comity_lab.calibration.simulating import Simulator
from comity_lab.calibration.waves import History, best_points

__all__ = ["Candidates", "choose"]

_CANDIDATES = 40
_TIMES = 5


@dataclass(frozen=True, kw_only=True)
class Candidates:
    """Candidate points, and the chosen one.

    Attributes
    ----------
    points
        In the unit cube, shape (candidates, moved); the first is the default.
    mean, implausibility
        Mean outputs and implausibility of the candidates, shape (candidates, targets).
    missed, misfit
        Facts beyond the cutoff, and root mean square of implausibility over facts, shape (candidates,).
    chosen
        Index of the chosen one; 0 where nothing is better than the default.
    replicates
        Number of replicates of each candidate.
    """

    points: np.ndarray
    mean: np.ndarray
    implausibility: np.ndarray
    missed: np.ndarray
    misfit: np.ndarray
    chosen: int
    replicates: int


def choose(simulator: Simulator, history: History) -> Candidates:
    """Return the candidate that misses the fewest facts; among those, that holds most; among those, of least misfit.

    A fact is missed if it rules the point out, and held if the means of all its targets are accepted, which is nearly
    the scorecard's rule.

    The candidates are the best simulated points, some of which were merely lucky. They and the default are run again
    with new luck, so that none is chosen for its luck. All facts count, including those set aside.
    """
    problem = simulator.problem
    n = len(history.waves)
    replicates = _TIMES * problem.replicates
    points, outputs = simulator.run(
        f"choice{n}",
        lambda: np.vstack([problem.default, best_points(history, _CANDIDATES)]),
        replicates=replicates,
        step=1000 + n,
        common_luck=True,
    )
    summary = summarise(outputs)
    found = implausibility(summary, problem.targets, problem.discrepancy)
    missed = facts_missed(found, problem.targets, problem.cutoff)
    total = misfit(found, problem.targets, problem.cutoff)
    held = facts_held(summary.mean, problem.targets)
    return Candidates(
        points=points,
        mean=summary.mean,
        implausibility=found,
        missed=missed,
        misfit=total,
        chosen=int(np.lexsort((total, -held, missed))[0]),
        replicates=replicates,
    )
