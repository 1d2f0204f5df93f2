"""What a fact is: a sentence, what was observed, how exactly, and the measure that asks a run for it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, Self

import numpy as np
from pydantic import Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from comity.errors import nearest
from comity.scenario.value import Value, without_defaults

__all__ = ["UNITS", "Fact", "FactPart"]

UNITS: dict[str, tuple[float, float]] = {
    "share": (0.0, 1.0),
    "difference": (-1.0, 1.0),
    "correlation": (-1.0, 1.0),
    "ratio": (0.0, math.inf),
    "slope": (-math.inf, math.inf),
    "count": (0.0, math.inf),
    "rank": (1.0, math.inf),
    "level": (0.0, 5.0),
    "year": (1900.0, 2100.0),
}
"""Units and the values they allow. *difference*: of two shares; *level*: of openness as coded, 0-5."""

STEP = "order"
"""Part of an ordering that holds its smallest step."""


@dataclass(frozen=True, kw_only=True)
class FactPart:
    """One number that a run is asked for, and what it should be.

    Attributes
    ----------
    key, fact, part
        ``F20.2007``, of fact ``F20``, part ``2007``; the part is empty where the fact is one number.
    observed
        What was observed; None where only a direction or bound is known.
    low, high
        Accepted values: observed ± tolerance, ends included, or the bounds, ends excluded.
    tolerance
        How far a value may miss before it counts as wrong; beyond a bound, the unit in which calibration counts a miss.
    built_in
        Why a run cannot but meet it, such as a calendar that scripts it; empty where the run is free. Never scored.
    """

    key: str
    fact: str
    part: str
    observed: float | None
    low: float
    high: float
    tolerance: float
    built_in: str = ""

    def holds(self, values: np.ndarray | float) -> np.ndarray:
        """Return whether values are accepted, bool of the same shape; nan is not."""
        found = np.asarray(values, dtype=float)
        if self.observed is None:
            return np.asarray((found > self.low) & (found < self.high))
        slack = 1e-9 * max(1.0, abs(self.observed))
        return np.asarray((found >= self.low - slack) & (found <= self.high + slack))

    def misfit(self, values: np.ndarray | float) -> np.ndarray:
        """Return by how many tolerances values miss: |value - observed|, or how far beyond the bound; nan stays."""
        found = np.asarray(values, dtype=float)
        if self.observed is not None:
            return np.asarray(np.abs(found - self.observed) / self.tolerance)
        return np.asarray(np.maximum(np.maximum(self.low - found, found - self.high), 0.0) / self.tolerance)

    def __str__(self) -> str:
        """Return the target as a table shows it."""
        if self.observed is not None:
            return f"{self.observed:.4g} ± {self.tolerance:.4g}"
        if math.isinf(self.high):
            return f"> {self.low:.4g}"
        return f"< {self.high:.4g}" if math.isinf(self.low) else f"{self.low:.4g} to {self.high:.4g}"


class Fact(Value):
    """One fact, as its file gives it. Numbers are one, or several by part: a year, a group, an actor."""

    id: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_\-]*$", max_length=40)
    sentence: str = Field(min_length=1, description="the fact in words")
    period: tuple[int, int] = Field(description="first and last year it is about")
    kind: Literal["value", "series", "direction", "ordering", "share"]
    measure: str = Field(description="function of comity.facts.measures that reads it off a record")
    unit: str | dict[str, str] = Field(description="one for all parts, or one for each")
    observed: float | dict[str, float] | None = None
    above: float | dict[str, float] | None = Field(default=None, description="lower bound, excluded")
    below: float | dict[str, float] | None = Field(default=None, description="upper bound, excluded")
    order: tuple[str, ...] = Field(default=(), description="parts from the smallest to the largest")
    tolerance: float | dict[str, float] = Field(description="one for all parts, or one for each")
    tolerance_source: str = Field(min_length=1, description="source of the tolerance, or 'assumption: …'")
    built_in: str | dict[str, str] = Field(default="", description="why a run cannot but meet it")
    source: str = Field(min_length=1)
    confidence: Literal["A", "B", "C", "J"] = Field(
        description="A chapter or official page, B one other source, C partly from memory, J own coding"
    )
    use: Literal["calibrate", "holdout", "retired"] = "calibrate"
    since: str = Field(default="", description="version in which it was first asked; empty: 0.2.0 or before")
    retired: str = Field(default="", description="why it is no longer asked, and what is asked instead")
    note: str = ""
    file: str = Field(default="", description="set by comity: the file of a measure of one's own")
    python: str = Field(default="", description="set by comity: the text of that file")

    @model_serializer(mode="wrap")
    def _what_is_given(self, inner: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return without_defaults(self, inner(self), "file", "python")

    @cached_property
    def targets(self) -> tuple[FactPart, ...]:
        """The numbers that the fact consists of, in the order of the file."""
        parts = [*dict.fromkeys(part for field in (self.observed, self.above, self.below) for part in _by_part(field))]
        found = [self._target(part) for part in parts]
        if self.order:
            step = FactPart(
                key=f"{self.id}.{STEP}", fact=self.id, part=STEP, observed=None, low=0.0, high=math.inf,
                tolerance=_of(self.tolerance, STEP, math.nan), built_in=_of(self.built_in, STEP, ""),
            )  # fmt: skip
            found.append(step)
        return tuple(found)

    def unit_of(self, part: str) -> str:
        """Return the unit of a part."""
        return str(_of(self.unit, part, ""))

    def _target(self, part: str) -> FactPart:
        observed, tolerance = _by_part(self.observed).get(part), _of(self.tolerance, part, math.nan)
        low, high = _by_part(self.above).get(part, -math.inf), _by_part(self.below).get(part, math.inf)
        if observed is not None:
            low, high = observed - tolerance, observed + tolerance
        return FactPart(
            key=f"{self.id}.{part}" if part else self.id, fact=self.id, part=part, observed=observed, low=low,
            high=high, tolerance=tolerance, built_in=_of(self.built_in, part, ""),
        )  # fmt: skip

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for unit in self.unit.values() if isinstance(self.unit, dict) else (self.unit,):
            if unit not in UNITS:
                raise ValueError(f"unit must be a known unit, got {unit!r}. {nearest(unit, UNITS)}")
        if self.period[0] > self.period[1]:
            raise ValueError(f"period must be [first year, last year], got {list(self.period)}. Turn them round")
        if not 1900 <= self.period[0] <= self.period[1] <= 2200:
            raise ValueError(f"period must be years from 1900 to 2200, got {list(self.period)}. Correct it")
        if (self.use == "retired") != bool(self.retired):
            raise ValueError(
                f"retired must say why a fact is no longer asked where use is 'retired', and only there, got use "
                f"{self.use!r} and retired {self.retired!r}. Give both or neither"
            )
        self._check_kind()
        for field in ("observed", "above", "below"):
            for part, value in _by_part(getattr(self, field)).items():
                unit = self.unit_of(part)
                if unit not in UNITS:
                    raise ValueError(f"unit.{part} is missing. Add it")
                lowest, highest = UNITS[unit]
                if not lowest <= value <= highest:
                    where = f"{field}.{part}" if part else field
                    raise ValueError(
                        f"{where} must be a {unit}, from {lowest:g} to {highest:g}, got {value:g}. Correct it"
                    )
        for target in self.targets:
            if not (target.tolerance > 0 and math.isfinite(target.tolerance)):
                where = f"tolerance.{target.part}" if isinstance(self.tolerance, dict) else "tolerance"
                raise ValueError(f"{where} must be a number above 0, got {target.tolerance:g}. Give one for each part")
            if target.observed is None and target.low >= target.high:
                raise ValueError(f"above must be less than below, got {target}. Turn them round")
        return self

    def _check_kind(self) -> None:
        needed = {"value": "observed", "series": "observed", "ordering": "order"}.get(self.kind)
        if needed and not getattr(self, needed) and getattr(self, needed) != 0.0:
            raise ValueError(f"{needed} must be given for a fact of kind {self.kind!r}, got nothing. Add it")
        if self.kind == "series" and len(_by_part(self.observed)) < 2:
            raise ValueError(f"observed must have at least two parts in a series, got {self.observed}. Name them")
        if self.kind == "direction" and self.above is None and self.below is None:
            raise ValueError("above or below must be given for a fact of kind 'direction', got neither. Add one")
        if self.kind == "share" and self.unit != "share":
            raise ValueError(f"unit must be 'share' for a fact of kind 'share', got {self.unit!r}. Change one of them")
        if len(self.order) == 1:
            raise ValueError(f"order must name at least two parts, got {list(self.order)}. Name more")
        if not self.order and not any(_by_part(f) for f in (self.observed, self.above, self.below)):
            raise ValueError("observed, above, below or order must be given, got none. Add one")
        for part in _by_part(self.observed):
            if part in _by_part(self.above) or part in _by_part(self.below):
                raise ValueError(f"{part or 'the fact'} must have either observed or a bound, got both. Remove one")


def _by_part(field: float | dict[str, float] | None) -> dict[str, float]:
    """Return a field by part; one number is the part without a name."""
    return {} if field is None else dict(field) if isinstance(field, dict) else {"": float(field)}


def _of(field: Any, part: str, otherwise: Any) -> Any:
    return field.get(part, otherwise) if isinstance(field, dict) else field
