"""A criterion of success, such as ``adopted >= 1``: a measure, an operator and a number."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from comity.errors import InputError

__all__ = ["Criterion", "read_criterion"]

_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
}
_FORM = re.compile(r"\s*(?P<measure>[^<>=!]+?)\s*(?P<sign>>=|<=|==|!=|>|<)\s*(?P<number>[^<>=!]+?)\s*")


@dataclass(frozen=True)
class Criterion:
    """A criterion of success.

    Attributes
    ----------
    measure, sign, number
        Its parts; the number has the unit of the measure.
    """

    measure: str
    sign: str
    number: float

    def __str__(self) -> str:
        """Return the criterion as it is written."""
        return f"{self.measure} {self.sign} {self.number:g}"

    def holds(self, values: np.ndarray) -> np.ndarray:
        """Return for each value of the measure whether it is a success."""
        return np.asarray(_OPERATORS[self.sign](values, self.number), dtype=bool)


def read_criterion(text: str) -> Criterion:
    """Return the criterion that a text writes, or raise InputError."""
    form = _FORM.fullmatch(text)
    try:
        number = float(form["number"]) if form else float("nan")
    except ValueError:
        number = float("nan")
    if form is None or not np.isfinite(number):
        raise InputError(
            f"success: must be a measure, one of {' '.join(_OPERATORS)}, and a number, got {text!r}. "
            "Write it in quotes, such as 'adopted >= 1'."
        )
    return Criterion(form["measure"], form["sign"], number)
