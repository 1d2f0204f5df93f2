"""Reassurance and backlash: sovereignty concerns fall where nothing binds, rise where one is attacked."""

from comity.compiled import compiled
from comity.mechanism import Mechanism

__all__ = ["MECHANISMS", "backlash_step", "reassurance_step"]

MECHANISMS = (
    Mechanism(
        name="reassurance",
        changes=("sovereignty",),
        strength="reassurance_rate",
        parameters=("reassurance_rate",),
        source="Rother (2019): non-binding talks lower the cost of cooperation; form: assumption",
    ),
    Mechanism(
        name="backlash",
        changes=("sovereignty",),
        strength="backlash_rate",
        parameters=("backlash_rate",),
        source="Chapter, 'UN-Led Multilateral Encounters': emphasis on rights counterproductive; form: assumption",
    ),
)


@compiled
def reassurance_step(sovereignty, cooperative_share, bindingness, rate):
    """Return the fall -eta_r sigma_i (cooperative share) (1 - b_f).

    Departs from the design's reference form by the factor sigma_i, which keeps sigma in [0, 1] without cutting.
    """
    return -rate * sovereignty * cooperative_share * (1.0 - bindingness)


@compiled
def backlash_step(sovereignty, targeted_share, exposure, rate):
    """Return the rise eta_b (1 - sigma_i) (share of speakers contesting i's camp) E_kf."""
    return rate * (1.0 - sovereignty) * targeted_share * exposure
