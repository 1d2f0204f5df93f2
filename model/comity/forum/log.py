"""The log of a meeting: who came, where they sat, what they did, and the sums that its close needs."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.mechanisms.act import Act

__all__ = ["Log", "empty_log"]


class Log(NamedTuple):
    """What a meeting of S sittings and R rounds leaves, filled by the rules.

    ``donors``, ``present``, ``admitted`` bool (n,): who pledged money, who came, which networks were accredited.
    ``acts`` int8 (R, n): what each did in each round. Before a sitting is held ``Act.ABSENT``, except where a person
    has chosen an act; see :func:`comity.forum.room.decide`. ``tables`` int16 (S, n): the room of each within a
    sitting, -1 where it did not sit. Before a sitting is held -1, except where a person has chosen a room; see
    :func:`comity.forum.seating.seat_sitting`. ``counts`` (6, n): cooperative acts heard, speakers heard, bilateral
    contacts, agreements, trust in the rooms, rooms.
    """

    donors: NDArray[np.bool_]
    present: NDArray[np.bool_]
    admitted: NDArray[np.bool_]
    acts: NDArray[np.int8]
    tables: NDArray[np.int16]
    counts: NDArray[np.float64]


def empty_log(n_rounds: int, n_sittings: int, n: int) -> Log:
    """Return the log of a meeting that has not begun."""
    came = np.zeros((3, n), dtype=np.bool_)
    acts, tables = np.empty((n_rounds, n), dtype=np.int8), np.empty((n_sittings, n), dtype=np.int16)
    acts.fill(Act.ABSENT)
    tables.fill(-1)
    return Log(came[0], came[1], came[2], acts, tables, np.zeros((6, n)))
