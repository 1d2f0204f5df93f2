"""Which states a shock hits, and how strongly."""

from __future__ import annotations

import numpy as np
import pandas as pd

from comity.scenario.schema import Shock

__all__ = ["shock_exposure"]


def shock_exposure(shock: Shock, actors: pd.DataFrame) -> np.ndarray:
    """Return how strongly a shock hits each actor, shape (n,): 0 for those not hit.

    1 for each state of the roles (or each actor named); if ``scaled_by`` is set, the percentile rank of that
    attribute among the states hit, so that the most exposed are hit fully.
    """
    if shock.actors:
        hit = actors["id"].isin(shock.actors).to_numpy()
    else:
        hit = ((actors["kind"] == "state") & actors["role"].isin(shock.roles)).to_numpy()
    exposure = hit.astype(float)
    if shock.scaled_by and hit.any():
        exposure[hit] = actors.loc[hit, shock.scaled_by].rank(pct=True).to_numpy()
    return exposure
