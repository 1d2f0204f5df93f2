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
from comity.record.dictionary import entry
from comity.scenario.subject import Subject

if TYPE_CHECKING:
    from comity.record import Record

__all__ = [
    "ACTORS",
    "MATRICES",
    "PROVENANCE",
    "SCENARIO",
    "check_folder",
    "csv_of",
    "has_csv",
    "new_folder",
    "read_json",
    "read_table",
    "save_record",
    "unstacked",
]

SCENARIO, PROVENANCE = "scenario.json", "provenance.json"
ACTORS, MATRICES = "actors_by_id", "trust_matrices"
_IN = "trust_in_"


def save_record(record: Record, folder: str | Path, command: str = "", *, csv: bool = False) -> Path:
    """Write a record into a new folder; it is written aside and renamed, so that it is there whole or not at all.

    The fields of the Parquet files have meaning, unit, range and source of their columns as metadata. With ``csv``,
    each table but the trust matrices also lies beside as a CSV file; the Parquet file is what is read back.

    InputError where the folder is there already, or cannot be written.
    """
    path = check_folder(folder)
    with new_folder(path) as aside:
        for name in (*record.names, ACTORS):
            table = record.as_left(name)
            _write_table(table, aside / f"{name}.parquet", record.scenario.subject)
            if csv:
                (aside / f"{name}.csv").write_bytes(csv_of(table))
        if record.keep == "trust":
            _write_table(_stacked(record), aside / f"{MATRICES}.parquet", record.scenario.subject)
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
        if len(set(stored.column_names)) < stored.num_columns:
            raise ValueError("two columns of the same name")
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


def csv_of(table: pd.DataFrame) -> bytes:
    """Return a table as CSV in UTF-8 with the same line ends on every system."""
    return table.to_csv(index=False, lineterminator="\n").encode()


def has_csv(folder: Path) -> bool:
    """Return whether a record was saved with CSV files beside."""
    return (folder / f"{ACTORS}.csv").is_file()


def _write_table(table: pd.DataFrame, file: Path, subject: Subject) -> None:
    """Write a table; its fields say what they mean, in the words of the subject."""
    arrow = pa.Table.from_pandas(table, preserve_index=False)
    fields = [field.with_metadata(_meaning(file.stem, field.name, subject)) for field in arrow.schema]
    arrow = arrow.cast(pa.schema(fields, metadata=arrow.schema.metadata))
    with file.open("wb") as opened:  # Arrow takes no path that is not UTF-8
        pq.write_table(arrow, opened, compression="zstd")


def _meaning(table: str, column: str, subject: Subject) -> dict[str, str] | None:
    """Return the entry of a column in the dictionary as metadata of its field; None where it has none."""
    found = entry(table, column, subject)
    if found is None:
        return None
    return {"meaning": found.meaning, "unit": found.unit, "range": found.range, "source": found.source}


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
