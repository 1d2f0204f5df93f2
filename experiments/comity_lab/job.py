"""A job: a self-contained chunk of work."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

__all__ = ["Job"]


@dataclass(frozen=True)
class Job:
    """A self-contained chunk of work: any process that can import comity can do it.

    Attributes
    ----------
    packed
        The recipe.
    plan
        Hash of the plan, written into the chunk.
    numbers, points, replicates, seeds, attempts
        Of each run, shape (runs,).
    rows
        The matrix at their points, (runs, factors).
    """

    packed: bytes = field(repr=False)
    plan: str
    numbers: np.ndarray
    points: np.ndarray
    replicates: np.ndarray
    seeds: list[int]
    attempts: np.ndarray
    rows: np.ndarray

    def __len__(self) -> int:
        return len(self.numbers)

    def halves(self) -> list[Job]:
        """Return the work as two jobs, or as one if it is a single run."""
        middle = len(self) // 2
        return [self._part(slice(0, middle)), self._part(slice(middle, None))] if middle else [self]

    def _part(self, part: slice) -> Job:
        return Job(
            self.packed, self.plan, self.numbers[part], self.points[part], self.replicates[part], self.seeds[part],
            self.attempts[part], self.rows[part],
        )  # fmt: skip
