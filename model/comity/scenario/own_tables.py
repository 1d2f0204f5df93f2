"""Tables of actors: where they are, and what those that do not come with comity held when the scenario was loaded.

A table is looked for beside the file that names it, then among the shipped scenarios, then in the folder of work.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comity.errors import InputError
from comity.scenario.locate import is_file, scenario_folder

if TYPE_CHECKING:
    from comity.scenario.people import PopulationSource

__all__ = ["check_tables", "find_table", "is_shipped", "with_checksums", "with_places", "without_places"]

_TABLES = ("states", "regimes", "organisations", "networks", "pairs", "reach")


def find_table(path: str) -> Path:
    """Return the file of a table, or raise InputError."""
    file = _found(path)
    if file is None:
        named = Path(path) if len(path) < 1000 and "\0" not in path else Path("nowhere")
        if named.exists():
            what = "a folder" if named.is_dir() else "a device or a pipe"
            raise InputError(f"population: table {path!r} must be a file, got {what}. Give the path of a CSV file.")
        raise InputError(
            f"population: table {path!r:.200} was not found. Put it beside the scenario file, or give its whole path."
        )
    return file


def is_shipped(path: str) -> bool:
    """Return whether a table is one that comes with comity."""
    file = _found(path)
    return file is not None and file.resolve().is_relative_to(scenario_folder().resolve())


def with_places(data: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Return what a file in a folder says, with the whole path of each table that lies beside it."""
    population = data.get("population")
    if not isinstance(population, dict) or folder.resolve().is_relative_to(scenario_folder().resolve()):
        return data
    named = {key: folder / population[key] for key in _TABLES if isinstance(population.get(key), str)}
    beside = {key: str(file.resolve()) for key, file in named.items() if is_file(file)}
    return {**data, "population": {**population, **beside}}


def without_places(population: dict[str, Any]) -> dict[str, Any]:
    """Return a population, as plain data, with the checksum of each table of one's own instead of its place."""
    checksums = population.get("checksums", {})
    rest = {key: value for key, value in population.items() if key != "checksums"}
    return rest | {key: checksums[rest[key]] for key in _TABLES if rest.get(key) in checksums}


def with_checksums(population: Any) -> Any:
    """Return a population, as plain data, with the checksum of each table of one's own that is there.

    So two scenarios differ when their tables do, and neither a kept stage nor a sweep mixes them. Shipped tables need
    none: they are of a version of comity.
    """
    if not isinstance(population, dict):
        return population
    named = [population[key] for key in _TABLES if isinstance(population.get(key), str)]
    files = {path: file for path in named if (file := _found(path)) is not None}
    shipped = scenario_folder().resolve()
    own = {path: _checksum(file) for path, file in files.items() if not file.resolve().is_relative_to(shipped)}
    noted = population.get("checksums", {})
    return {**population, "checksums": {**own, **noted}} if own and isinstance(noted, dict) else population


def check_tables(population: PopulationSource) -> None:
    """Raise InputError where a table is not the one with which the scenario was loaded."""
    for path, then in population.checksums.items():
        now = _checksum(find_table(path))
        if now != then:
            raise InputError(
                f"{path}: must be the table with which the scenario was loaded (checksum {then}), got another ({now}). "
                "Load the scenario again, or restore the former table."
            )


def _found(path: str) -> Path | None:
    # The shipped one first: a shipped scenario is the same in every folder, also where there is a data/states.csv.
    return next((file for file in (scenario_folder() / path, Path(path)) if is_file(file)), None)


def _checksum(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()[:16]
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror}. Check the path and its permissions.") from None
