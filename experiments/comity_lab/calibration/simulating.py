"""Simulation: from points to outputs. Every set of points is an ordinary sweep, which continues after a stop."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from comity.errors import InputError
from comity_lab.calibration.problem import Problem
from comity_lab.design import Design, design_from
from comity_lab.plan import Plan, plan_of
from comity_lab.reading import read_sweep
from comity_lab.store import is_sweep, open_store
from comity_lab.sweeping import sweep

__all__ = ["Simulator", "Stopped"]


class Stopped(Exception):  # Ctrl-C, not an error: everything is kept
    """A sweep was interrupted; the same command continues."""


@dataclass(frozen=True, kw_only=True)
class Simulator:
    """Sweeps of a problem in one folder.

    Attributes
    ----------
    problem
        The problem.
    folder
        Folder of the sweeps.
    workers, quiet, command
        As in :func:`comity_lab.sweeping.sweep`.
    """

    problem: Problem
    folder: Path
    workers: int | None = None
    quiet: bool = True
    command: str = ""

    def has(self, name: str) -> bool:
        """Return whether a sweep has been started."""
        return is_sweep(self.folder / name)

    def run(
        self,
        name: str,
        points: Callable[[], np.ndarray],
        *,
        replicates: int | None = None,
        step: int,
        common_luck: bool = False,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Simulate points and return them with their outputs, shape (points, replicates, targets).

        Parameters
        ----------
        name
            Name of the sweep.
        points
            Function that makes the points, in the unit cube, shape (points, moved); not called if the sweep exists.
        replicates
            By default those of the problem.
        step
            Number of the sweep, from which its own luck derives.
        common_luck
            Whether replicate r has the same luck at every point. This compares points well. But luck shared by all
            points of a wave could rule out all of them, and no fit to the wave would reveal it.

        Returns
        -------
        tuple of numpy.ndarray
            The points as they were stored, so that a calibration that continues computes with the same bits, and the
            outputs; those of a failed run are nan.
        """
        if self.has(name):
            plan = open_store(self.folder / name).plan
        else:
            values = self.problem.values(points())
            rows = [dict(sorted(zip(self.problem.names, map(float, row), strict=True))) for row in values]
            options = {"sampler": "list", "points": rows, "common_random_numbers": common_luck}
            plan = plan_of(self.design(name, options, replicates, step))
        return self.coded(plan), self.sweep(name, plan)

    def coded(self, plan: Plan) -> np.ndarray:
        """Return the points of a plan in the unit cube."""
        table = plan.points()
        return self.problem.coded(table[list(self.problem.names)].to_numpy(dtype=np.float64))

    def design(self, name: str, options: dict[str, Any], replicates: int | None, step: int) -> Design:
        """Return a design of the problem with some keys of its own."""
        seed = int(np.random.SeedSequence(self.problem.seed, spawn_key=(8, step)).generate_state(1, np.uint32)[0])
        data = {
            **self.problem.base,
            **options,
            "name": name,
            "seed": seed,
            "replicates": replicates or self.problem.replicates,
        }
        return design_from(data, "calibrate")

    def sweep(self, name: str, plan: Plan) -> np.ndarray:
        """Do the missing runs of a sweep and return the outputs of all runs."""
        folder = self.folder / name
        if not self.quiet:
            replicates = plan.design.replicates
            print(f"{name}: {plan.n_points} points x {replicates} replicates = {plan.n_runs} runs", file=sys.stderr)
        outcome = sweep(plan, folder, workers=self.workers, quiet=self.quiet, command=self.command)
        if outcome.interrupted:
            raise Stopped
        tables = read_sweep(folder)
        runs = tables.runs
        if len(runs) and (runs["status"] != "ok").all():
            raise InputError(
                f"{folder}: every run failed, the first with: {runs['error'].iloc[0]}. Correct that first."
            )
        return self._outputs(runs, plan)

    def _outputs(self, runs: pd.DataFrame, plan: Plan) -> np.ndarray:
        keys = [target.key for target in self.problem.targets]
        known = runs.reindex(columns=keys).to_numpy(dtype=np.float64)
        outputs = np.full((plan.n_points, plan.design.replicates, len(keys)), np.nan)
        outputs[runs["point"].to_numpy(), runs["replicate"].to_numpy()] = known
        return outputs
