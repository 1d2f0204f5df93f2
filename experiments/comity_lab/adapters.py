"""The model as a function of factors, for the EMA workbench and for SALib."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from comity.errors import InputError, nearest
from comity.extras import needs
from comity.measures import MEASURES, measure
from comity_lab.design import Design
from comity_lab.factor import Factor
from comity_lab.plan import plan_of
from comity_lab.recipe import hold, unpack
from comity_lab.seeds import seeds_of

if TYPE_CHECKING:
    from ema_workbench import Model
    from SALib import ProblemSpec

__all__ = ["PointModel", "ema_model", "salib_problem"]


class PointModel:
    """A design as a function from values of its factors to the means of its measures over the replicates.

    Replicates have the same luck at every point, that of a sweep of the design with common random numbers. The function
    can be sent to other processes.

    Parameters
    ----------
    design
        The design; its sampler and points are not used.
    measures
        Names of measures; by default all.
    """

    def __init__(self, design: Design, measures: Sequence[str] | None = None) -> None:
        if design.runner:
            raise InputError(f"design: runner must be empty for an adapter, got {design.runner!r}. Leave it out.")
        known = [item.name for item in MEASURES]
        if design.function and measures is None:
            raise InputError("measures must be given for a function, got none. Name what the function returns.")
        for name in measures or ():
            if not design.function and name not in known:
                raise InputError(f"measures: {name!r} is not a measure. {nearest(name, known)}")
        self.design = design
        self.measures = list(measures or known)
        self._packed = plan_of(design, may_repeat=True).recipe.packed
        # The workbench asks for identifiers: the last part of a path, or all of it if that is not unique.
        last = [factor.name.rpartition(".")[2] for factor in design.factors]
        self.names = {
            part if last.count(part) == 1 else factor.name.replace(".", "_"): factor
            for part, factor in zip(last, design.factors, strict=True)
        }

    def __call__(self, **values: Any) -> dict[str, float]:
        """Return the mean of each measure over the replicates, at the values of all factors by their names."""
        recipe = unpack(self._packed)
        point = {factor.name: values[name] for name, factor in self.names.items()}
        found = []
        for replicate, seed in enumerate(seeds_of(self.design.seed, self.design.replicates)):
            if recipe.base is None:
                found.append(dict(recipe.function(point, seed)))
            else:
                found.append(measure(hold(recipe.scenario(point, replicate), seed)))
        return {name: float(np.mean([one[name] for one in found])) for name in self.measures}

    def rows(self, x: np.ndarray) -> np.ndarray:
        """Return the measures at each row of a sample of SALib, shape (rows, measures); (rows,) if there is one."""
        made = [
            self(**{name: _value(factor, row[i]) for i, (name, factor) in enumerate(self.names.items())})
            for row in np.atleast_2d(x)
        ]
        table = np.array([[row[name] for name in self.measures] for row in made])
        return table[:, 0] if len(self.measures) == 1 else table


def ema_model(
    subject: Design | str | Path,
    factors: Mapping[str, Any] | Sequence[Factor] = (),
    measures: Sequence[str] | None = None,
    **options: Any,
) -> Model:
    """Return the model for the EMA workbench: factors as uncertainties, measures as scalar outcomes.

    Parameters
    ----------
    subject
        A design, or the name or path of a scenario.
    factors
        With a scenario: the factors, as for :meth:`comity_lab.Design.of`. A range is a real or integer parameter, a
        list of values is categorical. Names are the last parts of paths, such as ``persuasion_rate``.
    measures
        Names of measures; by default all.
    options
        With a scenario: other keys of a design, such as ``replicates`` and ``seed``.

    Raises
    ------
    InputError
        A factor or a measure cannot be used; or the extra ``discover`` is not installed.
    """
    needs("ema_model", "discover", "ema_workbench")
    function = PointModel(_design(subject, factors, options), measures)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the workbench names optional packages
        from ema_workbench import CategoricalParameter, IntegerParameter, Model, RealParameter, ScalarOutcome

    model = Model("comity", function=function)
    inputs = []
    for name, factor in function.names.items():
        if factor.values is not None:
            if len(factor.values) < 2:
                raise InputError(f"factor {factor.name!r}: must have two values or more. Use a setting for one value.")
            inputs.append(CategoricalParameter(name, list(factor.values)))
        else:
            inputs.append((IntegerParameter if factor.integer else RealParameter)(name, *factor.ends))
    model.uncertainties = inputs
    model.outcomes = [ScalarOutcome(name) for name in function.measures]
    return model


def salib_problem(
    subject: Design | str | Path,
    factors: Mapping[str, Any] | Sequence[Factor] = (),
    measures: Sequence[str] | None = None,
    **options: Any,
) -> tuple[ProblemSpec, Any]:
    """Return SALib's problem, and the function from a sample of it to results.

    Parameters
    ----------
    subject, factors, measures, options
        As for :func:`ema_model`. The bounds of a list of k values are [0, k], of an integer range [low, high + 1]: the
        function takes the whole part, as the number of the value, counted from 0, or as the integer.
    """
    needs("salib_problem", "analysis", "SALib")
    from SALib import ProblemSpec

    function = PointModel(_design(subject, factors, options), measures)
    bounds = [_bounds(factor) for factor in function.names.values()]
    spec = {"names": list(function.names), "bounds": bounds, "outputs": function.measures}
    return ProblemSpec(spec), function.rows


def _design(subject: Design | str | Path, factors: Mapping[str, Any] | Sequence[Factor], options: Any) -> Design:
    if isinstance(subject, Design):
        if factors or options:
            raise InputError("factors and options must not be given with a design, which has them. Leave them out.")
        return subject
    if not factors:
        raise InputError("factors must be given with a scenario, got none. Name what varies, and its range or values.")
    return Design.of(subject, factors, **{"sampler": "latin_hypercube", "n": 1, **options})


def _bounds(factor: Factor) -> list[float]:
    if factor.values is not None:
        return [0.0, float(len(factor.values))]
    low, high = factor.ends
    return [low, high + 1] if factor.integer else [low, high]


def _value(factor: Factor, number: float) -> Any:
    """Return the value that a number within the bounds stands for."""
    if factor.values is not None:
        return factor.value(min(int(number), len(factor.values) - 1))
    return factor.value(min(int(np.floor(number)), int(factor.ends[1])) if factor.integer else number)
