"""Choosing one point of the region: the best simulated points are run again with new luck and more replicates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from comity_lab.calibration.implausibility import facts_held, facts_missed, implausibility, misfit, summarise
from comity_lab.calibration.simulating import Simulator
from comity_lab.calibration.waves import History, best_points

__all__ = ["Candidates", "choose"]

_CANDIDATES = 40
_TIMES = 15
_FINALISTS = 5
_FINAL_TIMES = 50


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
    """Return the candidate that misses the fewest facts; among those, that holds most; among those, of least misfit.

    A fact is missed if it rules the point out. It is held if more than half of the replicates meet each of its targets
    beyond doubt, the rule of the scorecard.

    The candidates are the best simulated points, some of which were merely lucky. They and the default are run again
    with new luck, and the best of these once more with many replicates, so that none is chosen for its luck. All facts
    count, including those set aside.
    """
    problem = simulator.problem
    n = len(history.waves)
    first = _judged(
        simulator, f"choice{n}", lambda: np.vstack([problem.default, best_points(history, _CANDIDATES)]),
        times=_TIMES, step=1000 + n,
    )  # fmt: skip
    best = [place for place in _order(first) if place > 0][:_FINALISTS]
    return _judged(simulator, f"final{n}", lambda: first.points[[0, *best]], times=_FINAL_TIMES, step=1500 + n)


def _judged(simulator: Simulator, name: str, points: Callable[[], np.ndarray], *, times: int, step: int) -> Candidates:
    """Run points, so many times the replicates of a wave, on common luck, and judge them."""
    problem = simulator.problem
    replicates = times * problem.replicates
    found, outputs = simulator.run(name, points, replicates=replicates, step=step, common_luck=True)
    summary = summarise(outputs)
    implausibilities = implausibility(summary, problem.targets, problem.discrepancy)
    judged = Candidates(
        points=found,
        mean=summary.mean,
        implausibility=implausibilities,
        held=facts_held(outputs, problem.targets),
        missed=facts_missed(implausibilities, problem.targets, problem.cutoff),
        misfit=misfit(implausibilities, problem.targets, problem.cutoff),
        chosen=0,
        replicates=replicates,
    )
    return replace(judged, chosen=int(_order(judged)[0]))


def _order(judged: Candidates) -> np.ndarray:
    """Return the candidates from the best."""
    return np.lexsort((judged.misfit, -judged.held, judged.missed))
