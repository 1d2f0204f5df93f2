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

__all__ = [
    "ACTORS",
    "MATRICES",
    "PROVENANCE",
    "SCENARIO",
    "check_folder",
    "new_folder",
    "read_json",
    "read_table",
    "save_record",
    "unstacked",
]

SCENARIO, PROVENANCE = "scenario.json", "provenance.json"
ACTORS, MATRICES = "actors_by_id", "trust_matrices"
_IN = "trust_in_"


def save_record(record: Record, folder: str | Path, command: str = "") -> Path:
    """Write a record into a new folder; it is written aside and renamed, so that it is there whole or not at all.

    InputError where the folder is there already, or cannot be written.
    """
    path = check_folder(folder)
    with new_folder(path) as aside:
        for name in (*record.names, ACTORS):
            _write_table(record.as_left(name), aside / f"{name}.parquet")
        if record.keep == "trust":
            _write_table(_stacked(record), aside / f"{MATRICES}.parquet")
        _write_json(record.scenario.to_json(), aside / SCENARIO)
        _write_json(record.provenance(command).to_json(), aside / PROVENANCE)
    return path


def _stacked(record: Record) -> pd.DataFrame:
    """Return all trust matrices as one table: meeting, holder, and a column trust_in_… for each partner."""
    frames = []
    for meeting in record.matrices:
        matrix = record.trust_matrix(meeting)
        named = matrix.set_axis([f"{_IN}{name}" for name in matrix.columns], axis=1).reset_index(drop=True)
        named.insert(0, "meeting", meeting)
        named.insert(1, "holder", matrix.index)
        frames.append(named)
    return pd.concat(frames, ignore_index=True)


def unstacked(table: pd.DataFrame, file: Path) -> dict[str, pd.DataFrame]:
    """Return the trust matrices of a table of all of them, by meeting, or raise InputError where it is none."""
    found = {}
    if list(table.columns[:2]) != ["meeting", "holder"]:
        raise InputError(
            f"{file.parent.name}/{file.name}: must have the columns meeting and holder, got "
            f"{', '.join(map(str, table.columns[:4]))}. The record is damaged; run the scenario again."
        )
    for meeting, rows in table.groupby("meeting", sort=False):
        matrix = rows.drop(columns=["meeting", "holder"])
        ids = [name.removeprefix(_IN) for name in matrix.columns]
        found[str(meeting)] = matrix.set_axis(rows["holder"].tolist(), axis=0).set_axis(ids, axis=1)
    return found


def read_table(file: Path) -> pd.DataFrame:
    """Return a table of a record as it was written, or raise InputError where the file is damaged."""
    try:
        with file.open("rb") as opened:
            stored = pq.ParquetFile(opened).read(use_threads=False)
        table: pd.DataFrame = stored.to_pandas()
        # Parquet knows no whole seconds: dates are stored in milliseconds, and what they were beside them.
        described = json.loads((stored.schema.metadata or {}).get(b"pandas", b'{"columns": []}'))["columns"]
        types = {column["name"]: column["numpy_type"] for column in described}
        dates = {name: kind for name, kind in types.items() if kind.startswith("datetime64") and name in table}
        return table.astype(dates)
    except Exception as error:  # whatever is in a file that a person or a disk has changed
        said = str(error).partition("\n")[0] or type(error).__name__
        raise InputError(
            f"{file.parent.name}/{file.name}: must be a Parquet table, got: {said}. "
            "The record is damaged; run the scenario again."
        ) from None


def _write_table(table: pd.DataFrame, file: Path) -> None:
    with file.open("wb") as opened:  # Arrow takes no path that is not UTF-8
        pq.write_table(pa.Table.from_pandas(table, preserve_index=False), opened, compression="zstd")


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
    except OSError as error:
        raise InputError(
            f"{folder.name}/{name}: cannot be read: {error.strerror or error}. Change its permissions, or name another "
            "folder."
        ) from None
    except (ValueError, RecursionError) as error:
        raise InputError(
            f"{folder.name}/{name}: must be JSON, got: {error}. The record is damaged; run the scenario again."
        ) from None
    if not isinstance(data, dict):
        raise InputError(f"{folder.name}/{name}: must be a JSON object. The record is damaged; run the scenario again.")
    return data
