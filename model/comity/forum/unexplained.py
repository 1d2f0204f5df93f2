"""Whether everything that changed is explained: matrix and sums at each snapshot, values and parts in the tables."""

from __future__ import annotations

from typing import Any

import numpy as np

from comity.errors import InputError
from comity.population.shown import refusal
from comity.world.world import World

__all__ = ["refuse_other_sums", "refuse_unexplained"]

_ROUNDING = 1e-7
_WEIGHTS = np.array([1.0, 2**0.5, 3**0.5, 5**0.5, 7**0.5])
"""One for each group, so that one sum per holder tells whether the sums of all groups are right."""


def refuse_other_sums(world: World, trust_held: np.ndarray) -> None:
    """Raise InputError where ``trust_held`` (n, 5), which tables show, is not the sum of the trust matrix."""
    weights = _WEIGHTS[world.actors["group"]]
    found = weights @ world.trust_in
    found -= weights * world.trust_in.diagonal()
    found -= trust_held @ _WEIGHTS
    if not abs(found).max() <= _ROUNDING:
        _refuse("trust")


def refuse_unexplained(quantity: str, values: Any, parts: Any) -> None:
    """Raise InputError where values have changed by more or less than their parts.

    Parameters
    ----------
    values : shape (snapshots, …)
        A quantity of all actors.
    parts : same shape
        What all mechanisms, and steps from outside, have changed since the snapshot before.
    """
    unexplained = np.diff(np.asarray(values), axis=0) - np.asarray(parts)[1:]
    if not np.abs(unexplained).max(initial=0.0) <= _ROUNDING:
        _refuse(quantity)


def _refuse(quantity: str) -> None:
    raise InputError(f"{refusal(quantity)} It was changed without one. Begin a new ForumModel.")
