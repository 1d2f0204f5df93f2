"""How large a lasting change must be to be seen: simulated from the observation model alone, without a run."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from comity_lab.speech.course import Course
from comity_lab.speech.findings import FINDINGS, findings_of
from comity_lab.speech.observing import Coupling, ObservationModel, simulate
from comity_lab.speech.panel import YEARS, Panel

__all__ = ["ALTERNATIVES", "power_of"]

Floats = NDArray[np.float64]

_LATER = np.array([year > 2006 for year in YEARS])

Shift = Callable[[ObservationModel, Course, Panel, Floats], Floats]


def everybody(size: float) -> Shift:
    """All states have more to say from 2007 on, by ``size`` logits: lasting and universal."""
    return lambda model, course, panel, inclination: size * _LATER[None, :] * np.ones_like(panel.mention)


def performers(size: float) -> Shift:
    """States that spoke of migration in 2006 have more to say from then on: lasting where it began."""

    def shift(model: ObservationModel, course: Course, panel: Panel, inclination: Floats) -> Floats:
        spoke = panel.mention[:, YEARS.index(2006)] == 1
        return np.asarray(size * (spoke[:, None] & _LATER[None, :]), float)

    return shift


def alike(size: float) -> Shift:
    """From 2007 on states differ less in what they are inclined to say, by the share ``size``: homogenising."""
    return lambda model, course, panel, inclination: (
        -size * (inclination + model.stake * model.stakes)[:, None] * _LATER[None, :]
    )


def former_chairs(size: float) -> Shift:
    """Chairs have more to say after their year."""

    def shift(model: ObservationModel, course: Course, panel: Panel, inclination: Floats) -> Floats:
        after = np.zeros_like(panel.mention)
        for state, year in course.chairs().items():
            after[course.states.index(state), YEARS.index(year) + 1 :] = size
        return after

    return shift


ALTERNATIVES: dict[str, Shift | None] = {
    "performance only": None,
    "everybody +0.25": everybody(0.25),
    "everybody +0.5": everybody(0.5),
    "everybody +1": everybody(1.0),
    "performers +0.5": performers(0.5),
    "performers +1": performers(1.0),
    "performers +2": performers(2.0),
    "alike by half": alike(0.5),
    "alike": alike(1.0),
    "former chairs +1": former_chairs(1.0),
    "former chairs +2": former_chairs(2.0),
}
"""Worlds in which something lasts, and one in which nothing does; sizes in logits."""


def power_of(
    model: ObservationModel, course: Course, spoken: Floats, regions: Sequence[str], draws: int = 500
) -> pd.DataFrame:
    """Return what each world shows: one row a world and finding.

    Columns: ``mean``, ``low`` and ``high`` (central 95 %), ``within``: share of simulated panels within the tolerance
    of the finding, and ``power``: share beyond the 95th percentile of performance only, or below its 5th, whichever is
    on the side to which the world moves the mean.

    Parameters
    ----------
    course
        Of any run; only its calendar and its start are read.
    spoken
        Observed mentions: where speeches were given.
    draws
        Simulated panels of each world, on the same luck.
    """
    still = course.still()
    chairs = still.chairs()
    found: dict[str, pd.DataFrame] = {}
    for world, change in ALTERNATIVES.items():
        rows = []
        for draw in range(draws):
            panel = simulate(model, still, spoken, np.random.default_rng([2006, draw]), Coupling())
            if change is not None:
                # The first draws of the same luck are the inclinations, and all later ones are shared too.
                inclination = model.spread * np.random.default_rng([2006, draw]).standard_normal(len(spoken))
                shift = change(model, still, panel, inclination)
                panel = simulate(model, still, spoken, np.random.default_rng([2006, draw]), Coupling(), shift)
            rows.append(findings_of(panel, regions, chairs))
        found[world] = pd.DataFrame(rows)
    base = found["performance only"]
    table = []
    for world, values in found.items():
        for finding in FINDINGS:
            seen = values[finding.name]
            is_up = seen.mean() >= base[finding.name].mean()
            bound = base[finding.name].quantile(0.95 if is_up else 0.05)
            table.append(
                {
                    "world": world,
                    "finding": finding.name,
                    "mean": seen.mean(),
                    "low": seen.quantile(0.025),
                    "high": seen.quantile(0.975),
                    "within": float(np.mean([finding.holds(value) for value in seen])),
                    "power": float(((seen > bound) if is_up else (seen < bound)).mean()),
                }
            )
    return pd.DataFrame(table)
