"""A target: one observed number, or a bound, with its uncertainty."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from comity.errors import InputError

__all__ = ["HALF_WIDTH", "Target", "check_targets", "facts_of", "planted"]


HALF_WIDTH = 2.0
"""Tolerance of a fact, in standard deviations of its observation: the tolerance is taken as the half-width of a 95 %
interval. Assumption."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """What one output of the model is compared with.

    Attributes
    ----------
    key
        Name of the output, ``F20.2007``.
    fact
        The fact that it belongs to, ``F20``: a series of six numbers is one fact with six targets.
    low, high
        The observed value lies between low and high. They are equal for an observed number; one is infinite if only a
        direction was observed.
    sd
        Standard deviation of the observation, in the unit of the output, > 0.
    text
        The sentence of the fact.
    """

    key: str
    fact: str
    low: float
    high: float
    sd: float
    text: str = ""

    def distance(self, values: np.ndarray) -> np.ndarray:
        """Return the distance of values from [low, high], in their unit: 0 inside; nan stays nan."""
        return np.maximum(np.maximum(self.low - values, values - self.high), 0.0)

    def meets(self, values: np.ndarray) -> np.ndarray:
        """Return whether values meet the target: within the tolerance of a number, or strictly within the bounds."""
        if self.low == self.high:
            return np.abs(values - self.low) <= HALF_WIDTH * self.sd * (1 + 1e-9)
        return (self.low < values) & (values < self.high)

    def holds(self, value: float) -> bool:
        """Return whether one value meets the target."""
        return bool(self.meets(np.array(value)))

    @property
    def reference(self) -> float:
        """The observed number, the bound, or the middle of the interval."""
        if math.isinf(self.low):
            return self.high
        return self.low if math.isinf(self.high) else (self.low + self.high) / 2

    @property
    def observed(self) -> str:
        """What was observed, in words."""
        if self.low == self.high:
            return f"{self.low:.4g}"
        if math.isinf(self.high):
            return f"≥ {self.low:.4g}"
        if math.isinf(self.low):
            return f"≤ {self.high:.4g}"
        return f"{self.low:.4g} to {self.high:.4g}"


def planted(target: Target, value: float) -> Target:
    """Return the target as observed in a world in which its output has this value.

    An observed number becomes that value. A bound that the value satisfies stays; a violated bound is reversed, and an
    interval that does not contain the value is centred on it. The kind of each fact stays the same.
    """
    if target.low == target.high:
        return replace(target, low=value, high=value)
    if target.low <= value <= target.high:
        return target
    if math.isinf(target.high):
        return replace(target, low=-math.inf, high=target.low)
    if math.isinf(target.low):
        return replace(target, low=target.high, high=math.inf)
    half = (target.high - target.low) / 2
    return replace(target, low=value - half, high=value + half)


def facts_of(targets: Sequence[Target]) -> list[str]:
    """Return the facts that targets belong to, each once."""
    return list(dict.fromkeys(target.fact for target in targets))


def check_targets(targets: Sequence[Target], where: str = "targets") -> None:
    """Raise InputError if a target is not usable."""
    keys = [target.key for target in targets]
    for target in targets:
        if keys.count(target.key) > 1:
            raise InputError(f"{where}: key must be unique, got {target.key!r} twice. Rename one.")
        if not (math.isfinite(target.sd) and target.sd > 0):
            raise InputError(
                f"{where}: {target.key}: sd must be more than 0, got {target.sd!r}. "
                "Say how far off the observation itself may be."
            )
        if not target.low <= target.high or (math.isinf(target.low) and math.isinf(target.high)):
            raise InputError(
                f"{where}: {target.key}: low must not be above high, and one of them finite, got {target.low!r} and "
                f"{target.high!r}. Correct them."
            )
