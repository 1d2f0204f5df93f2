"""The region that is not ruled out: layers of emulated implausibility, and points drawn evenly from it.

The region is too small for direct sampling. Subset simulation reaches it: the best tenth of evenly spread points is
kept, new points are spread over the region of that tenth, and so on. The product of the kept shares is the remaining
volume. Points are spread by a Markov chain whose steps are differences of other points, so that it adapts
to the shape. Source: Au and Beck (2001); ter Braak (2006).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from comity_lab.calibration.layer import Layer

__all__ = ["Pool", "Region", "spread"]

_KEPT = 0.1
_STEPS = 40
_MOST_LEVELS = 3
"""A wave reduces the volume by at most a factor of 1,000, because surfaces fitted far away are not reliable.
Assumption."""


@dataclass(frozen=True)
class Pool:
    """Points spread evenly over a region, shape (n, inputs), and the share of the unit cube that it takes."""

    points: np.ndarray
    volume: float


@dataclass(frozen=True)
class Region:
    """The part of the unit cube that no layer rules out."""

    layers: tuple[Layer, ...] = field(default=())

    def contains(self, points: np.ndarray) -> np.ndarray:
        """Return whether points lie in it, shape (points,)."""
        inside = np.asarray(((points >= 0) & (points <= 1)).all(axis=1))
        for layer in self.layers:
            where = np.flatnonzero(inside)
            inside[where] = layer.implausibility(points[where]) <= layer.level
        return inside

    def shrunk(self, layer: Layer, pool: Pool, cutoff: float, rng: np.random.Generator) -> tuple[Region, Pool]:
        """Return the region with one more layer, and points spread evenly over it.

        Where the cutoff leaves nothing within the volume that one wave may take away, the level of the layer stays
        above it.
        """
        points, volume, level = pool.points, pool.volume, np.inf
        for _ in range(_MOST_LEVELS):
            found = layer.implausibility(points)
            level = max(cutoff, float(np.quantile(found, _KEPT)))
            kept = found <= level
            volume *= float(kept.mean())
            within = Region((*self.layers, replace(layer, level=level)))
            points = spread(points[kept], len(points), within.contains, rng)
            if level == cutoff:
                break
        return Region((*self.layers, replace(layer, level=level))), Pool(points, volume)


def spread(
    seeds: np.ndarray, n: int, contains: Callable[[np.ndarray], np.ndarray], rng: np.random.Generator
) -> np.ndarray:
    """Return n points spread evenly over a region, by a Markov chain that starts from such points.

    Every other step replaces one coordinate by a draw over its whole range; the rest add a difference of two seeds, in
    all coordinates or in some. Both are as likely forth as back, so that the even distribution stays.

    Parameters
    ----------
    seeds
        Points of the region, shape (some, inputs), spread evenly.
    n
        Number of points.
    contains
        Function that returns which points lie in the region.
    rng
        Luck.
    """
    points = seeds[rng.integers(len(seeds), size=n)].copy()
    k = points.shape[1]
    for step in range(_STEPS):
        moved = points.copy()
        if step % 2:
            moved[np.arange(n), rng.integers(k, size=n)] = rng.random(n)
        else:
            a, b = rng.integers(len(seeds), size=(2, n))
            chosen = rng.random((n, k)) < rng.choice([1.0, 0.3], size=(n, 1))
            length = 2.38 / np.sqrt(2 * np.maximum(chosen.sum(axis=1), 1)) * rng.choice([1.0, 0.4], size=n)
            moved += chosen * (length[:, None] * (seeds[a] - seeds[b]) + rng.normal(0, 1e-4, (n, k)))
        accepted = contains(moved)
        points[accepted] = moved[accepted]
    return points
