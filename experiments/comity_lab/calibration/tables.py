"""Tables of a calibration: parameters, and facts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from comity_lab.calibration.calibrating import Calibration
from comity_lab.calibration.planting import IDENTIFIABLE

__all__ = ["parameters", "region", "targets"]

_CENTRAL = (0.025, 0.975)


def parameters(found: Calibration) -> pd.DataFrame:
    """Return one row per moved parameter.

    parameter, unit; low, high: its range; default, chosen; region_low, region_high: central 95 % of points spread
    evenly over the region; share: their distance over that of the whole range; identifiable: whether the share is
    below a half. In a recovery experiment also planted, and recovered: whether it lies in the region's interval.
    """
    problem = found.problem
    values = found.history.region
    low, high = np.quantile(values, _CENTRAL, axis=0)
    whole = (_CENTRAL[1] - _CENTRAL[0]) * np.array([item.high - item.low for item in problem.moved])
    table = pd.DataFrame(
        {
            "parameter": [item.short for item in problem.moved],
            "unit": [item.unit for item in problem.moved],
            "low": [item.low for item in problem.moved],
            "high": [item.high for item in problem.moved],
            "default": [item.default for item in problem.moved],
            "chosen": problem.values(found.choice.points)[found.choice.chosen],
            "region_low": low,
            "region_high": high,
            "share": (high - low) / whole,
        }
    )
    table["identifiable"] = table["share"] < IDENTIFIABLE
    if found.planted is not None:
        table["planted"] = problem.values(found.planted[None])[0]
        table["recovered"] = (table["planted"] >= low) & (table["planted"] <= high)
    return table


def targets(found: Calibration) -> pd.DataFrame:
    """Return one row per target.

    target, fact, text; observed (in words), low, high, sd; default, chosen: what the model gives, mean over the
    replicates of the choice; implausibility_default, implausibility_chosen; least: the smallest of any simulated
    point; reached: whether that is within the cutoff; not_ruled_out: whether the chosen point is; held_default, held:
    whether the mean of the default, of the chosen, is within the tolerance of the fact, or beyond its bound.
    """
    problem, choice = found.problem, found.choice
    least = found.history.implausibility.min(axis=0)
    rows = [
        {
            "target": target.key,
            "fact": target.fact,
            "text": target.text,
            "observed": target.observed,
            "low": target.low,
            "high": target.high,
            "sd": target.sd,
            "default": choice.mean[0, i],
            "chosen": choice.mean[choice.chosen, i],
            "implausibility_default": choice.implausibility[0, i],
            "implausibility_chosen": choice.implausibility[choice.chosen, i],
            "least": least[i],
            "reached": bool(least[i] <= problem.cutoff),
            "not_ruled_out": bool(choice.implausibility[choice.chosen, i] <= problem.cutoff),
            "held_default": target.holds(choice.mean[0, i]),
            "held": target.holds(choice.mean[choice.chosen, i]),
        }
        for i, target in enumerate(problem.targets)
    ]
    return pd.DataFrame(rows)


def region(found: Calibration) -> pd.DataFrame:
    """Return points spread evenly over the region, a column for each parameter, in its unit."""
    return pd.DataFrame(found.history.region, columns=[item.short for item in found.problem.moved])
