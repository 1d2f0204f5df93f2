"""Merging: one file of a table, the same bytes however the sweep was run."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import pyarrow.parquet as pq

from comity.errors import InputError, remedy
from comity_lab.folders import aside_of, tidy_beside
from comity_lab.reading import SweepTables, read_sweep

__all__ = ["merge"]


def merge(folders: str | Path | Iterable[str | Path] | SweepTables, file: str | Path, table: str = "runs") -> Path:
    """Write a table of a sweep, or of its shards in any order, as one Parquet file sorted by point and replicate.

    Serial, parallel, sharded, resumed and cluster sweeps of a design give the same bytes.

    Parameters
    ----------
    folders
        Of the sweep or of its shards.
    file
        New file.
    table
        ``runs``, ``meetings``, ``votes``, ``memberships`` or ``chairs``.
    """
    if not isinstance(folders, SweepTables):
        folders = read_sweep(*([folders] if isinstance(folders, (str, Path)) else folders))
    path = Path(file)
    if path.exists():
        raise InputError(f"{path}: the file must not exist yet, but it does. Name another one or remove it.")
    aside = aside_of(path)
    try:
        tidy_beside(path)
        pq.write_table(folders.arrow(table), aside, compression="zstd", row_group_size=100_000)
        os.replace(aside, path)
    except BaseException as error:
        aside.unlink(missing_ok=True)
        if not isinstance(error, OSError):
            raise
        raise InputError(f"{path}: cannot be written: {remedy(error)} Or name another file.") from None
    return path
