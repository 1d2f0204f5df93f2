"""Samplers: from a design to its matrix, one row per point, one column per factor."""

from __future__ import annotations

import itertools
import json
import math
from typing import Any

import numpy as np

from comity.extras import needs
from comity_lab.design import Design

__all__ = ["count_points", "problem", "sample"]


def count_points(design: Design) -> int:
    """Return the number of points without making them."""
    k = len(design.factors)
    if design.sampler == "grid":
        return math.prod(
            len(factor.values) if factor.values is not None else factor.steps or 0 for factor in design.factors
        )
    if design.sampler == "list":
        return len(design.points)
    if design.sampler == "morris":
        return (design.trajectories or 0) * (k + 1)
    if design.sampler == "sobol":
        return (design.n or 0) * (2 * k + 2 if design.second_order else k + 2)
    return design.n or 0


def problem(design: Design) -> dict[str, Any]:
    """Return the design as SALib's ``problem``, which its analyses need; bounds are shares of the range, [0, 1]."""
    names = [factor.name for factor in design.factors]
    return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0] for _ in names]}


def sample(design: Design) -> np.ndarray:
    """Return the matrix of a design, shape (points, factors), float64.

    A range is written as its numbers, a list of values as their indices. The rows of Sobol and Morris stand in
    SALib's order, without which their indices cannot be computed.
    """
    if design.sampler == "list":
        return _listed(design)
    if design.sampler == "grid":
        return _grid(design)
    shares = _shares(design)
    columns = [factor.scaled(shares[:, column]) for column, factor in enumerate(design.factors)]
    return np.ascontiguousarray(np.column_stack(columns))


def _grid(design: Design) -> np.ndarray:
    """Return all combinations; the last factor changes fastest. Without factors: one point, the scenario itself."""
    steps = []
    for factor in design.factors:
        if factor.values is not None:
            steps.append(np.arange(len(factor.values), dtype=np.float64))
        else:
            low, high = factor.ends
            numbers = np.linspace(low, high, factor.steps or 2)
            steps.append(np.unique(np.round(numbers)) if factor.integer else numbers)
    rows = list(itertools.product(*steps))
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(design.factors))


def _listed(design: Design) -> np.ndarray:
    rows = []
    index = {
        factor.name: {json.dumps(value, default=str): i for i, value in enumerate(factor.values or ())}
        for factor in design.factors
    }
    for point in design.points:
        rows.append([index[factor.name][json.dumps(point[factor.name], default=str)] for factor in design.factors])
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(design.factors))


def _shares(design: Design) -> np.ndarray:
    generator = np.random.default_rng(np.random.SeedSequence(design.seed, spawn_key=(0, 0, 0)))
    seed = int(generator.integers(2**31))
    needs(f"design: sampler {design.sampler!r}", "analysis", "scipy", "SALib")
    if design.sampler == "latin_hypercube":
        from scipy.stats import qmc

        return np.asarray(
            qmc.LatinHypercube(len(design.factors), rng=np.random.default_rng(seed)).random(design.n or 0)
        )
    if design.sampler == "sobol":
        from SALib.sample import sobol

        order2 = design.second_order
        return np.asarray(sobol.sample(problem(design), design.n, calc_second_order=order2, seed=seed))
    from SALib.sample import morris

    return np.asarray(morris.sample(problem(design), design.trajectories, num_levels=design.levels, seed=seed))
