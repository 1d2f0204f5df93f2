"""Other initial states: the formulas for sovereignty and positions, recomputed under other assumptions."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from comity.scenario.locate import scenario_folder

__all__ = ["FORMULAS", "noisy", "states_under", "write_states"]

FORMULAS = ("as_built", "votes_only", "vdem_only", "unweighted")
"""Which ingredients count. As built: those of ``raw/weights.csv``. Votes only: sovereignty from opposition in three
groups of votes on migration, rights from the record of votes alone. V-Dem only: sovereignty is what is lacking in
civil-society climate and electoral competition, rights what is present (assumption: open societies accept joint rules).
Unweighted: every ingredient of a formula counts the same."""

_DECIMALS = 4  # as the tables of the scenario


@contextmanager
def _tables() -> Iterator[tuple[Any, Any, Any, Any]]:
    """Import the scripts that build the tables (formulas, reading, state_table, build), which are not a package."""
    folder = str(scenario_folder() / "data")
    sys.path.insert(0, folder)
    try:
        yield import_module("formulas"), import_module("reading"), import_module("state_table"), import_module("build")
    finally:
        sys.path.remove(folder)


def states_under(formula: str) -> pd.DataFrame:
    """Return sovereignty, cooperation and positions of all states under one of :data:`FORMULAS`, by id."""
    with _tables() as (formulas, reading, state_table, build):
        weights: dict[str, dict[str, float]] = {key: dict(terms) for key, terms in reading.read_weights().items()}
        issues = reading.read_issues().copy()
        if formula == "unweighted":
            for name in ("sovereignty", "rights_record", "rights_position", "exposure"):
                weights[name] = dict.fromkeys(weights[name], 1 / len(weights[name]))
            issues[["weight_interest", "weight_rights", "weight_level"]] = 1 / 3
        elif formula == "votes_only":
            weights["sovereignty"] = _only(weights["sovereignty"], ["opposition"])
            votes = [name for name in weights["rights_record"] if name != "convention"]
            weights["rights_record"] = _only(weights["rights_record"], votes)
            weights["rights_position"] = _only(weights["rights_position"], ["record"])
        raw = build.raw_states(weights, reading.read_raw("unga_rollcalls_1991_2005.csv.gz"))
        state_table.complete(raw)
        ranks = state_table.state_ranks(raw)
        if formula == "vdem_only":
            rights = raw[["v2xcs_ccsi_2005", "v2x_polyarchy_2005"]].mean(axis=1)
            limits = weights["sovereignty_range"]
            sovereignty = formulas.between(1 - rights, limits["lowest"], limits["highest"])
        else:
            rights = state_table.rights_positions(raw, ranks, weights)
            sovereignty = state_table.state_sovereignty(raw, ranks, weights)
        # A state without votes gets the median of the others.
        rights, sovereignty = rights.fillna(rights.median()), sovereignty.fillna(sovereignty.median())
        columns = {
            "sovereignty": sovereignty,
            "cooperation": formulas.cooperation(sovereignty, ranks["memberships"], weights["cooperation"]),
        }
        for issue, coding in issues.iterrows():
            columns[f"position_{issue}"] = formulas.issue_position(ranks[coding["interest"]], rights, coding)
    return pd.DataFrame(columns).round(_DECIMALS).sort_index()


def _only(terms: Mapping[str, float], kept: list[str]) -> dict[str, float]:
    return {name: 1 / len(kept) if name in kept else 0.0 for name in terms}


def noisy(states: pd.DataFrame, width: float, seed: int) -> pd.DataFrame:
    """Return a table of shares, each times 1 + u, u uniform in [-width, width], bounded to [0, 1].

    The draws are independent of the luck of runs.
    """
    draws = np.random.default_rng(np.random.SeedSequence(seed)).uniform(1 - width, 1 + width, size=states.shape)
    return (states * draws).clip(0, 1).round(_DECIMALS)


def write_states(file: Path, table: str, columns: pd.DataFrame) -> None:
    """Write a table of states with some of its columns replaced, by id."""
    states = pd.read_csv(scenario_folder() / table, dtype=str, keep_default_na=False, encoding="utf-8").set_index("id")
    for name in columns:
        states[name] = columns[name].reindex(states.index).map(lambda value: f"{value:.{_DECIMALS}f}")
    _write(states.reset_index(), file)


def _write(rows: pd.DataFrame, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    rows.to_csv(file, index=False, lineterminator="\n")
