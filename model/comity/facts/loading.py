"""Reading a file of facts, with errors that name file, entry and field."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from comity.errors import InputError, nearest
from comity.facts.measure import YEAR, FactMeasure
from comity.facts.measures import MEASURES
from comity.facts.own import measure_of, own_fact_measures, read_measures
from comity.facts.schema import STEP, Fact
from comity.scenario.locate import scenario_folder

__all__ = ["load_facts"]


_KEYS = ("facts", "measures", "references")


def load_facts(path: str | Path | None = None) -> tuple[Fact, ...]:
    """Load facts.

    Parameters
    ----------
    path
        A TOML file with entries ``[[facts]]``, and, if they need some, ``measures``, a list of Python files with
        measures of one's own; None: those that come with comity.

    Raises
    ------
    InputError
        Where the file or an entry cannot be used; the message says where and what to do.
    """
    file = Path(path) if path is not None else scenario_folder() / "facts.toml"
    entries, own = _entries(file)
    facts = tuple(_fact(entry, number, file.name, own) for number, entry in enumerate(entries, 1))
    ids = [fact.id for fact in facts]
    for number, name in enumerate(ids):
        if name in ids[:number]:
            raise InputError(f"{file.name}: facts[{name}].id must be unique, got it twice. Rename one of them.")
    return facts


def _entries(file: Path) -> tuple[list[Any], dict[str, str]]:
    """Return the entries of a file, and the texts of the files of measures that it names."""
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{file.name}: must be valid TOML in UTF-8, got: {error}. Correct that place.") from None
    except RecursionError:
        raise InputError(f"{file.name}: must not nest values hundreds of levels deep. Write it flat.") from None
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror}. Check the path and its permissions.") from None
    for key in data:
        if key not in _KEYS:
            raise InputError(f"{file.name}: {key} is not a known key. {nearest(key, _KEYS)}")
    entries = data.get("facts")
    if not isinstance(entries, list) or not entries:
        raise InputError(f"{file.name}: facts must be a list of entries [[facts]], got none. Add one.")
    named = data.get("measures", [])
    if not isinstance(named, list) or not all(isinstance(name, str) for name in named):
        raise InputError(
            f'{file.name}: measures must be a list of Python files, got {named!r:.80}. Write measures = ["mine.py"].'
        )
    return entries, read_measures(named, file.parent)


def _fact(entry: Any, number: int, file: str, own: Mapping[str, str]) -> Fact:
    name = entry.get("id", number) if isinstance(entry, dict) else number
    where = f"{file}: facts[{name}]"
    owner = {}
    if isinstance(entry, dict):
        for key in ("file", "python"):
            if key in entry:
                raise InputError(f"{where}.{key} is not a known key. {nearest(key, Fact.model_fields)}")
        names = [name for name, text in own.items() if entry.get("measure") in own_fact_measures(name, text)]
        owner = {"file": names[0], "python": own[names[0]]} if names else {}
        entry = entry | owner
    try:
        fact = Fact.model_validate(entry)
    except ValidationError as error:
        raise InputError(_explain(error, where)) from None
    known = [*MEASURES, *(measure for name, text in own.items() for measure in own_fact_measures(name, text))]
    if fact.measure not in known:
        raise InputError(
            f"{where}.measure must be a known measure, got {fact.measure!r}. {nearest(fact.measure, known)}"
        )
    _check_measure(fact, where)
    return fact


def _check_measure(fact: Fact, where: str) -> None:
    measure = measure_of(fact)
    for part in dict.fromkeys((*(target.part for target in fact.targets if target.part != STEP), *fact.order)):
        unit = measure.unit(part)
        if unit is None:
            known = [item for item in measure.units if item and item != YEAR] + _years(fact, measure)
            raise InputError(
                f"{where}: {part or 'a number without a part'} is no part of measure {fact.measure!r}. "
                + (nearest(part, known) if known else "It is one number: write it without a part.")
            )
        if fact.unit_of(part) != unit:
            name = f"unit.{part}" if isinstance(fact.unit, dict) else "unit"
            raise InputError(
                f"{where}.{name} must be {unit!r}, that of measure {fact.measure!r}, got {fact.unit_of(part)!r}. "
                "Change it."
            )


def _years(fact: Fact, measure: FactMeasure) -> list[str]:
    return [str(year) for year in range(fact.period[0], fact.period[1] + 1)] if YEAR in measure.units else []


_CHOICES = ("float", "str", "dict[str,float]", "dict[str,str]")
"""What pydantic adds to the place of an error in a field that may be one number or several."""


def _explain(error: ValidationError, where: str) -> str:
    found = error.errors(include_url=False)
    # A misspelt key is the likelier reason than the required key that is therefore missing.
    first = next((item for item in found if item["type"] == "extra_forbidden"), found[0])
    place = ".".join(str(part) for part in first["loc"] if part not in _CHOICES)
    if first["type"] == "extra_forbidden":
        return f"{where}.{place} is not a known key. {nearest(place, Fact.model_fields)}"
    if first["type"] == "missing":
        return f"{where}.{place} is missing. Add it."
    if first["type"] == "value_error":
        return f"{where}: {first['ctx']['error']}."
    expected = first["msg"].removeprefix("Input should be ")
    return f"{where}.{place} must be {expected}, got {first['input']!r}. Change the value."
