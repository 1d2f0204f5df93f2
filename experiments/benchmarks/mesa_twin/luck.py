"""Luck: the draws of a run, each found by its address; the one thing that the twin has in common with comity's rules.

Draws are asked for one at a time from :func:`comity.randomness.uniform`, whose known answers are tested there.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from comity.randomness import Decision, address, decision_keys, uniform

__all__ = ["Decision", "Luck", "address_of", "later"]

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
