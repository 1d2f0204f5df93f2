"""Means and shares that tables need, with nan where there is nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    pass

__all__ = ["group_mean", "share", "silent"]


def group_mean(values: np.ndarray, sizes: np.ndarray) -> float:
    """Return the mean over groups weighted by their size, without groups that are empty."""
    known = (sizes > 0) & ~np.isnan(values)
    return float((values[known] * sizes[known]).sum() / sizes[known].sum()) if known.any() else float("nan")


def share(flags: Any) -> float:
    flags = np.asarray(flags)
    return float(flags.mean()) if len(flags) else float("nan")


def silent(seats: np.ndarray, group: int) -> float:
    total = seats[group].sum()
    return float(seats[group, 0] / total) if total else float("nan")
