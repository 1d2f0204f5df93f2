"""Means: the mean of every measure at every point, with its interval."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from comity_lab.analysis.selection import chosen_measures, cube, labels, unit_of
from comity_lab.analysis.student import t_quantile
from comity_lab.reading import SweepTables

__all__ = ["interval", "means"]


def interval(values: np.ndarray, confidence: float = 0.95) -> dict[str, np.ndarray]:
    """Return count, mean, standard deviation and half-width of the interval along axis 1, without the nan.

    The half-width is t s / √n, with t the quantile of Student's distribution with n - 1 degrees of freedom; nan where
    n < 2. Exact for normal values, else good from about 30 runs on.

    Parameters
    ----------
    values
        Shape (points, replicates, …).
    confidence
        Share of such intervals that hold the mean.
    """
    is_known = np.isfinite(values)
    n = is_known.sum(axis=1)
    # Relative to the first known value: otherwise rounding gives equal values a spread.
    first = np.take_along_axis(values, is_known.argmax(axis=1)[:, None], axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        distance = np.where(is_known, values - first, 0.0)
        shift = distance.sum(axis=1) / n
        mean = first[:, 0] + shift
        spread = np.where(is_known, distance - shift[:, None], 0.0)
        sd = np.sqrt((spread**2).sum(axis=1) / (n - 1))
        freedom, place = np.unique(np.maximum(n - 1, 1), return_inverse=True)
        quantiles = np.array([t_quantile((1 + confidence) / 2, int(value)) for value in freedom])
        half = quantiles[place].reshape(n.shape) * sd / np.sqrt(n)
    few = n < 2
    return {"n": n, "mean": mean, "sd": np.where(few, np.nan, sd), "half_width": np.where(few, np.nan, half)}


def means(sweep: SweepTables, measures: Iterable[str] | None = None) -> pd.DataFrame:
    """Return one row per point and measure.

    Parameters
    ----------
    sweep
        Tables of a sweep; it may still be running.
    measures
        Names; by default all.

    Returns
    -------
    pandas.DataFrame
        point, label, the factors; measure, unit; n (runs with a value), n_missing (without: not run, failed, or with
        nothing to measure), mean, sd, half_width, low and high of the 95 % interval.
    """
    names = chosen_measures(sweep, measures)
    found = interval(cube(sweep, names))
    points = sweep.points.assign(label=labels(sweep))
    frames = []
    for column, name in enumerate(names):
        part = {key: values[:, column] for key, values in found.items()}
        frame = points[["point", "label", *sweep.factors]].assign(measure=name, unit=unit_of(name), n=part["n"])
        frame["n_missing"] = sweep.design.replicates - part["n"]
        for key in ("mean", "sd", "half_width"):
            frame[key] = part[key]
        frames.append(frame)
    table = pd.concat(frames, ignore_index=True)
    table["low"], table["high"] = table["mean"] - table["half_width"], table["mean"] + table["half_width"]
    return table.sort_values("point", kind="stable", ignore_index=True)
