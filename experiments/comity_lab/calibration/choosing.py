"""Choosing one point of the region: the best simulated points are run again with new luck and more replicates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from comity_lab.calibration.implausibility import facts_held, facts_missed, implausibility, misfit, summarise
from comity_lab.calibration.simulating import Simulator
from comity_lab.calibration.waves import History, best_points

__all__ = ["Candidates", "choose"]

_CANDIDATES = 40
_TIMES = 15


@dataclass(frozen=True, kw_only=True)
class Candidates:
    """Candidate points, and the chosen one.

    Attributes
    ----------
    points
        In the unit cube, shape (candidates, moved); the first is the default.
    mean, implausibility
        Mean outputs and implausibility of the candidates, shape (candidates, targets).
    held, missed, misfit
        Facts held, facts beyond the cutoff, and root mean square of implausibility over facts, shape (candidates,).
    chosen
        Index of the chosen one; 0 where nothing is better than the default.
    replicates
        Number of replicates of each candidate.
    """

    points: np.ndarray
    mean: np.ndarray
    implausibility: np.ndarray
    held: np.ndarray
    missed: np.ndarray
    misfit: np.ndarray
    chosen: int
    replicates: int


def choose(simulator: Simulator, history: History) -> Candidates:
    """Return the candidate that holds the most facts; among those, that misses fewest; among those, of least misfit.

    A fact is held if more than half of the replicates meet each of its targets beyond doubt, the rule of the scorecard.
    It is missed if it rules the point out.

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
    held = facts_held(outputs, problem.targets)
    return Candidates(
        points=points,
        mean=summary.mean,
        implausibility=found,
        held=held,
        missed=missed,
        misfit=total,
        chosen=int(np.lexsort((total, missed, -held))[0]),
        replicates=replicates,
    )
