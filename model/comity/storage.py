"""A record on disk: a folder of Parquet tables, the resolved scenario, and the provenance."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from comity.errors import InputError

if TYPE_CHECKING:
    from comity.record import Record

__all__ = ["PROVENANCE", "SCENARIO", "check_folder", "read_json", "read_record", "save_record"]

SCENARIO, PROVENANCE = "scenario.json", "provenance.json"


def check_folder(folder: str | Path) -> Path:
    """Return the path of a folder that may be created, or raise InputError: nothing is ever overwritten."""
    path = Path(folder)
    if path.exists():
        raise InputError(f"{path}: the output folder must not exist yet, but it does. Name another one or remove it.")
    parent = path.absolute().parent
    while not parent.exists():
        parent = parent.parent
    if not parent.is_dir() or not os.access(parent, os.W_OK):
        raise InputError(
            f"{path}: cannot be created, {parent} is not a folder that can be written to. Name another one."
        )
    return path


def save_record(record: Record, folder: str | Path, command: str = "") -> Path:
    """Write a record into a new folder; it is written aside and renamed, so that it is there whole or not at all.

    InputError where the folder is there already, or cannot be written.
    """
    path = check_folder(folder)
    try:
        path.absolute().parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.absolute().parent))
        try:
            for name, table in record.tables().items():
                _write_table(table, aside / f"{name}.parquet")
            _write_table(record.actors_by_id, aside / "actors_by_id.parquet")
            _write_json(record.scenario.to_json(), aside / SCENARIO)
            _write_json(record.provenance(command).to_json(), aside / PROVENANCE)
            aside.chmod(0o755)
            os.replace(aside, path)
        except BaseException:
            shutil.rmtree(aside, ignore_errors=True)
            raise
    except OSError as error:
        raise InputError(
            f"{path}: cannot be written: {error.strerror or error}. Free space or name another folder."
        ) from None
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
