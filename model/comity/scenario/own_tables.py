"""Tables of actors: where they are, and what those that do not come with comity held when the scenario was loaded."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comity.errors import InputError
from comity.scenario.locate import scenario_folder

if TYPE_CHECKING:
    from comity.scenario.people import Population

__all__ = ["check_tables", "find_table", "with_checksums"]

_TABLES = ("states", "regimes", "organisations", "networks", "pairs")


def find_table(path: str) -> Path:
    """Return the file of a table, or raise InputError."""
    file = _found(path)
    if file is None:
        raise InputError(
            f"population: table {path!r} was not found. Give a path, or one relative to the shipped scenarios."
        )
    return file


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


def check_tables(population: Population) -> None:
    """Raise InputError where a table is not the one with which the scenario was loaded."""
    for path, then in population.checksums.items():
        now = _checksum(find_table(path))
        if now != then:
            raise InputError(
                f"{path}: must be the table with which the scenario was loaded (checksum {then}), got another ({now}). "
                "Load the scenario anew, or bring back the table of then."
            )


def _found(path: str) -> Path | None:
    # The shipped one first: a shipped scenario is the same in every folder, also where there is a data/states.csv.
    return next((file for file in (scenario_folder() / path, Path(path)) if file.is_file()), None)


def _checksum(file: Path) -> str:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()[:16]
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror}. Check the path and its permissions.") from None
