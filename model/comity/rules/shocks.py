"""Shocks: events outside the forums that act on states."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from comity.compiled import Bools, Floats, compiled
from comity.mechanism import Mechanism
from comity.world.world import World

if TYPE_CHECKING:
    import pandas as pd

    from comity.scenario.calendar import Shock
    from comity.world.world import Run

__all__ = ["MECHANISM", "apply_shock", "shock_exposure"]

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


def apply_shock(shock: Shock, exposure: np.ndarray, issues: list[str], is_state_led: np.ndarray, run: Run) -> None:
    """Apply a shock; what it does to sovereignty, positions and anchors is kept apart as a part of their change.

    Sovereignty changes for the delegations to come as well; the domestic anchor and the position move together;
    attachment to state-led forums and capacity change by a share.

    Parameters
    ----------
    exposure
        How strongly it hits each actor, from :func:`shock_exposure`.
    issues
        Ids of the issues, in the order of the world.
    is_state_led
        Which forums are state-led, bool (F,).
    """
    anchors = np.array([shock.anchors.get(issue, 0.0) for issue in issues])
    sizes = (shock.sovereignty, shock.pressure, shock.capacity, shock.attachment)
    _strike(exposure, sizes, anchors, is_state_led, run.world)


@compiled
def _bounded(value: float) -> float:
    return min(max(value, 0.0), 1.0)


@compiled
def _strike(
    exposure: Floats, sizes: tuple[float, float, float, float], anchors: Floats, is_state_led: Bools, world: World
) -> None:
    """Hit each actor; ``sizes`` are those of sovereignty, pressure, capacity and attachment."""
    sovereignty, pressure, capacity, attachment = sizes
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
