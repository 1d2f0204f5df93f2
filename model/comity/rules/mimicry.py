"""Mimicry: a state copies a practice that a trusted speaker shared."""

from __future__ import annotations

import numpy as np

from comity.compiled import Floats, Ints, Whole, compiled, lean
from comity.mechanism import Mechanism, Parameter
from comity.randomness import Decision, fill_uniforms
from comity.world.room import Floor, Talk
from comity.world.world import Opened

__all__ = ["MECHANISM", "adopt", "copies_practice", "copy_from_speaker", "mimicry_step"]

MECHANISM = Mechanism(
    name="mimicry",
    changes=("practices", "cooperation"),
    strength="mimicry_rate",
    group="socialisation",
    parameters=(
        Parameter(
            "mimicry_rate", 0.1, 0, 1, "chance of copying a practice shared by a fully trusted speaker",
            symbol="eta_m", source="Johnston (2001), mimicry; strength: assumption", free=True,
        ),
        Parameter(
            "mimicry_gain", 0.02, 0, 1, "share of the way to full cooperation that one copied practice is worth",
            symbol="kappa_m",
        ),
    ),
    source="Johnston (2001), mimicking; good practices of the forum: chapter, 'GFMD'; gain: assumption",
)  # fmt: skip

_MASK = np.uint64(0xFFFFFFFF)


@compiled
def copies_practice(trust: float, rate: float, draw: float) -> bool:
    """Return whether the listener copies the practice: with probability eta_m T_ij.

    ``trust`` T_ij and ``rate`` eta_m times closeness: shares; ``draw`` uniform in [0, 1).
    """
    return draw < rate * trust


@compiled
def mimicry_step(cooperation: float, gain: float) -> float:
    """Return kappa_m (1 - c_i), the rise of c_i from one copied practice: the share ``gain`` of the way to 1."""
    return gain * (1.0 - cooperation)


# The loop over listeners stands alone, on few plain arrays, so that the compiler makes vector code of it.


@lean
def _copy(m: Whole, trust: Floats, draws: Floats, rate: float, copied: Ints) -> None:
    for a in range(m):
        copied[a] += copies_practice(trust[a], rate, draws[a])


@lean
def copy_from_speaker(b: Whole, talk: Talk, run: Opened, floor: Floor) -> None:
    """Count for each seated state whether it copies the practice that speaker b shared; ``floor.draw_1`` is used."""
    rate = run.parameters.mimicry_rate
    if rate > 0.0:
        key, occasion = run.keys[Decision.MIMICRY], (talk.sitting + talk.number) & _MASK
        fill_uniforms(key, talk.meeting, occasion, floor.address, floor.address[b], talk.states, floor.draw_1)
        _copy(talk.states, floor.trust, floor.draw_1, talk.closeness * rate, floor.copied)


@lean
def adopt(a: Whole, talk: Talk, run: Opened, floor: Floor) -> None:
    """Let a listening state adopt the practices that it copied in this round, one after the other."""
    i, actors = floor.row[a], run.world.actors
    run.world.preferences.practices[i, talk.issue] += floor.copied[a]
    for _ in range(floor.copied[a]):
        step = mimicry_step(actors.cooperation[i], run.parameters.mimicry_gain)
        actors.cooperation[i] += step
        actors.cooperation_by_mimicry[i] += step
