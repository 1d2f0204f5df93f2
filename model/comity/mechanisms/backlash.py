"""Backlash: sovereignty concerns rise where one's camp is attacked in a forum that exposes it."""

from comity.compiled import compiled
from comity.mechanism import Mechanism

__all__ = ["MECHANISM", "backlash_step"]

MECHANISM = Mechanism(
    name="backlash",
    changes=("sovereignty",),
    strength="backlash_rate",
    parameters=("backlash_rate",),
    source="Chapter, 'UN-Led Multilateral Encounters': emphasis on rights counterproductive; form: assumption",
)


@compiled
def backlash_step(sovereignty, targeted_share, exposure, rate):
    """Return the rise eta_b (1 - sigma_i) (share of speakers contesting i's camp) E_kf.

    ``sovereignty`` sigma_i, ``targeted_share`` of the speakers heard, ``exposure`` E_kf, ``rate`` eta_b per round:
    shares.
    """
    return rate * (1.0 - sovereignty) * targeted_share * exposure
