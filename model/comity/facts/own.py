"""Measures of one's own: what a Python file declares, for sweeps and for facts."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

from comity.errors import InputError, nearest
from comity.facts.measure import FactMeasure
from comity.facts.measures import MEASURES
from comity.facts.schema import UNITS, Fact
from comity.measures import MEASURES as BUILT_IN
from comity.measures import Measure
from comity.own_code import line_of, module_of, read_code
from comity.record import Record
from comity.scenario.own_mechanisms import is_own_name

__all__ = ["measure_of", "own_fact_measures", "own_measures", "read_measures"]

_LARGEST = 1e150
"""Of a measure: beyond it squares, and so every spread, are infinite."""


def read_measures(names: Iterable[str], folder: Path | None) -> dict[str, str]:
    """Return the texts of files with measures, by name of the file; they count from a folder, else the working one.

    Raises
    ------
    InputError
        Where a file cannot be read, declares no measure, or one whose name is taken.
    """
    texts: dict[str, str] = {}
    owners = {name: "comity" for name in (*MEASURES, *(item.name for item in BUILT_IN))}
    for name in names:
        file, text = read_code(name, "a measure", [*([folder] if folder else []), Path()])
        for measure in own_fact_measures(file.name, text):
            if measure in owners:
                raise InputError(
                    f"{file.name}: measure {measure!r} must have a name of its own, but {owners[measure]} has one of "
                    "that name. Rename it."
                )
            owners[measure] = file.name
        texts[file.name] = text
    return texts


@lru_cache(maxsize=64)
def own_measures(file: str, text: str) -> tuple[Measure, ...]:
    """Return the measures of any record that a file declares, for sweeps."""
    module = module_of(file, text)
    found = [item for item in vars(module).values() if isinstance(item, Measure)]
    return tuple(replace(item, compute=_guarded(file, module, item.name, item.compute)) for item in found)


@lru_cache(maxsize=64)
def own_fact_measures(file: str, text: str) -> dict[str, FactMeasure]:
    """Return the measures that a file declares as facts can name them, at least one, or raise InputError."""
    module = module_of(file, text)
    found: dict[str, FactMeasure] = {}
    for item in vars(module).values():
        if not isinstance(item, Measure | FactMeasure):
            continue
        if not is_own_name(item.name) or item.name in found:
            raise InputError(
                f"{file}: every measure must have a name of its own in small letters, digits and _, got {item.name!r}. "
                "Rename it."
            )
        compute = _guarded(file, module, item.name, item.compute)
        if isinstance(item, FactMeasure):
            found[item.name] = replace(item, compute=compute)
        else:
            asked = _of_record(compute)
            found[item.name] = FactMeasure(
                name=item.name, text=item.text, units={"": item.unit}, needs="", compute=asked
            )
        for unit in found[item.name].units.values():
            if unit not in (*UNITS, "1"):
                raise InputError(
                    f"{file}: measure {item.name!r}: unit must be one of {', '.join(UNITS)} or 1, got {unit!r}. "
                    "Choose one."
                )
    if not found:
        raise InputError(
            f"{file}: must declare a measure, NAME = comity.measures.Measure(…), got none. See docs/mechanisms.md."
        )
    return found


def measure_of(fact: Fact) -> FactMeasure:
    """Return the measure of a fact, which carries the file of one that does not come with comity."""
    known = own_fact_measures(fact.file, fact.python) if fact.python else MEASURES
    if fact.measure not in known:
        raise InputError(
            f"fact {fact.id}: measure must be a known measure, got {fact.measure!r}. {nearest(fact.measure, known)}"
        )
    return known[fact.measure]


def _of_record(compute: Callable[..., Any]) -> Callable[[Record, tuple[int, int], Record], Any]:
    """Return a measure of a record as one that is also given a period and a second run."""
    return lambda record, _period, _other: compute(record)


def _guarded(file: str, module: ModuleType, name: str, compute: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of one's own whose errors, and results that are no number, name file and measure."""

    def asked(*arguments: Any) -> Any:
        try:
            value = compute(*arguments)
            values = {part: float(item) for part, item in value.items()} if isinstance(value, dict) else float(value)
        except Exception as error:
            line = line_of(error, module)
            place = "" if line is None else f", line {line}"
            text = " ".join(str(error).split())
            raise InputError(
                f"{file}: measure {name!r}{place}: raised {type(error).__name__}: {text}. Correct the function."
            ) from error
        for item in values.values() if isinstance(values, dict) else (values,):
            if math.isinf(item) or abs(item) > _LARGEST:
                raise InputError(
                    f"{file}: measure {name!r} must be a number up to {_LARGEST:g}, or nan for none, got {item:g}. "
                    "Bound it."
                )
        return values

    return asked
