"""Effects: main effects and two-way interactions of a factorial design, with their intervals."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from comity.errors import InputError
from comity_lab.analysis.means import interval
from comity_lab.analysis.selection import chosen_measures, cube, label_of, unit_of
from comity_lab.reading import SweepTables

__all__ = ["Effects", "effects"]

_ROUNDING = 1e-12
"""Share of a value below which a difference is a rounding error."""


@dataclass(frozen=True, kw_only=True)
class Effects:
    """Effects of a factorial design.

    Attributes
    ----------
    table
        One row per measure and effect: measure, unit; factor, change (what is set, from and to); other, other_change
        (empty for a main effect); n, effect, half_width, low and high of the 95 % interval, and share (of the variance
        of the means over the points, for all changes of this factor or pair together).
    rest
        Share of the variance of the means that no main effect and no two-way interaction accounts for, by measure: the
        interactions of three and more factors, in [0, 1]; nan where the points do not differ.
    is_paired
        Whether the intervals are those of replicates under common luck.
    """

    table: pd.DataFrame
    rest: dict[str, float]
    is_paired: bool


@dataclass(frozen=True)
class _Term:
    """A contrast: its factors, the change of each in words, and the weight of each point, shape (points,)."""

    factors: tuple[int, ...]
    changes: tuple[str, ...]
    weights: np.ndarray


def effects(sweep: SweepTables, measures: Iterable[str] | None = None) -> Effects:
    """Return the main effects and two-way interactions of a factorial design.

    The main effect of a factor is the mean over all points where it has one value, minus the mean over all points
    where it has its first value. The interaction of two factors is the effect of the one where the other has that
    value, minus its effect where the other has its first value. (Box, Hunter and Hunter (2005), Statistics for
    Experimenters, section 5.6, call half of this difference the interaction of two factors with two values.)

    Under common random numbers an effect is computed for each replicate, whose points share their luck, and the
    interval is Student's over the replicates. A replicate with a missing run is left out. Without common random numbers
    the points are independent, and the interval is Welch's: the variances of the points add up, with the degrees of
    freedom of Satterthwaite (1946), Biometrics Bulletin 2, 110-114.

    Parameters
    ----------
    sweep
        Tables of a sweep of all combinations of the values of its factors: the sampler grid, or a list of them.
        A factor with one value is passed over.
    measures
        Names; by default all.

    Raises
    ------
    InputError
        The design is no factorial; the message names its sampler, and says what to do.
    """
    levels = _levels(sweep)
    names = chosen_measures(sweep, measures)
    values = cube(sweep, names)
    is_paired = sweep.design.common_random_numbers
    terms = list(_terms(sweep, levels))
    found = _paired(values, terms) if is_paired else _welch(values, terms)
    found = {key: _without_rounding(key, item, values) for key, item in found.items()}
    means = interval(values)["mean"]
    factors = sweep.factors
    frames: list[pd.DataFrame] = []
    rest: dict[str, float] = {}
    for column, name in enumerate(names):
        shares, rest[name] = _shares(means[:, column], levels)
        rows = [
            {
                "measure": name,
                "unit": unit_of(name),
                "factor": factors[term.factors[0]],
                "change": term.changes[0],
                "other": factors[term.factors[1]] if len(term.factors) > 1 else "",
                "other_change": term.changes[1] if len(term.factors) > 1 else "",
                "n": int(found["n"][number, column]),
                "effect": found["mean"][number, column],
                "half_width": found["half_width"][number, column],
                "share": shares[term.factors],
            }
            for number, term in enumerate(terms)
        ]
        frames.append(pd.DataFrame(rows))
    table = pd.concat(frames, ignore_index=True)
    table.insert(9, "low", table["effect"] - table["half_width"])
    table.insert(10, "high", table["effect"] + table["half_width"])
    return Effects(table=table, rest=rest, is_paired=is_paired)


def _levels(sweep: SweepTables) -> np.ndarray:
    """Return the number of the value of each factor at each point, shape (points, factors), or raise InputError."""
    sampler = sweep.design.sampler
    if sampler not in ("grid", "list"):
        advice = (
            "Use comity sweep sensitivity"
            if sampler in ("sobol", "morris")
            else "Use comity sweep means or comity sweep discover"
        )
        raise InputError(
            f"sweep: sampler must be grid (or a list of all combinations) for effects, got {sampler!r}, whose points "
            f'are no factorial. {advice}; or sweep a design with sampler = "grid".'
        )
    matrix = sweep.plan.matrix
    levels = (
        np.column_stack([np.unique(column, return_inverse=True)[1] for column in matrix.T]) if matrix.size else matrix
    )
    counts = levels.max(axis=0) + 1 if levels.size else np.zeros(0)
    if not (counts > 1).any():
        raise InputError(
            "sweep: must vary a factor for effects, got one point. Give a factor two values or more, and sweep again."
        )
    if (n_all := math.prod(counts.tolist())) != len(matrix):
        raise InputError(
            f"sweep: must have all {n_all} combinations of the values for effects, "
            f'got a list (sampler {sampler!r}) of {len(matrix)}. Sweep the same values with sampler = "grid", or use '
            "comity sweep differences."
        )
    return levels


def _terms(sweep: SweepTables, levels: np.ndarray) -> Iterator[_Term]:
    """Yield the contrast of every effect: main effects first, then pairs, in the order of factors and values."""
    factors = sweep.design.factors
    single: dict[int, list[tuple[str, np.ndarray, np.ndarray]]] = {}
    for i, factor in enumerate(factors):
        column = levels[:, i]
        coded = [sweep.plan.matrix[column == level, i][0] for level in range(column.max() + 1)]
        shown = [label_of({"": factor.value(value)}).strip() for value in coded]
        single[i] = [
            (f"{shown[0]} → {shown[level]}", (column == level).astype(float), (column == 0).astype(float))
            for level in range(1, len(coded))
        ]
        for change, on, off in single[i]:
            yield _Term((i,), (change,), on / on.sum() - off / off.sum())
    for i, j in itertools.combinations(range(len(factors)), 2):
        for (first, on, off), (second, there, away) in itertools.product(single[i], single[j]):
            weights = sum(
                sign * cell / cell.sum()
                for sign, cell in ((1, on * there), (-1, off * there), (-1, on * away), (1, off * away))
            )
            yield _Term((i, j), (first, second), np.asarray(weights))


def _paired(values: np.ndarray, terms: list[_Term]) -> dict[str, np.ndarray]:
    """Return n, mean and half-width of each effect, shape (effects, measures), over complete replicates."""
    weights = np.stack([term.weights for term in terms])
    # A weight of 0 times nan is nan: a replicate counts only where it is complete at every point.
    return interval(np.einsum("ep,prm->erm", weights, values))


def _welch(values: np.ndarray, terms: list[_Term]) -> dict[str, np.ndarray]:
    """Return n, mean and half-width of each effect, shape (effects, measures), of points with their own luck.

    n is the smallest number of runs at a point.
    """
    from scipy.stats import t

    points = interval(values)
    weights = np.stack([term.weights for term in terms])
    mean = weights @ points["mean"]
    with np.errstate(invalid="ignore", divide="ignore"):
        parts = weights[:, :, None] ** 2 * (points["sd"] ** 2 / points["n"])[None]
        variance = parts.sum(axis=1)
        freedom = variance**2 / (parts**2 / (points["n"] - 1)[None]).sum(axis=1)
        half = np.where(variance == 0, 0.0, t.ppf(0.975, freedom) * np.sqrt(variance))
    return {"n": np.broadcast_to(points["n"].min(axis=0), mean.shape), "mean": mean, "half_width": half}


def _without_rounding(key: str, item: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return effects or half-widths with 0 where they are rounding errors of the values, shape (effects, measures)."""
    if key == "n":
        return item
    largest = np.where(np.isfinite(values), np.abs(values), 0).max(axis=(0, 1))
    return np.where(np.abs(item) < _ROUNDING * largest, 0.0, item)


def _shares(means: np.ndarray, levels: np.ndarray) -> tuple[dict[tuple[int, ...], float], float]:
    """Return the share of each factor and pair in the variance of the means, and the rest.

    In a full factorial the sums of squares are orthogonal and add up to the total.
    """
    total = ((means - means.mean()) ** 2).sum()
    k = levels.shape[1]
    fitted: dict[tuple[int, ...], np.ndarray] = {}
    for term in [(i,) for i in range(k)] + list(itertools.combinations(range(k), 2)):
        cells = np.unique(levels[:, list(term)], axis=0, return_inverse=True)[1].reshape(-1)
        fitted[term] = (np.bincount(cells, means) / np.bincount(cells))[cells] - means.mean()
        if len(term) == 2:
            fitted[term] = fitted[term] - fitted[term[:1]] - fitted[term[1:]]
    if not total > (_ROUNDING * np.abs(means).max()) ** 2 * len(means):  # also where a mean is nan
        return dict.fromkeys(fitted, float("nan")), float("nan")
    shares = {term: round(float((part**2).sum() / total), 12) for term, part in fitted.items()}
    return shares, round(max(0.0, 1 - sum(shares.values())), 12)
