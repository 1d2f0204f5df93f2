"""A design: what a sweep varies, how it samples, how often it repeats, and what it keeps."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from comity.errors import InputError, nearest
from comity.scenario.merging import flat_settings, overlapping
from comity.scenario.plain import read_toml
from comity_lab.factor import Factor, check_factor

__all__ = ["KEEP", "SAMPLERS", "Design", "design_from", "load_design"]

SAMPLERS = ("grid", "list", "latin_hypercube", "sobol", "morris")
KEEP = ("measures", "meetings", "outcomes", "facts")
_MAX_POINTS = 5_000_000


class Design(BaseModel):
    """What a sweep does.

    Attributes
    ----------
    name
        Name of the study; of a file, its stem.
    folder
        Where scenarios and patches are looked for first; of a file, its own. It is not stored.
    scenario
        Name or path of the scenario that is varied.
    patches, settings
        What is laid over it at every point: patches in order, then single values, by dotted path or by table.
    function
        ``module:name`` of a function from factor values (and seed) to measures, instead of a scenario.
    sampler
        ``grid`` (all combinations), ``list`` (the points as written), ``latin_hypercube``, ``sobol`` (Saltelli's
        scheme) or ``morris`` (trajectories).
    factors
        What is varied.
    points
        For ``list``: tables of a value for every factor.
    n
        Points of a Latin hypercube; base sample of Sobol, a power of two.
    second_order
        Whether Sobol also samples for second-order indices: n (2 k + 2) points instead of n (k + 2).
    trajectories, levels
        Of Morris; (k + 1) points in each trajectory.
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
        ``facts``: what each run says about facts, as columns beside the measures, without facts that need second runs.
    facts
        File of these facts; empty: those that come with comity.
    until
        Last year that is simulated; None: all.
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
    facts: str = ""
    until: int | None = None

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


def design_from(data: Mapping[str, Any], where: str = "design") -> Design:
    """Return the design that plain data describe, checked, or raise InputError with the first thing that is wrong."""
    try:
        design = Design.model_validate(data)
    except ValidationError as error:
        raise InputError(_explain(error, where)) from None
    if design.sampler == "list":
        design = _with_listed_factors(design, where)
    _check(design, where)
    return design


def _explain(error: ValidationError, where: str) -> str:
    found = error.errors(include_url=False)
    first = next((item for item in found if item["type"] == "extra_forbidden"), found[0])
    place = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        model = Factor if first["loc"][0] == "factors" else Design
        return f"{where}: {place} is not a known key. {nearest(str(first['loc'][-1]), model.model_fields)}"
    if first["type"] == "missing":
        return f"{where}: {place} is missing. Add it."
    expected = first["msg"].removeprefix("Input should be ")
    return f"{where}: {place} must be {expected}, got {first['input']!r}. Change the value."


def _with_listed_factors(design: Design, where: str) -> Design:
    """Return the design with a factor for each key of its points, whose values are those that occur."""
    if design.factors:
        raise InputError(f"{where}: a list has points and no factors, got factors. Write [[points]] tables only.")
    if not design.points:
        raise InputError(f"{where}: points must not be empty for the sampler list. Add a [[points]] table.")
    names = sorted(design.points[0])
    factors = []
    for number, point in enumerate(design.points):
        for name in set(names) ^ set(point):
            raise InputError(
                f"{where}: points must all name the same factors, but {name!r} is not in every one (point {number}). "
                'Give it in all; patch = "none" leaves a scenario as it is.'
            )
    for name in names:
        values = {json.dumps(point[name], default=str): point[name] for point in design.points}
        factors.append(Factor(name=name, values=tuple(values.values())))
    return design.model_copy(update={"factors": tuple(factors)})


def _check(design: Design, where: str) -> None:
    if design.scenario and design.function:
        raise InputError(f"{where}: scenario and function must not both be given. Leave one of them out.")
    if not design.scenario and not design.function:
        raise InputError(f'{where}: scenario must be given. Write scenario = "hld_gfmd", or name a function instead.')
    if design.runner and design.function:
        raise InputError(f"{where}: runner must go with a scenario, got a function too. Leave one out.")
    if design.sampler not in SAMPLERS:
        raise InputError(
            f"{where}: sampler must be one of {', '.join(SAMPLERS)}, got {design.sampler!r}. "
            f"{nearest(design.sampler, SAMPLERS)}"
        )
    if design.replicates < 1:
        raise InputError(f"{where}: replicates must be 1 or more, got {design.replicates}. Give at least one.")
    if not 0 <= design.seed < 2**63:
        raise InputError(f"{where}: seed must be a whole number from 0 to 2**63 - 1, got {design.seed}. Give one.")
    for item in design.keep:
        if item not in KEEP:
            raise InputError(f"{where}: keep must name {', '.join(KEEP)}, got {item!r}. {nearest(item, KEEP)}")
    if design.facts and "facts" not in design.keep:
        raise InputError(f'{where}: facts must go with keep = ["measures", "facts"], got {list(design.keep)}. Add it.')
    _check_settings(design, where)
    names = [factor.name for factor in design.factors]
    for name in names:
        if names.count(name) > 1 or {"preset", "theory"} <= set(names):
            raise InputError(f"{where}: every factor must be given once, got {name!r} twice. Remove one.")
    for factor in design.factors:
        check_factor(factor, where, free_names=bool(design.function))
    _check_sampler(design, where)


def _check_settings(design: Design, where: str) -> None:
    """Raise InputError where two settings, two factors, or a setting and a factor are about the same place."""
    settings = list(flat_settings(design.settings, f"{where}: settings"))
    names = [factor.name for factor in design.factors]
    if design.function:
        return
    if "theory" in settings and "preset" in names:
        raise InputError(f"{where}: theory must be a setting or the factor preset, got both. Leave one of them out.")
    for paths, what in ((names, "two factors"), ([*settings, *names], "a setting and a factor")):
        found = overlapping(list(dict.fromkeys(paths)) if what == "two factors" else paths)
        if found:
            raise InputError(
                f"{where}: every place of the scenario must be given once, got {what}, {found[0]!r} and {found[1]!r}. "
                "Leave one of them out."
            )


def _check_sampler(design: Design, where: str) -> None:
    if design.points and design.sampler != "list":
        raise InputError(f'{where}: points must go with sampler = "list", got {design.sampler!r}. Change one of them.')
    if not design.factors and design.sampler not in ("grid", "list"):
        raise InputError(f"{where}: factors must not be empty for {design.sampler}. Add a [[factors]] table.")
    if design.sampler == "grid":
        for factor in design.factors:
            if factor.is_range and factor.steps is None:
                raise InputError(
                    f"{where}: factor {factor.name!r}: steps must be given for a grid over a range. "
                    "Write steps = 5, or values instead."
                )
    if design.sampler in ("latin_hypercube", "sobol"):
        if design.n is None or not 1 <= design.n <= _MAX_POINTS:
            raise InputError(f"{where}: n must be 1 or more for {design.sampler}, got {design.n}. Say how many points.")
        if design.sampler == "sobol" and design.n & (design.n - 1):
            below = 1 << (design.n.bit_length() - 1)
            raise InputError(
                f"{where}: n must be a power of two for sobol, got {design.n}. Take {below} or {2 * below}."
            )
    if design.sampler == "morris":
        if design.trajectories is None or design.trajectories < 2:
            raise InputError(f"{where}: trajectories must be 2 or more for morris, got {design.trajectories}. Give 10.")
        if design.levels < 2 or design.levels % 2:
            raise InputError(f"{where}: levels must be even and 2 or more, got {design.levels}. Give 4.")
        for factor in design.factors:
            if not factor.is_range or factor.integer:
                raise InputError(
                    f"{where}: factor {factor.name!r}: morris takes ranges of numbers only, because its steps have a "
                    "length. Give low and high, or use sobol or a grid."
                )
