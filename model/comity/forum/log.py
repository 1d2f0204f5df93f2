"""The log of a meeting: who came, where they sat, what they did, and the sums that its close needs."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from comity.compiled import Bools, Floats, Int8s, Int16s, Records, records
from comity.rules.act import Act

__all__ = ["EXPERIENCE", "Log", "empty_log"]

EXPERIENCE = np.dtype(
    [(name, np.float64) for name in ("cooperative_heard", "heard", "contacts", "agreements", "room_trust", "rounds")],
    align=True,
)
"""One row per actor, sums over a meeting: cooperative acts and all acts ``heard``, bilateral ``contacts`` and
``agreements``, all counts; its trust in the room, summed over the ``rounds`` (count) in which it sat somewhere."""


class Log(NamedTuple):
    """What a meeting of S sittings and R rounds leaves, filled by the rules.

    ``donors``, ``present``, ``admitted`` bool (n,): who pledged money, who came, which networks were accredited.
    ``acts`` int8 (R, n): what each did in each round. Before a sitting is held ``Act.ABSENT``, except where a person
    has chosen an act; see :func:`comity.rules.engagement.take_the_floor`. ``tables`` int16 (S, n): the room of each
    within a sitting, -1 where it did not sit. Before a sitting is held -1, except where a person has chosen a room; see
    :func:`comity.rules.seating.seat_sitting`. ``experience`` (n,): see :data:`EXPERIENCE`. ``spoke`` bool (n,): of whom
    anybody has learned. In their rows of ``evidence_before`` and ``proof_before`` (n, n) stand N_ij and T_ij N_ij as
    they were before that; the other rows are empty.
    """

    donors: Bools
    present: Bools
    admitted: Bools
    acts: Int8s
    tables: Int16s
    experience: Records
    spoke: Bools
    evidence_before: Floats
    proof_before: Floats


def empty_log(n_rounds: int, n_sittings: int, n: int) -> Log:
    """Return the log of a meeting that has not begun."""
    came = np.zeros((4, n), dtype=np.bool_)
    acts, tables = np.empty((n_rounds, n), dtype=np.int8), np.empty((n_sittings, n), dtype=np.int16)
    acts.fill(Act.ABSENT)
    tables.fill(-1)
    experience = np.zeros(n, dtype=EXPERIENCE)
    return Log(
        came[0], came[1], came[2], acts, tables, records(experience), came[3], np.empty((n, n)), np.empty((n, n))
    )
