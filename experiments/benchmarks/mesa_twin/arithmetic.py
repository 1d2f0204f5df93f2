"""The few functions that every rule needs: logistic, logit, clip, mean and opposed."""

from __future__ import annotations

import math
from collections.abc import Iterable

__all__ = ["ROUNDING", "clip", "logistic", "logit", "mean", "opposed"]

ROUNDING = 1e-12
"""Differences of position below this are rounding (ODD 7.5)."""


def logistic(utility: float) -> float:
    """Return 1 / (1 + exp(-u)), without overflow."""
    if utility < 0:
        power = math.exp(utility)
        return power / (1 + power)
    return 1 / (1 + math.exp(-utility))


def logit(probability: float) -> float:
    """Return the inverse of the logistic function, its argument bounded to [1e-6, 1 - 1e-6]."""
    bounded = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(bounded / (1 - bounded))


def clip(value: float) -> float:
    """Return the value bounded to [0, 1]."""
    return min(max(value, 0.0), 1.0)


def mean(values: Iterable[float], empty: float = 0.0) -> float:
    """Return the mean, or what stands for that of nothing."""
    held = list(values)
    return sum(held) / len(held) if held else empty


def opposed(side: float, other: float) -> bool:
    """Return whether two differences from the mean lie on its two sides, by more than rounding."""
    return min(abs(side), abs(other)) > ROUNDING and side * other < 0
