"""The work itself: one run, and one chunk of runs as a Parquet file in memory."""

from __future__ import annotations

import hashlib
import io
import math
import time
import traceback
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from comity.compiled import rules_version
from comity.errors import InputError
from comity.measures import measure
from comity.record import Record
from comity_lab.installed import installed
from comity_lab.job import Job
from comity_lab.nesting import nest
from comity_lab.recipe import Recipe, unpack
from comity_lab.seeds import address_of_run

__all__ = ["MEASURE", "NESTED", "RUN", "Chunk", "RunResult", "lost_chunk", "run_chunk"]

RUN = ("point", "replicate", "run", "seed", "scenario_hash", "status", "error")
"""Columns of the table of runs before those of factors and measures."""

MEASURE = "measures."
"""Before the name of a measure in a chunk, so that it cannot be taken for another column."""

_LARGEST = 1e150
"""Of a measure: beyond it squares, and so every spread, are infinite."""

NESTED: dict[str, tuple[str, ...]] = {"meetings": ("meetings",), "outcomes": ("votes", "memberships", "chairs")}
"""Tables of a record that each word of ``keep`` adds."""


@dataclass(frozen=True)
class Chunk:
    """A finished chunk: its bytes, their SHA-256, and what the sweep needs to know about it."""

    data: bytes = field(repr=False)
    sha: str
    numbers: np.ndarray
    failed: np.ndarray
    seconds: float
    made_by: str

    @property
    def name(self) -> str:
        """Name of the file: first run, number of runs, checksum."""
        return f"{self.numbers[0]:09d}-{len(self.numbers):05d}-{self.sha[:32]}.parquet"


@dataclass
class RunResult:
    """One run: its identity and its result."""

    run: str
    seed: int
    scenario_hash: str
    status: str = "ok"
    error: str = ""
    traceback: str = ""
    seconds: float = 0.0
    measures: Mapping[str, float] = field(default_factory=dict)
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)


def run_chunk(job: Job, threads: int = 1) -> Chunk:
    """Do all runs of a job, some at once; a failed run becomes a row and does not stop the others.

    Code of the user is called by one thread only, whatever ``threads`` says.
    """
    start = time.perf_counter()
    recipe = unpack(job.packed)
    recipe.ready()
    threads = 1 if recipe.calls_user_code else min(threads, len(job))

    def run(i: int) -> RunResult:
        return one_run(recipe, job.rows[i], job.seeds[i], int(job.replicates[i]))

    if threads == 1:
        return _chunk(job, recipe, [run(i) for i in range(len(job))], start)
    with ThreadPoolExecutor(threads) as pool:
        return _chunk(job, recipe, list(pool.map(run, range(len(job)))), start)


def lost_chunk(job: Job, error: str) -> Chunk:
    """Return the chunk of runs whose process died: each a failed row."""
    recipe = unpack(job.packed)
    runs = []
    for i in range(len(job)):
        content = _content_hash(recipe, _values(recipe, job.rows[i]))
        runs.append(_address(RunResult("", job.seeds[i], content, "failed", error, error), recipe))
    return _chunk(job, recipe, runs, time.perf_counter())


def one_run(recipe: Recipe, row: np.ndarray, seed: int, replicate: int = 0) -> RunResult:
    """Do one run at a row of the matrix; the replicate says which draw of a posterior it has."""
    start = time.perf_counter()
    values = _values(recipe, row)
    run = RunResult("", seed, "")
    try:
        if recipe.base is None:
            run.scenario_hash = _content_hash(recipe, values)
            run.measures = _call(recipe, values, seed)
        else:
            scenario = recipe.scenario(values, replicate)
            run.scenario_hash = scenario.hash
            record = recipe.runner(scenario, seed)
            _check_held(recipe, record, seed)
            run.measures = measure(record) | _measure(recipe, record) | _observe(recipe, record)
            for word in recipe.design.keep:
                run.tables |= {name: getattr(record, name) for name in NESTED.get(word, ())}
    except Exception as error:
        run.status, run.measures, run.tables = "failed", {}, {}
        run.error = f"{type(error).__name__}: {error}"
        run.traceback = traceback.format_exc()
        run.scenario_hash = run.scenario_hash or _content_hash(recipe, values)
    run.seconds = time.perf_counter() - start
    return _address(run, recipe)


def _check_held(recipe: Recipe, record: Record, seed: int) -> None:
    """Raise InputError if a runner returns no record, or one of another seed than the table would name."""
    if recipe.design.runner and (not isinstance(record, Record) or record.seed != seed):
        got = f"one of seed {record.seed}" if isinstance(record, Record) else type(record).__name__
        raise InputError(
            f"{recipe.design.runner}: must return the record of the scenario and the seed {seed} that it is given, got "
            f"{got}. Return comity.run(scenario, seed=seed), or Record.of(model)."
        )


def _measure(recipe: Recipe, record: Record) -> dict[str, float]:
    """Return what measures of one's own say about a record."""
    if not recipe.measures:
        return {}
    from comity.facts import own_measures

    return {
        item.name: item.compute(record) for name, text in recipe.measures.items() for item in own_measures(name, text)
    }


def _observe(recipe: Recipe, record: Record) -> dict[str, float]:
    if not recipe.facts:
        return {}
    from comity.facts import observe

    return observe(record, recipe.observed)


def _address(run: RunResult, recipe: Recipe) -> RunResult:
    run.run = address_of_run(run.scenario_hash, rules_version(), run.seed, recipe.kept)
    return run


def _values(recipe: Recipe, row: np.ndarray) -> dict[str, Any]:
    return {factor.name: factor.value(row[i]) for i, factor in enumerate(recipe.design.factors)}


def _content_hash(recipe: Recipe, values: Mapping[str, Any]) -> str:
    """Return the hash of a point that has no scenario: of its function, or of one that could not be made."""
    subject = recipe.design.function or recipe.hash
    named = f"{subject}:{recipe.code_hash}" if recipe.design.function and recipe.code else subject
    return hashlib.sha256(repr([named, sorted(values.items())]).encode()).hexdigest()[:16]


def _call(recipe: Recipe, values: Mapping[str, Any], seed: int) -> dict[str, float]:
    found = {str(name): float(value) for name, value in recipe.function(values, seed).items()}
    for name, value in found.items():
        if math.isinf(value) or abs(value) > _LARGEST:
            raise InputError(
                f"{recipe.design.function}: a measure must be a number up to {_LARGEST:g}, or nan for none, got "
                f"{name} = {value:g}. Bound it."
            )
        if name in RUN or name in values:
            raise InputError(
                f"{recipe.design.function}: a measure must not be named as a factor or a column of the runs, got "
                f"{name!r}. Rename it."
            )
    return found


def _chunk(job: Job, recipe: Recipe, runs: list[RunResult], start: float) -> Chunk:
    columns: dict[str, Any] = {
        "point": pa.array(job.points, pa.int32()),
        "replicate": pa.array(job.replicates, pa.int32()),
        "attempt": pa.array(job.attempts, pa.int16()),
        "run": pa.array([run.run for run in runs], pa.string()),
        "seed": pa.array([run.seed for run in runs], pa.int64()),
        "scenario_hash": pa.array([run.scenario_hash for run in runs], pa.string()),
        "status": pa.array([run.status for run in runs], pa.string()),
        "error": pa.array([run.error for run in runs], pa.string()),
        "traceback": pa.array([run.traceback for run in runs], pa.string()),
        "seconds": pa.array([run.seconds for run in runs], pa.float64()),
    }
    names = dict.fromkeys(name for run in runs for name in run.measures)
    for name in names:
        numbers = [run.measures.get(name, float("nan")) for run in runs]
        columns[MEASURE + name] = pa.array(numbers, pa.float64())
    for name in dict.fromkeys(table for word in recipe.design.keep for table in NESTED.get(word, ())):
        nested = nest([run.tables.get(name) for run in runs])
        if nested is not None:
            columns[name] = nested
    table = pa.table(columns).replace_schema_metadata({"plan": job.plan, "rules": rules_version()})
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd", write_statistics=False)
    data = sink.getvalue()
    failed = np.array([run.status != "ok" for run in runs])
    sha = hashlib.sha256(data).hexdigest()
    return Chunk(data, sha, job.numbers, failed, time.perf_counter() - start, installed())
