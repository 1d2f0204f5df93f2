"""Mimicry: a state copies a practice that a trusted speaker shared."""

from comity.compiled import compiled
from comity.mechanism import Mechanism

__all__ = ["MECHANISM", "copies_practice", "mimicry_step"]

MECHANISM = Mechanism(
    name="mimicry",
    changes=("practices", "cooperation"),
    strength="mimicry_rate",
    parameters=("mimicry_rate", "mimicry_gain"),
    source="Johnston (2001), mimicking; good practices of the forum: chapter, 'GFMD'; gain: assumption",
)


@compiled
def copies_practice(trust, rate, draw):
    """Return whether the listener copies the practice: with probability eta_m T_ij.

    ``trust`` T_ij and ``rate`` eta_m times closeness: shares; ``draw`` uniform in [0, 1).
    """
    return draw < rate * trust


@compiled
def mimicry_step(cooperation, gain):
    """Return kappa_m (1 - c_i), the rise of c_i from one copied practice: the share ``gain`` of the way to 1."""
    return gain * (1.0 - cooperation)
