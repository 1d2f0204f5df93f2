"""Whether sensitivity indices are settled at the size of their sample."""

from __future__ import annotations

import numpy as np

__all__ = ["RULE", "SMALL", "WIDEST", "unsettled"]

WIDEST = 0.05
"""Largest width of the 95 % interval of a settled index: share of the variance (Sobol), or of the largest μ* (Morris).

Source: Sarrazin, Pianosi and Wagener (2016), Environmental Modelling & Software 79, 135-152, for indices in [0, 1].
Assumption: the same for μ* as a share of the largest one.
"""

SMALL = 0.05
"""Index below which a rank means nothing; same scale. Assumption: the width of a settled index, as above."""

RULE = (
    f"settled: the 95 % interval of the total index (Sobol) or of mu* / largest mu* (Morris) is at most {WIDEST:g} "
    "wide, and the first half of the sample gives the same rank (Sarrazin and others 2016); width, rank: what is not"
)


def unsettled(value: np.ndarray, half_width: np.ndarray, before: np.ndarray) -> list[str]:
    """Return what is not settled about each index: nothing, ``width``, ``rank``, or ``width, rank``.

    Parameters
    ----------
    value, half_width
        Total index or μ*, and half of its 95 % interval, shape (factors,); on the scale of :data:`WIDEST`.
    before
        The same index from the first half of the sample; nan if that has none.

    Notes
    -----
    Ranks are among the factors that have at least :data:`SMALL` in the whole sample or in its first half.
    """
    is_wide = ~(2 * half_width <= WIDEST)
    is_ranked = ~(np.fmax(value, before) < SMALL)
    ranks = [np.argsort(np.argsort(-numbers[is_ranked], kind="stable")) for numbers in (value, before)]
    is_moved = np.zeros(len(value), dtype=bool)
    is_moved[is_ranked] = (ranks[0] != ranks[1]) | ~np.isfinite(before[is_ranked])
    return [
        ", ".join(word for word, is_so in (("width", wide), ("rank", moved)) if is_so)
        for wide, moved in zip(is_wide, is_moved, strict=True)
    ]
