"""Export: the record of a class as an ordinary run folder, its scenario as a file, its ledger without names."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from comity.errors import InputError
from comity.record import Record
from comity.runs import run
from comity.scenario.schema import Scenario
from comity_classroom.room.classroom import Classroom
from comity_classroom.room.errors import keeping
from comity_classroom.room.ledger import Ledger, sync_folder, write_synced, written_line
from comity_classroom.room.playing import scenario_of

__all__ = ["Export", "export", "scenario_text", "table_of"]


@dataclass(frozen=True, kw_only=True)
class Export:
    """What an export wrote: the run folder, the scenario file, the copy of the ledger."""

    record: Path
    scenario: Path
    ledger: Path


def table_of(room: Classroom) -> Record:
    """Return the record of a class: what was played, and the rest as the model goes on."""
    return run(scenario_of(room.state), seed=room.state.seed, keep="all")


def export(room: Classroom, *, names: bool = False) -> Export:
    """Write the record of a class into its folder, beside earlier exports.

    ``record-N`` is a run folder, ``class-N.toml`` the scenario with the moves of the class, ``class-N.jsonl`` the
    ledger. They hold seats and no names, unless ``names`` is asked for: then the copy of the ledger has them.
    The three are there together or not at all.

    Raises
    ------
    NotKept
        If they cannot be written.
    """
    with room.acting:
        return _exported(room, names=names)


def _exported(room: Classroom, *, names: bool) -> Export:
    number = 1
    while any((room.folder / name).exists() for name in _names(number)):
        number += 1
    scenario = scenario_of(room.state)
    command = f"comity run class-{number}.toml --seed {room.state.seed}"
    found = [room.folder / name for name in _names(number)]
    with keeping(room.folder):
        aside = Path(tempfile.mkdtemp(prefix=".export-", dir=room.folder))
        try:
            write_synced(aside / "scenario", scenario_text(scenario))
            write_synced(aside / "ledger", _copy(room.ledger, names=names))
            _save(table_of(room), aside / "record", command)
            for part, path in zip(("scenario", "ledger", "record"), found, strict=True):
                os.replace(aside / part, path)
            sync_folder(room.folder)
        except BaseException:
            for path in found[:2]:
                path.unlink(missing_ok=True)
            shutil.rmtree(found[2], ignore_errors=True)
            raise
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    return Export(scenario=found[0], ledger=found[1], record=found[2])


def _names(number: int) -> tuple[str, str, str]:
    return f"class-{number}.toml", f"class-{number}.jsonl", f"record-{number}"


def _save(record: Record, folder: Path, command: str) -> None:
    """Save a record; what the disk said is raised as it was, so that a full disk is called full."""
    try:
        record.save(folder, command)
    except InputError as error:
        if isinstance(error.__context__, OSError):
            raise error.__context__ from None
        raise


def scenario_text(scenario: Scenario) -> str:
    """Return a scenario as TOML that loads to the same scenario."""
    lines = [
        "# What a class played, as a scenario: it runs, compares and sweeps as any other. Every choice of a seat is",
        "# one of the moves below; take a line out, or change it, and ask what would have been.",
        "",
    ]
    data = {key: value for key, value in scenario.to_json().items() if key != "name"}
    # Tables come last: what follows the head of a table in TOML belongs to it. Here all of them are written inline.
    for key, value in data.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            lines += [f"{_key(key)} = [", *(f"    {_toml(item)}," for item in value), "]"]
        elif value is not None:
            lines.append(f"{_key(key)} = {_toml(value)}")
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, list):
        return f"[{', '.join(_toml(item) for item in value)}]"
    pairs = ", ".join(f"{_key(key)} = {_toml(item)}" for key, item in value.items() if item is not None)
    return f"{{ {pairs} }}" if pairs else "{}"


def _key(key: str) -> str:
    return key if key.replace("_", "").replace("-", "").isalnum() and key.isascii() else json.dumps(key)


def _copy(ledger: Ledger, *, names: bool) -> str:
    """Return the ledger's text, summed anew where names were left out."""

    def without(what: dict[str, Any]) -> dict[str, Any]:
        kept = {key: value for key, value in what.items() if key != "name" or names}
        if "people" in kept and not names:
            kept["people"] = dict.fromkeys(kept["people"], "")
        return kept

    def joined(what: dict[str, Any]) -> dict[str, Any]:
        return {**without(what), "name": what["name"] if names else ""}

    text, total = "", "0" * 16
    for entry in ledger.entries:
        # Only these two kinds know names; a scenario has a name too, which is not a person's.
        change = joined if entry.kind == "joined" else without if entry.kind == "branched" else dict
        line, total = written_line(entry, change, total)
        text += line
    return text
