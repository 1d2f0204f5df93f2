"""Repeating one run of a sweep with full detail."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from comity.compiled import rules_version
from comity.errors import InputError
from comity.forum.calendar import Calendar
from comity.forum.trace import Keep
from comity.measures import measure
from comity.record import Record
from comity_lab.reading import read_sweep

__all__ = ["Repeated", "repeat_run"]


@dataclass(frozen=True)
class Repeated:
    """A repeated run.

    Attributes
    ----------
    record
        The record, in full detail.
    row, factors
        The row of the sweep, and the names of its factors.
    differences
        What differs from the stored run, in words; empty if all measures are equal to the last bit.
    """

    record: Record
    row: pd.Series
    factors: list[str]
    differences: list[str]


def repeat_run(folder: str | Path, run: str, *, keep: Keep = "all") -> Repeated:
    """Repeat a run of a sweep.

    A failed run raises its own exception, for debugging.

    Parameters
    ----------
    folder
        Folder of the sweep.
    run
        Id of the run, or its first characters; or ``POINT:REPLICATE``.
    keep
        Level of detail of the record.
    """
    sweep = read_sweep(folder)
    row = _find(sweep.runs, run, folder)
    if sweep.plan.recipe.base is None:
        raise InputError(f"{folder}: is a sweep of a function, which leaves no record. Call the function itself.")
    if sweep.design.runner:
        raise InputError(
            f"{folder}: its runs are held by {sweep.design.runner}, which keeps no detail. Call that function itself."
        )
    scenario = sweep.plan.recipe.scenario(sweep.plan.values(int(row["point"])), int(row["replicate"]))
    record = Record.of(Calendar(scenario, seed=int(row["seed"]), keep=keep).run())
    differences = []
    for name, then, now in (
        ("rules", sweep.provenance["rules_version"], rules_version()),
        ("scenario", row["scenario_hash"], scenario.hash),
    ):
        if then != now:
            differences.append(f"{name}: {then} then, {now} now")
    if row["status"] == "ok":
        for name, value in measure(record).items():
            then = row.get(name, math.nan)
            if then != value and not (math.isnan(then) and math.isnan(value)):
                differences.append(f"{name}: {then!r} then, {value!r} now")
    else:
        differences.append(f"failed then ({row['error']}), not now")
    return Repeated(record, row, sweep.factors, differences)


def _find(runs: pd.DataFrame, run: str, folder: str | Path) -> pd.Series:
    point, colon, replicate = run.partition(":")
    if colon:
        found = runs[(runs["point"].astype(str) == point) & (runs["replicate"].astype(str) == replicate)]
    else:
        found = runs[runs["run"].str.startswith(run)] if run else runs.iloc[:0]
    if found["run"].nunique() != 1:
        how = "no run" if found.empty else f"{found['run'].nunique()} runs"
        raise InputError(
            f"{folder}: --run must name one run by its id or POINT:REPLICATE, but {run!r} names {how}. "
            "The ids are in the column run of read_sweep(…).runs."
        )
    return found.iloc[0]
