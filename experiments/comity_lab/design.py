"""A design: what a sweep varies, samples, repeats and keeps."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from comity.errors import InputError, nearest
from comity.scenario.merging import flat_settings
from comity.scenario.plain import read_toml
from comity_lab.design_checks import KEEP, SAMPLERS, check_design
from comity_lab.factor import Factor, identity, number

__all__ = ["KEEP", "SAMPLERS", "Design", "design_from", "load_design"]

_TOO_DEEP = "must not nest values hundreds of levels deep. Write it flat."


class Design(BaseModel):
    """The design of a sweep.

    Attributes
    ----------
    name
        Name of the study; of a file, its stem.
    folder
        Folder searched first for scenarios and patches: the folder of the design's file. It is not stored.
    scenario
        Name or path of the scenario that is varied.
    patches, settings
        Applied to the scenario at every point: patches in order, then single values, by dotted path or table.
    function
        ``module:name`` of a function from factor values (and seed) to measures, instead of a scenario.
    sampler
        ``grid`` (all combinations), ``list`` (the points as written), ``latin_hypercube``, ``sobol`` (Saltelli's
        scheme) or ``morris`` (trajectories).
    factors
        The factors.
    points
        For ``list``: tables of a value for every factor.
    n
        Number of points of a Latin hypercube; base sample of Sobol, a power of two.
    second_order
        Whether Sobol also samples for second-order indices: n (2 k + 2) points instead of n (k + 2).
    trajectories, levels
        For Morris: number of trajectories of k + 1 points, and of levels.
    replicates
        Runs at every point.
    seed
        Seed of the study, of the sample and of all runs.
    common_random_numbers
        Whether replicate r has the same luck at every point.
    runner
        ``module:name`` of a function from a scenario and a seed to a record that holds a run in place of the model's
        own way, for a study of how runs are held.
    keep
        ``measures`` always; ``meetings``: the table of meetings; ``outcomes``: votes, memberships and chairs;
        ``facts``: what each run says about facts, as columns beside the measures.
    measures
        Python files with measures of one's own, which become columns beside those that come with comity.
    facts
        File of these facts; empty: those that come with comity.
    until
        Last year that is simulated; None: all.
    posterior
        File of draws of parameters: replicate r has draw r, over and over, so that means and intervals are over
        parameters and luck. Factors prevail over draws. Empty: none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: str = ""
    folder: str = Field(default="", exclude=True)
    scenario: str = ""
    patches: tuple[str, ...] = ()
    settings: dict[str, Any] = {}
    function: str = ""
    sampler: str = "grid"
    factors: tuple[Factor, ...] = ()
    points: tuple[dict[str, Any], ...] = ()
    n: int | None = None
    second_order: bool = False
    trajectories: int | None = None
    levels: int = 4
    replicates: int = 1
    seed: int = 0
    common_random_numbers: bool = True
    runner: str = ""
    keep: tuple[str, ...] = ("measures",)
    measures: tuple[str, ...] = ()
    facts: str = ""
    until: int | None = None
    posterior: str = ""

    @field_validator("n", "trajectories", "levels", "replicates", "seed", "until", mode="before")
    @classmethod
    def _number(cls, value: Any) -> Any:
        return number(value)

    @classmethod
    def of(cls, scenario: str | Path, factors: Mapping[str, Any] | Sequence[Factor] = (), **options: Any) -> Design:
        """Return a checked design from Python.

        Parameters
        ----------
        scenario
            Name or path.
        factors
            Factors, or a mapping from name to a list of values or a pair ``(low, high)``.
        options
            The other attributes, by name.

        Raises
        ------
        InputError
            Where a factor or an option cannot be used; the message says which and what to do.
        """
        if isinstance(factors, Mapping):
            given = [_factor_data(name, spread) for name, spread in factors.items()]
        else:
            given = [item.model_dump() for item in factors]
        return design_from({"scenario": str(scenario), "factors": given, **options})


def _factor_data(name: str, spread: Any) -> dict[str, Any]:
    if isinstance(spread, tuple):
        if len(spread) != 2:
            raise InputError(f"design: factor {name!r}: a range must be a pair (low, high), got {spread!r}. Give both.")
        return {"name": name, "low": spread[0], "high": spread[1]}
    return {"name": name, "values": list(spread)}


def load_design(file: str | Path) -> Design:
    """Return the design that a TOML file describes, or raise InputError; paths in it count from its folder."""
    path = Path(file)
    if not path.is_file():
        raise InputError(f"{path}: the design cannot be read: there is no such file. Give the path of a .toml file.")
    data = read_toml(path, path.name)
    return design_from({"name": path.stem, "folder": str(path.parent), **data}, path.name)


def design_from(data: Mapping[str, Any], where: str = "design", *, stored: bool = False) -> Design:
    """Return the design that plain data describe, or raise InputError with the first thing that is wrong.

    Parameters
    ----------
    data
        Keys and values of a design.
    where
        Name of the design, for the message.
    stored
        Whether the data come from a stored sweep. Then only types are checked, because an older version may have
        accepted what this one refuses, and its results can still be read.
    """
    if not stored and not data.get("function") and isinstance(data.get("points"), list | tuple):
        data = {**data, "points": [_by_path(point, where) for point in data["points"]]}
    try:
        design = Design.model_validate(data)
        if design.sampler == "list":
            design = _with_listed_factors(design, where, stored=stored)
        if not stored:
            check_design(design, where)
    except ValidationError as error:
        raise InputError(_explain(error, where)) from None
    except RecursionError:
        raise InputError(f"{where}: {_TOO_DEEP}") from None
    return design


def _by_path(point: Any, where: str) -> Any:
    """Return a point by dotted path, so that a path may stand in the file with or without quotes, as in settings."""
    return flat_settings(point, f"{where}: points") if isinstance(point, Mapping) else point


def _explain(error: ValidationError, where: str) -> str:
    found = error.errors(include_url=False)
    first = next((item for item in found if item["type"] == "extra_forbidden"), found[0])
    place = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        model = Factor if first["loc"][0] == "factors" else Design
        return f"{where}: {place} is not a known key. {nearest(str(first['loc'][-1]), model.model_fields)}"
    if first["type"] == "missing":
        return f"{where}: {place} is missing. Add it."
    if first["type"] == "value_error":
        return f"{where}: {place} {first['ctx']['error']}. Change the value."
    expected = first["msg"].removeprefix("Input should be ").replace("a valid tuple", "a list")
    return f"{where}: {place} must be {expected}, got {first['input']!r}. Change the value."


def _with_listed_factors(design: Design, where: str, *, stored: bool) -> Design:
    """Return the design with a factor for each key of its points, whose values are those that occur."""
    if design.factors:
        raise InputError(f"{where}: a list has points and no factors, got factors. Write [[points]] tables only.")
    if not design.points:
        raise InputError(f"{where}: points must not be empty for the sampler list. Add a [[points]] table.")
    names = sorted(design.points[0])
    factors = []
    for place, point in enumerate(design.points):
        for name in set(names) ^ set(point):
            raise InputError(
                f"{where}: points must all name the same factors, but {name!r} is not in every one (point {place}). "
                'Give it in all; patch = "none" leaves a scenario as it is.'
            )
    if not names:
        raise InputError(f"{where}: points must name at least one factor, got empty tables. Write a value into each.")
    seen: dict[str, int] = {}
    for place, point in enumerate(design.points):
        first = seen.setdefault(identity(point), place)
        if first != place and not stored:
            raise InputError(
                f"{where}: points must differ, got the same at point {first} and point {place}. Remove one; use "
                "replicates to repeat a point."
            )
    for name in names:
        values = {json.dumps(point[name], default=str): point[name] for point in design.points}
        factors.append(Factor(name=name, values=tuple(values.values())))
    return design.model_copy(update={"factors": tuple(factors)})
