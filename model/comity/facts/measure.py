"""What can be asked of a record: a function with its parts, units and needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from comity.record import Record

__all__ = ["ANY", "NAN", "YEAR", "FactMeasure", "Found", "measured"]

NAN = float("nan")
YEAR, ANY = "YEAR", "ID"
"""Kinds of parts: any year, any name of an actor or a vote."""

Found = float | dict[str, float]
Period = tuple[int, int]
_Function = Callable[[Record, Period, Record], Found]


@dataclass(frozen=True, kw_only=True)
class FactMeasure:
    """What can be asked of a record.

    Attributes
    ----------
    name, text
        What it is called, and means.
    units
        Unit of each part that it knows, see :data:`comity.facts.schema.UNITS`; the part of a single number is ``""``.
    needs
        The second run that it reads, see :mod:`comity.facts.variants`; empty: the record alone.
    compute
        Function of the record, the first and last year, and the second run. It returns nan, or leaves a part out, where
        the run cannot say: no such meeting, no such actor, nothing to count.
    """

    name: str
    text: str
    units: dict[str, str]
    needs: str
    compute: _Function

    def unit(self, part: str) -> str | None:
        """Return the unit of a part, None for one that it does not know."""
        kind = YEAR if part.isdigit() and YEAR in self.units else ANY if part and ANY in self.units else part
        return self.units.get(kind)


def measured(unit: str, *parts: str, needs: str = "", **units: str) -> Callable[[_Function], FactMeasure]:
    """Make a measure of a function: one unit for all parts, and those of parts that have another."""

    def make(function: _Function) -> FactMeasure:
        text = " ".join((function.__doc__ or "").split())
        by_part = dict.fromkeys(parts or ("",), unit) | units
        return FactMeasure(name=function.__name__, text=text, units=by_part, needs=needs, compute=function)

    return make
