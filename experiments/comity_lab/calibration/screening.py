"""Screening: the parameters to which the facts respond, by Morris (1991) trajectories over the searched ranges."""

from __future__ import annotations

import numpy as np
import pandas as pd

from comity_lab.calibration.implausibility import implausibility, summarise
from comity_lab.calibration.simulating import Simulator
from comity_lab.plan import plan_of
from comity_lab.sampling import problem as salib_problem

__all__ = ["screen", "seen"]

_TRAJECTORIES = 10
_LEVELS = 4
_LEAST_EFFECT = 1.0
"""A parameter is kept if, over its whole range, it moves the implausibility of some target by one or more."""


def screen(simulator: Simulator) -> pd.DataFrame:
    """Return one row per parameter, in order of effect.

    name; effect: mean size of its effect on the implausibility of the target that sees it best, over its whole range;
    target: that target.
    """
    from SALib.analyze import morris

    problem = simulator.problem
    factors = [{"name": item.name, "low": item.low, "high": item.high} for item in problem.moved]
    options = {"sampler": "morris", "trajectories": _TRAJECTORIES, "levels": _LEVELS, "factors": factors}
    design = simulator.design("screening", options, None, 0)
    plan = plan_of(design)
    outputs = simulator.sweep("screening", plan)
    found = implausibility(summarise(outputs), problem.targets, problem.discrepancy)
    points = simulator.coded(plan)
    effects = np.zeros((len(problem.targets), len(problem.moved)))
    for i in np.flatnonzero(np.isfinite(found).all(axis=0)):
        analysed = morris.analyze(
            salib_problem(design), points, found[:, i], num_levels=_LEVELS, num_resamples=2, seed=problem.seed
        )
        effects[i] = np.asarray(analysed["mu_star"])
    best = effects.argmax(axis=0)
    table = pd.DataFrame(
        {
            "name": [item.short for item in problem.moved],
            "effect": effects.max(axis=0),
            "target": [problem.targets[i].key for i in best],
        }
    )
    return table.sort_values("effect", ascending=False, kind="stable", ignore_index=True)


def seen(simulator: Simulator, table: pd.DataFrame) -> list[str]:
    """Return the parameters worth varying: those that move a target, and at most one for every two targets."""
    most = max(1, len(simulator.problem.targets) // 2)
    chosen = set(table.loc[table["effect"] >= _LEAST_EFFECT, "name"].head(most))
    return [item.short for item in simulator.problem.moved if item.short in chosen]
