"""The recovery experiment: plant parameters, observe one run, and see what calibration recovers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from comity.errors import InputError
from comity_lab.calibration.problem import Problem
from comity_lab.calibration.simulating import Simulator
from comity_lab.calibration.target import planted

__all__ = ["IDENTIFIABLE", "plant"]

IDENTIFIABLE = 0.5
"""A parameter is identifiable if the region's central 95 % is narrower than this share of that of its range: the
facts have at least halved the plausible range. Assumption."""

_MARGIN = 0.1  # distance of planted values from both ends, as a share of the range


def plant(simulator: Simulator, seed: int) -> tuple[Problem, np.ndarray]:
    """Return the problem with pseudo-observed targets, and the planted point in the unit cube, shape (moved,).

    One run is observed, like history; its luck differs from that of every other run of the calibration.

    Parameters
    ----------
    simulator
        Simulator of the problem with the real targets, whose kinds and uncertainties are kept.
    seed
        Seed of the planted point and of the observed run.
    """
    problem = simulator.problem

    def plant() -> np.ndarray:
        return _MARGIN + (1 - 2 * _MARGIN) * problem.rng(4, seed).random((1, len(problem.moved)))

    points, outputs = simulator.run("planted", plant, replicates=1, step=2000 + seed)
    seen = outputs[0, 0]
    targets = [
        planted(target, float(value)) for target, value in zip(problem.targets, seen, strict=True) if np.isfinite(value)
    ]
    if not targets:
        raise InputError(f"calibrate: the planted run shows none of the facts. Plant another: --recover {seed + 1}.")
    return replace(problem, targets=tuple(targets)), points[0]
