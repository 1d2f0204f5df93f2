"""Selection: the measures and the point of a sweep that a user names, and their labels."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from comity.errors import InputError, nearest
from comity.measures import MEASURES
from comity_lab.reading import SweepTables

__all__ = ["check_point", "chosen_measures", "cube", "gaps", "label_of", "labels", "named", "point_of", "unit_of"]

_UNITS = {item.name: item.unit for item in MEASURES}
_SHOWN_GAPS = 5


def chosen_measures(sweep: SweepTables, names: Iterable[str] | None) -> list[str]:
    """Return the named measures, or all if none is named; raise InputError for an unknown name."""
    known = sweep.measures
    if not known or not (sweep.runs["status"] == "ok").any():
        raise InputError(f"sweep: {_why_nothing(sweep)}")
    chosen = list(dict.fromkeys(names or known))
    for name in chosen:
        if name not in known:
            raise InputError(f"sweep: {name!r} is not a measure of this sweep. {nearest(name, known)}")
    return chosen


def _why_nothing(sweep: SweepTables) -> str:
    runs = sweep.runs
    if runs.empty:
        return "has no finished run yet, so there is nothing to measure. Let it run first."
    if (runs["status"] != "ok").all():
        first = str(runs["error"].iloc[0]).partition("\n")[0].rstrip(". ")
        return (
            f"has no measure, because all of its {len(runs)} runs failed, the first with: {first}. Correct that, then "
            "repeat them with comity sweep run DIR --retry-failed."
        )
    return "has no measure, because its function returns none. Let it return numbers by name."


def unit_of(measure: str) -> str:
    """Return the unit of a measure, ``1`` where none is declared."""
    return _UNITS.get(measure, "1")


def check_point(sweep: SweepTables, point: int) -> int:
    """Return the number of a point, or raise InputError."""
    last = sweep.plan.n_points - 1
    if not 0 <= point <= last:
        raise InputError(f"sweep: the reference point must be from 0 to {last}, got {point}. Give one of them.")
    return point


def point_of(sweep: SweepTables, text: str) -> int:
    """Return the number of the point that a text names.

    Parameters
    ----------
    text
        The number, or ``factor=value`` separated by commas, with a dotted path, or its last part if that is unique; it
        must name exactly one point.
    """
    text = text.strip()
    if text.lstrip("-").isdigit():
        return check_point(sweep, int(text))
    is_meant = np.ones(sweep.plan.n_points, dtype=bool)
    last = [name.rpartition(".")[2] for name in sweep.factors]
    short = {part: name for part, name in zip(last, sweep.factors, strict=True) if last.count(part) == 1}
    for part in text.split(","):
        key, equals, value = (word.strip() for word in part.partition("="))
        name = key if key in sweep.factors else short.get(key)
        if not equals or name is None:
            raise InputError(
                f"sweep: the reference point must be a number or FACTOR=VALUE, got {part.strip()!r}. "
                f"{nearest(key, [*sweep.factors, *short])}"
            )
        column = sweep.points[name]
        found = np.array([_is_equal(item, value) for item in column])
        if not found.any():
            raise InputError(
                f"sweep: no point has {name} = {value}. {nearest(value, [str(item) for item in column.unique()])}"
            )
        is_meant &= found
    points = np.flatnonzero(is_meant)
    if len(points) != 1:
        raise InputError(
            f"sweep: the reference must be one point, got {text!r}, which is {len(points)} of {len(is_meant)}. "
            f"Name {'every factor' if len(points) else 'values that occur together'}, or give its number."
        )
    return int(points[0])


def _is_equal(item: Any, text: str) -> bool:
    if isinstance(item, (bool, np.bool_)):
        return str(bool(item)).lower() == text.lower()
    if isinstance(item, (int, float, np.number)):
        try:
            return math.isclose(float(item), float(text), rel_tol=1e-9)
        except ValueError:
            return False
    return str(item) == text


def label_of(values: Mapping[str, Any]) -> str:
    """Return a point in words: ``persuasion_rate 0.06, patch none``; of each path its last part, if that is unique."""
    short = [name.rpartition(".")[2] for name in values]
    parts = []
    for name, last in zip(values, short, strict=True):
        shown = last if short.count(last) == 1 else ".".join(name.split(".")[-2:])
        value = values[name]
        text = f"{value:.4g}" if isinstance(value, (float, np.floating)) else str(value)
        parts.append(f"{shown} {text}")
    return ", ".join(parts) or "as the scenario"


def labels(sweep: SweepTables) -> list[str]:
    """Return the label of every point."""
    return [label_of({name: row[name] for name in sweep.factors}) for row in sweep.points.to_dict("records")]


def cube(sweep: SweepTables, measures: Sequence[str]) -> np.ndarray:
    """Return the values of measures, shape (points, replicates, measures); nan if there is no finite value."""
    values = np.full((sweep.plan.n_points, sweep.design.replicates, len(measures)), np.nan)
    runs = sweep.runs
    found = runs[list(measures)].to_numpy(dtype=float, copy=True)
    found[~np.isfinite(found)] = np.nan  # older versions kept infinite values; they have no mean
    values[runs["point"].to_numpy(), runs["replicate"].to_numpy()] = found
    return values


def gaps(sweep: SweepTables) -> list[str]:
    """Return every run without a result as ``point:replicate (why)``, in order."""
    status = pd.Series("missing", index=pd.RangeIndex(sweep.plan.n_runs))
    runs = sweep.runs
    status.iloc[runs["point"].to_numpy() * sweep.design.replicates + runs["replicate"].to_numpy()] = runs["status"]
    found = status[status != "ok"]
    return [
        f"{int(number) // sweep.design.replicates}:{int(number) % sweep.design.replicates} ({why})"
        for number, why in zip(found.index, found, strict=True)
    ]


def named(found: Sequence[str]) -> str:
    """Return the first few gaps and the number of the others, in words."""
    more = len(found) - _SHOWN_GAPS
    return ", ".join(found[:_SHOWN_GAPS]) + (f" and {more} more" if more > 0 else "")
