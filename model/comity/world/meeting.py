"""A meeting as arrays for the rules: its timetable, its doors, and the log of what happens."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from comity.compiled import Bools, Floats, Int8s, Int16s, Ints, Records

__all__ = ["EXPERIENCE", "SITTING", "Doors", "Held", "Log", "Timetable"]

SITTING = np.dtype(
    [
        *((name, np.int64) for name in ("phase", "first_room", "n_rooms", "seats", "kinds", "rounds", "first_round")),
        *((name, np.float64) for name in ("participation", "intimacy", "bindingness", "mixing")),
        ("address", np.uint64),
    ],
    align=True,
)
"""One row per sitting: ``phase`` code; ``first_room``, ``n_rooms``; ``seats`` in each room; ``kinds`` bit mask of who
may sit; ``rounds``, and ``first_round`` row of the log; ``participation``, ``intimacy`` (with the online factor),
``bindingness`` (with the phase's formality), ``mixing``: shares; ``address`` of its luck."""

EXPERIENCE = np.dtype(
    [(name, np.float64) for name in ("cooperative_heard", "heard", "contacts", "agreements", "room_trust", "rounds")],
    align=True,
)
"""One row per actor, sums over a meeting: cooperative acts and all acts ``heard``, bilateral ``contacts`` and
``agreements``, all counts; its trust in the room, summed over the ``rounds`` (count) in which it sat somewhere."""


class Timetable(NamedTuple):
    """Sittings (S) and rooms (R) of one meeting, in the order in which they are held.

    ``sittings`` (S,) are records: see :data:`SITTING`. Per room: ``issue``; ``cochairs`` rows of the world or -1, shape
    (R, 3). Of the meeting: ``framing`` of its forum, ``meeting`` address.
    """

    sittings: Records
    issue: Ints
    cochairs: Ints
    framing: float
    meeting: np.uint64

    @property
    def n_sittings(self) -> int:
        """Number of sittings."""
        return len(self.sittings)

    @property
    def n_rounds(self) -> int:
        """Number of rounds in all sittings."""
        return int(self.sittings["rounds"].sum())


class Doors(NamedTuple):
    """What decides who comes to a meeting.

    ``active``, ``eligible`` bool (n,): who exists on that day, and who of them may come under the rules of the forum.
    ``attends``, ``pledges`` int8 (n,): what people chose, 1 or 0; -1 for the others. ``hosts`` int64 (hosts,): rows of
    the host states, who come. ``forum``: index of the forum; ``bindingness``, whether it ``is_state_led``.
    ``admitted_share``: of the networks that came, -1 where there is no accreditation. ``issues`` int64 (sessions,): of
    the agenda. ``reach`` (n,): how far each actor reaches the place, minus the mean reach, 0 where it is not known.
    """

    active: Bools
    eligible: Bools
    attends: Int8s
    pledges: Int8s
    hosts: Ints
    forum: int
    bindingness: float
    is_state_led: bool
    admitted_share: float
    issues: Ints
    reach: Floats


class Log(NamedTuple):
    """What a meeting of S sittings and R rounds leaves, filled by the rules.

    ``donors``, ``present``, ``admitted`` bool (n,): who pledged money, who came, which networks were accredited.
    ``acts`` int8 (R, n): what each did in each round. Before a sitting is held ``Act.ABSENT``, except where a person
    has chosen an act; see :func:`comity.rules.engagement.take_the_floor`. ``tables`` int16 (S, n): the room of each
    within a sitting, -1 where it did not sit. Before a sitting is held -1, except where a person has chosen a room; see
    :func:`comity.rules.seating.seat_sitting`. ``experience`` (n,): see :data:`EXPERIENCE`. ``spoke`` bool (n,): of whom
    anybody has learned. In their rows of ``evidence_before`` and ``proof_before`` (n, n) stand N_ij and T_ij N_ij as
    they were before that; the other rows are of no meaning.
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


class Held(NamedTuple):
    """A meeting that is being held, for the rules.

    Its ``doors``, its ``timetable`` and its ``log``; ``access`` is the chance of an accredited network to reach a
    government room, a share.
    """

    doors: Doors
    timetable: Timetable
    access: float
    log: Log
