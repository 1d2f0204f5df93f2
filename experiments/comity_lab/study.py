"""A study: a question, its design, one table and one figure."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from comity.commands.console import console, table
from comity.errors import InputError
from comity_lab.analysis.printing import save_all, with_half
from comity_lab.design import Design, design_from
from comity_lab.interrupts import stopped, terminate_is_interrupt
from comity_lab.reading import SweepTables

__all__ = ["Study"]


@dataclass(frozen=True, kw_only=True)
class Study:
    """A question and its design.

    Attributes
    ----------
    name
        Name of its folder.
    question
        Title of table and figure.
    points
        Name of each point, and the values of its factors. The first point is the reference.
    measures
        Columns of the table, four at most so that it fits a slide.
    options
        The other keys of the design: scenario, seed, replicates, ….
    quick
        Keys that replace them with ``--quick``.
    """

    name: str
    question: str
    points: Mapping[str, Mapping[str, Any]]
    measures: Sequence[str]
    options: Mapping[str, Any]
    quick: Mapping[str, Any] = field(default_factory=lambda: {"replicates": 2})

    def design(self, *, quick: bool = False) -> Design:
        """Return the design, in full or small."""
        points = [dict(sorted(point.items())) for point in self.points.values()]  # the order in which they are stored
        data = {"name": self.name, "sampler": "list", "points": points}
        return design_from({**data, **self.options, **(self.quick if quick else {})})

    def results(self, sweep: SweepTables) -> pd.DataFrame:
        """Return the paired differences from the first point, with the names of the study as labels."""
        from comity_lab.analysis import differences

        names = list(self.points)
        table = differences(sweep, 0, self.measures)
        return table.assign(label=[names[point] for point in table["point"]])

    def main(self, arguments: Sequence[str] | None = None) -> int:
        """Run the study from the command line and return the exit status.

        Parameters
        ----------
        arguments
            Words after the name of the script; None: those of the process.
        """
        parser = argparse.ArgumentParser(description=self.question)
        parser.add_argument("--quick", action="store_true", help="a few replicates, to see that it runs")
        parser.add_argument("--workers", type=int, help="processes (default: one per core)")
        parser.add_argument("--out", type=Path, help="folder of sweep, table and figure (default: sweeps/NAME)")
        options = parser.parse_args(arguments)
        out = options.out or Path("sweeps") / (f"{self.name}_quick" if options.quick else self.name)
        try:
            with terminate_is_interrupt():
                return self._do(out, options.workers, quick=options.quick)
        except KeyboardInterrupt:
            return stopped(out)
        except InputError as error:
            print(f"{self.name}: {error}", file=sys.stderr)
            return 2

    def _do(self, out: Path, workers: int | None, *, quick: bool) -> int:
        from comity_lab.analysis.figures import differences_figure
        from comity_lab.reading import read_sweep
        from comity_lab.sweeping import sweep

        design = self.design(quick=quick)
        outcome = sweep(design, out / "sweep", workers=workers, quiet=quick and not sys.stderr.isatty())
        if outcome.interrupted:
            return stopped(out)
        tables = read_sweep(out / "sweep")
        results = self.results(tables)
        self._print(tables, results)
        save_all(out, self.name, results, lambda: differences_figure(tables, results, 0, self.question, self._first))
        return 1 if outcome.failed else 0

    @property
    def _first(self) -> str:
        return next(iter(self.points))

    def _print(self, sweep: SweepTables, results: pd.DataFrame) -> None:
        from comity_lab.analysis import means

        screen = console()
        alone = means(sweep, self.measures)
        first = {row["measure"]: row for row in alone[alone["point"] == 0].to_dict("records")}
        headings = (f"{measure.replace('_', ' ')}\n{first[measure]['unit']}" for measure in self.measures)
        view = table("", *headings, title=self.question)
        cells = [with_half(first[name]["mean"], first[name]["half_width"]) for name in self.measures]
        view.add_row(self._first, *cells, end_section=True)
        for label, rows in results.groupby("label", sort=False):
            found = {row["measure"]: row for row in rows.to_dict("records")}
            cells = [
                with_half(found[name]["difference"], found[name]["half_width"], sign=True) for name in self.measures
            ]
            view.add_row(str(label), *cells)
        screen.print(view)
        n = results["n"]
        pairs = f"{n.min()}" if n.min() == n.max() else f"{n.min()} to {n.max()}"
        screen.print(
            f"First row: means; others: differences from it; ± 95 % interval; n = {pairs} pairs a point under common "
            f"luck; study seed {sweep.design.seed}; design {sweep.plan.hash}"
        )
