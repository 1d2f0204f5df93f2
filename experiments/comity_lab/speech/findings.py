"""Findings on a panel of speeches, the same for what was observed and what a run would show."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from comity_lab.speech.panel import YEARS, Panel

__all__ = ["CHAIRS", "FINDINGS", "Finding", "findings_of"]

Floats = NDArray[np.float64]
Period = tuple[int, int]

CHAIRS = {"BEL": 2007, "PHL": 2008, "GRC": 2009, "MEX": 2010, "CHE": 2011, "MUS": 2012, "SWE": 2013}
"""Year in which a state chaired the forum; Sweden from 2013, for the meeting of 2014."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One number of a panel.

    Attributes
    ----------
    name, text
        What it is called, and means.
    low, high
        Accepted values: the tolerance of the finding, from the sources of the data.
    role
        ``test``: a set named before any run was seen; ``check``: asked two-sided, beside it.
    """

    name: str
    text: str
    low: float
    high: float
    role: Literal["test", "check"]

    def holds(self, value: float) -> bool:
        """Return whether a value lies within the tolerance; nan does not."""
        return self.low <= value <= self.high


FINDINGS: tuple[Finding, ...] = (
    Finding(
        name="spike", low=0.06, high=0.18, role="test",
        text="speeches that mention migration in 2006, minus the mean of 2004, 2005, 2007 and 2008",
    ),
    Finding(
        name="recruits", low=-0.15, high=0.01, role="test",
        text="later mentions of states that took up the subject in 2006 over states that stayed silent, minus the same "
        "of ordinary years",
    ),
    Finding(
        name="recruits_cooperation", low=-0.23, high=-0.003, role="test",
        text="the same for the frame of cooperation",
    ),
    Finding(
        name="specialisation", low=0.02, high=0.19, role="test",
        text="share of the variance of mentions that lies between states, 2007-2013 minus 1999-2005",
    ),
    Finding(
        name="memory", low=-math.inf, high=0.2, role="test",
        text="first-order autocorrelation of mentions within states, 1994-2013, corrected by (1 + r) / T",
    ),
    Finding(
        name="after_chair", low=-0.2, high=0.2, role="check",
        text="frame of development of former chairs after their year, over states that never chaired",
    ),
    Finding(
        name="neighbours_rights", low=0.1, high=0.3, role="check",
        text="frame of rights on that of the region in the year before, within states and years, 2007-2013",
    ),
    Finding(
        name="neighbours_cooperation", low=0.1, high=0.3, role="check",
        text="the same for the frame of cooperation",
    ),
)  # fmt: skip
"""Findings 1, 2, 4 and 6, which test, and 3 and 7, which check; numbers as in the sources of the data."""


def findings_of(panel: Panel, regions: Sequence[str], chairs: Mapping[str, int] = CHAIRS) -> dict[str, float]:
    """Return all findings on a panel, and ``chair_year``, by name.

    Parameters
    ----------
    regions
        Region of each state, in the order of the panel.
    chairs
        Year in which each chair chaired.
    """
    development, place = panel.frames["development"], np.asarray(regions)
    in_year, after = chair_effects(
        development, [(panel.states.index(s), y) for s, y in chairs.items() if s in panel.states]
    )
    return {
        "spike": spike(panel.mention),
        "recruits": recruits(panel.mention),
        "recruits_cooperation": recruits(panel.frames["cooperation_any"]),
        "specialisation": between_share(panel.mention, (2007, 2013)) - between_share(panel.mention, (1999, 2005)),
        "memory": memory(panel.mention),
        "chair_year": in_year,
        "after_chair": after,
        "neighbours_rights": neighbours(panel.frames["rights"], place, (2007, 2013)),
        "neighbours_cooperation": neighbours(panel.frames["cooperation"], place, (2007, 2013)),
    }


def _columns(first: int, last: int) -> slice:
    return slice(YEARS.index(first), YEARS.index(last) + 1)


def _mean(values: Floats, axis: int) -> Floats:
    """Return the mean over what is known; nan where nothing is."""
    known = ~np.isnan(values)
    count = known.sum(axis=axis)
    total = np.where(known, values, 0.0).sum(axis=axis)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def spike(said: Floats) -> float:
    """Return the share of speeches in 2006 minus the mean of the shares in 2004, 2005, 2007 and 2008."""
    share = dict(zip(YEARS, _mean(said, 0), strict=True))
    return float(share[2006] - np.mean([share[year] for year in (2004, 2005, 2007, 2008)]))


def recruits(said: Floats, event: int = 2006, silent: int = 3, later: int = 7) -> float:
    """Return how much more recruits of an event say later than those that stayed silent, minus that of ordinary years.

    Recruits of a year were silent in the three years before (or gave no speech) and speak of it in the year; the silent
    do not. Later: their mean over the seven years after. Ordinary years: 1997 to the year before the event, unweighted;
    those without a recruit are left out.
    """
    ordinary = [_stayed(said, year, silent, later) for year in range(YEARS[0] + silent, event)]
    known = [value for value in ordinary if not math.isnan(value)]
    return _stayed(said, event, silent, later) - (float(np.mean(known)) if known else math.nan)


def _stayed(said: Floats, year: int, silent: int, later: int) -> float:
    before = np.nan_to_num(said[:, _columns(year - silent, year - 1)]).sum(axis=1) == 0
    now = said[:, YEARS.index(year)]
    after = _mean(said[:, _columns(year + 1, min(year + later, YEARS[-1]))], 1)
    took_up, stayed_silent = (_mean(after[before & chosen], 0) for chosen in (now == 1, now == 0))
    return float(took_up - stayed_silent)


def between_share(said: Floats, period: Period) -> float:
    """Return the share of the variance of speeches that lies between states: the intraclass correlation by the one-way
    analysis of variance for groups of unequal size (Donner 1986)."""
    part = said[:, _columns(*period)]
    known = ~np.isnan(part)
    n = known.sum(axis=1)
    part, known, n = part[n > 0], known[n > 0], n[n > 0].astype(float)
    means = _mean(part, 1)
    total, k = n.sum(), len(n)
    between = (n * (means - part[known].mean()) ** 2).sum() / (k - 1)
    within = (np.where(known, part - means[:, None], 0.0) ** 2).sum() / (total - k)
    size = (total - (n**2).sum() / total) / (k - 1)
    variance = (between - within) / size
    return float(variance / (variance + within)) if variance + within > 0 else math.nan


def memory(said: Floats) -> float:
    """Return the autocorrelation of consecutive years within states and years, corrected by (1 + r) / T for the bias of
    short panels (Nickell 1981); T: the mean number of pairs of years of a state."""
    then, now = said[:, :-1], said[:, 1:]
    both = ~np.isnan(then) & ~np.isnan(now)
    raw = _slope_within(np.where(both, then, np.nan), np.where(both, now, np.nan))
    return raw + (1 + raw) / float(both.sum(axis=1)[both.any(axis=1)].mean())


def chair_effects(said: Floats, chairs: Sequence[tuple[int, int]]) -> tuple[float, float]:
    """Return how much more chairs say in their year, and after it, than before it, over states that never chaired.

    Parameters
    ----------
    chairs
        Row and year of each chair.
    """
    others = np.delete(said, [row for row, _ in chairs], axis=0)
    in_year, after = [], []

    def rise(row: int, period: slice, before: slice) -> float:
        own = _mean(said[row, period], 0) - _mean(said[row, before], 0)
        theirs = _mean(_mean(others[:, period], 1) - _mean(others[:, before], 1), 0)
        return float(own - theirs)

    for row, year in chairs:
        before = _columns(YEARS[0], year - 1)
        in_year.append(rise(row, _columns(year, year), before))
        if year < YEARS[-1]:
            after.append(rise(row, _columns(year + 1, YEARS[-1]), before))
    return _known_mean(in_year), _known_mean(after)


def _known_mean(values: Sequence[float]) -> float:
    return float(_mean(np.array(values, dtype=float), 0)) if values else math.nan


def neighbours(said: Floats, regions: NDArray[np.str_], period: Period) -> float:
    """Return the slope of what a state says on the mean of the others of its region in the year before, within states
    and years."""
    known = ~np.isnan(said)
    plain = np.where(known, said, 0.0)
    theirs = np.full(said.shape, np.nan)
    for region in np.unique(regions):
        members = regions == region
        count = known[members].sum(axis=0) - known[members]
        total = plain[members].sum(axis=0) - plain[members]
        theirs[members] = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    now = _columns(*period)
    x, y = theirs[:, now.start - 1 : now.stop - 1], said[:, now]
    both = ~np.isnan(x) & ~np.isnan(y)
    return _slope_within(np.where(both, x, np.nan), np.where(both, y, np.nan))


def _slope_within(x: Floats, y: Floats) -> float:
    """Return the least-squares slope of y on x after the means of rows and columns are taken out; nan without variance.

    Both have nan at the same places.
    """
    x, y = _within(x), _within(y)
    square = np.nansum(x**2)
    return float(np.nansum(x * y) / square) if square > 1e-12 else math.nan


def _within(values: Floats) -> Floats:
    """Return values less the means of their row and column, by turns until nothing moves."""
    for _ in range(1000):
        before = values
        values = values - _mean(values, 1)[:, None]
        values = values - _mean(values, 0)[None, :]
        if np.nanmax(np.abs(values - before), initial=0.0) < 1e-10:
            break
    return values
