"""Export: the record of a class as an ordinary run folder, its scenario as a file, its ledger without names."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from comity.record import Record, run
from comity.scenario.schema import Scenario
from comity_classroom.room.classroom import Classroom
from comity_classroom.room.ledger import Ledger, written_line
from comity_classroom.room.playing import scenario_of

__all__ = ["Export", "export", "record_of", "scenario_text"]


@dataclass(frozen=True, kw_only=True)
class Export:
    """What an export wrote: the run folder, the scenario file, the copy of the ledger."""

    record: Path
    scenario: Path
    ledger: Path


def record_of(room: Classroom) -> Record:
    """Return the record of a class: what was played, and the rest as the model goes on."""
    return run(scenario_of(room.state), seed=room.state.seed, keep="all")


def export(room: Classroom, *, names: bool = False) -> Export:
    """Write the record of a class into its folder, beside earlier exports.

    ``record-N`` is a run folder, ``class-N.toml`` the scenario with the moves of the class, ``class-N.jsonl`` the
    ledger. They hold seats and no names, unless ``names`` is asked for: then the copy of the ledger has them.
    """
    number = 1
    while any((room.folder / name).exists() for name in (f"record-{number}", f"class-{number}.toml")):
        number += 1
    scenario = scenario_of(room.state)
    file = room.folder / f"class-{number}.toml"
    file.write_text(scenario_text(scenario), encoding="utf-8")
    copy = room.folder / f"class-{number}.jsonl"
    copy.write_text(_copy(room.ledger, names=names), encoding="utf-8")
    command = f"comity run class-{number}.toml --seed {room.state.seed}"
    record = record_of(room).save(room.folder / f"record-{number}", command)
    return Export(record=record, scenario=file, ledger=copy)


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
