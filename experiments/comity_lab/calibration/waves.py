"""Waves: simulate points, rule out implausible regions, draw the next points from the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd
from scipy.stats import qmc

from comity_lab.calibration.implausibility import (  # fmt: skip
    facts_held,
    facts_missed,
    implausibility,
    largest,
    misfit,
    summarise,
)
from comity_lab.calibration.layer import Layer, layer_of
from comity_lab.calibration.problem import Problem
from comity_lab.calibration.region import Pool, Region, spread
from comity_lab.calibration.simulating import Simulator

__all__ = ["History", "Wave", "best_points", "match"]

_POOL = 1000


@dataclass(frozen=True, kw_only=True)
class Wave:
    """One wave.

    Attributes
    ----------
    number
        From 1.
    points, outputs
        Simulated points and outputs: (points, moved) in the unit cube, and (points, replicates, targets).
    implausibility
        Shape (points, targets).
    volume
        Share of the ranges from which its points were drawn.
    region, pool
        The region that it leaves, and points spread evenly over it.
    level
        Implausibility at which the region ends; above the cutoff if the cutoff leaves almost nothing.
    reached
        Whether any point so far comes within the cutoff of each target, shape (targets,).
    explained
        Median over the targets of the variance that the emulator explains.
    """

    number: int
    points: np.ndarray
    outputs: np.ndarray
    implausibility: np.ndarray
    volume: float
    region: Region
    pool: Pool
    level: float
    reached: np.ndarray
    explained: float


@dataclass(frozen=True, kw_only=True)
class History:
    """All waves of a problem.

    Attributes
    ----------
    problem, waves
        The problem and its waves.
    """

    problem: Problem
    waves: tuple[Wave, ...]

    @property
    def last(self) -> Wave:
        """The last wave, whose region is that of all."""
        return self.waves[-1]

    @property
    def region(self) -> np.ndarray:
        """Values of points spread evenly over what is left, shape (n, moved)."""
        return self.problem.values(self.last.pool.points)

    @property
    def points(self) -> np.ndarray:
        """All simulated points, wave after wave."""
        return np.concatenate([wave.points for wave in self.waves])

    @property
    def implausibility(self) -> np.ndarray:
        """Of all simulated points, shape (points, targets)."""
        return np.concatenate([wave.implausibility for wave in self.waves])

    def table(self) -> pd.DataFrame:
        """Return one row per wave.

        wave, points; volume (share of the ranges that the points were drawn from); kept, kept_all (points within the
        cutoff of all targets that are within reach, of all targets); least (largest implausibility of the best point);
        fewest_missed (facts beyond the cutoff at the best point); explained (share of variance, by the emulator);
        level (implausibility at which the region ends that it leaves); volume_left (of that region).
        """
        rows = []
        for wave in self.waves:
            worst, cutoff = largest(wave.implausibility), self.problem.cutoff
            reachable = wave.implausibility[:, self.last.reached]
            row = {
                "wave": wave.number,
                "points": len(wave.points),
                "volume": wave.volume,
                "kept": int((reachable <= cutoff).all(axis=1).sum()) if reachable.size else 0,
                "kept_all": int((worst <= cutoff).sum()),
                "least": float(worst.min()),
                "fewest_missed": int(facts_missed(wave.implausibility, self.problem.targets, cutoff).min()),
                "explained": wave.explained,
                "level": wave.level,
                "volume_left": wave.pool.volume,
            }
            rows.append(row)
        return pd.DataFrame(rows)


def match(simulator: Simulator, n_waves: int, say: Callable[[str], None] = lambda text: None) -> History:
    """Run waves and return their history.

    The first wave keeps points whose second largest implausibility is within the cutoff, so that one wrong surface does
    not close a region too early; later waves use the largest. A target that no simulated point comes
    within the cutoff of is out of the model's reach. It is set aside and reported, because it would rule out everything
    and hide the other targets. Source: Vernon, Goldstein and Bower (2010).
    """
    problem = simulator.problem
    region, pool = Region(), Pool(_hypercube(problem, _POOL, 0), 1.0)
    waves = list[Wave]()
    for number in range(1, n_waves + 1):
        points, outputs = simulator.run(f"wave{number}", partial(_next, problem, number, region, pool), step=number)
        found = implausibility(summarise(outputs), problem.targets, problem.discrepancy)
        so_far = np.concatenate([*(wave.implausibility for wave in waves), found])
        reached = np.asarray((so_far <= problem.cutoff).any(axis=0))
        runs = [*((wave.points, wave.outputs) for wave in waves), (points, outputs)]
        layer = _layer(problem, region, runs, reached)
        drawn = region, pool
        layer = replace(layer, order=2 if number == 1 < n_waves else 1)
        region, pool = region.shrunk(layer, pool, problem.cutoff, problem.rng(2, number))
        explained = layer.emulator.explained[np.isfinite(layer.emulator.intercepts)]
        wave = Wave(
            number=number,
            points=points,
            outputs=outputs,
            implausibility=found,
            volume=drawn[1].volume,
            region=region,
            pool=pool,
            level=region.layers[-1].level,
            reached=reached,
            explained=float(np.median(explained)) if len(explained) else np.nan,
        )
        waves.append(wave)
        say(_line(problem, wave))
    return History(problem=problem, waves=tuple(waves))


def _line(problem: Problem, wave: Wave) -> str:
    within = int((largest(wave.implausibility[:, wave.reached]) <= problem.cutoff).sum()) if wave.reached.any() else 0
    missed = facts_missed(wave.implausibility, problem.targets, problem.cutoff)
    return (
        f"wave {wave.number}: {len(wave.points)} points from {wave.volume:.2g} of the ranges, {within} not ruled out; "
        f"the best misses {missed.min()} facts; {wave.pool.volume:.2g} left"
    )


def best_points(history: History, n: int) -> np.ndarray:
    """Return the simulated points that hold the most facts, and among those the ones with the least misfit."""
    targets = history.problem.targets
    held = np.concatenate([facts_held(wave.outputs, targets) for wave in history.waves])
    order = np.lexsort((misfit(history.implausibility, targets, history.problem.cutoff), -held))
    return np.asarray(history.points[order[:n]])


def _next(problem: Problem, number: int, region: Region, pool: Pool) -> np.ndarray:
    """Return the points of a wave: a Latin hypercube first, later draws from what is left.

    Half of them are spread evenly over the region, half over the tenth with the least emulated implausibility: the
    first half maps the region, the second searches for good points.
    """
    if number == 1:
        return _hypercube(problem, problem.points, 1)
    half = problem.points // 2
    rng = problem.rng(1, number)
    even = pool.points[rng.permutation(len(pool.points))[: problem.points - half]]
    found = region.layers[-1].implausibility(pool.points)
    level = float(np.quantile(found, 0.1))
    least = Region((*region.layers[:-1], replace(region.layers[-1], level=level)))
    return np.concatenate([even, spread(pool.points[found <= level], half, least.contains, rng)])


def _hypercube(problem: Problem, n: int, key: int) -> np.ndarray:
    return np.asarray(qmc.LatinHypercube(len(problem.moved), rng=problem.rng(0, key)).random(n))


def _layer(problem: Problem, region: Region, runs: list[tuple[np.ndarray, np.ndarray]], reached: np.ndarray) -> Layer:
    """Return what the points within a region rule out; points of earlier waves count if they lie in it."""
    points = np.concatenate([item[0] for item in runs])
    outputs = np.concatenate([item[1] for item in runs])
    inside = region.contains(points)
    inside[-len(runs[-1][0]) :] = True
    return layer_of(
        points[inside], summarise(outputs[inside]), problem.targets, reached,
        cutoff=problem.cutoff, discrepancy=problem.discrepancy,
    )  # fmt: skip
