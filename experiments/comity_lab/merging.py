"""Merging: a table in one file, with the same bytes however the sweep was run."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyarrow.parquet as pq

from comity.errors import InputError
from comity.folders import is_there, new_file
from comity_lab.reading import SweepTables, read_sweep

__all__ = ["merge"]


def merge(folders: str | Path | Iterable[str | Path] | SweepTables, file: str | Path, table: str = "runs") -> Path:
    """Write a table of a sweep, or of its shards in any order, as one Parquet file sorted by point and replicate.

    Serial, parallel, sharded, resumed and cluster sweeps of a design give the same bytes.

    Parameters
    ----------
    folders
        Folder of the sweep, or folders of its shards.
    file
        New file.
    table
        ``runs``, ``meetings``, ``votes``, ``memberships`` or ``chairs``.
    """
    if not isinstance(folders, SweepTables):
        folders = read_sweep(*([folders] if isinstance(folders, (str, Path)) else folders))
    path = Path(file)
    if is_there(path):
        raise InputError(f"{path}: the file must not exist yet, but it does. Name another one or remove it.")
    with new_file(path) as aside:
        pq.write_table(folders.arrow(table), aside, compression="zstd", row_group_size=100_000)
    return path
