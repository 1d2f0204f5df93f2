"""Running a saved record again: the same bytes, or what has changed since."""

from __future__ import annotations

from pathlib import Path

from comity.errors import InputError
from comity.record import Record, run
from comity.scenario.loading import from_data
from comity.storage import PROVENANCE, SCENARIO, read_json

__all__ = ["rerun"]


def rerun(folder: str | Path) -> tuple[Record, str, list[str]]:
    """Run again what a saved record says; return the record, its command and what differs from then.

    The differences name rules or versions that have changed since: the same bytes are promised without any. InputError
    where the folder is not that of a record, or is damaged.
    """
    path = Path(folder)
    made = read_json(path, PROVENANCE)
    scenario = from_data(read_json(path, SCENARIO), f"{path.name}/{SCENARIO}")
    try:
        record = run(scenario, seed=made["seed"], keep=made["keep"])
        now = record.provenance(made["command"]).to_json()
        differences = [
            f"{key}: {made[key]} then, {now[key]} now"
            for key in ("scenario_hash", "rules_version", "python", "versions")
            if made[key] != now[key]
        ]
        return record, made["command"], differences
    except KeyError as error:
        raise InputError(
            f"{path.name}/{PROVENANCE}: field {error} is missing. The record is damaged; run the scenario anew."
        ) from None
