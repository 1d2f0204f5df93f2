"""Planning: how many replicates are needed, from a pilot."""

from __future__ import annotations

import math
from collections.abc import Iterable
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd

from comity.errors import InputError
from comity_lab.analysis.means import interval
from comity_lab.analysis.selection import chosen_measures, cube, labels, point_of, unit_of
from comity_lab.reading import SweepTables

__all__ = ["runs_for_power", "runs_for_width", "runs_needed"]

_MIN_PILOT = 5


def runs_for_width(sd: float, half_width: float, confidence: float = 0.95) -> int:
    """Return the runs needed for an interval of a mean of ± half_width: n = (z s / h)², rounded up, at least 2.

    Parameters
    ----------
    sd
        Standard deviation of a run, s; in the unit of the measure.
    half_width
        Half the width of the interval, h; same unit.
    confidence
        Confidence of the interval; z is the normal quantile at (1 + confidence) / 2.

    Notes
    -----
    Source: Cochran (1977), Sampling Techniques, section 4.4. Normal approximation: Student's t would ask for about two
    runs more.
    """
    _check(sd, half_width, "half_width")
    if not 0 < confidence < 1:
        raise InputError(f"plan: confidence must be between 0 and 1, got {confidence:g}. Give 0.95.")
    return _whole((_normal_quantile((1 + confidence) / 2) * sd / half_width) ** 2)


def runs_for_power(sd: float, effect: float, power: float = 0.95, alpha: float = 0.01) -> int:
    """Return the pairs needed to detect a difference: n = ((z_{1 - α/2} + z_power) s / d)², rounded up, at least 2.

    Parameters
    ----------
    sd
        Standard deviation of a paired difference, s; in the unit of the measure.
    effect
        Smallest difference of means to detect, d; same unit.
    power
        Probability of finding it.
    alpha
        Probability of finding a difference where there is none, two-sided, α.

    Notes
    -----
    Source: Lachin (1981), Controlled Clinical Trials 2, 93-113, paired differences. Normal approximation: the
    t test would ask for about z²/2, three, pairs more at α = 0.01.
    """
    _check(sd, effect, "effect")
    for name, value in (("power", power), ("alpha", alpha)):
        if not 0 < value < 1:
            raise InputError(f"plan: {name} must be between 0 and 1, got {value:g}. Give 0.95 and 0.01.")
    return _whole(((_normal_quantile(1 - alpha / 2) + _normal_quantile(power)) * sd / effect) ** 2)


_normal_quantile = NormalDist().inv_cdf


def _check(sd: float, wanted: float, name: str) -> None:
    if not sd >= 0:
        raise InputError(f"plan: the standard deviation must be 0 or more, got {sd}. Give one from a pilot.")
    if not (wanted > 0 and math.isfinite(wanted)):
        raise InputError(f"plan: {name} must be more than 0, got {wanted:g}. Give it in the unit of the measure.")


def _whole(runs: float) -> int:
    return max(2, math.ceil(runs - 1e-9))


def runs_needed(
    sweep: SweepTables,
    measures: Iterable[str] | None = None,
    *,
    half_width: float | None = None,
    effect: float | None = None,
    against: int | str = 0,
    power: float = 0.95,
    alpha: float = 0.01,
) -> pd.DataFrame:
    """Return one row per measure: the replicates that every point of the design needs, for the point that needs most.

    Parameters
    ----------
    sweep
        Pilot: a sweep of the design with some replicates, at least 5 and better 20; with 20 the standard deviation, and
        so the square root of the answer, is known to about ±30 %.
    measures
        Names; by default all.
    half_width
        Wanted half-width of the 95 % interval, in units of the measure; by default 1 % of the mean over all points.
    effect
        Difference from the reference that should be detected; by default 2 % of that mean.
    against
        The reference point of the differences.
    power, alpha
        Power and two-sided significance level of the paired test.

    Returns
    -------
    pandas.DataFrame
        measure, unit, n (replicates of the pilot), sd (largest of a point), half_width (wanted), runs (for it), widest
        (the point that needs them); sd_difference, effect, pairs (for the power), noisiest (the point). nan for
        differences if no other point has two pairs with the reference.
    """
    names = chosen_measures(sweep, measures)
    values = cube(sweep, names)
    alone = interval(values)
    if alone["n"].max() < _MIN_PILOT:
        raise InputError(
            f"sweep: a pilot must have {_MIN_PILOT} replicates or more, got {alone['n'].max()}. Run 20 of each point."
        )
    reference = point_of(sweep, str(against))
    paired = interval(values - values[reference])["sd"]
    paired[reference] = np.nan  # the reference has no difference from itself
    shown = labels(sweep)
    rows = []
    for column, name in enumerate(names):
        if not np.isfinite(alone["sd"][:, column]).any():
            continue
        size = abs(float(np.nanmean(alone["mean"][:, column])))
        wide = half_width if half_width is not None else 0.01 * size
        least = effect if effect is not None else 0.02 * size
        row: dict[str, Any] = {"measure": name, "unit": unit_of(name), "n": int(alone["n"][:, column].max())}
        row |= _worst(alone["sd"][:, column], shown, ("sd", "widest"))
        row |= {"half_width": wide, "runs": runs_for_width(row["sd"], wide) if wide > 0 else np.nan}
        row |= {"sd_difference": np.nan, "effect": np.nan, "pairs": np.nan, "noisiest": ""}
        if np.isfinite(paired[:, column]).any():
            row |= _worst(paired[:, column], shown, ("sd_difference", "noisiest"))
            row["effect"] = least
            row["pairs"] = runs_for_power(row["sd_difference"], least, power, alpha) if least > 0 else np.nan
        rows.append(row)
    if not rows:
        raise InputError(
            f"sweep: no measure has two values at a point ({', '.join(names)}), so nothing can be planned. "
            "Ask for others."
        )
    return pd.DataFrame(rows)


def _worst(sd: np.ndarray, shown: list[str], names: tuple[str, str]) -> dict[str, float | str]:
    point = int(np.nanargmax(sd))
    return {names[0]: float(sd[point]), names[1]: shown[point]}
