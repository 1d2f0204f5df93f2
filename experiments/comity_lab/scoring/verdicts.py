"""Verdicts: reproduced, not reproduced, or undecided."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist

import numpy as np

from comity.facts import FactPart

__all__ = ["RULE", "Judgement", "Verdict", "judge", "judge_value", "of_fact", "share_interval"]

RULE = (
    "A target is reproduced where more than half of all replicates meet it, beyond doubt: the 95 % Wilson interval of "
    "their share lies above one half. Below one half it is not reproduced; across it, this number of replicates cannot "
    "tell. A replicate that cannot say does not meet it. A fact is reproduced where all its targets are, and not where "
    "one is not."
)


class Verdict(StrEnum):
    """The verdict on a target or a fact."""

    REPRODUCED = "reproduced"
    NOT_REPRODUCED = "not reproduced"
    CANNOT_TELL = "cannot tell"
    SILENT = "silent"
    BUILT_IN = "built in"


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """One target and one source of values.

    Attributes
    ----------
    verdict
        See :data:`RULE`.
    n, said
        Replicates, and replicates with a value; 0 and 0 for a silent baseline.
    median, low, high
        Median and central 90 % of their values.
    rank
        Share of their values below the observed one; ties count half; nan without an observed value.
    share, share_low, share_high
        Replicates that meet the target, with the 95 % Wilson interval; nan for a baseline, which has no replicates.
    """

    verdict: Verdict
    n: int
    said: int
    median: float = math.nan
    low: float = math.nan
    high: float = math.nan
    rank: float = math.nan
    share: float = math.nan
    share_low: float = math.nan
    share_high: float = math.nan


def judge(target: FactPart, values: np.ndarray) -> Judgement:
    """Judge a target by the values of the replicates.

    Parameters
    ----------
    values
        One number a replicate, (n,); nan if it cannot say.
    """
    said = values[~np.isnan(values)]
    if not len(said):
        return Judgement(verdict=Verdict.BUILT_IN if target.built_in else Verdict.SILENT, n=len(values), said=0)
    met = int(target.holds(values).sum())
    low, high = share_interval(met, len(values))
    verdict = Verdict.REPRODUCED if low > 0.5 else Verdict.NOT_REPRODUCED if high < 0.5 else Verdict.CANNOT_TELL
    rank = math.nan
    if target.observed is not None:
        rank = float((said < target.observed).mean() + 0.5 * (said == target.observed).mean())
    quantiles = np.quantile(said, [0.05, 0.5, 0.95])
    return Judgement(
        verdict=Verdict.BUILT_IN if target.built_in else verdict,
        n=len(values),
        said=len(said),
        low=float(quantiles[0]),
        median=float(quantiles[1]),
        high=float(quantiles[2]),
        rank=rank,
        share=met / len(values),
        share_low=low,
        share_high=high,
    )


def judge_value(target: FactPart, value: float | None) -> Judgement:
    """Judge the one value of a baseline; None means silent."""
    if value is None or math.isnan(value):
        return Judgement(verdict=Verdict.SILENT, n=0, said=0)
    verdict = Verdict.REPRODUCED if bool(target.holds(value)) else Verdict.NOT_REPRODUCED
    return Judgement(
        verdict=Verdict.BUILT_IN if target.built_in else verdict, n=1, said=1, median=value, low=value, high=value
    )


def of_fact(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the verdict on a fact from those on its targets; targets that are built in, or silent, do not count."""
    counted = [verdict for verdict in verdicts if verdict not in (Verdict.BUILT_IN, Verdict.SILENT)]
    if not counted:
        return Verdict.SILENT
    for verdict in (Verdict.NOT_REPRODUCED, Verdict.CANNOT_TELL):
        if verdict in counted:
            return verdict
    return Verdict.REPRODUCED


def share_interval(k: int, n: int) -> tuple[float, float]:
    """Return the 95 % Wilson interval of k of n.

    Source: Wilson (1927), Journal of the American Statistical Association 22, 209-212.
    """
    if not n:
        return math.nan, math.nan
    z = NormalDist().inv_cdf(0.975)
    centre, reach = 2 * k + z**2, z * math.sqrt(4 * k * (n - k) / n + z**2)
    low, high = (centre - reach) / (2 * (n + z**2)), (centre + reach) / (2 * (n + z**2))
    return 0.0 if k == 0 else low, 1.0 if k == n else high
