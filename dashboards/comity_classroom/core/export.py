"""Export: the record of a class as an ordinary run folder, its scenario as a file, and its ledger without names."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from comity.errors import InputError
from comity.record import Record
from comity.runs import run
from comity.scenario.writing import scenario_text
from comity_classroom.core.classroom import Classroom
from comity_classroom.core.errors import saving
from comity_classroom.core.guess_table import guess_table
from comity_classroom.core.ledger import Ledger, sync_folder, write_synced, written_line
from comity_classroom.core.moves import scenario_of

__all__ = ["Export", "export", "table_of"]

_HEADING = (
    "# The run of a class as a scenario, for comity run, compare and sweep. Every choice of a seat is one of the\n"
    "# moves below. Remove or change a line to ask what would have happened otherwise.\n\n"
)


@dataclass(frozen=True, kw_only=True)
class Export:
    """The paths of an export: the run folder, the scenario file, the copy of the ledger, the table of guesses."""

    record: Path
    scenario: Path
    ledger: Path
    guesses: Path


def table_of(classroom: Classroom) -> Record:
    """Return the record of a class. The model plays the meetings that the class has not played."""
    return run(scenario_of(classroom.state), seed=classroom.state.seed, keep="all")


def export(classroom: Classroom, *, names: bool = False) -> Export:
    """Export a class into its folder, beside earlier exports.

    ``record-N`` is a run folder, ``class-N.toml`` the scenario with the moves of the class, ``class-N.jsonl`` a copy of
    the ledger, ``guesses-N.csv`` the test before and after, see :mod:`comity_classroom.core.guess_table`. They hold
    seats but no names; with ``names``, the copy of the ledger has the names. Either all are written or none.

    Raises
    ------
    NotSaved
        If one of them cannot be written.
    """
    with classroom.acting:
        return _exported(classroom, names=names)


def _exported(classroom: Classroom, *, names: bool) -> Export:
    number = 1
    while any((classroom.folder / name).exists() for name in _names(number)):
        number += 1
    scenario = scenario_of(classroom.state)
    command = f"comity run class-{number}.toml --seed {classroom.state.seed}"
    found = [classroom.folder / name for name in _names(number)]
    with saving(classroom.folder):
        aside = Path(tempfile.mkdtemp(prefix=".export-", dir=classroom.folder))
        try:
            write_synced(aside / "scenario", _HEADING + scenario_text(scenario))
            write_synced(aside / "ledger", _copy(classroom.ledger, names=names))
            write_synced(aside / "guesses", guess_table(classroom).to_csv(index=False))
            _save(table_of(classroom), aside / "record", command)
            for part, path in zip(("scenario", "ledger", "guesses", "record"), found, strict=True):
                os.replace(aside / part, path)
            sync_folder(classroom.folder)
        except BaseException:
            for path in found[:3]:
                path.unlink(missing_ok=True)
            shutil.rmtree(found[3], ignore_errors=True)
            raise
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    return Export(scenario=found[0], ledger=found[1], guesses=found[2], record=found[3])


def _names(number: int) -> tuple[str, ...]:
    return f"class-{number}.toml", f"class-{number}.jsonl", f"guesses-{number}.csv", f"record-{number}"


def _save(record: Record, folder: Path, command: str) -> None:
    """Save a record. An OSError is raised unchanged, so that a full disk is reported as full."""
    try:
        record.save(folder, command)
    except InputError as error:
        if isinstance(error.__context__, OSError):
            raise error.__context__ from None
        raise


def _copy(ledger: Ledger, *, names: bool) -> str:
    """Return the text of the ledger, with new checksums if names are left out."""

    def without(what: dict[str, Any]) -> dict[str, Any]:
        kept = {key: value for key, value in what.items() if key != "name" or names}
        if "people" in kept and not names:
            kept["people"] = dict.fromkeys(kept["people"], "")
        return kept

    def joined(what: dict[str, Any]) -> dict[str, Any]:
        return {**without(what), "name": what["name"] if names else ""}

    def untold(what: dict[str, Any]) -> dict[str, Any]:
        return what if names else {**what, "text": ""}

    text, total = "", "0" * 16
    for entry in ledger.entries:
        # Only these kinds hold names of people, or texts that may; the name in a scenario is that of the scenario.
        changes = {"joined": joined, "branched": without, "said": untold, "offered": untold}
        change = changes.get(entry.kind, dict)
        line, total = written_line(entry, change, total)
        text += line
    return text
