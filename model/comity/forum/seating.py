"""Seating: who mans a room, which table they choose, and how tables are mixed and co-chaired."""

from math import log
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.compiled import inner, lean
from comity.mechanism import Mechanism
from comity.mechanisms.attendance import participation
from comity.population.world import Kind
from comity.randomness import Decision, fill_uniforms
from comity.scenario.phases import PHASE_CODES, Phase

__all__ = ["AWAY", "GOVERNMENT_PHASES", "MECHANISM", "Hall", "make_hall", "seat_sitting"]

MECHANISM = Mechanism(
    name="seating",
    changes=("seats",),
    strength=None,
    parameters=("room_intercept",),
    source="Facts R4: mixed round tables, co-chaired by one developed and one developing state if possible; "
    "choice of table by salience: assumption",
)

_ROUND_TABLES = PHASE_CODES[Phase.ROUND_TABLES]
_PREPARATION = PHASE_CODES[Phase.PREPARATION]
_PLENARY = PHASE_CODES[Phase.PLENARY]
_CLOSING = PHASE_CODES[Phase.CLOSING]
GOVERNMENT_PHASES = (_ROUND_TABLES, _PREPARATION, _PLENARY, _CLOSING)
"""Phases whose rooms are those of governments, which networks reach now and then."""

_NOBODY = -1
AWAY = -2
"""In the log of rooms before a sitting is held: a person chose to stay away; -1: nobody chose."""

_N_ROLES = 3
_UNWILLING = -1.0
_ZERO = np.uint64(0)


class Hall(NamedTuple):
    """Working space to seat a sitting of at most R rooms.

    ``willing`` (n,) rows of those who man a room, ``order`` (n,) the draw that orders them, ``is_willing`` (n,) the
    same by row of the world; ``chosen`` (n,) the room that a person chose; ``free`` (R,) seats, ``seated_of_role``
    (R, 3), ``draws`` (R, n) for the choice of table; ``bucket`` (n + 1,), ``spare_row`` and ``spare_draw`` (n,) are to
    sort with.
    """

    willing: NDArray[np.int64]
    order: NDArray[np.float64]
    is_willing: NDArray[np.float64]
    chosen: NDArray[np.int16]
    free: NDArray[np.int64]
    seated_of_role: NDArray[np.int64]
    draws: NDArray[np.float64]
    bucket: NDArray[np.int64]
    spare_row: NDArray[np.int64]
    spare_draw: NDArray[np.float64]


@inner
def make_hall(n, n_rooms):
    """Return working space for n actors and as many rooms."""
    return Hall(
        np.empty(n, dtype=np.int64),
        np.empty(n),
        np.empty(n),
        np.empty(n, dtype=np.int16),
        np.empty(n_rooms, dtype=np.int64),
        np.empty((n_rooms, _N_ROLES), dtype=np.int64),
        np.empty((n_rooms, n)),
        np.empty(n + 1, dtype=np.int64),
        np.empty(n, dtype=np.int64),
        np.empty(n),
    )


@lean
def _most_salient(i, issues, world):
    """Return the room whose issue the actor cares about most, the first of several."""
    best = 0
    for room in range(1, len(issues)):
        if world.preferences.salience[i, issues[room]] > world.preferences.salience[i, issues[best]]:
            best = room
    return best


@lean
def _sort(rows, draws, n, hall):
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
def _place(actor, room, tables, free, seated_of_role, group):
    tables[actor] = room
    free[room] -= 1
    if group < _N_ROLES:
        seated_of_role[room, group] += 1


@lean
def _draw_for(rows, n, key, meeting, sitting, world, floor, draws):
    """Fill ``draws`` with the luck of the first n of these rows."""
    for place in range(n):
        floor.address[place] = world.actors.address[rows[place]]
    fill_uniforms(key, meeting, sitting, floor.address, _ZERO, n, draws)


@lean
def _who_is_willing(
    s, timetable, issues, world, present, access, forum, exposures, rates, keys, chosen, willing, floor
):
    """Fill ``willing`` with the rows of those that came and man a room, in the order of the world; return how many.

    Each does with ``participation`` in the room that it cares about most, or as a person ``chosen`` (n,) for it;
    networks reach government rooms with probability ``access``.
    """
    n_issues = world.preferences.salience.shape[1]
    phase = timetable.sittings.phase[s]
    is_government = phase == _ROUND_TABLES or phase == _PREPARATION or phase == _PLENARY or phase == _CLOSING
    n_able = 0
    kinds = timetable.sittings.kinds[s]
    for i in range(len(present)):
        willing[n_able] = i  # the next one overwrites it, unless this one may sit: faster than to branch
        n_able += present[i] & ((kinds >> world.actors.kind[i]) & 1 != 0)
    _draw_for(
        willing,
        n_able,
        keys[Decision.PARTICIPATION],
        timetable.meeting,
        timetable.sittings.address[s],
        world,
        floor,
        floor.draw_1,
    )
    n_willing, most = 0, timetable.sittings.participation[s]
    for place in range(n_able):
        i, draw = willing[place], floor.draw_1[place]
        if draw >= most and chosen[i] == _NOBODY:  # it would not even if it were as ready as can be
            continue
        kind = world.actors.kind[i]
        room = _most_salient(i, issues, world)
        cost = world.actors.sovereignty[i] * exposures[room] if kind == Kind.STATE else 0.0
        chance = most * participation(
            world.actors.capacity[i],
            world.attachment[i, forum],
            world.actors.cooperation[i],
            cost,
            n_issues * world.preferences.salience[i, issues[room]],
            rates,
        )
        if chosen[i] != _NOBODY:
            chance = 0.0 if chosen[i] == AWAY else 1.0
        if kind >= Kind.CSO and is_government:
            chance *= access
        willing[n_willing] = i
        n_willing += draw < chance
    return n_willing


@lean
def _seat_cochairs(issues, cochairs, willing, world, is_willing, chosen, tables, free, seated_of_role, chairs):
    """Seat the listed co-chairs; a side without one gets its most salient, capable state that is willing.

    ``is_willing`` (n,) holds the draw of seating, which weighs in, or ``_UNWILLING``. Who ``chosen`` another room
    chairs nothing here.
    """
    for room in range(len(issues)):
        found = 0
        has_developing, has_developed = False, False
        for seat in range(cochairs.shape[1]):
            actor = cochairs[room, seat]
            if (
                actor >= 0
                and free[room] > 0
                and is_willing[actor] != _UNWILLING
                and tables[actor] == _NOBODY
                and (chosen[actor] == _NOBODY or chosen[actor] == room)
            ):
                _place(actor, room, tables, free, seated_of_role, world.actors.group[actor])
                chairs[room, found] = actor
                has_developed = has_developed or world.actors.developed[actor] == 1
                has_developing = has_developing or world.actors.developed[actor] == 0
                found += 1
        for side in range(2):
            if found >= 2 or free[room] <= 0 or (has_developed if side == 1 else has_developing):
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
                        * is_willing[actor]
                    )
                    if score > best_score:
                        best, best_score = actor, score
            if best != _NOBODY:
                _place(best, room, tables, free, seated_of_role, world.actors.group[best])
                chairs[room, found] = best
                found += 1


@lean
def _take_chosen(queue, quota, world, chosen, tables, free, seated_of_role):
    """Seat those for whom a person chose a room, where it has a seat left and their role is below its share."""
    for i in queue:
        room = chosen[i]
        if room >= 0 and tables[i] == _NOBODY and free[room] > 0:
            group = world.actors.group[i]
            if group >= _N_ROLES or seated_of_role[room, group] < quota:
                _place(i, room, tables, free, seated_of_role, group)


@lean
def _choose_tables(issues, queue, quota, world, key, meeting, sitting, tables, free, seated_of_role, draws, floor):
    """Let each in the queue that has no seat take a free table, in proportion to salience.

    ``draws`` (rooms, n) is working space.
    """
    n, n_rooms = len(queue), len(issues)
    for place in range(n):
        floor.address[place] = world.actors.address[queue[place]]
    if n_rooms > 1:
        for room in range(n_rooms):
            fill_uniforms(key, meeting, sitting, floor.address, np.uint64(room), n, draws[room])
    for place in range(n):
        i = queue[place]
        if tables[i] != _NOBODY:
            continue
        group = world.actors.group[i]
        best, best_score = _NOBODY, 0.0
        for room in range(n_rooms):
            if free[room] <= 0 or (group < _N_ROLES and seated_of_role[room, group] >= quota):
                continue
            # The smallest of exponential draws with rate s_ik falls on room k in proportion to salience.
            score = 0.0
            if n_rooms > 1:
                score = -log(1.0 - draws[room, place]) / (world.preferences.salience[i, issues[room]] + 1e-9)
            if best == _NOBODY or score < best_score:
                best, best_score = room, score
        if best != _NOBODY:
            _place(i, best, tables, free, seated_of_role, group)


@lean
def seat_sitting(s, timetable, world, present, access, forum, exposures, rates, keys, tables, chairs, hall, floor):
    """Seat one sitting: fill ``tables`` (n,) with the room of each actor or -1, ``chairs`` (rooms, 3) with co-chairs.

    ``exposures`` (rooms,) is the exposure E_kf in each room; ``hall`` and ``floor`` are working space. ``tables``
    comes with what persons chose: a room, or ``AWAY``, or -1 for those that decide themselves.

    An actor that came and may sit mans a room with ``participation``; places are given in the order of a draw, each
    actor taking one of the tables with a free seat, drawn in proportion to how much it cares about their issues, but
    none where states of its role already hold the share ``mixing`` of the seats. Networks reach government rooms with
    probability ``access``.
    """
    first = timetable.sittings.first_room[s]
    issues = timetable.issue[first : first + timetable.sittings.n_rooms[s]]
    meeting, sitting = timetable.meeting, timetable.sittings.address[s]
    chairs[:, :] = _NOBODY
    n_chosen = 0
    for i in range(len(tables)):
        n_chosen += tables[i] != _NOBODY
        hall.chosen[i] = tables[i]
        tables[i] = _NOBODY
    hall.free[: len(issues)] = timetable.sittings.seats[s]
    hall.seated_of_role[: len(issues)] = 0
    n_willing = _who_is_willing(
        s, timetable, issues, world, present, access, forum, exposures, rates, keys, hall.chosen, hall.willing, floor
    )
    willing = hall.willing[:n_willing]
    _draw_for(willing, n_willing, keys[Decision.SEATING], meeting, sitting, world, floor, hall.order)
    if timetable.sittings.phase[s] == _ROUND_TABLES:
        hall.is_willing[:] = _UNWILLING
        for place in range(n_willing):
            hall.is_willing[willing[place]] = hall.order[place]
        cochairs = timetable.cochairs[first : first + len(issues)]
        _seat_cochairs(
            issues,
            cochairs,
            willing,
            world,
            hall.is_willing,
            hall.chosen,
            tables,
            hall.free,
            hall.seated_of_role,
            chairs,
        )
    _sort(willing, hall.order, n_willing, hall)
    quota = timetable.sittings.mixing[s] * timetable.sittings.seats[s]
    if n_chosen > 0:
        _take_chosen(willing, quota, world, hall.chosen, tables, hall.free, hall.seated_of_role)
    _choose_tables(
        issues,
        willing,
        quota,
        world,
        keys[Decision.TABLE],
        meeting,
        sitting,
        tables,
        hall.free,
        hall.seated_of_role,
        hall.draws,
        floor,
    )
