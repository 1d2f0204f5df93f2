"""The equations that turn raw data of 2006 or before into the attributes of actors.

Every number that can move a result stands in ``raw/weights.csv`` or ``raw/issue_coding.csv`` with its source or the
word assumption; what is passed here as ``weights`` is one formula of the first, term by term. Ranks are percentile
ranks among the 193 states, 0 lowest to 1 highest. No weight is estimated: all are assumptions.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

__all__ = [
    "between",
    "capacity",
    "convention_standing",
    "cooperation",
    "coverage",
    "deference",
    "destination_scale",
    "exact_shares",
    "is_developed",
    "issue_position",
    "jaccard",
    "mandated_position",
    "no_convention",
    "percentile",
    "role",
    "rounded",
    "salience",
    "service",
    "sovereignty",
    "weighted_mean",
]

Weights = Mapping[str, float]

_DEVELOPED_REGIONS = (
    "Northern Europe",
    "Western Europe",
    "Southern Europe",
    "Eastern Europe",
    "Northern America",
    "Australia and New Zealand",
)
_DEVELOPED_STATES = ("CYP", "ISR", "JPN")


def percentile(values: pd.Series) -> pd.Series:
    """Return percentile ranks in [0, 1]: (average rank - 1) / (number of values - 1); missing stays missing."""
    n_values = int(values.notna().sum())
    if n_values < 2:
        raise ValueError(
            f"percentile: 'values' must be at least two numbers, got {n_values}. Check the raw column {values.name!r}."
        )
    return (values.rank() - 1) / (n_values - 1)


def weighted_mean(parts: Mapping[str, pd.Series], weights: Weights) -> pd.Series:
    """Return sum(w_k v_k) / sum(w_k) over the parts k that an actor has; weights are renormalised over these.

    Parts are shares in [0, 1], one value for each actor; a missing part is left out, never read as zero.
    """
    if set(parts) != set(weights):
        raise ValueError(
            f"weighted_mean: 'parts' must be {sorted(weights)}, got {sorted(parts)}. "
            "Give each weight of the formula its part."
        )
    if abs(sum(weights.values()) - 1) > 1e-9:
        raise ValueError(
            f"weighted_mean: 'weights' must sum to 1, got {sum(weights.values()):g}. Correct raw/weights.csv."
        )
    values = pd.DataFrame(dict(parts))
    shares = values.notna() * pd.Series(weights)
    return (values.fillna(0) * shares).sum(axis=1) / shares.sum(axis=1)


def between(share: pd.Series, lowest: float, highest: float) -> pd.Series:
    """Return lowest + (highest - lowest) * share, for shares in [0, 1]."""
    return lowest + (highest - lowest) * share


def destination_scale(immigrants: pd.Series, emigrants: pd.Series) -> pd.Series:
    """Return D = immigrants / (immigrants + emigrants), 0 pure origin to 1 pure destination; stocks in persons.

    Source: definition; stocks from UN DESA, International Migrant Stock 2019, year 2005.
    """
    return immigrants / (immigrants + emigrants)


def role(immigrants: pd.Series, emigrants: pd.Series, is_high_income: pd.Series) -> pd.Series:
    """Return destination (more immigrants, high income), origin (more emigrants, not high income), or both.

    Assumption: the alternation of chairs and the argument of the chapter concern rich destinations and poorer
    origins; a poor state with many refugees, or a rich one with many emigrants, is seen from both sides.
    """
    named = np.select(
        [(immigrants > emigrants) & is_high_income, (emigrants > immigrants) & ~is_high_income],
        ["destination", "origin"],
        default="both",
    )
    return pd.Series(named, index=immigrants.index)


def is_developed(region: pd.Series) -> pd.Series:
    """Return 1 for Europe, Northern America, Australia, New Zealand, Cyprus, Israel and Japan, otherwise 0.

    Source: developed regions of UN M49 as used in 2006, from general knowledge, unverified.
    """
    return (region.isin(_DEVELOPED_REGIONS) | region.index.isin(_DEVELOPED_STATES)).astype(int)


def convention_standing(is_party: pd.Series, is_signatory: pd.Series, weights: Weights) -> pd.Series:
    """Return standing towards the migrant workers' convention: party, signatory or neither, on 0-1."""
    standing = np.select([is_party, is_signatory], [weights["party"], weights["signatory"]], weights["neither"])
    return pd.Series(standing, index=is_party.index)


def no_convention(is_party: pd.Series, is_signatory: pd.Series, weights: Weights) -> pd.Series:
    """Return how far a state stays out of the convention: 0 party, a share for a signatory, 1 neither."""
    return pd.Series(np.select([is_party, is_signatory], [0.0, weights["signatory"]], 1.0), index=is_party.index)


def sovereignty(parts: Mapping[str, pd.Series], weights: Weights, limits: Weights) -> pd.Series:
    """Return sigma: how costly a state finds outside say over migration, 0-1.

    sigma = lowest + (highest - lowest) * weighted mean of destination scale, immigrant share (rank), staying out of
    the CRMW, opposition in migration votes (1 - mean support), and income (rank).

    Assumption: the ingredients are named in the chapter (destination states, convention, votes), the weights are not.
    """
    return between(weighted_mean(parts, weights), limits["lowest"], limits["highest"])


def issue_position(interest: pd.Series, rights: pd.Series, coding: Weights) -> pd.Series:
    """Return x_k = w_i interest + w_r rights position + w_l level, in [0, 1]; weights by issue, summing to 1.

    Assumption: a state's wish to govern an issue jointly follows its own interest in it, its general stand on
    migrants' rights, and a level common to all states. Which interest counts is named in raw/issue_coding.csv.
    """
    shares = [coding["weight_interest"], coding["weight_rights"], coding["weight_level"]]
    if abs(sum(shares) - 1) > 1e-9:
        raise ValueError(f"issue_position: weights must sum to 1, got {sum(shares):g}. Correct raw/issue_coding.csv.")
    return shares[0] * interest + shares[1] * rights + shares[2] * coding["level"]


def salience(parts: Mapping[str, pd.Series], coding: pd.DataFrame) -> pd.DataFrame:
    """Return saliences s_k, proportional to floor_k + sum of weight_kp * part_p, as shares of four decimals.

    Parts are ranks (immigrant, emigrant and remittance shares, refugees) and the destination scale. Assumption.
    """
    raw = pd.DataFrame(
        {
            issue: row["salience_floor"] + sum(row[f"salience_{name}"] * part for name, part in parts.items())
            for issue, row in coding.iterrows()
        }
    )
    return exact_shares(raw)


def exact_shares(weights: pd.DataFrame, decimals: int = 4) -> pd.DataFrame:
    """Return each row as shares that sum to exactly 1 after rounding (largest remainder, ties to the left)."""
    scale = 10**decimals
    exact = weights.div(weights.sum(axis=1), axis=0).to_numpy() * scale
    # Guards against a product such as 2499.9999999999995 that stands for 2500.
    units = np.floor(np.round(exact, 6))
    for row, missing in enumerate(np.round(scale - units.sum(axis=1)).astype(int)):
        largest = np.argsort(-np.round(exact[row] - units[row], 6), kind="stable")[:missing]
        units[row, largest] += 1
    return pd.DataFrame(units / scale, index=weights.index, columns=weights.columns)


def capacity(population: pd.Series, income: pd.Series, weights: Weights, limits: Weights) -> pd.Series:
    """Return q = lowest + (highest - lowest) * weighted mean of the ranks of population and income. Assumption."""
    mean = weighted_mean({"population": population, "income": income}, weights)
    return between(mean, limits["lowest"], limits["highest"])


def cooperation(sovereignty: pd.Series, memberships: pd.Series, weights: Weights) -> pd.Series:
    """Return c = floor + accommodation * (1 - sigma) + memberships * rank of bloc memberships. Assumption."""
    return weights["floor"] + weights["accommodation"] * (1 - sovereignty) + weights["memberships"] * memberships


def service(coded: pd.DataFrame, worth: Weights, weights: Weights) -> pd.Series:
    """Return service offered to states: best * max(v) + breadth * mean(v), v = coded part (0, 0.5, 1) * its worth.

    Assumption: a state remembers the best thing an organisation does for it, and a little how many it can get.
    """
    valued = coded[list(worth)] * pd.Series(worth)
    return weights["best"] * valued.max(axis=1) + weights["breadth"] * valued.mean(axis=1)


def deference(normative_mandate: pd.Series, weights: Weights) -> pd.Series:
    """Return an organisation's deference to states: highest without a normative mandate, lowest at a full one.

    Assumption, after the chapter: the organisation without norms is the one that answers to states.
    """
    return between(1 - normative_mandate, weights["deference_lowest"], weights["deference_highest"])


def mandated_position(normative_mandate: pd.Series, level: float, pull: float) -> pd.Series:
    """Return x_k = level_k + pull_k * normative mandate, bounded to [0, 1]; by issue, for organisations and networks.

    Assumption: a mandate for norms pulls towards joint governance, most on rights, displacement and irregularity.
    """
    return (level + pull * normative_mandate).clip(0, 1)


def coverage(areas: pd.Series, issues_of_area: Mapping[str, tuple[str, ...]], issues: list[str]) -> pd.DataFrame:
    """Return how many of an actor's stated areas gather under each issue; areas are separated by semicolons."""
    rows = {}
    for actor, text in areas.items():
        named = [area.strip() for area in text.split(";")]
        unknown = [area for area in named if area not in issues_of_area]
        if unknown:
            raise ValueError(
                f"coverage: 'issue_areas' of {actor} must be areas of raw/issue_areas.csv, got {unknown[0]!r}. "
                "Add a row for it."
            )
        rows[actor] = [sum(issue in issues_of_area[area] for area in named) for issue in issues]
    return pd.DataFrame.from_dict(rows, orient="index", columns=issues)


def jaccard(memberships: np.ndarray) -> np.ndarray:
    """Return |A and B| / |A or B| for all pairs of rows of a 0/1 table, shape (n, n); 0 where both have none.

    Source: Jaccard index; memberships of 20 blocs, edition of 2006.
    """
    both = memberships @ memberships.T
    sizes = memberships.sum(axis=1)
    either = sizes[:, None] + sizes[None, :] - both
    return np.divide(both, either, out=np.zeros_like(both), where=either > 0)


def rounded(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with four decimals, sorted by id, with id as its first column."""
    return table.round(4).sort_index().rename_axis("id").reset_index()
