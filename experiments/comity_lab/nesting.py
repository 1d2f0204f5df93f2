"""Nested tables: one row per run, with the tables of the run as lists in columns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["concatenated", "nest", "unnest"]


def nest(tables: Sequence[pd.DataFrame | None]) -> pa.Array | None:
    """Return one list of rows for each table, or None if all are empty."""
    lengths = [0 if table is None else len(table) for table in tables]
    filled = [table for table in tables if table is not None and len(table)]
    if not filled:
        return None
    rows = pa.Table.from_pandas(pd.concat(filled, ignore_index=True), preserve_index=False)
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    records = rows.combine_chunks().to_struct_array()
    if isinstance(records, pa.ChunkedArray):
        records = records.combine_chunks()
    return pa.ListArray.from_arrays(pa.array(offsets), records)


def unnest(keys: pa.Table, column: pa.ChunkedArray) -> pa.Table:
    """Return the rows of a column of lists as a table, each with the keys of the run that it belongs to."""
    lists = column.combine_chunks()
    if isinstance(lists, pa.ChunkedArray):
        lists = lists.chunk(0) if lists.num_chunks else pa.array([], type=column.type)
    parents = pc.list_parent_indices(lists)
    records = pc.list_flatten(lists)
    inner = pa.Table.from_arrays(records.flatten(), names=[field.name for field in records.type])
    outer = keys.take(parents)
    for name in reversed(outer.column_names):
        inner = inner.add_column(0, name, outer[name])
    return inner


def concatenated(tables: Sequence[pa.Table]) -> pa.Table:
    """Return tables one below the other; a column that one does not have is empty there."""
    return pa.concat_tables(tables, promote_options="permissive")
