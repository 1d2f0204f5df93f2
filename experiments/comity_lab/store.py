"""The store: a folder of chunks, each there whole or not at all, with the plan and what made it.

::

    design.json       the plan: design, scenario and patches, resolved
    points.parquet    the matrix
    provenance.json   rules, versions, command
    chunks/           <first run>-<runs>-<checksum>.parquet; *.damaged were set aside
    lock              held while a sweep writes
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from comity.compiled import rules_version
from comity.errors import InputError
from comity_lab.plan import Plan
from comity_lab.recipe import recipe_from
from comity_lab.work import Chunk

__all__ = ["Damaged", "Store", "create_store", "is_sweep", "open_store"]

_DESIGN, _POINTS, _PROVENANCE, _CHUNKS = "design.json", "points.parquet", "provenance.json", "chunks"
_PACKAGES = ("comity", "mesa", "numpy", "numba", "pandas", "pyarrow", "scipy", "SALib")


@dataclass(frozen=True)
class Damaged:
    """A chunk that is not what was written: its file, and why."""

    file: Path
    reason: str


class Store:
    """The folder of a sweep.

    Attributes
    ----------
    folder, plan, provenance
        Where it is, what it is of, and what made it.
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
            _sync_folder(self.chunks)
        except OSError as error:
            _remove(aside)
            raise InputError(
                f"{self.folder}: a chunk cannot be written: {error.strerror or error}. What is there is whole and can "
                "be read. Free space, then start the same sweep again: it continues."
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
                data = file.read_bytes()
            except FileNotFoundError:
                continue  # set aside by a running sweep a moment ago
            if hashlib.sha256(data).hexdigest()[:32] != file.stem.rpartition("-")[2]:
                yield Damaged(file, f"{len(data)} bytes whose checksum is not that of its name")
                continue
            source = pq.ParquetFile(pa.BufferReader(data))
            if (source.schema_arrow.metadata or {}).get(b"plan", b"").decode() != self.plan.hash:
                yield Damaged(file, "of another design")
                continue
            known = source.schema_arrow.names
            yield source.read(columns=None if columns is None else [name for name in columns if name in known])

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
        for item in damaged:
            os.replace(item.file, item.file.with_name(item.file.name + ".damaged"))
        for file in self.chunks.glob(".*.parquet.*"):
            _remove(file)
        _sync_folder(self.chunks)


def is_sweep(folder: str | Path) -> bool:
    """Return whether a folder is that of a sweep."""
    return (Path(folder) / _DESIGN).is_file() and (Path(folder) / _CHUNKS).is_dir()


def create_store(folder: Path, plan: Plan, command: str) -> Store:
    """Make the folder of a new sweep, whole or not at all; an empty one may be there."""
    provenance = {
        "rules_version": rules_version(),
        "plan_hash": plan.hash,
        "seed": plan.design.seed,
        "command": command,
        "python": platform.python_version(),
        "versions": {name: _version(name) for name in _PACKAGES},
    }
    parent = folder.absolute().parent
    try:
        parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=parent))
        try:
            (aside / _CHUNKS).mkdir()
            _write_json(aside / _DESIGN, {**plan.recipe.to_json(), "plan_hash": plan.hash})
            _write_json(aside / _PROVENANCE, provenance)
            columns = {f"x{i}": plan.matrix[:, i] for i in range(plan.matrix.shape[1])}
            points = pa.table({"point": np.arange(plan.n_points), **columns})
            pq.write_table(points, aside / _POINTS, compression="zstd")
            for file in (aside / _DESIGN, aside / _PROVENANCE, aside / _POINTS):
                with file.open("rb+") as handle:
                    os.fsync(handle.fileno())
            aside.chmod(0o755)
            os.replace(aside, folder)
            _sync_folder(parent)
        except BaseException:
            shutil.rmtree(aside, ignore_errors=True)
            raise
    except OSError as error:
        raise InputError(
            f"{folder}: cannot be written: {error.strerror or error}. Free space or name another folder."
        ) from None
    return Store(folder, plan, provenance)


def open_store(folder: str | Path) -> Store:
    """Return the store in a folder; nothing is changed."""
    path = Path(folder)
    if not is_sweep(path):
        raise InputError(f"{path}: must be the folder of a sweep, with {_DESIGN} in it. Give what comity sweep wrote.")
    try:
        data = json.loads((path / _DESIGN).read_text(encoding="utf-8"))
        provenance = json.loads((path / _PROVENANCE).read_text(encoding="utf-8"))
        if not isinstance(data, dict) or not isinstance(provenance, dict) or "rules_version" not in provenance:
            raise ValueError(f"{_DESIGN} and {_PROVENANCE} must be as a sweep wrote them, but are not")
        points = pd.read_parquet(path / _POINTS)
        recipe = recipe_from(data)
        matrix = points[[f"x{i}" for i in range(len(recipe.design.factors))]].to_numpy(dtype=np.float64)
    except (OSError, ValueError, KeyError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            f"{path}: the plan of the sweep cannot be read: {error}. Start it in another folder."
        ) from None
    plan = Plan(recipe, np.ascontiguousarray(matrix))
    if plan.hash != data["plan_hash"]:
        raise InputError(
            f"{path}: {_DESIGN} must have the hash {data['plan_hash']} that it states, got {plan.hash}. It was "
            "changed, or scenarios are read differently now. Start the sweep in another folder."
        )
    return Store(path, plan, provenance)


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":  # elsewhere a folder cannot be opened
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


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
