"""The hall: working space to seat a sitting."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from comity.compiled import Floats, Int16s, Ints, UInts, Whole, inner
from comity.world.world import ROLES

__all__ = ["Hall", "make_hall"]

_N_ROLES = len(ROLES)


class Hall(NamedTuple):
    """Working space to seat a sitting of at most R rooms.

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
def make_hall(n: Whole, n_rooms: Whole, n_chairs: Whole) -> Hall:
    """Return working space for n actors, and for rooms with a number of co-chairs each."""
    return Hall(
        np.full((n_rooms, n_chairs), -1, dtype=np.int64),
        np.empty(n_rooms),
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
