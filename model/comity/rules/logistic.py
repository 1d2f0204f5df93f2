"""The logistic function L and its inverse."""

from __future__ import annotations

from math import exp, log

from comity.compiled import compiled

__all__ = ["logistic", "logit"]

_EDGE = 1e-6


@compiled
def logistic(utility: float) -> float:
    """Return L(u) = 1 / (1 + exp(-u)), in (0, 1)."""
    return 1.0 / (1.0 + exp(-utility))


@compiled
def logit(share: float) -> float:
    """Return the inverse of L; a share of exactly 0 or 1 is taken as 1e-6 away from it."""
    bounded = min(max(share, _EDGE), 1.0 - _EDGE)
    return log(bounded / (1.0 - bounded))
