"""A factor: one thing that a design varies, over a range or a list of values."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, field_validator

from comity.errors import InputError, nearest
from comity.scenario.own_mechanisms import OwnMechanism
from comity.scenario.parameters import parameter_table
from comity.scenario.presets import PRESETS

__all__ = ["NO_PATCH", "Factor", "check_factor", "identity", "number"]

NO_PATCH = "none"
"""Value of the factor ``patch`` that leaves the scenario as it is."""

_PARAMETERS = "parameters."
_COLUMNS = ("point", "replicate", "run", "seed", "scenario_hash", "status", "error", "label", "measure", "unit", "n")


class Factor(BaseModel):
    """One thing that a design varies.

    Attributes
    ----------
    name
        ``parameters.NAME``, ``preset`` (or ``theory``), ``patch``, ``scenario``, ``moves``, or any dotted path of the
        scenario.
    low, high
        Ends of a range.
    values
        Instead of a range, the values themselves; of patches the names, ``"none"`` for the scenario as it is; of
        scenarios the names, paths, or folders of records; of moves lists of what people chose, ``[]`` for nothing.
    steps
        Number of equidistant values that a grid takes from a range, both ends included.
    integer
        Whether only whole numbers of the range are taken.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: str
    low: float | None = None
    high: float | None = None
    values: tuple[Any, ...] | None = Field(default=None)
    steps: int | None = None
    integer: bool = False

    @field_validator("low", "high", "steps", mode="before")
    @classmethod
    def _number(cls, value: Any) -> Any:
        return number(value)

    @property
    def parameter(self) -> str | None:
        """Name of the parameter that is varied, or None if the factor is something else."""
        return self.name.removeprefix(_PARAMETERS) if self.name.startswith(_PARAMETERS) else None

    @property
    def is_range(self) -> bool:
        """Whether the factor is a range and not a list of values."""
        return self.values is None

    def scaled(self, shares: np.ndarray) -> np.ndarray:
        """Return numbers of the range, or indices of the values, for shares in [0, 1]."""
        if self.values is not None:
            return np.asarray(np.minimum(np.floor(shares * len(self.values)), len(self.values) - 1))
        low, high = self.ends
        if self.integer:
            return np.minimum(low + np.floor(shares * (high - low + 1)), high)
        return low + shares * (high - low)

    @property
    def ends(self) -> tuple[float, float]:
        """Both ends of the range."""
        if self.low is None or self.high is None:
            raise InputError(f"factor {self.name!r}: low and high must be given. Give both, or values instead.")
        return self.low, self.high

    def value(self, coded: float) -> Any:
        """Return the value that a number of the design's matrix stands for."""
        if self.values is not None:
            return self.values[int(coded)]
        return int(coded) if self.integer else float(coded)

    def column(self, coded: Sequence[float] | np.ndarray) -> np.ndarray:
        """Return values as a column of a table: numbers if all are numbers, else texts."""
        if self.values is None:
            return np.asarray(coded, dtype=np.int64 if self.integer else np.float64)
        labels: list[Any] = list(self.values)
        kinds = {type(value) for value in labels}
        if not (kinds <= {int, float} or kinds == {bool}):
            labels = [_label(value) for value in labels]
        whole = kinds == {int}
        dtype: Any = bool if kinds == {bool} else np.int64 if whole else np.float64 if kinds <= {int, float} else object
        column: np.ndarray = np.array(labels, dtype=dtype)[np.asarray(coded, dtype=np.int64)]
        return column


def number(value: Any) -> Any:
    """Return a value given as a number, or raise ValueError for true and false."""
    if isinstance(value, bool):
        raise ValueError(f"must be a number, got {str(value).lower()}")
    return value


def _label(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str)


def identity(value: Any) -> str:
    """Return a text that is equal for equal values, such as 1 and 1.0."""

    def plain(item: Any) -> Any:
        if isinstance(item, (int, float)) and not isinstance(item, bool):
            return float(item) + 0.0 if abs(item) < 2**53 else item
        if isinstance(item, dict):
            return {str(key): plain(item[key]) for key in sorted(item, key=str)}
        return [plain(part) for part in item] if isinstance(item, (list, tuple)) else item

    return json.dumps(plain(value), default=str)


def _is_finite(value: Any) -> bool:
    if isinstance(value, dict):
        return all(map(_is_finite, value.values()))
    if isinstance(value, (list, tuple)):
        return all(map(_is_finite, value))
    return not isinstance(value, float) or math.isfinite(value)


def check_factor(factor: Factor, where: str, *, free_names: bool = False, own: Sequence[OwnMechanism] = ()) -> None:
    """Raise InputError if a factor cannot be varied as written.

    Parameters
    ----------
    factor
        The factor.
    where
        Name of the design, for the message.
    free_names
        Whether the factor is an input of a function, so that its name and range are free.
    own
        Mechanisms of the scenario that do not come with comity: their parameters can be varied, too.
    """
    here = f"{where}: factor {factor.name!r}"
    _check_shape(factor, here)
    if free_names:
        if not factor.name.strip() or factor.name in _COLUMNS:
            raise InputError(
                f"{here}: must have a name that is no column of the runs ({', '.join(_COLUMNS)}). Rename it."
            )
        return
    if factor.parameter is not None:
        _check_parameter(factor, here, own)
    elif factor.name in ("preset", "theory"):
        for value in factor.values or ():
            if value not in PRESETS:
                raise InputError(f"{here}: values must be presets, got {value!r}. {nearest(str(value), PRESETS)}")
    elif "." not in factor.name and factor.name not in ("patch", "scenario", "moves"):
        known = [*(f"{_PARAMETERS}{row['name']}" for row in parameter_table()), "preset", "patch", "scenario", "moves"]
        if factor.name in {row["name"] for row in parameter_table()}:
            raise InputError(f"{here}: must be a dotted path, got a bare name. Write {_PARAMETERS}{factor.name}.")
        raise InputError(
            f"{here}: must be parameters.NAME, preset, patch, scenario, moves or another dotted path of the scenario. "
            f"{nearest(factor.name, known)}"
        )
    if factor.name in ("preset", "theory", "patch", "scenario") and (
        factor.is_range or not all(isinstance(value, str) for value in factor.values or ())
    ):
        raise InputError(f'{here}: must have a list of names as values. Write values = ["…", "…"].')
    if factor.name == "moves" and (
        factor.is_range or not all(isinstance(v, list | tuple) for v in factor.values or ())
    ):
        raise InputError(f"{here}: must have lists of moves as values. Write values = [[], [{{ actor = … }}]].")


def _check_shape(factor: Factor, here: str) -> None:
    has_ends = factor.low is not None or factor.high is not None
    if has_ends == (factor.values is not None):
        got = "both" if has_ends else "neither"
        raise InputError(f"{here}: must have either low and high or values, got {got}. Give one of them.")
    if factor.values is not None:
        if not factor.values:
            raise InputError(f"{here}: values must not be empty. Give at least one.")
        for value in factor.values:
            if not _is_finite(value):
                raise InputError(f"{here}: values must be finite, got {value!r}. Change the value.")
        meant: set[str] = set()
        shown: dict[str, Any] = {}
        for value in factor.values:
            if identity(value) in meant:
                text = json.dumps(value, default=str)
                raise InputError(f"{here}: values must differ, got {text} twice. Use replicates to repeat a point.")
            if _label(value) in shown:
                raise InputError(
                    f"{here}: values must differ, got {shown[_label(value)]!r} and {value!r}, which no table can "
                    "tell apart. Write both as numbers or both as texts, or remove one."
                )
            meant.add(identity(value))
            shown[_label(value)] = value
        for key in ("steps", "integer"):
            if getattr(factor, key):
                raise InputError(f"{here}: {key} goes with low and high, got values. Remove one of them.")
        return
    low, high = factor.ends
    if not low < high:
        raise InputError(f"{here}: low must be less than high, got {low:g} and {high:g}. Swap or change them.")
    if factor.steps is not None and factor.steps < 2:
        raise InputError(f"{here}: steps must be 2 or more, got {factor.steps}. Give more, or values instead.")
    if factor.integer and factor.steps is not None and factor.steps > high - low + 1:
        raise InputError(
            f"{here}: steps must be at most {high - low + 1:g}, the whole numbers from {low:g} to {high:g}, got "
            f"{factor.steps}. Give fewer."
        )
    if factor.integer and not (low == math.floor(low) and high == math.floor(high)):
        raise InputError(f"{here}: low and high must be whole numbers with integer = true, got {low:g} and {high:g}.")


def _check_parameter(factor: Factor, here: str, own: Sequence[OwnMechanism]) -> None:
    rows = {row["name"]: row for row in parameter_table(own)}
    if factor.parameter not in rows:
        close = nearest(factor.parameter or "", rows)
        raise InputError(f"{here}: {factor.parameter!r} is not a parameter. {close}")
    row = rows[factor.parameter]
    for value in factor.values if factor.values is not None else factor.ends:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not row["low"] <= value <= row["high"]:
            raise InputError(
                f"{here}: must stay in [{row['low']:g}, {row['high']:g}], the range of the parameter, got {value!r}. "
                "Change the value."
            )
