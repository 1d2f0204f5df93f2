"""Reading a sweep: tidy pandas tables of one folder or of its shards, even while it is running."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from comity.cards import card, number_of, rows
from comity.errors import InputError
from comity.folders import is_there
from comity_lab.design import Design
from comity_lab.nesting import concatenated, unnest
from comity_lab.plan import Plan
from comity_lab.store import Damaged, Store, open_store
from comity_lab.work import MEASURE, NESTED, RUN

__all__ = ["SweepTables", "read_sweep"]

_KEYS = ["point", "replicate"]
_RUN = list(RUN)


def read_sweep(*folders: str | Path) -> SweepTables:
    """Return the tables of a sweep.

    Parameters
    ----------
    folders
        Of the sweep, or of its shards in any order. A sweep that is running can be read: what is finished is there.
    """
    if not folders:
        raise InputError("read_sweep: must have at least one folder, got none. Give the folder of a sweep.")
    places = [Path(folder).resolve() for folder in folders if is_there(Path(folder))]
    for folder in folders:
        if places.count(Path(folder).resolve()) > 1:
            raise InputError(f"read_sweep: every folder must be named once, got {folder} twice. Remove one.")
    stores = [open_store(folder) for folder in folders]
    first = stores[0]
    for store in stores[1:]:
        for name, mine, other in (
            ("design", first.plan.hash, store.plan.hash),
            ("rules", first.provenance["rules_version"], store.provenance["rules_version"]),
        ):
            if mine != other:
                raise InputError(
                    f"{store.folder}: must be of the same {name} as {first.folder}, got {other} and {mine}. "
                    "Read them separately."
                )
    return SweepTables(stores)


class SweepTables:
    """The tables of a sweep, each read when it is first asked for; all sorted by point and replicate.

    Attributes
    ----------
    plan, design, provenance
        The plan, its design, and the provenance.
    damaged
        Damaged chunks, which were skipped; running the sweep again replaces them.
    """

    def __init__(self, stores: list[Store]) -> None:
        self._stores = stores
        self.plan: Plan = stores[0].plan
        self.design: Design = self.plan.design
        self.provenance: Mapping[str, Any] = stores[0].provenance
        self.damaged: list[Damaged] = []

    @property
    def _about(self) -> str:
        return f"{self.design.name or Path(self.design.scenario).stem or self.design.function}"

    def __repr__(self) -> str:
        """Return what was swept, in a line."""
        return (
            f"SweepTables of {self._about!r}: {len(self.runs)} of {number_of(self.plan.n_runs, 'run')}, "
            f"{number_of(self.plan.n_points, 'point')} ({self.design.sampler}), "
            f"{number_of(len(self.factors), 'factor')}, seed {self.design.seed}, design {self.plan.hash}"
        )

    def _repr_html_(self) -> str:
        """Return what was swept as HTML, for a notebook."""
        facts = {
            "points": f"{self.plan.n_points} ({self.design.sampler}), {self.design.replicates} replicates each",
            "runs": f"{len(self.runs)} of {self.plan.n_runs}, {int((self.runs['status'] == 'failed').sum())} failed",
            "factors": ", ".join(self.factors) or "none",
            "seed": self.design.seed,
            "design": self.plan.hash,
            "tables": ", ".join(self.tables),
        }
        means = self.runs.groupby("point")[self.measures[:4]].mean().reset_index()
        table = self.points.merge(means, on="point", suffixes=("", " (mean)"))
        shown = rows(number_of(len(table), "point"), list(table.columns), table.itertuples(index=False))
        return card(f"Sweep: {self._about}", facts, shown)

    @cached_property
    def points(self) -> pd.DataFrame:
        """One row per point: point, and the factors."""
        return self.plan.points()

    @property
    def factors(self) -> list[str]:
        """Names of the factors, which are columns of ``runs``."""
        return [factor.name for factor in self.design.factors]

    @cached_property
    def measures(self) -> list[str]:
        """Names of the measures, which are columns of ``runs``."""
        return [name for name in self.runs.columns if name not in {*_RUN, *self.factors}]

    @cached_property
    def runs(self) -> pd.DataFrame:
        """One row per run: point, replicate, run (id), seed, scenario_hash, status, error; the factors; the measures.

        A run that failed has no measures; ``failures`` has its traceback.
        """
        return _pandas(self.arrow("runs"))

    @cached_property
    def long(self) -> pd.DataFrame:
        """The runs in long form: one row for each run and measure, with columns ``measure`` and ``value``."""
        keys = [*_KEYS, "seed", *self.factors]
        return self.runs.melt(id_vars=keys, value_vars=self.measures, var_name="measure", value_name="value")

    @cached_property
    def failures(self) -> pd.DataFrame:
        """Runs that failed: point, replicate, run, seed, error, traceback."""
        columns = [*_KEYS, "run", "seed", "error", "traceback", "status"]
        table = self._rows(columns)
        return _pandas(table.filter(pc.equal(table["status"], "failed")).drop_columns("status"))

    @cached_property
    def seconds(self) -> pd.DataFrame:
        """Time of each run, the one thing that differs between sweeps of a design: point, replicate, seconds."""
        return _pandas(self._rows([*_KEYS, "seconds"]))

    @property
    def n_missing(self) -> int:
        """Number of missing runs."""
        return self.plan.n_runs - len(self.runs)

    @cached_property
    def meetings(self) -> pd.DataFrame:
        """One row for each run and meeting, as in :attr:`comity.record.Record.meetings`; needs keep "meetings"."""
        return _pandas(self.arrow("meetings"))

    @cached_property
    def votes(self) -> pd.DataFrame:
        """One row for each run, vote and state; needs keep "outcomes"."""
        return _pandas(self.arrow("votes"))

    @cached_property
    def memberships(self) -> pd.DataFrame:
        """One row for each run, year, treaty and group; needs keep "outcomes"."""
        return _pandas(self.arrow("memberships"))

    @cached_property
    def chairs(self) -> pd.DataFrame:
        """One row for each run and event in the chain of chairs; needs keep "outcomes"."""
        return _pandas(self.arrow("chairs"))

    @property
    def tables(self) -> list[str]:
        """Names of the tables that this sweep has kept."""
        return ["runs", *dict.fromkeys(name for word in self.design.keep for name in NESTED.get(word, ()))]

    def arrow(self, name: str = "runs") -> pa.Table:
        """Return an Arrow table: the same rows in the same order however the sweep was run."""
        if name not in self.tables:
            word = next((word for word, names in NESTED.items() if name in names), None)
            if word is None:
                raise InputError(f"sweep: {name!r} is not a table. It has {', '.join(self.tables)}.")
            raise InputError(
                f"sweep: has no table {name!r}: its design keeps {', '.join(self.design.keep)}. Add {word!r}."
            )
        if name == "runs":
            return self._runs()
        table = self._rows([*_KEYS, name])
        keys = table.select(_KEYS)
        if name not in table.column_names or not len(table):
            return keys.slice(0, 0)
        column = table[name].combine_chunks()
        return _plain(unnest(keys, pa.chunked_array([column])))

    def _runs(self) -> pa.Table:
        table = self._rows(None)
        points = table["point"].to_numpy()
        parts: dict[str, Any] = {column: table[column] for column in _RUN}
        for i, factor in enumerate(self.design.factors):
            parts[factor.name] = factor.column(self.plan.matrix[points, i])
        for column in table.column_names:
            if column.startswith(MEASURE):
                parts[column.removeprefix(MEASURE)] = pc.fill_null(table[column], math.nan)
        return _plain(pa.table(parts))

    def _rows(self, columns: list[str] | None) -> pa.Table:
        """Return one row per run; of a run that is there twice the one that did not fail, then the last attempt."""
        wanted = None if columns is None else list(dict.fromkeys([*columns, *_KEYS, "attempt", "status"]))
        names = [name for name in self.tables if name != "runs"]
        tables, self.damaged = [], []
        for store in self._stores:
            for table in store.read(wanted):
                if isinstance(table, Damaged):
                    self.damaged.append(table)
                else:
                    tables.append(table.drop_columns([n for n in names if columns is None and n in table.column_names]))
        if not tables:
            return _empty(columns)
        tables.sort(
            key=lambda table: (table["point"][0].as_py(), table["replicate"][0].as_py(), table["attempt"][0].as_py())
        )
        rows = concatenated([table.replace_schema_metadata(None) for table in tables])
        is_ok = rows["status"].to_numpy(zero_copy_only=False) == "ok"
        keys = [rows[name].to_numpy() for name in ("attempt", "replicate", "point")]
        order = np.lexsort((keys[0], is_ok, keys[1], keys[2]))
        point, replicate = keys[2][order], keys[1][order]
        last = np.ones(len(order), dtype=bool)
        last[:-1] = (point[1:] != point[:-1]) | (replicate[1:] != replicate[:-1])
        rows = rows.take(pa.array(order[last]))
        return rows if columns is None else rows.select([name for name in columns if name in rows.column_names])


def _pandas(table: pa.Table) -> pd.DataFrame:
    frame: pd.DataFrame = table.to_pandas()
    return frame


def _plain(table: pa.Table) -> pa.Table:
    """Return a table in one piece, without pandas metadata; columns without any value become texts."""
    table = table.combine_chunks()
    fields = [
        pa.field(field.name, pa.string() if pa.types.is_null(field.type) else field.type) for field in table.schema
    ]
    return table.cast(pa.schema(fields))


def _empty(columns: list[str] | None) -> pa.Table:
    """Return the table of runs without a run."""
    types = {
        "point": pa.int32(),
        "replicate": pa.int32(),
        "attempt": pa.int16(),
        "seed": pa.int64(),
        "seconds": pa.float64(),
    }
    names = columns or [*_RUN, "attempt"]
    return pa.table({name: pa.array([], types.get(name, pa.string())) for name in names})
