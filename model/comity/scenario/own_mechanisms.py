"""Mechanisms of one's own: what a Python file declares, as part of a scenario, with the text of the file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic import Field, ValidationError

from comity.errors import InputError, nearest
from comity.mechanism import Mechanism, Parameter
from comity.own_code import module_of, read_code
from comity.phases import Moment
from comity.rules import MECHANISMS
from comity.scenario.locate import scenario_folder
from comity.scenario.misfits import explain
from comity.scenario.value import Value
from comity.world.world import ANCHOR_PARTS, COOPERATION_PARTS, POSITION_PARTS, SOVEREIGNTY_PARTS, TRUST_PARTS

__all__ = [
    "CHANGES",
    "OwnMechanism",
    "OwnParameter",
    "check_own",
    "is_own_name",
    "is_taken",
    "loaded",
    "shipped_mechanisms",
    "told_of_files",
    "with_mechanisms",
]

CHANGES = ("trust", "position", "anchor", "cooperation", "sovereignty", "capacity", "attachment")
"""What a mechanism of one's own may change. Tables show each change in a column with the name of the mechanism."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_PARTS = frozenset({*ANCHOR_PARTS, *COOPERATION_PARTS, *POSITION_PARTS, *SOVEREIGNTY_PARTS, *TRUST_PARTS})
_COLUMNS = frozenset({"of", "before", "after", "change", "part", "share", "total"})
_DECLARED = frozenset(re.sub(r"[^a-z0-9]+", "_", mechanism.name) for mechanism in MECHANISMS)
_PARAMETERS = frozenset(parameter.name for mechanism in MECHANISMS for parameter in mechanism.parameters)
_EXAMPLE = 'moment="ATTACHMENT"'


class OwnParameter(Value):
    """A parameter of a mechanism of one's own; see :class:`comity.mechanism.Parameter`."""

    name: str
    default: float
    low: float
    high: float
    meaning: str
    symbol: str
    unit: str
    origin: str = Field(description="where the value is taken from, or the word assumption")
    free: bool


class OwnMechanism(Value):
    """A mechanism of one's own, as its file declares it; see :class:`comity.mechanism.Mechanism`."""

    name: str
    file: str = Field(description="where the file was, in the working folder; of one elsewhere, its name")
    moment: str = Field(description="before which moment of the order of events its rule acts")
    changes: tuple[str, ...]
    strength: str | None
    group: str
    parameters: tuple[OwnParameter, ...]
    origin: str = Field(description="where the rule is taken from, or the word assumption")
    python: str = Field(description="text of the file")

    @property
    def file_name(self) -> str:
        """Name of the file without its folder."""
        return self.file.rpartition("/")[2]

    def declared(self) -> list[tuple[Parameter, str]]:
        """Return its parameters as built-in rules declare them, each with the heading under which it is listed."""
        return [
            (Parameter(**{**item.model_dump(exclude={"origin"}), "source": item.origin}), self.group)
            for item in self.parameters
        ]


def is_own_name(name: Any) -> bool:
    """Return whether a name can stand in the columns of tables."""
    return isinstance(name, str) and _NAME.fullmatch(name) is not None


def is_taken(name: str) -> bool:
    """Return whether a built-in mechanism or a column has a name."""
    return name in _PARTS or name in _COLUMNS or name in _DECLARED


def shipped_mechanisms() -> list[Path]:
    """Return the files with mechanisms that come with comity."""
    return sorted((scenario_folder() / "mechanisms").glob("*.py"))


def with_mechanisms(data: dict[str, Any], folder: Path | None, where: str) -> dict[str, Any]:
    """Return a scenario or a patch, as plain data, with each mechanism that it names by file as what the file says.

    ``folder`` is that of the file that names them; None: only data that were read before and names from the command
    line, which count from the working folder.
    """
    named = data.get("mechanisms")
    if named is None:
        return data
    if not isinstance(named, list) or not all(
        isinstance(n, str) or (folder is None and type(n) is dict) for n in named
    ):
        raise InputError(
            f'{where}: mechanisms must be a list of Python files, got {named!r:.80}. Write mechanisms = ["mine.py"].'
        )
    return {**data, "mechanisms": [_read(name, folder) if isinstance(name, str) else name for name in named]}


def _read(name: str, folder: Path | None) -> dict[str, Any]:
    folders = [folder] if folder is not None else []
    file, text = read_code(name, "a mechanism", [*folders, Path(), scenario_folder() / "mechanisms"])
    here = Path.cwd()
    place = file.relative_to(here).as_posix() if file.is_relative_to(here) else file.name
    return _as_value(file.name, place, text).model_dump(mode="json")


def loaded(mechanism: OwnMechanism) -> tuple[Mechanism, ModuleType]:
    """Return a mechanism with its rule, and the module of its file; InputError where the file does not declare it."""
    module = module_of(mechanism.file_name, mechanism.python)
    if _as_value(mechanism.file_name, mechanism.file, mechanism.python) != mechanism:
        raise InputError(
            f"{mechanism.file_name}: must declare the mechanism {mechanism.name!r} as the scenario says, but it does "
            "not: the scenario was edited. Load the scenario again."
        )
    return module.MECHANISM, module


def _as_value(name: str, file: str, text: str) -> OwnMechanism:
    """Return what a file declares, or raise InputError with the first thing that is wrong with it."""
    found = getattr(module_of(name, text), "MECHANISM", None)
    if not isinstance(found, Mechanism):
        got = "none" if found is None else type(found).__name__
        raise InputError(
            f"{name}: must declare a mechanism, MECHANISM = comity.mechanism.Mechanism(…), got {got}. "
            "comity mechanism gossip prints an example."
        )
    where = f"{name}: mechanism {found.name!r}"
    _check(found, where)
    data = {
        "name": found.name,
        "file": file,
        "moment": found.moment.upper() if isinstance(found.moment, str) else Moment(int(found.moment or 0)).name,
        "changes": found.changes,
        "strength": found.strength,
        "group": found.group,
        "parameters": [_plain(parameter, where) for parameter in found.parameters],
        "origin": found.source,
        "python": text,
    }
    try:
        return OwnMechanism.model_validate(data)
    except ValidationError as error:
        raise InputError(explain(error, where, OwnMechanism)) from None


def _plain(parameter: Any, where: str) -> dict[str, Any]:
    if not isinstance(parameter, Parameter):
        raise InputError(f"{where}: parameters must be Parameter(…), got {parameter!r:.80}. Correct it.")
    there = f"{where}: parameter {parameter.name!r}"
    if not is_own_name(parameter.name):
        raise InputError(f"{there}: name must be small letters, digits and _. Rename it.")
    data = {key: getattr(parameter, key) for key in ("name", "meaning", "symbol", "unit", "free")}
    data |= {key: getattr(parameter, key) for key in ("default", "low", "high")} | {"origin": parameter.source}
    numbers = [data["low"], data["default"], data["high"]]
    if any(isinstance(n, bool) or not isinstance(n, int | float) for n in numbers) or not sorted(numbers) == numbers:
        raise InputError(f"{there}: default must be a number from low to high, got {numbers[1]!r}. Correct it.")
    return data | {key: float(data[key]) for key in ("default", "low", "high")}


def _check(found: Mechanism, where: str) -> None:
    if not is_own_name(found.name) or is_taken(found.name):
        why = (
            "but a built-in mechanism or a column has it" if is_own_name(found.name) else "small letters, digits and _"
        )
        raise InputError(f"{where}: name must be a name of your own, {why}. Rename it.")
    if not callable(found.rule):
        raise InputError(f"{where}: rule must be a function of an occasion, got {found.rule!r}. Give rule=….")
    names = [moment.name for moment in Moment]
    is_number = isinstance(found.moment, int) and not isinstance(found.moment, bool) and 0 <= found.moment < len(names)
    if not is_number and str(found.moment).upper() not in names:
        shown = found.moment if isinstance(found.moment, str) else repr(found.moment)
        raise InputError(
            f"{where}: moment must be one of {', '.join(names)}, got {shown}. Give one, such as {_EXAMPLE}."
        )
    if not isinstance(found.changes, tuple | list) or not found.changes or not set(found.changes) <= set(CHANGES):
        raise InputError(
            f"{where}: changes must name some of {', '.join(CHANGES)}, got {found.changes!r}. List what the rule moves."
        )
    names = [getattr(parameter, "name", "") for parameter in found.parameters]
    if found.strength is not None and found.strength not in names:
        raise InputError(
            f"{where}: strength must be one of its own parameters, or None, got {found.strength!r}. "
            f"{nearest(str(found.strength), names)}"
        )


def check_own(mechanisms: Iterable[OwnMechanism]) -> None:
    """Raise ValueError where two mechanisms, or two parameters, have the same name."""
    names: dict[str, str] = {}
    owners = dict.fromkeys(_PARAMETERS, "the model")
    for item in mechanisms:
        if item.name in names:
            raise ValueError(
                f"mechanisms: every mechanism must have a name of its own, but {names[item.name]} and "
                f"{item.file_name} both declare {item.name!r}. Rename or remove one."
            )
        names[item.name] = item.file_name
        for parameter in item.parameters:
            if parameter.name in owners:
                raise ValueError(
                    f"mechanisms: {item.file_name}: parameter {parameter.name!r} must have a name of its own, but "
                    f"{owners[parameter.name]} has one of that name. Rename it, such as {item.name}_{parameter.name}."
                )
            owners[parameter.name] = item.file_name


def told_of_files(mechanisms: Iterable[OwnMechanism]) -> Iterator[str]:
    """Yield a sentence for each mechanism whose file is not here, or no longer holds what the scenario carries."""
    for item in mechanisms:
        texts = []
        for folder in (Path(), scenario_folder() / "mechanisms"):
            with suppress(OSError, ValueError):
                texts.append((folder / item.file).read_text(encoding="utf-8-sig"))
        if item.python not in texts:
            what = "was changed since" if texts else "is not in this folder"
            yield (
                f"{item.file_name}: {what}; the run is repeated with the rule that the record carries, which is code "
                "to be trusted as a program is"
            )
