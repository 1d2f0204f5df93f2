"""The store: a folder of chunks, each complete or absent, with the plan and its provenance.

::

    design.json       the plan: design, scenario and patches, resolved
    points.parquet    the matrix
    provenance.json   rules, versions, command
    chunks/           <first run>-<runs>-<checksum>.parquet; *.damaged were set aside
    lock, lock.json   held while a sweep writes, and who holds it
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from comity.compiled import rules_version
from comity.errors import InputError, advice, reason, remedy
from comity.folders import new_folder, sync_folder
from comity_lab.plan import Plan
from comity_lab.recipe import recipe_from
from comity_lab.work import MEASURE, Chunk

__all__ = ["Damaged", "Store", "create_store", "is_sweep", "open_store"]

_DESIGN, _POINTS, _PROVENANCE, _CHUNKS = "design.json", "points.parquet", "provenance.json", "chunks"
_KEYS = {"point": pa.int32(), "replicate": pa.int32(), "attempt": pa.int16(), "status": pa.string()}
_PACKAGES = ("comity", "mesa", "numpy", "numba", "pandas", "pyarrow", "scipy", "SALib")


@dataclass(frozen=True)
class Damaged:
    """A damaged chunk: its file, and the reason."""

    file: Path
    reason: str


class Store:
    """The folder of a sweep.

    Attributes
    ----------
    folder, plan, provenance
        Its place, its plan, and its provenance.
    """

    def __init__(self, folder: Path, plan: Plan, provenance: dict[str, Any]) -> None:
        self.folder = folder
        self.plan = plan
        self.provenance = provenance

    @property
    def chunks(self) -> Path:
        """Folder of the chunks."""
        return self.folder / _CHUNKS

    def write(self, chunk: Chunk) -> None:
        """Write a chunk aside, sync it, rename it and sync the folder; a full disk is an InputError."""
        aside = self.chunks / f".{chunk.name}.{os.getpid()}"
        try:
            with aside.open("wb") as file:
                file.write(chunk.data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(aside, self.chunks / chunk.name)
            sync_folder(self.chunks)
        except BaseException as error:
            _remove(aside)
            if not isinstance(error, OSError):
                raise
            raise InputError(
                f"{self.folder}: a chunk cannot be written: {reason(error)}. Everything written so far is intact and "
                f"can be read. {advice(error)} Then run the same command again: it continues."
            ) from None

    def read(self, columns: list[str] | None = None) -> Iterator[pa.Table | Damaged]:
        """Yield each chunk as a table, or what is wrong with it; in the order of their names.

        Parameters
        ----------
        columns
            Of the table; those that a chunk does not have are left out. None: all.
        """
        for file in sorted(self.chunks.glob("*.parquet")):
            try:
                mode = file.stat().st_mode
                if not stat.S_ISREG(mode):  # reading a pipe or a device would never end
                    yield Damaged(file, "a folder and no file" if stat.S_ISDIR(mode) else "no file of data")
                    continue
                data = file.read_bytes()
            except FileNotFoundError:
                continue  # set aside by a running sweep a moment ago
            except OSError as error:
                raise InputError(f"{file}: a chunk cannot be read: {remedy(error)} Then try again.") from None
            if hashlib.sha256(data).hexdigest()[:32] != file.stem.rpartition("-")[2]:
                yield Damaged(file, f"{len(data)} bytes whose checksum is not that of its name")
                continue
            yield self._table(file, data, columns)

    def _table(self, file: Path, data: bytes, columns: list[str] | None) -> pa.Table | Damaged:
        try:
            source = pq.ParquetFile(pa.BufferReader(data))
            schema = source.schema_arrow
            if (schema.metadata or {}).get(b"plan", b"").decode() != self.plan.hash:
                return Damaged(file, "of another design")
            kept = None if columns is None else [name for name in columns if name in schema.names]
            table = source.read(columns=kept, use_threads=False)  # a thread left over at the exit can abort it
        except (pa.ArrowException, OSError, ValueError, TypeError) as error:
            return Damaged(file, f"no Parquet table: {str(error).partition(chr(10))[0]}")
        for name, kind in _KEYS.items():
            if name not in schema.names or schema.field(name).type != kind:
                return Damaged(file, f"without the column {name} of a chunk")
            if name in table.column_names and table[name].null_count:
                return Damaged(file, f"with gaps in the column {name}")
        if any(name.startswith(MEASURE) and schema.field(name).type != pa.float64() for name in schema.names):
            return Damaged(file, "with a measure that is no number")
        for name, end in (("point", self.plan.n_points), ("replicate", self.plan.design.replicates)):
            if name in table.column_names and len(table):
                numbers = table[name].to_numpy()
                if numbers.min() < 0 or numbers.max() >= end:
                    return Damaged(file, f"with runs beyond the last {name}")
        return table

    def finished(self) -> tuple[np.ndarray, np.ndarray, list[Damaged]]:
        """Return the last attempt of each run (-1: not there), whether all failed (bool), and the damaged chunks."""
        attempts = np.full(self.plan.n_runs, -1, dtype=np.int16)
        ok = np.zeros(self.plan.n_runs, dtype=bool)
        damaged = []
        for table in self.read(["point", "replicate", "attempt", "status"]):
            if isinstance(table, Damaged):
                damaged.append(table)
                continue
            numbers = table["point"].to_numpy().astype(np.int64) * self.plan.design.replicates
            numbers = numbers + table["replicate"].to_numpy()
            np.maximum.at(attempts, numbers, table["attempt"].to_numpy())
            ok[numbers[table["status"].to_numpy(zero_copy_only=False) == "ok"]] = True
        return attempts, (attempts >= 0) & ~ok, damaged

    def tidy(self, damaged: list[Damaged]) -> None:
        """Set damaged chunks aside and remove what a killed sweep left half-written."""
        try:
            for item in damaged:
                os.replace(item.file, _free(item.file.with_name(item.file.name + ".damaged")))
            for file in self.chunks.glob(".*.parquet.*"):
                if file.is_file():
                    _remove(file)
            sync_folder(self.chunks)
        except OSError as error:
            raise InputError(
                f"{self.folder}: a damaged chunk cannot be set aside: {remedy(error)} Then run the same command again."
            ) from None


def is_sweep(folder: str | Path) -> bool:
    """Return whether a folder is that of a sweep."""
    try:
        return (Path(folder) / _DESIGN).is_file() and (Path(folder) / _CHUNKS).is_dir()
    except OSError as error:
        raise InputError(f"{folder}: cannot be read: {remedy(error)} Or name another folder.") from None


def create_store(folder: Path, plan: Plan, command: str) -> Store:
    """Create the folder of a new sweep, complete or not at all; it replaces an empty folder."""
    provenance = {
        "rules_version": rules_version(),
        "plan_hash": plan.hash,
        "seed": plan.design.seed,
        "command": command,
        "python": platform.python_version(),
        "versions": {name: _version(name) for name in _PACKAGES},
    }
    with new_folder(Path(os.path.realpath(folder)), may_be_empty=True) as aside:
        (aside / _CHUNKS).mkdir()
        _write_json(aside / _DESIGN, {**plan.recipe.to_json(), "plan_hash": plan.hash})
        _write_json(aside / _PROVENANCE, provenance)
        columns = {f"x{i}": plan.matrix[:, i] for i in range(plan.matrix.shape[1])}
        points = pa.table({"point": np.arange(plan.n_points), **columns})
        with (aside / _POINTS).open("wb") as table:  # Arrow takes only paths in UTF-8
            pq.write_table(points, table, compression="zstd")
    return Store(folder, plan, provenance)


def open_store(folder: str | Path) -> Store:
    """Return the store in a folder; nothing is changed."""
    path = Path(folder)
    if not is_sweep(path):
        raise InputError(f"{path}: must be the folder of a sweep, with {_DESIGN} in it. Give what comity sweep wrote.")
    made = ""
    try:
        provenance = _read_json(path / _PROVENANCE, rules_version=str, versions=dict)
        made = _made_by(provenance)
        data = _read_json(path / _DESIGN, design=dict, patches=dict, plan_hash=str)
        _must_be_file(path / _POINTS)
        with (path / _POINTS).open("rb") as table:
            points = pq.ParquetFile(table).read(use_threads=False).to_pandas()
        recipe = recipe_from(data)
        matrix = points[[f"x{i}" for i in range(len(recipe.design.factors))]].to_numpy(dtype=np.float64)
        plan = Plan(recipe, np.ascontiguousarray(matrix))
        stated, found = data["plan_hash"], plan.hash
    except Exception as error:  # files may be damaged or come from another version
        said = str(error).partition("\n")[0] or type(error).__name__
        raise InputError(
            f"{path}: the plan of the sweep cannot be read: {said}. {made}Start it in another folder."
        ) from None
    if found != stated:
        raise InputError(
            f"{path}: {_DESIGN} must have the hash {stated} that it states, got {found}. It was changed, or scenarios "
            f"are read differently now. {made}Start the sweep in another folder."
        )
    return Store(path, plan, provenance)


def _read_json(file: Path, **kinds: type) -> dict[str, Any]:
    """Return the content of a JSON file, or raise ValueError if a key is missing or of the wrong type."""
    _must_be_file(file)
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{file.name} must be JSON, got {str(error) or 'nothing'}") from None
    for key, kind in kinds.items():
        if not isinstance(data, dict) or not isinstance(data.get(key), kind):
            raise ValueError(f"{file.name} must have {key!r} as a sweep wrote it, but has not")
    return data  # type: ignore[no-any-return]


def _must_be_file(file: Path) -> None:
    """Raise ValueError if a path is not a regular file: reading a pipe or a device would never end."""
    if file.exists() and not file.is_file():
        raise ValueError(f"{file.name} is no file")


def _made_by(provenance: dict[str, Any]) -> str:
    """Return a sentence naming the version and rules that made a sweep, if they are not these."""
    then, now = provenance["versions"].get("comity", "of an unknown version"), _version("comity")
    under, rules = provenance["rules_version"], rules_version()
    if (then, under) == (now, rules):
        return ""
    return f"It was made by comity {then} under the rules {under}, and this is {now} under the rules {rules}. "


def _free(file: Path) -> Path:
    """Return the name of a file, with a number if it is taken."""
    number, free = 1, file
    while free.exists() or free.is_symlink():
        number += 1
        free = file.with_name(f"{file.name}.{number}")
    return free


def _remove(file: Path) -> None:
    file.unlink(missing_ok=True)


def _write_json(file: Path, data: dict[str, Any]) -> None:
    file.write_text(json.dumps(data, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")


def _version(package: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
