"""A plan: a recipe with its matrix, which knows every run of a sweep by number."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pandas as pd

from comity.errors import InputError
from comity.scenario.presets import PRESETS
from comity_lab.design import Design
from comity_lab.job import Job
from comity_lab.recipe import Recipe, recipe_of
from comity_lab.sampling import count_points, sample
from comity_lab.seeds import seed_of_run

__all__ = ["Plan", "plan_of"]

_MAX_RUNS = 50_000_000


@dataclass(frozen=True)
class Plan:
    """Every run of a sweep; run number = point * replicates + replicate.

    Attributes
    ----------
    recipe
        What makes a point.
    matrix
        The sample, shape (points, factors); see :func:`comity_lab.sampling.sample`.
    """

    recipe: Recipe
    matrix: np.ndarray

    @property
    def design(self) -> Design:
        """The design."""
        return self.recipe.design

    @cached_property
    def hash(self) -> str:
        """Content hash of recipe and matrix, 16 hex digits: two plans with equal hash are the same sweep."""
        return hashlib.sha256(self.recipe.hash.encode() + self.matrix.tobytes()).hexdigest()[:16]

    @property
    def n_points(self) -> int:
        """Number of points."""
        return len(self.matrix)

    @property
    def n_runs(self) -> int:
        """Number of runs."""
        return self.n_points * self.design.replicates

    def values(self, point: int) -> dict[str, Any]:
        """Return the values of the factors at a point, by name."""
        row = self.matrix[point]
        return {factor.name: factor.value(row[i]) for i, factor in enumerate(self.design.factors)}

    def seed(self, number: int) -> int:
        """Return the seed of a run."""
        point, replicate = divmod(number, self.design.replicates)
        common = self.design.common_random_numbers
        return _seed(self.design.seed, -1 if common else point, replicate)

    def points(self) -> pd.DataFrame:
        """Return one row a point: point, and a column for each factor."""
        columns = {f.name: f.column(self.matrix[:, i]) for i, f in enumerate(self.design.factors)}
        return pd.DataFrame({"point": np.arange(self.n_points, dtype=np.int32), **columns})

    @cached_property
    def settings(self) -> np.ndarray:
        """Number of the setting of each point, shape (points,): points of a setting share all but parameters."""
        if self.recipe.base is None:
            return np.zeros(self.n_points, dtype=np.int64)
        varied = [
            i for i, f in enumerate(self.design.factors) if f.parameter is None and f.name not in ("preset", "theory")
        ]
        if not varied:
            return np.zeros(self.n_points, dtype=np.int64)
        _, numbers = np.unique(self.matrix[:, varied], axis=0, return_inverse=True)
        return numbers.reshape(-1)

    def shard(self, k: int, n: int) -> np.ndarray:
        """Return the numbers of the runs of shard k of n, in the order in which they are best run.

        Every n-th run is of a shard, so that all take about as long; runs of one setting follow each other, so that
        its scenario is made once.
        """
        numbers = np.arange(k - 1, self.n_runs, n)
        return numbers[np.argsort(self.settings[numbers // self.design.replicates], kind="stable")]

    def job(self, numbers: np.ndarray, attempts: np.ndarray) -> Job:
        """Return runs as work that can be sent away."""
        points, replicates = np.divmod(numbers, self.design.replicates)
        return Job(
            packed=self.recipe.packed,
            plan=self.hash,
            numbers=numbers,
            points=points,
            replicates=replicates,
            seeds=[self.seed(int(number)) for number in numbers],
            attempts=attempts,
            rows=self.matrix[points],
        )


@lru_cache(maxsize=100_000)
def _seed(study_seed: int, point: int, replicate: int) -> int:
    return seed_of_run(study_seed, max(point, 0), replicate, common=point < 0)


def plan_of(design: Design) -> Plan:
    """Return the plan of a design, having tried every value of every factor once over the base."""
    recipe = recipe_of(design)
    points = count_points(design)
    if points * design.replicates > _MAX_RUNS:
        raise InputError(
            f"design: must have at most {_MAX_RUNS} runs, got {points} points x {design.replicates} replicates. "
            "Take fewer values, a smaller n, or another sampler."
        )
    if not design.function:
        _check_effect(design, recipe)
        _check_values(design, recipe)
    return Plan(recipe, sample(design))


def _check_values(design: Design, recipe: Recipe) -> None:
    """Make each value of each factor alone; a combination that cannot be made becomes a failed run."""
    start = {f.name: f.value(0.0) if f.values is not None else f.value(f.ends[0]) for f in design.factors}
    recipe.scenario(start)
    for factor in design.factors:
        if factor.parameter is None and factor.name not in ("preset", "theory"):
            for value in factor.values if factor.values is not None else (factor.value(end) for end in factor.ends):
                recipe.scenario({**start, factor.name: value})


def _check_effect(design: Design, recipe: Recipe) -> None:
    """Refuse a parameter that every theory of the design fixes: it would change nothing."""
    named = next((f.values for f in design.factors if f.name in ("preset", "theory")), None)
    theories = set(named) if named is not None else {(recipe.base or {})["theory"]}
    for factor in design.factors:
        if factor.parameter is not None and all(factor.parameter in PRESETS[theory] for theory in theories):
            raise InputError(
                f"design: factor {factor.name!r}: is fixed by the theory {' and '.join(sorted(theories))}, so it would "
                "change nothing. Choose another theory or factor."
            )
