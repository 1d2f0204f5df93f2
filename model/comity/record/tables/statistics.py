"""Means and shares that tables need, with nan where there is nothing."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["group_mean", "share", "silent"]


def group_mean(values: np.ndarray, sizes: np.ndarray) -> float:
    """Return the mean over groups weighted by their size, without groups that are empty."""
    known = (sizes > 0) & ~np.isnan(values)
    return float((values[known] * sizes[known]).sum() / sizes[known].sum()) if known.any() else float("nan")


def share(flags: Any) -> float:
    """Return the share of flags that are true; nan where there are none."""
    flags = np.asarray(flags)
    return float(flags.mean()) if len(flags) else float("nan")


def silent(seats: np.ndarray, group: int) -> float:
    """Return the share of a group's seats, (groups, acts), that stayed silent; nan where it had none."""
    total = seats[group].sum()
    return float(seats[group, 0] / total) if total else float("nan")
