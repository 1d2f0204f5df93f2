"""Bands over the draws of a posterior, for comity run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from comity.bands import CHANGE, Cell, band_of, band_table, drawn, moments_of, state_of
from comity.commands.console import paragraph, table
from comity.errors import InputError
from comity.folders import is_there, new_file
from comity.many import held
from comity.measures import MEASURES, measure
from comity.posterior import Draw
from comity.record import Record

__all__ = ["Bands", "bands_of", "check_file", "file_beside", "print_bands", "save_bands"]

_WHOLE = "run"
"""Moment of a measure, which is about the whole run or its end."""


@dataclass(frozen=True, kw_only=True)
class Bands:
    """What the runs over a posterior gave, one entry per draw.

    Attributes
    ----------
    states
        Means of states at moments, see :func:`comity.bands.state_of`.
    measures
        Measures by name.
    """

    states: list[dict[Cell, float]]
    measures: list[dict[str, float]]

    def table(self) -> pd.DataFrame:
        """Return all bands: quantity, role, moment, low, median, high, n. Measures have no role, and the moment run."""
        measures = [{Cell(name, "", _WHOLE): value for name, value in row.items()} for row in self.measures]
        return band_table([{**state, **row} for state, row in zip(self.states, measures, strict=True)])


def bands_of(record: Record, draws: Sequence[Draw], quiet: bool) -> Bands:
    """Run the scenario of a record once for every draw, each with its own luck, with progress on a terminal."""
    setups = drawn(record.scenario, draws, record.seed)
    runs = held(setups, len(draws), keep="all", what="runs over the posterior", quiet=quiet)
    found = [(state_of(other), measure(other)) for other in runs]
    return Bands(states=[state for state, _ in found], measures=[row for _, row in found])


def file_beside(folder: Path) -> Path:
    """Return the file for the bands of a record: beside its folder, which holds only what comity rerun repeats."""
    return folder.with_name(f"{folder.name}_bands.csv")


def check_file(file: Path) -> None:
    """Raise InputError if a file is there already: nothing is overwritten."""
    if is_there(file):
        raise InputError(f"{file}: the file of the bands must not exist yet, but it does. Name another folder.")


def save_bands(found: Bands, file: Path) -> None:
    """Write the bands as CSV."""
    with new_file(file) as aside:
        found.table().to_csv(aside, index=False, float_format="%.6g")


def print_bands(screen: Console, record: Record, found: Bands) -> None:
    """Print the bands of states at moments, and those of the measures beside the measures of a record."""
    screen.print(f"\n[bold]Bands over {len(found.measures)} draws of parameters, each with its own luck[/bold]")
    screen.print(_states(record, found))
    screen.print()
    screen.print(_measures(record, found))
    paragraph(
        screen,
        "Median and central 90 % of one run per draw: what remains open after calibration, and luck. This run has the "
        "parameters of the scenario. Means of states are shares from 0 to 1, over the states that exist at the moment; "
        "a position is the mean over issues, and trust the mean over all pairs.",
    )


def _states(record: Record, found: Bands) -> Table:
    """Return the means of states. The change is left out if the start differs between draws: it would not fit."""
    bands = {
        Cell(row["quantity"], row["role"], row["moment"]): row for row in band_table(found.states).to_dict("records")
    }
    moments = [moment.name for moment in moments_of(record.scenario)]
    if all(row["low"] == row["high"] for cell, row in bands.items() if cell.moment == moments[0]):
        moments.append(CHANGE)
    view = table("states by role", *moments)
    above = ""
    for quantity, role in dict.fromkeys((cell.quantity, cell.role) for cell in bands):
        if quantity.startswith("position_"):
            continue
        if quantity != above:
            view.add_row(f"[bold]{quantity.replace('_', ' ')}[/bold]")
            above = quantity
        cells = [_in_words(bands.get(Cell(quantity, role, moment)), moment) for moment in moments]
        view.add_row(f"  {role}", *cells)
    return view


def _in_words(band: dict[Any, Any] | None, moment: str) -> str:
    if band is None:
        return "–"
    low, median, high = (f"{band[key]:{'+' if moment == CHANGE else ''}.3f}" for key in ("low", "median", "high"))
    return median if band["low"] == band["high"] else f"{median} [{low}, {high}]"


def _measures(record: Record, found: Bands) -> Table:
    own = measure(record)
    view = table("measure", "this run", "median [90 %]", "runs", "unit", left=("unit",))
    for item in MEASURES:
        band = band_of([row[item.name] for row in found.measures])
        said = f"{band.median:.3g} [{band.low:.3g}, {band.high:.3g}]" if band.n else "–"
        this = f"{own[item.name]:.3g}" if np.isfinite(own[item.name]) else "–"
        view.add_row(item.name.replace("_", " "), this, said, str(band.n), item.unit)
    return view
