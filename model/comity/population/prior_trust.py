"""Trust before the first meeting, from blocs, votes, ties, mandates and climate."""

from __future__ import annotations

import numpy as np
import pandas as pd

from comity.mechanism import Fixed
from comity.scenario.schema import PriorTrust

__all__ = ["prior_trust"]

LOWEST = Fixed(0.05, 0, 0.5, "least trust before the first meeting")
HIGHEST = Fixed(0.95, 0.5, 1, "most trust before the first meeting")


def prior_trust(
    actors: pd.DataFrame, pairs: pd.DataFrame, first: np.ndarray, second: np.ndarray, weights: PriorTrust
) -> np.ndarray:
    """Return prior trust of i in j, shape (n, n), within [0.05, 0.95]; the diagonal is 1/2 and unused.

    Parameters
    ----------
    actors
        One row per actor: kind, stance, sovereignty, civil_society_climate, normative_mandate.
    pairs
        Pairs of states with shared_blocs, vote_agreement, stake_ab, stake_ba, all shares.
    first, second
        Rows of the two states of each pair.
    weights
        See :class:`comity.scenario.schema.PriorTrust`, which states the formulas.

    Assumption: all of it; the ingredients are data of 2006 or before.
    """
    n = len(actors)
    kind = actors["kind"].to_numpy()
    is_state, is_io = kind == "state", kind == "io"
    is_network = ~is_state & ~is_io
    sovereignty = actors["sovereignty"].to_numpy(float)
    climate = actors["civil_society_climate"].to_numpy(float)
    mandate = actors["normative_mandate"].to_numpy(float)
    stance = actors["stance"].to_numpy()
    trust = np.full((n, n), weights.base)

    common = weights.blocs * pairs["shared_blocs"].to_numpy(float) + weights.votes * (
        2 * pairs["vote_agreement"].to_numpy(float) - 1
    )
    trust[first, second] += common + weights.ties * np.sqrt(pairs["stake_ab"].to_numpy(float))
    trust[second, first] += common + weights.ties * np.sqrt(pairs["stake_ba"].to_numpy(float))

    regard = weights.climate * (climate[is_state] - 0.5) - weights.network
    for counterpart, liking in ((is_io, weights.organisation), (is_network, regard[:, None])):
        change = liking - weights.deference * np.outer(sovereignty[is_state], mandate[counterpart])
        trust[np.ix_(is_state, counterpart)] += change
        trust[np.ix_(counterpart, is_state)] += change.T
    trust[np.ix_(is_io, is_io)] += weights.organisation
    for kin in np.unique(stance[is_network]):
        members = is_network & (stance == kin)
        trust[np.ix_(members, members)] += weights.kinship
    np.fill_diagonal(trust, 0.5)
    np.clip(trust, LOWEST.value, HIGHEST.value, out=trust)
    return trust
