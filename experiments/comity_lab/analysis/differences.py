"""Differences: every point against a reference point, replicate by replicate."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from comity.errors import InputError
from comity_lab.analysis.means import interval
from comity_lab.analysis.selection import check_point, chosen_measures, cube, labels, point_of, unit_of
from comity_lab.reading import SweepTables

__all__ = ["differences"]


def differences(sweep: SweepTables, against: int | str, measures: Iterable[str] | None = None) -> pd.DataFrame:
    """Return one row for each other point and measure: the mean of the paired differences and its interval.

    Replicate r of a point is compared with replicate r of the reference. With common random numbers both share their
    luck, and what both have in common drops out; without, the interval is still right, only wider.

    Parameters
    ----------
    sweep
        Tables of a sweep.
    against
        Number of the reference point, or ``"factor=value,…"``.
    measures
        Names; by default all.

    Returns
    -------
    pandas.DataFrame
        point, label, the factors; measure, unit; n (pairs), reference and mean (of the reference and of the point, over
        all runs that they have), difference (over the pairs), sd (of the differences), half_width, low and high of the
        95 % interval.
    """
    if sweep.plan.n_points < 2:
        raise InputError("sweep: has one point, so there is nothing to compare. Vary something in the design.")
    reference = point_of(sweep, against) if isinstance(against, str) else check_point(sweep, against)
    names = chosen_measures(sweep, measures)
    values = cube(sweep, names)
    paired = interval(values - values[reference])
    alone = interval(values)["mean"]
    points = sweep.points.assign(label=labels(sweep))
    frames = []
    for column, name in enumerate(names):
        frame = points[["point", "label", *sweep.factors]].assign(measure=name, unit=unit_of(name))
        frame["n"] = paired["n"][:, column]
        frame["reference"] = alone[reference, column]
        frame["mean"] = alone[:, column]
        frame["difference"] = paired["mean"][:, column]
        frame["sd"] = paired["sd"][:, column]
        frame["half_width"] = paired["half_width"][:, column]
        frames.append(frame[frame["point"] != reference])
    table = pd.concat(frames, ignore_index=True)
    table["low"] = table["difference"] - table["half_width"]
    table["high"] = table["difference"] + table["half_width"]
    return table.sort_values("point", kind="stable", ignore_index=True)
