"""Reassurance: sovereignty concerns fall where cooperation binds nobody."""

from __future__ import annotations

from comity.compiled import Whole, compiled, lean
from comity.mechanism import Mechanism, Parameter
from comity.world.room import Talk
from comity.world.world import Opened

__all__ = ["MECHANISM", "reassurance_step", "reassure"]

MECHANISM = Mechanism(
    name="reassurance",
    changes=("sovereignty",),
    strength="reassurance_rate",
    group="sovereignty",
    parameters=(
        Parameter(
            "reassurance_rate", 0.02, 0, 1, "fall of sovereignty in a wholly cooperative room that binds nobody",
            symbol="eta_r", unit="per round", source="Rother (2019); strength: assumption", free=True,
        ),
    ),
    source="Rother (2019): non-binding talks lower the cost of cooperation; form: assumption",
)  # fmt: skip


@compiled
def reassurance_step(sovereignty: float, cooperative_share: float, bindingness: float, rate: float) -> float:
    """Return the fall -eta_r sigma_i (cooperative share) (1 - b), 0 or less.

    ``sovereignty`` sigma_i, ``cooperative_share`` of the speakers heard, ``bindingness`` b of the sitting, ``rate``
    eta_r times closeness, per round: shares.

    Departs from the reference form of ``model/ODD.md`` by the factor sigma_i, which keeps sigma in [0, 1] without
    cutting.
    """
    return -rate * sovereignty * cooperative_share * (1.0 - bindingness)


@lean
def reassure(i: Whole, sovereignty: float, cooperative_share: float, talk: Talk, run: Opened) -> float:
    """Return by how much the ``sovereignty`` of state i falls in this round, and keep it as a part of the change."""
    rate = talk.closeness * run.parameters.reassurance_rate
    fall = reassurance_step(sovereignty, cooperative_share, talk.bindingness, rate)
    run.world.actors.sovereignty_by_reassurance[i] += fall
    return fall
