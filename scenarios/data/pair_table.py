"""pairs.csv.gz: what two states had in common before 2006, for all unordered pairs of states."""

from __future__ import annotations

import formulas
import numpy as np
import pandas as pd
from filling import fill_agreement
from reading import MEMBERSHIPS

__all__ = ["pair_table"]

LEAST_COMMON_VOTES = 30
"""Assumption: below this number of roll calls in which both voted, agreement counts as missing."""

BLOCS_KNOWN_TO = 2006
"""Who joined the UN after this year has the memberships of the state whose part it was."""


def votes_in_common(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return agreement, the share of roll calls with the same vote, and the number in which both voted.

    ``codes`` has shape (roll calls, states): 1 yes, 2 abstain, 3 no; others are no votes. Shapes (n, n).
    """
    same = sum((codes == vote).T.astype(float) @ (codes == vote).astype(float) for vote in (1, 2, 3))
    cast = np.isin(codes, (1, 2, 3)).astype(float)
    common = cast.T @ cast
    return np.divide(same, common, out=np.full_like(common, np.nan), where=common > 0), common


def stakes(bilateral: pd.DataFrame, states: pd.Index) -> np.ndarray:
    """Return B, shape (n, n): share of migration of the row's state, in both directions, that involves the column's."""
    stock = np.zeros((len(states), len(states)))
    rows, columns = states.get_indexer(bilateral["origin_iso3"]), states.get_indexer(bilateral["dest_iso3"])
    stock[rows, columns] = bilateral["stock"]
    mutual = stock + stock.T
    return mutual / mutual.sum(axis=1, keepdims=True)


def pair_table(raw: pd.DataFrame, bilateral: pd.DataFrame, roll_calls: pd.DataFrame) -> pd.DataFrame:
    """Return pairs.csv.gz: shared blocs, agreement in votes and stakes of all unordered pairs of states.

    Parameters
    ----------
    raw
        Completed raw table of states, sorted by code.
    bilateral
        Migrant stock by origin and destination, persons.
    roll_calls
        One row per roll call, one column of codes per state.

    Source: Jaccard index of memberships; share of roll calls 1991-2005 with the same vote (yes, abstain, no), an
    absence is no vote; shares of the migrant stock of 2005 between members of the UN.
    """
    states = raw.index
    agreement, common = votes_in_common(roll_calls[list(states)].to_numpy())
    agreement[common < LEAST_COMMON_VOTES] = np.nan
    agreement, rule = fill_agreement(agreement, states, raw["un_region"])
    shared = formulas.jaccard(raw[list(MEMBERSHIPS)].to_numpy(float))
    stake = stakes(bilateral, states)
    a, b = np.triu_indices(len(states), 1)
    table = pd.DataFrame(
        {
            "a": states[a],
            "b": states[b],
            "shared_blocs": shared[a, b].round(4),
            "vote_agreement": agreement[a, b].round(4),
            "stake_ab": stake[a, b].round(6),
            "stake_ba": stake[b, a].round(6),
        }
    )
    notes = [rule[a, b]]
    for what, which in (
        ("shared_blocs:predecessor", raw.index[raw["un_member_year"] > BLOCS_KNOWN_TO]),
        ("stakes:emigrants_only", states.difference(bilateral["dest_iso3"])),
    ):
        concerned = table["a"].isin(which) | table["b"].isin(which)
        notes.append(np.where(concerned, what, ""))
    table["imputed"] = ["; ".join(filter(None, row)) for row in zip(*notes, strict=True)]
    return table
