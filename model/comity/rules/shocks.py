"""Shocks: events outside the forums that act on states."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from comity.compiled import Bools, Floats, Record, compiled, lean
from comity.mechanism import Mechanism
from comity.world.world import World

if TYPE_CHECKING:
    import pandas as pd

    from comity.scenario.calendar import Shock

__all__ = ["MECHANISM", "shock_exposure", "strike"]

MECHANISM = Mechanism(
    name="shocks",
    changes=("anchor", "position", "sovereignty", "entry_sovereignty", "pressure", "capacity", "attachment"),
    strength=None,
    group="shocks",
    parameters=(),
    source="Chapter, 'GFMD': economic crisis, COVID-19; sizes are scenario input with their sources",
)


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


@compiled
def _bounded(value: float) -> float:
    return min(max(value, 0.0), 1.0)


@lean
def strike(shock: Record, exposure: Floats, anchors: Floats, is_state_led: Bools, world: World) -> None:
    """Hit each actor; what that does to sovereignty, positions and anchors is kept apart as a part of their change.

    Sovereignty changes for the delegations to come as well; the domestic anchor and the position move together;
    attachment to state-led forums and capacity change by a share.

    Parameters
    ----------
    shock
        What it does to sovereignty, pressure, capacity and attachment.
    exposure : shape (n,)
        How strongly it hits each actor, from :func:`shock_exposure`.
    anchors : shape (K,)
        What it adds to the anchors of an actor that is hit fully.
    is_state_led : bool, shape (F,)
        Which forums are state-led.
    """
    sovereignty, pressure, capacity, attachment = shock.sovereignty, shock.pressure, shock.capacity, shock.attachment
    actors, preferences = world.actors, world.preferences
    for i in range(len(exposure)):
        hit = exposure[i]
        after = _bounded(actors.sovereignty[i] + sovereignty * hit)
        actors.sovereignty_by_shock[i] += after - actors.sovereignty[i]
        actors.sovereignty[i] = after
        actors.entry_sovereignty[i] = _bounded(actors.entry_sovereignty[i] + sovereignty * hit)
        actors.pressure[i] = _bounded(actors.pressure[i] + pressure * hit)
        actors.capacity[i] = _bounded(actors.capacity[i] * (1.0 + capacity * hit))
        for f in range(len(is_state_led)):
            if is_state_led[f]:
                world.attachment[i, f] = _bounded(world.attachment[i, f] * (1.0 + attachment * hit))
        for k in range(len(anchors)):
            if anchors[k] != 0.0:
                anchor = _bounded(preferences.anchor[i, k] + anchors[k] * hit)
                preferences.anchor_by_shock[i, k] += anchor - preferences.anchor[i, k]
                preferences.anchor[i, k] = anchor
                position = _bounded(preferences.position[i, k] + anchors[k] * hit)
                preferences.by_shock[i, k] += position - preferences.position[i, k]
                preferences.position[i, k] = position
