"""A row: one number that was measured, with its interval and how it was obtained; or why there is none."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from comity_bench.timing import Spread

__all__ = ["Part", "Row", "missing", "row"]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One number.

    Attributes
    ----------
    name
        What was measured; unique in its part.
    value
        In ``unit``; None where it is not available, and then ``note`` says why.
    unit
        ``ratio``, ``share`` (of the whole of its part), ``exponent``, ``runs/s``, ``s``, ``ms``, ``MB``, ``count``.
    low, high, coverage
        Interval of the value and the chance that it holds the true one; None where n is 1.
    n
        Rounds or points that it rests on.
    note
        How it was obtained, or why it is not there.
    points
        Of an exponent: sizes and seconds that it was fitted to.
    """

    name: str
    value: float | None
    unit: str
    low: float | None = None
    high: float | None = None
    coverage: float | None = None
    n: int = 1
    note: str = ""
    points: tuple[tuple[float, float], ...] = ()

    @property
    def is_ratio(self) -> bool:
        """Whether it holds on other machines too, more or less."""
        return self.unit in ("ratio", "exponent")


@dataclass(frozen=True, kw_only=True)
class Part:
    """A family of measurements.

    Attributes
    ----------
    name
        For ``--only``.
    title
        Of its table.
    rows
        Name and unit of every row that it always has.
    measure
        Function from "is it quick?" to the rows that it found.
    text
        What to know when reading the table.
    """

    name: str
    title: str
    rows: Sequence[tuple[str, str]]
    measure: Callable[[bool], list[Row]]
    text: str = ""


def row(
    name: str, unit: str, found: Spread | float, note: str = "", points: tuple[tuple[float, float], ...] = ()
) -> Row:
    """Return the row of a number or of a number with its interval."""
    if not isinstance(found, Spread):
        found = Spread(value=float(found), low=None, high=None, coverage=None, n=1)
    if not math.isfinite(found.value):
        return missing(name, unit, f"came out as {found.value}")
    return Row(
        name=name,
        value=found.value,
        unit=unit,
        low=found.low,
        high=found.high,
        coverage=found.coverage,
        n=found.n,
        note=note,
        points=points,
    )


def missing(name: str, unit: str, why: str) -> Row:
    """Return the row of a number that is not available."""
    return Row(name=name, value=None, unit=unit, n=0, note=why)
