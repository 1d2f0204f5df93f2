"""Reassurance: sovereignty concerns fall where cooperation binds nobody."""

from comity.compiled import compiled
from comity.mechanism import Mechanism

__all__ = ["MECHANISM", "reassurance_step"]

MECHANISM = Mechanism(
    name="reassurance",
    changes=("sovereignty",),
    strength="reassurance_rate",
    parameters=("reassurance_rate",),
    source="Rother (2019): non-binding talks lower the cost of cooperation; form: assumption",
)


@compiled
def reassurance_step(sovereignty, cooperative_share, bindingness, rate):
    """Return the fall -eta_r sigma_i (cooperative share) (1 - b), 0 or less.

    ``sovereignty`` sigma_i, ``cooperative_share`` of the speakers heard, ``bindingness`` b of the sitting, ``rate``
    eta_r times closeness, per round: shares.

    Departs from the reference form of ``model/ODD.md`` by the factor sigma_i, which keeps sigma in [0, 1] without
    cutting.
    """
    return -rate * sovereignty * cooperative_share * (1.0 - bindingness)
