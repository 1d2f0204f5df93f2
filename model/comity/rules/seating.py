"""Seating: who mans a room, which table they choose, and how tables are mixed and co-chaired.

Networks have seats of their own in every room, so that a network never takes the seat of a state or an organisation.
"""

from __future__ import annotations

from math import log

import numpy as np

from comity.compiled import Floats, Int16s, Ints, Record, Whole, compiled, lean
from comity.mechanism import LOGIT, Fixed, Mechanism, Parameter
from comity.phases import PHASE_CODES, Phase
from comity.randomness import Decision, fill_uniforms
from comity.rules.attendance import readiness
from comity.rules.logistic import logistic
from comity.world.meeting import Held, Timetable
from comity.world.room import Hall
from comity.world.world import ROLES, Group, Kind, Opened, World

__all__ = ["AWAY", "GOVERNMENT_PHASES", "MECHANISM", "participation", "seat_sitting"]

MECHANISM = Mechanism(
    name="seating",
    changes=("seats",),
    strength=None,
    group="attendance",
    parameters=(
        Parameter(
            "room_intercept", -2.2, -8, 8, "readiness of a delegation that came to sit in one given room",
            symbol="h_r", unit=LOGIT,
            source="chapter, 'UN-Led Multilateral Encounters': empty seats; value: assumption",
        ),
    ),
    source="Facts R4: mixed round tables, co-chaired by one developed and one developing state if possible; "
    "networks as guests with seats of their own and choice of table by salience: assumption",
)  # fmt: skip

_ROUND_TABLES = PHASE_CODES[Phase.ROUND_TABLES]
_PREPARATION = PHASE_CODES[Phase.PREPARATION]
_PLENARY = PHASE_CODES[Phase.PLENARY]
_CLOSING = PHASE_CODES[Phase.CLOSING]
GOVERNMENT_PHASES = (_ROUND_TABLES, _PREPARATION, _PLENARY, _CLOSING)
"""Phases whose rooms are those of governments, which networks reach now and then."""

N_COCHAIRS = Fixed(
    2, 1, 3, "co-chairs of a round table: one of a developed and one of a developing state", unit="states",
    source="facts R4",
)  # fmt: skip

_COCHAIRS = N_COCHAIRS.count
_NOBODY = -1
AWAY = -2
"""In the log of rooms before a sitting is held: a person chose to stay away; -1: nobody chose."""

_N_ROLES = len(ROLES)
_UNWILLING = -1.0
_ZERO = np.uint64(0)


@compiled
def participation(
    capacity: float, attachment: float, cooperation: float, cost: float, salience: float, parameters: Record
) -> float:
    """Return the probability that a delegation that came mans one given room; as ``attendance`` with h_r.

    ``cost`` is sigma_i E_kf here: what the delegation could be held to in that room, on that issue.
    Small delegations sit in fewer rooms (facts R4).
    """
    return logistic(readiness(parameters.room_intercept, capacity, attachment, cooperation, cost, salience, parameters))


@lean
def _most_salient(i: Whole, issues: Ints, world: World) -> Whole:
    """Return the room whose issue the actor cares about most, the first of several."""
    best = 0
    for room in range(1, len(issues)):
        if world.preferences.salience[i, issues[room]] > world.preferences.salience[i, issues[best]]:
            best = room
    return best


@lean
def _sort(rows: Ints, draws: Floats, n: Whole, hall: Hall) -> None:
    """Sort the first n rows by their draws, both in place.

    A uniform draw all but says where it belongs: rows go into n buckets, one after the other, and those of one bucket
    are sorted by insertion.
    """
    for bucket in range(n + 1):
        hall.bucket[bucket] = 0
    for place in range(n):
        hall.bucket[int(draws[place] * n) + 1] += 1
    for bucket in range(n):
        hall.bucket[bucket + 1] += hall.bucket[bucket]
    for place in range(n):
        bucket = int(draws[place] * n)
        hall.spare_row[hall.bucket[bucket]] = rows[place]
        hall.spare_draw[hall.bucket[bucket]] = draws[place]
        hall.bucket[bucket] += 1
    for end in range(n):
        row, draw = hall.spare_row[end], hall.spare_draw[end]
        place = end
        while place > 0 and draws[place - 1] > draw:
            rows[place], draws[place] = rows[place - 1], draws[place - 1]
            place -= 1
        rows[place], draws[place] = row, draw


@lean
def _has_seat(room: Whole, group: Whole, hall: Hall) -> bool:
    """Return whether a room has a free seat for an actor of a group."""
    return bool((hall.guest[room] if group == Group.NETWORK else hall.free[room]) > 0)


@lean
def _is_open(room: Whole, group: Whole, quota: float, hall: Hall) -> bool:
    """Return whether a room has a free seat for an actor of a group, and its role less than ``quota`` of the seats."""
    return _has_seat(room, group, hall) and bool(group >= _N_ROLES or hall.seated_of_role[room, group] < quota)


@lean
def _seat(actor: Whole, room: Whole, tables: Int16s, hall: Hall, group: Whole) -> None:
    tables[actor] = room
    if group == Group.NETWORK:
        hall.guest[room] -= 1
    else:
        hall.free[room] -= 1
    if group < _N_ROLES:
        hall.seated_of_role[room, group] += 1


@lean
def _draw_for(
    n: Whole, decision: Decision, s: Whole, timetable: Timetable, run: Opened, hall: Hall, draws: Floats
) -> None:
    """Fill ``draws`` with the luck of the first n that are ``willing``, for one decision in sitting s."""
    for place in range(n):
        hall.address[place] = run.world.actors.address[hall.willing[place]]
    sitting = timetable.sittings.address[s]
    fill_uniforms(run.keys[decision], timetable.meeting, sitting, hall.address, _ZERO, n, draws)


@lean
def _find_willing(s: Whole, issues: Ints, held: Held, run: Opened, hall: Hall) -> Whole:
    """Fill ``hall.willing`` with the rows of those that came and man a room, in the order of the world.

    Returns their number. Each mans a room with ``participation`` in the room that it cares about most, its capacity
    raised by the expertise lent on that issue, or as a person chose for it; networks reach government rooms with
    probability ``access``.
    """
    world, sittings, willing = run.world, held.timetable.sittings, hall.willing
    n_issues = world.preferences.salience.shape[1]
    phase = sittings.phase[s]
    is_government = phase == _ROUND_TABLES or phase == _PREPARATION or phase == _PLENARY or phase == _CLOSING
    n_able, kinds, present = 0, sittings.kinds[s], held.log.present
    for i in range(len(present)):
        willing[n_able] = i  # the next one overwrites it, unless this one may sit: faster than to branch
        n_able += present[i] & ((kinds >> world.actors.kind[i]) & 1 != 0)
    _draw_for(n_able, Decision.PARTICIPATION, s, held.timetable, run, hall, hall.draw)
    n_willing, most = 0, sittings.participation[s]
    for place in range(n_able):
        i, draw = willing[place], hall.draw[place]
        if draw >= most and hall.chosen[i] == _NOBODY:  # it would not even if it were as ready as can be
            continue
        room = _most_salient(i, issues, world)
        cost = world.actors.sovereignty[i] * hall.exposures[room] if world.actors.kind[i] == Kind.STATE else 0.0
        chance = most * participation(
            world.actors.capacity[i] + world.preferences.lent[i, issues[room]],
            world.attachment[i, held.doors.forum],
            world.actors.cooperation[i],
            cost,
            n_issues * world.preferences.salience[i, issues[room]],
            run.parameters,
        )
        if hall.chosen[i] != _NOBODY:
            chance = 0.0 if hall.chosen[i] == AWAY else 1.0
        if world.actors.group[i] == Group.NETWORK and is_government:
            chance *= held.access
        willing[n_willing] = i
        n_willing += draw < chance
    return n_willing


@lean
def _seat_cochairs(issues: Ints, cochairs: Ints, willing: Ints, world: World, hall: Hall, tables: Int16s) -> None:
    """Seat the listed co-chairs; a side without one gets its most salient, capable state that is willing.

    ``hall.is_willing`` (n,) holds the draw of seating, which weighs in, or ``_UNWILLING``. A state for which a person
    ``chosen`` another room chairs nothing here.
    """
    chosen = hall.chosen
    for room in range(len(issues)):
        found = 0
        has_developing, has_developed = False, False
        for seat in range(cochairs.shape[1]):
            actor = cochairs[room, seat]
            if (
                actor >= 0
                and _has_seat(room, world.actors.group[actor], hall)
                and hall.is_willing[actor] != _UNWILLING
                and tables[actor] == _NOBODY
                and (chosen[actor] == _NOBODY or chosen[actor] == room)
            ):
                _seat(actor, room, tables, hall, world.actors.group[actor])
                hall.chairs[room, found] = actor
                has_developed = has_developed or world.actors.developed[actor] == 1
                has_developing = has_developing or world.actors.developed[actor] == 0
                found += 1
        for side in range(2):
            if found >= _COCHAIRS or hall.free[room] <= 0 or (has_developed if side == 1 else has_developing):
                continue
            best, best_score = _NOBODY, 0.0
            for actor in willing:
                if (
                    tables[actor] == _NOBODY
                    and world.actors.kind[actor] == Kind.STATE
                    and world.actors.developed[actor] == side
                    and (chosen[actor] == _NOBODY or chosen[actor] == room)
                ):
                    score = (
                        world.actors.capacity[actor]
                        * world.preferences.salience[actor, issues[room]]
                        * hall.is_willing[actor]
                    )
                    if score > best_score:
                        best, best_score = actor, score
            if best != _NOBODY:
                _seat(best, room, tables, hall, world.actors.group[best])
                hall.chairs[room, found] = best
                found += 1


@lean
def _take_chosen(queue: Ints, quota: float, world: World, hall: Hall, tables: Int16s) -> None:
    """Seat those for whom a person chose a room, where it has a seat left and their role is below its share."""
    for i in queue:
        room = hall.chosen[i]
        group = world.actors.group[i]
        if room >= 0 and tables[i] == _NOBODY and _is_open(room, group, quota, hall):
            _seat(i, room, tables, hall, group)


@lean
def _choose_tables(
    s: Whole, issues: Ints, queue: Ints, quota: float, timetable: Timetable, run: Opened, hall: Hall, tables: Int16s
) -> None:
    """Let each in the queue that has no seat take a free table, in proportion to salience."""
    n, n_rooms, world = len(queue), len(issues), run.world
    for place in range(n):
        hall.address[place] = world.actors.address[queue[place]]
    if n_rooms > 1:
        key, meeting, sitting = run.keys[Decision.TABLE], timetable.meeting, timetable.sittings.address[s]
        for room in range(n_rooms):
            fill_uniforms(key, meeting, sitting, hall.address, np.uint64(room), n, hall.table_draws[room])
    for place in range(n):
        i = queue[place]
        if tables[i] != _NOBODY:
            continue
        group = world.actors.group[i]
        best, best_score = _NOBODY, 0.0
        for room in range(n_rooms):
            if not _is_open(room, group, quota, hall):
                continue
            # The smallest of exponential draws with rate s_ik falls on room k in proportion to salience.
            score = 0.0
            if n_rooms > 1:
                score = -log(1.0 - hall.table_draws[room, place]) / (world.preferences.salience[i, issues[room]] + 1e-9)
            if best == _NOBODY or score < best_score:
                best, best_score = room, score
        if best != _NOBODY:
            _seat(i, best, tables, hall, group)


@lean
def seat_sitting(s: Whole, held: Held, run: Opened, hall: Hall, tables: Int16s) -> None:
    """Seat sitting s: fill ``tables`` (n,) with the room of each actor or -1, and ``hall.chairs`` with the co-chairs.

    ``tables`` comes with what persons chose: a room, or ``AWAY``, or -1 for those that decide themselves;
    ``hall.exposures`` with the exposure in each room.

    An actor that came and may sit mans a room with ``participation``; places are given in the order of a draw, each
    actor taking one of the tables with a free seat, drawn in proportion to how much it cares about their issues, but
    none where states of its role already hold the share ``mixing`` of the seats. Networks reach government rooms with
    probability ``access``; each room has as many seats for networks as for states and organisations together.
    """
    timetable, sittings = held.timetable, held.timetable.sittings
    first = sittings.first_room[s]
    issues = timetable.issue[first : first + sittings.n_rooms[s]]
    hall.chairs[:, :] = _NOBODY
    n_chosen = 0
    for i in range(len(tables)):
        n_chosen += tables[i] != _NOBODY
        hall.chosen[i] = tables[i]
        tables[i] = _NOBODY
    hall.free[: len(issues)] = sittings.seats[s]
    hall.guest[: len(issues)] = sittings.seats[s]
    hall.seated_of_role[: len(issues)] = 0
    n_willing = _find_willing(s, issues, held, run, hall)
    willing = hall.willing[:n_willing]
    _draw_for(n_willing, Decision.SEATING, s, timetable, run, hall, hall.order)
    if sittings.phase[s] == _ROUND_TABLES:
        hall.is_willing[:] = _UNWILLING
        for place in range(n_willing):
            hall.is_willing[willing[place]] = hall.order[place]
        cochairs = timetable.cochairs[first : first + len(issues)]
        _seat_cochairs(issues, cochairs, willing, run.world, hall, tables)
    _sort(willing, hall.order, n_willing, hall)
    quota = sittings.mixing[s] * sittings.seats[s]
    if n_chosen > 0:
        _take_chosen(willing, quota, run.world, hall, tables)
    _choose_tables(s, issues, willing, quota, timetable, run, hall, tables)
