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
    """Return whether the listener copies the practice: with probability eta_m T_ij."""
    return draw < rate * trust


@compiled
def mimicry_step(cooperation, gain):
    """Return the rise of c_i from one copied practice: a share of the way to full cooperation."""
    return gain * (1.0 - cooperation)
