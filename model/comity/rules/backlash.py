"""Backlash: sovereignty concerns rise where one's camp is attacked in a forum that exposes it."""

from __future__ import annotations

from comity.compiled import Bools, Floats, Ints, Whole, compiled, lean
from comity.mechanism import Mechanism, Parameter
from comity.rules.trust import is_targeted
from comity.world.room import Floor, Talk
from comity.world.world import Opened

__all__ = ["MECHANISM", "aim", "backlash_step", "resent"]

MECHANISM = Mechanism(
    name="backlash",
    changes=("sovereignty",),
    strength="backlash_rate",
    group="sovereignty",
    parameters=(
        Parameter(
            "backlash_rate", 0.05, 0, 1,
            "rise of sovereignty in a room that contests only the actor's camp, at full exposure",
            symbol="eta_b", unit="per round", free=True,
        ),
    ),
    source="Chapter, 'UN-Led Multilateral Encounters': emphasis on rights counterproductive; form: assumption",
)  # fmt: skip


@compiled
def backlash_step(sovereignty: float, targeted_share: float, exposure: float, rate: float) -> float:
    """Return the rise eta_b (1 - sigma_i) (share of speakers contesting i's camp) E_kf.

    ``sovereignty`` sigma_i, ``targeted_share`` of the speakers heard, ``exposure`` E_kf, ``rate`` eta_b per round:
    shares.
    """
    return rate * (1.0 - sovereignty) * targeted_share * exposure


# The loop over listeners stands alone, on few plain arrays, so that the compiler makes vector code of it.


@lean
def _aim(m: Whole, position: Floats, said: float, room_mean: float, aimed: Bools, targeted: Ints) -> None:
    for a in range(m):
        aimed[a] = is_targeted(position[a], said, room_mean)
        targeted[a] += aimed[a]


@lean
def aim(b: Whole, talk: Talk, floor: Floor) -> None:
    """Note on the ``floor`` at whose camp the contestation of speaker b is aimed."""
    _aim(talk.seated, floor.position, floor.position[b], talk.mean_position, floor.aimed, floor.targeted)


@lean
def resent(i: Whole, sovereignty: float, targeted_share: float, talk: Talk, run: Opened) -> float:
    """Return by how much the ``sovereignty`` of state i rises in this round, and keep it as a part of the change."""
    rise = backlash_step(sovereignty, targeted_share, talk.exposure, run.parameters.backlash_rate)
    run.world.actors.sovereignty_by_backlash[i] += rise
    return rise
