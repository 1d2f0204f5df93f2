"""Sensitivity indices after Sobol or Morris, computed by SALib."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from comity.errors import InputError
from comity_lab.analysis.selection import chosen_measures, cube, gaps, named, unit_of
from comity_lab.analysis.settled import unsettled
from comity_lab.design import Design
from comity_lab.reading import SweepTables
from comity_lab.sampling import problem

__all__ = ["Indices", "indices"]


@dataclass(frozen=True, kw_only=True)
class Indices:
    """Sensitivity indices of a sweep.

    Attributes
    ----------
    method
        ``sobol`` or ``morris``.
    table
        One row per measure and factor. Sobol: first and total (shares of the variance over the design of the mean
        over replicates). Morris: mu, mu_star and sigma (mean, mean size and standard deviation of the effect of going
        the whole range; in units of the measure). With half-widths of bootstrapped 95 % intervals; luck: the share of
        the variance of those means that is luck, nan with one replicate; and unsettled: what is not settled at this n,
        see :mod:`comity_lab.analysis.settled`, empty if nothing.
    pairs
        Second-order Sobol indices if the design has them; else empty.
    left_out
        Measures without indices, and why.
    """

    method: str
    table: pd.DataFrame
    pairs: pd.DataFrame
    left_out: dict[str, str]


def indices(
    sweep: SweepTables, measures: Iterable[str] | None = None, *, resamples: int = 1000, seed: int = 0
) -> Indices:
    """Return Sobol or Morris indices of a sweep, according to its sampler.

    The output is the mean over the replicates of a point. Nothing is filled in: a sweep with missing
    runs is refused, and the runs are named.

    Parameters
    ----------
    sweep
        Tables of a finished Sobol or Morris sweep.
    measures
        Names; by default all. One that has no value in some run, or does not vary, is left out and named in
        ``left_out``; if it was requested, that is an error.
    resamples
        Number of bootstrap resamples.
    seed
        Seed of the bootstrap.

    Notes
    -----
    Source: Saltelli and others (2010), Computer Physics Communications 181, 259-270, for first and total order;
    Campolongo, Cariboni and Saltelli (2007), Environmental Modelling & Software 22, 1509-1518, for mu*;
    implementation: SALib. Half-widths are 1.96 times the standard deviation over the resamples.
    """
    design = sweep.design
    if design.sampler not in ("sobol", "morris"):
        raise InputError(
            f"sweep: sampler must be sobol or morris for sensitivity indices, got {design.sampler!r}. "
            "Use comity sweep means or comity sweep differences, or sweep a design with one of those samplers."
        )
    if resamples < 2:
        raise InputError(f"resamples must be 2 or more, got {resamples}. Give 1000.")
    if found := gaps(sweep):
        raise InputError(
            f"sweep: every run must be there for {design.sampler} indices, but {len(found)} of {sweep.plan.n_runs} are "
            f"not: {named(found)}. Continue the sweep, with --retry-failed if runs failed."
        )
    names = chosen_measures(sweep, measures)
    values = cube(sweep, names)
    left_out: dict[str, str] = {}
    rows, pairs = [], []
    for column, name in enumerate(names):
        output = values[:, :, column]
        why = _unusable(output, design.replicates)
        if why:
            left_out[name] = why
            continue
        mean = output.mean(axis=1)
        if design.sampler == "sobol":
            made, second = _sobol(design, mean, resamples, seed)
            pairs.append(second.assign(measure=name))
            index, scale = "total", 1.0
        else:
            made = _morris(sweep, mean, resamples, seed)
            index, scale = "mu_star", float(made["mu_star"].max())
        made["unsettled"] = unsettled(
            made[index].to_numpy() / scale,
            made[f"{index}_half_width"].to_numpy() / scale,
            _before(sweep, mean, index) / scale,
        )
        rows.append(made.assign(measure=name, unit=unit_of(name), luck=_luck(output), n_points=len(mean)))
    if left_out and (measures is not None or not rows):
        name, why = next(iter(left_out.items()))
        raise InputError(f"sweep: {name} must vary and have a value in every run, but {why}. Ask for other measures.")
    table = pd.concat(rows, ignore_index=True)
    first = ["measure", "factor", "unit"]
    table = table[[*first, *(name for name in table.columns if name not in first)]]
    second = pd.concat(pairs, ignore_index=True) if design.second_order and pairs else pd.DataFrame()
    return Indices(method=design.sampler, table=table, pairs=second, left_out=left_out)


def _unusable(output: np.ndarray, replicates: int) -> str:
    """Return why an output of shape (points, replicates) has no indices, or nothing."""
    holes = np.argwhere(~np.isfinite(output))
    if len(holes):
        found = [f"{point}:{replicate}" for point, replicate in holes]
        return f"it has no value in {len(found)} runs: {named(found)}"
    if np.ptp(output.mean(axis=1)) == 0:
        return "it is the same at every point"
    return ""


def _luck(output: np.ndarray) -> float:
    """Return the share of the variance of the means that is luck, from the residual of points and replicates.

    Effects of luck that are equal at every point, as under common luck, move no index and are not counted.
    """
    points, replicates = output.shape
    if replicates < 2:
        return float("nan")
    mean = output.mean(axis=1)
    rest = output - mean[:, None] - output.mean(axis=0) + output.mean()
    variance = (rest**2).sum() / ((points - 1) * (replicates - 1))
    return float(variance / replicates / mean.var(ddof=1))


def _before(sweep: SweepTables, output: np.ndarray, index: str) -> np.ndarray:
    """Return the index of each factor from the first half of the sample; nan if that cannot have one.

    The first half of a base sample of Sobol, and of the trajectories of Morris, is a sample of the same kind.
    """
    design, k = sweep.design, len(sweep.factors)
    if index == "total":
        half = (design.n or 0) // 2 * (2 * k + 2 if design.second_order else k + 2)
        smallest = 1
    else:
        half = (design.trajectories or 0) // 2 * (k + 1)
        smallest = 2 * (k + 1)  # one trajectory has no spread
    if half < smallest or np.ptp(output[:half]) == 0:
        return np.full(k, np.nan)
    if index == "total":
        return _sobol(design, output[:half], 2, 0)[0][index].to_numpy()
    return _morris(sweep, output[:half], 2, 0)[index].to_numpy()


def _sobol(design: Design, output: np.ndarray, resamples: int, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    from SALib.analyze import sobol

    luck = np.random.default_rng(seed)  # not the seed itself, because SALib treats 0 as no seed
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a resample without variance, which becomes nan
        found = sobol.analyze(
            problem(design), output, calc_second_order=design.second_order, num_resamples=resamples, seed=luck
        )
    names = [factor.name for factor in design.factors]
    table = pd.DataFrame(
        {
            "factor": names,
            "first": np.asarray(found["S1"]),
            "first_half_width": np.asarray(found["S1_conf"]),
            "total": np.asarray(found["ST"]),
            "total_half_width": np.asarray(found["ST_conf"]),
        }
    )
    if not design.second_order:
        return table, pd.DataFrame()
    second = [
        {
            "factor": names[i],
            "other": names[j],
            "second": found["S2"][i, j],
            "second_half_width": found["S2_conf"][i, j],
        }
        for i in range(len(names))
        for j in range(i + 1, len(names))
    ]
    return table, pd.DataFrame(second)


def _morris(sweep: SweepTables, output: np.ndarray, resamples: int, seed: int) -> pd.DataFrame:
    from SALib.analyze import morris

    design = sweep.design
    ends = np.array([factor.ends for factor in design.factors])
    shares = (sweep.plan.matrix[: len(output)] - ends[:, 0]) / (ends[:, 1] - ends[:, 0])
    found = morris.analyze(
        problem(design), shares, output, num_resamples=resamples, num_levels=design.levels, seed=seed
    )
    return pd.DataFrame(
        {
            "factor": [factor.name for factor in design.factors],
            "mu": np.asarray(found["mu"], dtype=float),
            "mu_star": np.asarray(found["mu_star"], dtype=float),
            "mu_star_half_width": np.asarray(found["mu_star_conf"], dtype=float),
            "sigma": np.asarray(found["sigma"], dtype=float),
        }
    )
