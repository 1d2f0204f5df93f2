"""A sitting as arrays for the rules: a round of talk, the floor of a room, and the hall in which all are seated."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.compiled import Bools, Floats, Int16s, Ints, UInts, Whole, inner
from comity.world.world import ROLES

__all__ = ["Floor", "Hall", "Talk", "make_floor", "make_hall"]

_N_ROLES = len(ROLES)


class Talk(NamedTuple):
    """A round of talk in a room, and what is the same for all who sit there.

    ``seated`` m, how many sit there; ``states``, how many come up to the last state among them (the world begins with
    states); their ``mean_position`` on the ``issue``; the ``exposure`` E_kf of the room, share; the ``bindingness`` and
    the ``intimacy`` w_f of the format; ``closeness``, the intimacy, at most 1, which multiplies the rates of
    socialisation; the ``resonance`` F_kf of the frame. ``meeting``, ``sitting`` and ``number``, from 0, are the address
    of its luck.
    """

    seated: int
    states: int
    mean_position: float
    issue: int
    exposure: float
    bindingness: float
    intimacy: float
    closeness: float
    resonance: float
    meeting: np.uint64
    sitting: np.uint64
    number: np.uint64


class Floor(NamedTuple):
    """The floor of a room: those seated side by side, so that what one speaker does to all is one plain loop.

    Arrays (n,), as many entries in use as are seated. Of each seated: ``row`` of the world, ``address`` of its luck,
    ``position`` on the issue and ``room_trust``, its mean trust in the others; what exposure would ``cost`` it, and
    whether it ``speaks``. Of each listener, sums over the speakers: ``pull`` and ``hearing`` of persuasion, trust in
    those who took a side, ``heard_cooperation`` and ``heard_contestation``, ``targeted``, contestations of its camp,
    ``copied`` practices. While one speaker speaks: each listener's ``trust`` in it, the ``evidence`` that it rests on,
    whether it is ``aimed`` at. ``draw_1`` and ``draw_2`` hold luck.
    """

    row: NDArray[np.uint32]
    address: UInts
    position: Floats
    room_trust: Floats
    cost: Floats
    speaks: Bools
    pull: Floats
    hearing: Floats
    heard_cooperation: Floats
    heard_contestation: Floats
    targeted: Ints
    copied: Ints
    trust: Floats
    evidence: Floats
    aimed: Bools
    draw_1: Floats
    draw_2: Floats


@inner
def make_floor(n: Whole) -> Floor:
    """Return an empty floor with space for n."""
    return Floor(
        np.empty(n, dtype=np.uint32),
        np.empty(n, dtype=np.uint64),
        np.empty(n),
        np.empty(n),
        np.empty(n),
        np.empty(n, dtype=np.bool_),
        np.empty(n),
        np.empty(n),
        np.empty(n),
        np.empty(n),
        np.empty(n, dtype=np.int64),
        np.empty(n, dtype=np.int64),
        np.empty(n),
        np.empty(n),
        np.empty(n, dtype=np.bool_),
        np.empty(n),
        np.empty(n),
    )


class Hall(NamedTuple):
    """Space to seat a sitting of at most R rooms.

    ``chairs`` (R, 3) are the rows of the co-chairs of each room, or -1; ``exposures`` (R,) is the exposure E_kf in
    each. ``willing`` (n,) rows of those who man a room, ``order`` (n,) the draw that orders them, ``is_willing`` (n,)
    the same by row of the world; ``chosen`` (n,) the room that a person chose; ``free`` (R,) seats of states and
    organisations, ``guest`` (R,) free seats of networks, ``seated_of_role`` (R, 3); ``address`` (n,) and ``draw`` (n,)
    luck, ``table_draws`` (R, n) that of the choice of table; ``bucket`` (n + 1,), ``spare_row`` and ``spare_draw`` (n,)
    are to sort with.
    """

    chairs: Ints
    exposures: Floats
    willing: Ints
    order: Floats
    is_willing: Floats
    chosen: Int16s
    free: Ints
    guest: Ints
    seated_of_role: Ints
    address: UInts
    draw: Floats
    table_draws: Floats
    bucket: Ints
    spare_row: Ints
    spare_draw: Floats


@inner
def make_hall(n: Whole, chairs: Ints, exposures: Floats) -> Hall:
    """Return working space for n actors around the co-chairs (R, 3) and the exposures (R,) of R rooms."""
    n_rooms = len(exposures)
    return Hall(
        chairs,
        exposures,
        np.empty(n, dtype=np.int64),
        np.empty(n),
        np.empty(n),
        np.empty(n, dtype=np.int16),
        np.empty(n_rooms, dtype=np.int64),
        np.empty(n_rooms, dtype=np.int64),
        np.empty((n_rooms, _N_ROLES), dtype=np.int64),
        np.empty(n, dtype=np.uint64),
        np.empty(n),
        np.empty((n_rooms, n)),
        np.empty(n + 1, dtype=np.int64),
        np.empty(n, dtype=np.int64),
        np.empty(n),
    )
