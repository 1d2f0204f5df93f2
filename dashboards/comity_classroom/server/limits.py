"""Limits: how often somebody may ask, and how often a guess may fail."""

from __future__ import annotations

import time

__all__ = ["Limit"]

_MOST_REMEMBERED = 5000


class Limit:
    """A bucket for each asker, which refills with time.

    Parameters
    ----------
    burst
        How many are allowed at once.
    per_second
        How many come back each second.
    """

    def __init__(self, burst: float, per_second: float) -> None:
        self.burst, self.per_second = burst, per_second
        self._left: dict[str, tuple[float, float]] = {}

    def is_open(self, asker: str) -> bool:
        """Return whether one more is allowed, without counting it."""
        return self._now(asker) >= 1.0

    def take(self, asker: str) -> bool:
        """Count one, and return whether it is allowed."""
        left = self._now(asker)
        allowed = left >= 1.0
        if len(self._left) > _MOST_REMEMBERED:
            self._forget()
        self._left[asker] = (left - 1.0 if allowed else left, time.monotonic())
        return allowed

    def _now(self, asker: str) -> float:
        left, then = self._left.get(asker, (self.burst, 0.0))
        return min(self.burst, left + self.per_second * (time.monotonic() - then))

    def _forget(self) -> None:
        """Forget those whose bucket is full again: they are as good as new."""
        self._left = {asker: kept for asker, kept in self._left.items() if self._now(asker) < self.burst}
