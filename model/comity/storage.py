"""A record on disk: a folder of Parquet tables, the resolved scenario, and the provenance."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from comity.errors import InputError
from comity.folders import check_folder, new_folder

if TYPE_CHECKING:
    from comity.record import Record

__all__ = ["PROVENANCE", "SCENARIO", "check_folder", "new_folder", "read_json", "read_record", "save_record"]

SCENARIO, PROVENANCE = "scenario.json", "provenance.json"


def save_record(record: Record, folder: str | Path, command: str = "") -> Path:
    """Write a record into a new folder; it is written aside and renamed, so that it is there whole or not at all.

    InputError where the folder is there already, or cannot be written.
    """
    path = check_folder(folder)
    with new_folder(path) as aside:
        for name, table in record.tables().items():
            _write_table(table, aside / f"{name}.parquet")
        _write_table(record.actors_by_id, aside / "actors_by_id.parquet")
        _write_json(record.scenario.to_json(), aside / SCENARIO)
        _write_json(record.provenance(command).to_json(), aside / PROVENANCE)
    return path


def read_record(folder: str | Path) -> dict[str, pd.DataFrame]:
    """Return the tables of a saved record by name, or raise InputError where the folder is not that of a record."""
    path = Path(folder)
    read_json(path, PROVENANCE)
    return {file.stem: _read_table(file) for file in sorted(path.glob("*.parquet"))}


def _read_table(file: Path) -> pd.DataFrame:
    try:
        return pd.read_parquet(file)
    except (OSError, pa.ArrowInvalid) as error:
        raise InputError(
            f"{file.parent.name}/{file.name}: must be a Parquet table, got: {error}. "
            "The record is damaged; run the scenario anew."
        ) from None


def _write_table(table: pd.DataFrame, file: Path) -> None:
    pq.write_table(pa.Table.from_pandas(table, preserve_index=False), file, compression="zstd")


def _write_json(data: dict[str, Any], file: Path) -> None:
    file.write_text(json.dumps(data, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")


def read_json(folder: Path, name: str) -> dict[str, Any]:
    """Return one of the JSON files of a record, or raise InputError."""
    file = folder / name
    if not file.is_file():
        raise InputError(
            f"{folder}: must be the folder of a record with {name} in it. Give what comity run wrote with --out."
        )
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise InputError(
            f"{folder.name}/{name}: must be JSON, got: {error}. The record is damaged; run the scenario anew."
        ) from None
    if not isinstance(data, dict):
        raise InputError(f"{folder.name}/{name}: must be a JSON object. The record is damaged; run the scenario anew.")
    return data
