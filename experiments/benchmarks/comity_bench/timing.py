"""Timing: processor time in alternating rounds, medians with intervals that assume no distribution."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import binom, linregress, t

__all__ = ["Spread", "alternate", "exponent", "median", "over", "rates"]


@dataclass(frozen=True, kw_only=True)
class Spread:
    """A number with the interval that holds the true one with chance ``coverage``; ``n`` values went into it."""

    value: float
    low: float | None
    high: float | None
    coverage: float | None
    n: int


def alternate(
    works: Mapping[str, tuple[Callable[[], object], int]],
    rounds: int,
    clock: Callable[[], float] = time.process_time,
    *,
    prepared: bool = False,
) -> dict[str, np.ndarray]:
    """Time several things in turn, so that whatever else the machine does falls on all of them.

    Parameters
    ----------
    works
        What to do and how often in each round, by name. All have run once before.
    rounds
        Every second one goes through the names backwards.
    clock
        Processor time of this process by default: what other processes do enters through the caches only.
    prepared
        Do each thing once untimed at the beginning of each turn. For more than four scenarios: the stages of as many
        are kept ready, and those of the others would be built anew within the time of a run.

    Returns
    -------
    dict
        Seconds for doing it once, in each round, shape (rounds,).
    """
    seconds: dict[str, list[float]] = {name: [] for name in works}
    for number in range(rounds):
        gc.collect()
        for name in list(works)[:: -1 if number % 2 else 1]:
            work, times = works[name]
            if prepared:
                work()
            start = clock()
            for _ in range(times):
                work()
            seconds[name].append((clock() - start) / times)
    return {name: np.array(found) for name, found in seconds.items()}


def median(values: Sequence[float] | np.ndarray) -> Spread:
    """Return the median with its interval between order statistics.

    The narrowest one that holds the true median with 95 % whatever the distribution; of fewer than six values all,
    and ``coverage`` says with how much less. Source: Conover (1999), "Practical nonparametric statistics", 3.2.
    """
    ordered, n = np.sort(np.asarray(values, dtype=float)), len(values)
    if n < 2:
        return Spread(value=float(ordered[0]), low=None, high=None, coverage=None, n=n)
    left_out = 0
    while 1 - 2 * binom.cdf(left_out + 1, n, 0.5) >= 0.95:
        left_out += 1
    return Spread(
        value=float(np.median(ordered)),
        low=float(ordered[left_out]),
        high=float(ordered[n - 1 - left_out]),
        coverage=float(1 - 2 * binom.cdf(left_out, n, 0.5)),
        n=n,
    )


def over(first: np.ndarray, second: np.ndarray) -> Spread:
    """Return the median over rounds of the ratio of two times of the same round."""
    return median(first / second)


def rates(seconds: np.ndarray) -> Spread:
    """Return the median of how often in a second."""
    return median(1.0 / seconds)


def exponent(sizes: Sequence[float], seconds: Sequence[float]) -> Spread:
    """Return the slope of log(seconds) on log(size) by least squares, with its 95 % interval by Student's t.

    The interval tells how well one power fits; a slope that itself grows with size widens it.
    """
    fit = linregress(np.log(sizes), np.log(seconds))
    n = len(sizes)
    if n < 3:
        return Spread(value=float(fit.slope), low=None, high=None, coverage=None, n=n)
    half = float(t.ppf(0.975, n - 2)) * float(fit.stderr)
    return Spread(value=float(fit.slope), low=float(fit.slope) - half, high=float(fit.slope) + half, coverage=0.95, n=n)
