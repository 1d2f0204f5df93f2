"""Seating: who mans a room, which table they choose, and how tables are mixed and co-chaired."""

from math import log

import numpy as np

from comity.compiled import compiled, inlined
from comity.mechanism import Mechanism
from comity.mechanisms.attendance import participation
from comity.population.world import Kind
from comity.randomness import Decision, uniform
from comity.scenario.phases import PHASE_CODES, Phase

__all__ = ["MECHANISM", "seat_sitting"]

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
_NOBODY = -1
_N_ROLES = 3
_UNWILLING = -1.0
_ZERO = np.uint64(0)


@compiled
def _most_salient(salience, issues):
    best = 0
    for room in range(1, len(issues)):
        if salience[issues[room]] > salience[issues[best]]:
            best = room
    return best


@compiled
def _insert(queue, length, actor, order):
    """Insert an actor into a queue that is sorted by ``order`` (few hundred long: insertion is the fastest)."""
    place = length
    while place > 0 and order[queue[place - 1]] > order[actor]:
        queue[place] = queue[place - 1]
        place -= 1
    queue[place] = actor


@inlined
def _place(actor, room, tables, free, seated_of_role, group):
    tables[actor] = room
    free[room] -= 1
    if group < _N_ROLES:
        seated_of_role[room, group] += 1


@compiled
def _seat_cochairs(issues, cochairs, world, order, tables, free, seated_of_role, chairs):
    """Seat the listed co-chairs; a side without one gets its most salient, capable state that is willing."""
    for room in range(len(issues)):
        found = 0
        has_side = np.zeros(2, dtype=np.bool_)
        for seat in range(cochairs.shape[1]):
            actor = cochairs[room, seat]
            if actor >= 0 and free[room] > 0 and order[actor] != _UNWILLING and tables[actor] == _NOBODY:
                _place(actor, room, tables, free, seated_of_role, world.actors.group[actor])
                chairs[room, found] = actor
                has_side[world.actors.developed[actor]] = True
                found += 1
        for side in range(2):
            if found >= 2 or has_side[side] or free[room] <= 0:
                continue
            best, best_score = _NOBODY, 0.0
            for actor in range(len(tables)):
                if (
                    order[actor] != _UNWILLING
                    and tables[actor] == _NOBODY
                    and world.actors.kind[actor] == Kind.STATE
                    and world.actors.developed[actor] == side
                ):
                    score = (
                        world.actors.capacity[actor] * world.preferences.salience[actor, issues[room]] * order[actor]
                    )
                    if score > best_score:
                        best, best_score = actor, score
            if best != _NOBODY:
                _place(best, room, tables, free, seated_of_role, world.actors.group[best])
                chairs[room, found] = best
                found += 1


@compiled
def seat_sitting(s, timetable, world, present, access, forum, exposures, rates, keys, tables, chairs):
    """Seat one sitting: fill ``tables`` (n,) with the room of each actor or -1, ``chairs`` (rooms, 3) with co-chairs.

    ``exposures`` (rooms,) is the exposure E_kf in each room.

    An actor that came and may sit mans a room with ``participation``; places are given in the order of a draw, each
    actor taking the free table whose issue it cares about most (a draw in proportion to salience), unless states
    of its role already hold the share ``mixing`` of the seats there. Networks reach government rooms with
    probability ``access``.
    """
    n = len(present)
    n_issues = world.preferences.salience.shape[1]
    first = timetable.first_room[s]
    issues = timetable.issue[first : first + timetable.n_rooms[s]]
    phase = timetable.phase[s]
    meeting, sitting = timetable.meeting, timetable.address[s]
    is_government = phase == _ROUND_TABLES or phase == _PREPARATION or phase == _PLENARY or phase == _CLOSING
    order = np.empty(n)
    queue = np.empty(n, dtype=np.int64)
    n_willing = 0
    for room in range(chairs.shape[0]):
        for seat in range(chairs.shape[1]):
            chairs[room, seat] = _NOBODY
    for i in range(n):
        tables[i] = _NOBODY
        order[i] = _UNWILLING
        kind = world.actors.kind[i]
        if not present[i] or (timetable.kinds[s] >> kind) & 1 == 0:
            continue
        room = _most_salient(world.preferences.salience[i], issues)
        cost = world.actors.sovereignty[i] * exposures[room] if kind == Kind.STATE else 0.0
        chance = timetable.participation[s] * participation(
            world.actors.capacity[i],
            world.attachment[i, forum],
            world.actors.cooperation[i],
            cost,
            n_issues * world.preferences.salience[i, issues[room]],
            rates,
        )
        if kind >= Kind.CSO and is_government:
            chance *= access
        address = world.actors.address[i]
        if uniform(keys[Decision.PARTICIPATION], meeting, sitting, address, _ZERO) < chance:
            order[i] = uniform(keys[Decision.SEATING], meeting, sitting, address, _ZERO)
            _insert(queue, n_willing, i, order)
            n_willing += 1
    free = np.empty(len(issues), dtype=np.int64)
    seated_of_role = np.empty((len(issues), _N_ROLES), dtype=np.int64)
    for room in range(len(issues)):
        free[room] = timetable.seats[s]
        for role in range(_N_ROLES):
            seated_of_role[room, role] = 0
    if phase == _ROUND_TABLES:
        cochairs = timetable.cochairs[first : first + len(issues)]
        _seat_cochairs(issues, cochairs, world, order, tables, free, seated_of_role, chairs)
    quota = timetable.mixing[s] * timetable.seats[s]
    for place in range(n_willing):
        i = queue[place]
        if tables[i] != _NOBODY:
            continue
        group = world.actors.group[i]
        best, best_score = _NOBODY, 0.0
        for room in range(len(issues)):
            if free[room] <= 0 or (group < _N_ROLES and seated_of_role[room, group] >= quota):
                continue
            # The smallest of exponential draws with rate s_ik falls on room k in proportion to salience.
            draw = uniform(keys[Decision.TABLE], meeting, sitting, world.actors.address[i], np.uint64(room))
            score = -log(1.0 - draw) / (world.preferences.salience[i, issues[room]] + 1e-9)
            if best == _NOBODY or score < best_score:
                best, best_score = room, score
        if best != _NOBODY:
            _place(i, best, tables, free, seated_of_role, group)
