"""What the tests of single rules share: a record of parameters, and both forms of a rule."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pytest

from comity.scenario.parameters import Parameters


@pytest.fixture
def rates() -> Callable[..., np.record]:
    """Return a function that makes the record that rules read: every parameter zero but for those given."""

    def make(**given: float) -> np.record:
        values = dict.fromkeys(Parameters.model_fields, 0.0)
        assert set(given) <= set(values), "a parameter of this name does not exist"
        values |= given
        kind = np.dtype([(name, np.float64) for name in values])
        return np.rec.array([tuple(values.values())], dtype=kind)[0]

    return make


@pytest.fixture
def both_forms_agree() -> Callable[..., None]:
    """Return a check that a rule gives the same compiled and interpreted, over all combinations of arguments."""

    def check(rule: Any, *arguments: Iterable[Any]) -> None:
        for chosen in itertools.product(*arguments):
            compiled, interpreted = rule(*chosen), rule.py_func(*chosen)
            # Compiled exp and log may differ from those of the interpreter in the last bit.
            assert compiled == pytest.approx(interpreted, rel=1e-14, abs=1e-15), chosen

    return check
