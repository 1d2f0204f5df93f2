"""Scenario discovery: under which values of the factors do runs succeed?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from comity.errors import InputError
from comity.extras import needs
from comity_lab.analysis.boxes import cart_boxes, prim_boxes, quasi_p
from comity_lab.analysis.criterion import Criterion, read_criterion
from comity_lab.analysis.selection import chosen_measures, label_of
from comity_lab.factor import Factor
from comity_lab.reading import SweepTables

__all__ = ["Discovery", "discover"]

_MOST_BOXES = 4
"""Largest number of boxes of each method. Assumption: more are not read."""

_COLUMNS = [
    *("method", "box", "coverage", "density", "mass", "n", "n_success"),
    *("factor", "rule", "limit", "quasi_p"),
]


@dataclass(frozen=True, kw_only=True)
class Discovery:
    """Boxes in the space of the factors in which runs succeed.

    Attributes
    ----------
    success
        The criteria, in words.
    n_runs, n_success
        Runs that have all measures of the criteria, and those of them that succeed.
    table
        One row per box and restriction: method (PRIM or CART), box (number, from 1); coverage (share of the successes
        that lie in the box), density (share of the runs in the box that succeed), mass (share of the runs that lie in
        the box), n and n_success (runs in the box); factor, rule (in words), limit (a number, or texts separated by
        commas) and quasi_p of the restriction. Runs in an earlier box of PRIM do not count in a later one.
    sentences
        Each box in words.
    is_reached
        By method: whether its boxes reach the density that was asked for. If not, its densest box is there, if any.
    """

    success: str
    n_runs: int
    n_success: int
    table: pd.DataFrame
    sentences: list[str]
    is_reached: dict[str, bool]


def discover(
    sweep: SweepTables, success: str | Sequence[str], *, density: float = 0.8, mass: float = 0.05
) -> Discovery:
    """Return boxes of PRIM and of CART for a criterion of success.

    Each run is a case, with the values of its factors. Runs without a value of the measure are left out.

    Parameters
    ----------
    sweep
        Tables of a sweep. Points should cover the factors evenly, as those of a Latin hypercube, of Sobol or of a grid.
    success
        ``"MEASURE >= NUMBER"``, or several of which all must hold; operators >=, <=, >, <, ==, !=.
    density
        Least share of successes in a box, in (0, 1]. Assumption: 0.8; Bryant and Lempert (2010) choose by eye.
    mass
        Least share of the runs in a box, in (0, 0.5]. Source: 0.05, default of the EMA workbench.

    Raises
    ------
    InputError
        No run succeeds, or so many that the whole space is a box; a criterion cannot be read; or the extra ``discover``
        is not installed.
    """
    needs("discover", "discover", "ema_workbench", "sklearn")
    criteria = [read_criterion(text) for text in ([success] if isinstance(success, str) else success)]
    for name, value, most in (("density", density, 1.0), ("mass", mass, 0.5)):
        if not 0 < value <= most:
            raise InputError(f"discover: {name} must be more than 0 and at most {most:g}, got {value:g}. Change it.")
    varied = [i for i in range(len(sweep.factors)) if len(np.unique(sweep.plan.matrix[:, i])) > 1]
    if not varied:
        raise InputError("sweep: must vary a factor for discovery, got one point. Vary something in the design.")
    points, y = _cases(sweep, criteria)
    shown = " and ".join(map(str, criteria))
    _check(y, shown, density, mass)
    factors = [sweep.design.factors[i] for i in varied]
    columns = [factor.column(sweep.plan.matrix[points, i]) for i, factor in zip(varied, factors, strict=True)]
    nominal = [column.dtype.kind not in "iuf" for column in columns]
    x = np.column_stack(
        [
            sweep.plan.matrix[points, i] if is_nominal else column.astype(float)
            for i, is_nominal, column in zip(varied, nominal, columns, strict=True)
        ]
    )
    rows, sentences, is_reached = [], [], {}
    for method, find in (("PRIM", prim_boxes), ("CART", cart_boxes)):
        left = np.ones(len(y), dtype=bool)
        boxes = find(x, nominal, y, density, mass, _MOST_BOXES)
        is_reached[method] = bool(boxes)
        for number, box in enumerate(boxes, start=1):
            inside = box.holds(x) & left
            n, hits = int(inside.sum()), int(y[inside].sum())
            about = {"coverage": hits / y.sum(), "density": hits / n, "mass": n / len(y), "n": n, "n_success": hits}
            is_reached[method] &= about["density"] >= density
            words: dict[str, list[str]] = {}
            for kind, i, without in box.restrictions():
                rule, limit = _rule(factors[i], kind, getattr(box, kind)[i])
                words.setdefault(factors[i].name.rpartition(".")[2], []).append(rule)
                p = quasi_p(box, without, x[left], y[left])
                about_rule = {"factor": factors[i].name, "rule": rule, "limit": limit, "quasi_p": p}
                rows.append({"method": method, "box": number, **about, **about_rule})
            where = " and ".join(f"{name} {' and '.join(rules)}" for name, rules in words.items())
            sentences.append(
                f"{method} {number}: with {where}, {hits} of {n} runs succeed (density {hits / n:.2f}). These are "
                f"{hits / y.sum():.0%} of all successes (coverage) in {n / len(y):.0%} of the runs (mass)."
            )
            if method == "PRIM":
                left &= ~inside
    return Discovery(
        success=shown,
        n_runs=len(y),
        n_success=int(y.sum()),
        table=pd.DataFrame(rows, columns=_COLUMNS),
        sentences=sentences,
        is_reached=is_reached,
    )


def _cases(sweep: SweepTables, criteria: list[Criterion]) -> tuple[np.ndarray, np.ndarray]:
    """Return the point of each run that has all measures, and whether the run succeeds."""
    names = chosen_measures(sweep, [criterion.measure for criterion in criteria])
    runs = sweep.runs[sweep.runs["status"] == "ok"]
    runs = runs[np.isfinite(runs[names].to_numpy(dtype=float)).all(axis=1)]
    y = np.all([criterion.holds(runs[criterion.measure].to_numpy()) for criterion in criteria], axis=0)
    return runs["point"].to_numpy(), y


def _check(y: np.ndarray, shown: str, density: float, mass: float) -> None:
    """Raise InputError where there is nothing to discover."""
    if mass * len(y) < 1:
        raise InputError(
            f"discover: a box must hold a run, and {mass:g} of the {len(y)} runs are none. Let the sweep have "
            f"{int(np.ceil(1 / mass))} runs or more, or give a larger --mass."
        )
    if not y.any():
        raise InputError(
            f"discover: some runs must succeed, but {shown} holds in none of {len(y)}. Take a weaker criterion; "
            "comity sweep means shows the values."
        )
    if y.mean() >= density:
        raise InputError(
            f"discover: {shown} holds in {y.sum()} of {len(y)} runs, which is the density of {density:g} without any "
            "rule. Give a larger --density, or a stronger criterion, or ask for the runs that fail."
        )


def _rule(factor: Factor, kind: str, limit: float | frozenset[int]) -> tuple[str, object]:
    """Return a restriction in words, and its limit: of a factor with a list of values, one of them."""
    if isinstance(limit, frozenset):
        texts = [label_of({"": factor.value(number)}).strip() for number in sorted(limit)]
        return " or ".join(texts), ",".join(texts)
    if factor.values is not None or factor.integer:
        step: float = np.ceil(limit) if kind == "low" else np.floor(limit)
        inside = (
            [step]
            if factor.values is None
            else [float(value) for value in factor.values if (value >= limit if kind == "low" else value <= limit)]
        )
        limit = min(inside) if kind == "low" else max(inside)
    return f"at {'least' if kind == 'low' else 'most'} {limit:.4g}", float(limit)
