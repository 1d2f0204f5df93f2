"""What every rule of the twin needs: the logistic function, means, exposure (ODD 7.1), and luck found by its address.

Draws are asked for one at a time from :func:`comity.randomness.uniform`, whose known answers are tested there.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cache

import numpy as np

from comity.randomness import Decision, address, decision_keys, uniform
from comity.scenario.schema import Issue

__all__ = [
    "ROUNDING",
    "Decision",
    "Luck",
    "address_of",
    "clip",
    "exposure",
    "later",
    "logistic",
    "logit",
    "mean",
    "opposed",
]

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


address_of = cache(address)
"""The address of a name, remembered."""


@cache
def later(name: str, number: int) -> np.uint64:
    """Return the address of a sitting advanced by the number of the round: (sitting + number) mod 2**32."""
    return np.uint64((int(address_of(name)) + number) % 2**32)


_NUMBERS = tuple(np.uint64(number) for number in range(64))
_NOTHING = _NUMBERS[0]


class Luck:
    """The luck of one run."""

    def __init__(self, seed: int) -> None:
        self._keys = decision_keys(seed)

    def draw(
        self,
        decision: Decision,
        place: str,
        sitting: np.uint64 = _NOTHING,
        actor: np.uint64 = _NOTHING,
        partner: np.uint64 = _NOTHING,
    ) -> float:
        """Return the draw in [0, 1) at an address; ``place`` is the name of the meeting, the vote or the year."""
        key = self._keys[decision]
        number: float = uniform(key, address_of(place), sitting, actor, partner)  # type: ignore[no-untyped-call]
        return number

    @staticmethod
    def number(value: int) -> np.uint64:
        """Return the address of a round or a room, which enter by number."""
        return _NUMBERS[value]


def exposure(issue: Issue, framing: float, bindingness: float, base: float) -> float:
    """Return the exposure of an issue where the framing is development and words bind so far, in [0, 1] (ODD 7.1)."""
    return clip(issue.politicisation * (1 - framing * issue.development_framing) * (base + bindingness))
