"""A plan: a recipe with its sample; every run of a sweep has a number."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pandas as pd

from comity.errors import InputError, note
from comity.scenario.inert import notices_of
from comity.scenario.merging import settings_tree
from comity.scenario.presets import PRESETS
from comity_lab.design import Design
from comity_lab.factor import Factor
from comity_lab.job import Job
from comity_lab.recipe import Recipe
from comity_lab.resolving import recipe_of
from comity_lab.sampling import count_points, sample
from comity_lab.seeds import seed_of_run

__all__ = ["Plan", "plan_of"]

_MAX_RUNS = 50_000_000
_MAX_POINTS = 5_000_000
_SECONDS, _BYTES = 0.001, 200.0
"""Of the shortest run, for an estimate."""


@dataclass(frozen=True)
class Plan:
    """Every run of a sweep; run number = point * replicates + replicate.

    Attributes
    ----------
    recipe
        Recipe of the points.
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
        """Return one row per point: point, and a column for each factor."""
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
        """Return the numbers of the runs of shard k of n, in the best order.

        A shard has every n-th run, so that all shards take about as long. Runs of one setting are consecutive, so
        that its scenario is made once.
        """
        numbers = np.arange(k - 1, self.n_runs, n)
        return numbers[np.argsort(self.settings[numbers // self.design.replicates], kind="stable")]

    def job(self, numbers: np.ndarray, attempts: np.ndarray) -> Job:
        """Return runs as a job that can be sent to a worker."""
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


def plan_of(design: Design, *, may_repeat: bool = False) -> Plan:
    """Return the plan of a design, after trying every value of every factor once.

    Parameters
    ----------
    design
        The design.
    may_repeat
        Whether two values may make the same scenario.
    """
    _check_size(design)
    recipe = recipe_of(design)
    if not design.function:
        _check_effect(design, recipe)
        _check_values(design, recipe, may_repeat=may_repeat)
    return Plan(recipe, sample(design))


def _check_size(design: Design) -> None:
    """Refuse sweeps that are too large to run or store."""
    points = count_points(design)
    runs = points * design.replicates
    if runs <= _MAX_RUNS and points <= _MAX_POINTS:
        return
    limit = f"{_MAX_RUNS} runs" if runs > _MAX_RUNS else f"{_MAX_POINTS} points"
    needs = "more resources than exist"
    if runs < 10**100:
        gigabytes, years = runs * _BYTES / 1e9, runs * _SECONDS / (365.25 * 86400)
        needs = f"about {gigabytes:.2g} GB and {years:.2g} years of one processor"
    raise InputError(
        f"design: must have at most {limit}, got {_short(points)} points x {_short(design.replicates)} replicates, "
        f"which needs {needs}. Use fewer values, a smaller n, or another sampler."
    )


def _short(number: int) -> str:
    """Return a number of any size in a few characters."""
    return str(number) if number < 10**9 else f"more than 10^{int((number.bit_length() - 1) * math.log10(2))}"


def _check_values(design: Design, recipe: Recipe, *, may_repeat: bool) -> None:
    """Try each value of each factor alone; an impossible combination becomes a failed run."""
    start = {f.name: f.value(0.0) if f.values is not None else f.value(f.ends[0]) for f in design.factors}
    recipe.scenario(start)
    for factor in design.factors:
        if factor.parameter is None and factor.name not in ("preset", "theory"):
            made: dict[str, Any] = {}
            for value in _tried(factor):
                same = recipe.scenario({**start, factor.name: value}).hash
                if same in made and not may_repeat:
                    raise InputError(
                        f"design: factor {factor.name!r}: values must make different scenarios, but {made[same]!r} and "
                        f"{value!r} make the same scenario. Remove one."
                    )
                made[same] = value
    for factor in design.factors:
        if "." in factor.name:
            _note_ineffective(factor, design, recipe, start)


def _note_ineffective(factor: Factor, design: Design, recipe: Recipe, start: dict[str, Any]) -> None:
    """Issue a notice for values of a factor that have no effect with any values of the others."""
    others = [{f.name: value} for f in design.factors if f is not factor and f.parameter is None for value in _tried(f)]
    found: dict[str, None] = {}
    for value in _tried(factor) if factor.parameter is None else [start[factor.name]]:
        tree = settings_tree({factor.name: value}, "design")
        lines = notices_of(tree, recipe.scenario({**start, factor.name: value}))
        for other in others if lines else ():
            heard = notices_of(tree, recipe.scenario({**start, **other, factor.name: value}))
            lines = [line for line in lines if line in heard]
        found |= dict.fromkeys(lines)
    for line in found:
        note(f"design: factor {factor.name!r}: {line}")


def _tried(factor: Factor) -> Iterable[Any]:
    """Return the values of a factor that are tried, of a range both ends, and one within where any number is."""
    if factor.values is not None:
        return factor.values
    low, high = factor.ends
    within = [] if factor.integer or factor.steps is not None else [low + (high - low) / 3]
    return (factor.value(share) for share in (low, high, *within))


def _check_effect(design: Design, recipe: Recipe) -> None:
    """Refuse a parameter that every theory of the design fixes, because varying it has no effect."""
    named = next((f.values for f in design.factors if f.name in ("preset", "theory")), None)
    theories = set(named) if named is not None else {(recipe.base or {})["theory"]}
    for factor in design.factors:
        if factor.parameter is not None and all(factor.parameter in PRESETS[theory] for theory in theories):
            raise InputError(
                f"design: factor {factor.name!r}: is fixed by the theory {' and '.join(sorted(theories))}, so it would "
                "have no effect. Choose another theory or factor."
            )
