"""Checks of a design: impossible and ineffective settings are refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from comity.errors import InputError, nearest
from comity.scenario.loading import load
from comity.scenario.locate import find_scenario
from comity.scenario.merging import flat_settings, overlapping
from comity.scenario.own_mechanisms import OwnMechanism
from comity.scenario.parameters import parameter_table
from comity_lab.factor import NO_PATCH, check_factor

if TYPE_CHECKING:
    from comity_lab.design import Design

__all__ = ["KEEP", "SAMPLERS", "check_design"]

SAMPLERS = ("grid", "list", "latin_hypercube", "sobol", "morris")
KEEP = ("measures", "meetings", "outcomes", "facts")
_MAX_POINTS = 5_000_000
_MAX_LEVELS = 1000


def check_design(design: Design, where: str) -> None:
    """Raise InputError for the first setting of a design that is wrong or has no effect."""
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
    names = [factor.name for factor in design.factors]
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"{where}: every factor must be given once, got {name!r} twice. Remove one.")
    if {"preset", "theory"} <= set(names):
        raise InputError(f"{where}: every factor must be given once, got preset and theory, which are one. Remove one.")
    _check_settings(design, where)
    _check_ineffective(design, where)
    own = _own_mechanisms(design)
    for factor in design.factors:
        check_factor(factor, where, free_names=bool(design.function), own=own)
    _check_sampler(design, where)


def _own_mechanisms(design: Design) -> tuple[OwnMechanism, ...]:
    """Return the mechanisms that do not come with comity; files are read only where a factor is no other parameter."""
    known = {row["name"] for row in parameter_table()}
    if design.function or all(factor.parameter is None or factor.parameter in known for factor in design.factors):
        return ()
    beside = Path(design.folder) if design.folder else None
    names = [str(name) for factor in design.factors if factor.name == "patch" for name in factor.values or ()]
    laid = [find_scenario(name, beside, kind="patch") for name in design.patches]
    scenario, found = find_scenario(design.scenario, beside), {}
    for more in ([], *([find_scenario(name, beside, kind="patch")] for name in names if name != NO_PATCH)):
        for item in load(scenario, patches=[*laid, *more]).mechanisms:
            found[item.name] = item
    return tuple(found.values())


def _check_ineffective(design: Design, where: str) -> None:
    """Refuse settings that have no effect on any run."""
    for key, why in _ineffective(design):
        raise InputError(f"{where}: {key} would have no effect: {why}. Remove it, or change the other.")
    if design.until is not None and not 1900 <= design.until <= 2200:
        raise InputError(f"{where}: until must be a year from 1900 to 2200, got {design.until}. Give the last year.")


def _check_settings(design: Design, where: str) -> None:
    """Raise InputError if two settings, two factors, or a setting and a factor are about the same place."""
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


def _ineffective(design: Design) -> Iterator[tuple[str, str]]:
    """Yield each key that has no effect, and why."""
    if design.function:
        given = {
            "patches": bool(design.patches),
            "settings": bool(design.settings),
            "until": design.until is not None,
            "facts": bool(design.facts),
            "measures": bool(design.measures),
            "keep": bool(set(design.keep) - {"measures"}),
        }
        for key, is_given in given.items():
            if is_given:
                yield key, "a function has no scenario"
    if any(factor.name == "scenario" for factor in design.factors):
        for key in ("patches", "settings", "until"):
            if getattr(design, key):
                yield key, "the factor scenario replaces the scenario at every point"
    numbers = {
        "n": (design.n is not None, ("latin_hypercube", "sobol")),
        "second_order": (design.second_order, ("sobol",)),
        "trajectories": (design.trajectories is not None, ("morris",)),
        "levels": (design.levels != 4, ("morris",)),
    }
    for key, (is_given, samplers) in numbers.items():
        if is_given and design.sampler not in samplers and design.sampler in SAMPLERS:
            yield key, f"the sampler is {design.sampler}, and it is for {' and '.join(samplers)}"
    for factor in design.factors:
        if factor.steps is not None and design.sampler != "grid":
            yield f"steps of the factor {factor.name!r}", f"the sampler is {design.sampler}, and they are for grid"


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
        if not 2 <= design.levels <= _MAX_LEVELS or design.levels % 2:
            raise InputError(f"{where}: levels must be even and from 2 to {_MAX_LEVELS}, got {design.levels}. Give 4.")
        for factor in design.factors:
            if not factor.is_range or factor.integer:
                raise InputError(
                    f"{where}: factor {factor.name!r}: morris takes ranges of numbers only, because its steps have a "
                    "length. Give low and high, or use sobol or a grid."
                )
