"""Whether everything that has changed is explained: matrices, sums and parts agree when a snapshot is taken."""

from __future__ import annotations

from typing import Any

import numpy as np

from comity.errors import InputError
from comity.population.shown import refusal
from comity.population.world import COOPERATION_PARTS, GROUPS, POSITION_PARTS, SOVEREIGNTY_PARTS
from comity.trace import Snapshot

__all__ = ["refuse_unexplained"]

_ROUNDING = 1e-7
_CODES = np.arange(len(GROUPS))


def refuse_unexplained(now: Snapshot, before: Snapshot | None, trust_in: np.ndarray) -> None:
    """Raise InputError where a quantity was changed by something that explains nothing.

    Parameters
    ----------
    before
        The snapshot before; None for the first.
    trust_in
        Trust (n, n), row the partner, column the holder.
    """
    group = now.actors["group"]
    members = (group == _CODES[:, None]).astype(float)
    held = members @ trust_in - members * trust_in.diagonal()
    _compare("trust", held.T, now.trust_held)
    if before is None:
        return
    _compare("trust", now.trust_held - before.trust_held, _sum(now, "trust", now.trust_parts.sum(axis=2)))
    for quantity, parts in (("cooperation", COOPERATION_PARTS), ("sovereignty", SOVEREIGNTY_PARTS)):
        explained = sum(now.actors[f"{quantity}_by_{part}"] for part in parts)
        _compare(quantity, now.actors[quantity] - before.actors[quantity], _sum(now, quantity, explained))
    explained = sum(now.preferences[f"by_{part}"] for part in POSITION_PARTS)
    moved = now.preferences["position"] - before.preferences["position"]
    _compare("position", moved, _sum(now, "position", explained))


def _sum(now: Snapshot, quantity: str, explained: Any) -> np.ndarray:
    """Return what mechanisms and steps from outside explain together."""
    found: np.ndarray = sum(now.outside.get(quantity, {}).values(), start=explained)
    return found


def _compare(quantity: str, found: np.ndarray, explained: np.ndarray) -> None:
    if not np.abs(found - explained).max(initial=0.0) <= _ROUNDING:
        raise InputError(f"{refusal(quantity)} It was changed without one. Begin a new ForumModel.")
