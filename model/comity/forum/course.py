"""The course of a run: its schedule, what people chose, how far it is, and what it has left so far."""

from __future__ import annotations

from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np

from comity.compiled import Bools, Floats, Int8s, Int16s, Ints, Records, UInts, Whole, lean
from comity.rules.agenda import Categories
from comity.world.meeting import Doors, Held, Log, Timetable

__all__ = [
    "Agendas",
    "Chairs",
    "Change",
    "Course",
    "Frame",
    "Moves",
    "Numbers",
    "Outcome",
    "Proceedings",
    "Votes",
    "Years",
    "era_of",
    "held_of",
]


class Outcome(IntEnum):
    """What became of a meeting; all from ``NO_SITTING`` on are not held, and all after it are cancelled."""

    AHEAD = 0
    HELD = 1
    NO_SITTING = 2
    NOT_LINKED = 3
    NOWHERE = 4
    VACANT = 5


class Change(IntEnum):
    """What happened to a chair."""

    CHAIR = 0
    WITHDRAWAL = 1
    STAND_IN = 2
    VACANCY = 3


class Frame(NamedTuple):
    """The calendar, and how far a run is: what every moment needs.

    ``setting`` to ``forums``, ``eras``, ``existing`` and ``invited``: see :class:`comity.forum.schedule.Schedule`.
    ``place``, one record: see :data:`comity.forum.moments.PLACE`. ``found`` (M,): what became of each meeting, an
    :class:`Outcome`, the ``forum`` whose rules held, the ``plan``, days, openness, practices copied by all since the
    start.
    """

    setting: Records
    events: Records
    meetings: Records
    forums: Records
    eras: Ints
    existing: Bools
    invited: Bools
    place: Records
    found: Records


class Chairs(NamedTuple):
    """Who hosts: ``scripted`` rows, what people chose, what forums remember, shocks; what is left, ``hosts`` (M, H)
    rows and ``changes`` of chairs.

    What people chose for a meeting stands in the row ``choice`` (M,) of ``wishes`` and ``pledges`` int8 (rows, n); in
    row 0 nobody chose. ``memory`` of the F forums: ``last_chair`` and last ``openness`` (-1 and nan before the first
    meeting), whether states ``has_come`` to the last one; ``lineup`` (F, L), rows of the chairs designated for the
    meetings to come, the next one first, so many as ``n_lineup``. ``shocks`` and ``shock_exposures``: see the schedule.
    """

    scripted: Ints
    choice: Ints
    wishes: Int8s
    pledges: Int8s
    memory: Records
    lineup: Ints
    shocks: Records
    shock_exposures: Floats
    hosts: Ints
    changes: Records


class Agendas(NamedTuple):
    """What is discussed: ``scripted`` categories, all ``categories`` and the ``issue`` of each; what is left,
    ``topics`` (M, T), categories.

    What forums remember: ``memory`` as in :class:`Chairs`, categories on the ``last`` agenda and on all, ``ever``, bool
    (F, C); the states that ``came`` last, bool (F, n).
    """

    scripted: Ints
    categories: Categories
    issue: Ints
    memory: Records
    last: Bools
    ever: Bools
    came: Bools
    topics: Ints


class Proceedings(NamedTuple):
    """How meetings are held: plans and rooms (see the schedule), what people chose, and the logs, which are left.

    ``reach`` and ``capitals``: see the schedule; ``scripted`` to ``hosts``: see :class:`Chairs`. Of the meeting that is
    held: the ``issue`` of each room, those ``asked`` for on its agenda, ``chairs`` and ``exposures`` of the rooms of
    the sitting; ``spoke``, ``evidence_before`` and ``proof_before``, see :class:`comity.world.meeting.Log`, as for
    ``came`` bool (M, 3, n), donors, present, admitted, ``acts`` int8 (rounds, n), ``tables`` int16 (sittings, n) and
    ``experience`` (M, n).
    """

    plans: Records
    sittings: Records
    room_issue: Ints
    room_topic: Ints
    cochairs: Ints
    reach: Floats
    capitals: Floats
    choice: Ints
    attends: Int8s
    pledges: Int8s
    scripted: Ints
    hosts: Ints
    issue: Ints
    asked: Ints
    chairs: Ints
    exposures: Floats
    spoke: Bools
    evidence_before: Floats
    proof_before: Floats
    came: Bools
    acts: Int8s
    tables: Int16s
    experience: Records


class Moves(NamedTuple):
    """What people chose: ``moves``, those of meeting x from ``first[x]`` to ``first[x + 1]``, not included."""

    first: Ints
    moves: Records


class Numbers(NamedTuple):
    """What meetings leave in numbers: ``arena`` (rankings, states, 4) utilities, ``support`` (judgements, 3, n).

    ``cooperation`` and ``sovereignty`` (M, 5): means of the active actors of each group, nan where there are none;
    ``trust`` (M, 5, 5), mean trust of each group (row) in each group (column), not counting in oneself. ``states``,
    ``state_roles``, ``offers``: see the schedule.
    """

    states: Ints
    state_roles: Int8s
    offers: Records
    arena: Floats
    support: Floats
    cooperation: Floats
    sovereignty: Floats
    trust: Floats


class Votes(NamedTuple):
    """The votes, their ``issues`` and their ``members`` bool (V, n); what is left, of each state that may vote.

    ``answers`` and ``probabilities`` (V, states) are those of the rows ``voters``, so many as ``n_voters`` (V,).
    ``voices`` (V, K, 5, 3): what people said of the wording of each paragraph, see
    :func:`comity.rules.drafting.count_voice`; those of the issues that the text is about come first.
    """

    votes: Records
    issues: Ints
    members: Bools
    n_voters: Ints
    voters: Ints
    probabilities: Floats
    answers: Ints
    voices: Ints


class Years(NamedTuple):
    """The ``years``, addresses, and ``memberships`` int8 (years, 2, n) at their ends: in the convention, in the agency;
    ``anchors`` of the shocks between them."""

    years: UInts
    memberships: Int8s
    anchors: Floats


class Course(NamedTuple):
    """A run besides its world, its parameters and its luck: what is known of it, how far it is, what it has left.

    In small tuples, since compiled code copies a tuple wherever it reads it.
    """

    frame: Frame
    chairs: Chairs
    agendas: Agendas
    proceedings: Proceedings
    moves: Moves
    numbers: Numbers
    votes: Votes
    years: Years


@lean
def era_of(today: Whole, frame: Frame) -> int:
    """Return the row of ``existing`` that says who exists on a day."""
    era = 0
    while era < len(frame.eras) and frame.eras[era] <= today:
        era += 1
    return era


@lean
def held_of(x: Whole, frame: Frame, kept: Proceedings, share: float, eligible: Bools, reach: Floats) -> Held:
    """Return the meeting x of the calendar for the rules, once its timetable is known; for lean callers only.

    ``share`` of networks that are admitted, ``eligible`` and ``reach``: see :class:`comity.world.meeting.Doors`.
    """
    meeting, found = frame.meetings[x], frame.found[x]
    forum, plan, choice = frame.forums[found.forum], kept.plans[found.plan], kept.choice[x]
    doors = Doors(
        frame.existing[era_of(found.opened, frame)],
        eligible,
        kept.attends[choice],
        kept.pledges[choice],
        kept.hosts[x, : found.n_hosts],
        found.forum,
        forum.bindingness,
        forum.is_state_led,
        share,
        kept.asked[: found.n_topics],
        reach,
    )
    first, room = plan.first_sitting, plan.first_room
    sittings: Any = kept.sittings[first : first + plan.n_sittings]
    timetable = Timetable(
        sittings,
        kept.issue[: plan.n_rooms],
        kept.cochairs[room : room + plan.n_rooms],
        forum.development_framing,
        np.uint64(meeting.address),
    )
    log = Log(
        kept.came[x, 0],
        kept.came[x, 1],
        kept.came[x, 2],
        kept.acts[meeting.first_round : meeting.first_round + plan.n_rounds],
        kept.tables[meeting.first_sitting : meeting.first_sitting + plan.n_sittings],
        kept.experience[x],
        kept.spoke,
        kept.evidence_before,
        kept.proof_before,
    )
    return Held(doors, timetable, 1.0 if found.openness >= 1.0 else found.openness * forum.inside_access, log)
