"""Bands of measures over the draws of a posterior, for comity run."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import numpy as np
from rich.console import Console
from rich.progress import track

from comity.commands.console import console, paragraph, table
from comity.measures import MEASURES, measure
from comity.posterior import Draw
from comity.record import Record
from comity.runs import run

__all__ = ["print_bands"]

_QUANTILES = (0.05, 0.5, 0.95)


def print_bands(screen: Console, record: Record, draws: Sequence[Draw]) -> None:
    """Run the scenario of a record once for every draw, each with its own luck, and print what the measures say."""
    own = measure(record)
    steps = track(
        enumerate(draws), "runs over the posterior", len(draws), console=console(stderr=True), transient=True,
        disable=not sys.stderr.isatty(),
    )  # fmt: skip
    rows = [
        measure(run(record.scenario.with_parameters(**draw), seed=record.seed + number, keep="meetings"))
        for number, draw in steps
    ]
    view = table("measure", "this run", "median [90 %]", "runs", "unit", left=("unit",))
    for item in MEASURES:
        values = np.array([row[item.name] for row in rows])
        said = values[np.isfinite(values)]
        band = "–"
        if len(said):
            low, middle, high = np.quantile(said, _QUANTILES)
            band = f"{middle:.3g} [{low:.3g}, {high:.3g}]"
        this = f"{own[item.name]:.3g}" if np.isfinite(own[item.name]) else "–"
        view.add_row(item.name.replace("_", " "), this, band, str(len(said)), item.unit)
    screen.print(f"\n[bold]Bands over {len(draws)} draws of parameters, each with its own luck[/bold]")
    screen.print(view)
    paragraph(
        screen,
        "Median and central 90 % of one run per draw: what remains open after calibration, and luck. This run has the "
        "parameters of the scenario.",
    )
