"""A sitting: seat the rooms, let each decide and listen; one compiled call holds one sitting or a whole meeting."""

import numpy as np

from comity.compiled import compiled, lean
from comity.forum.bilateral import make_corridor, meet_in_corridor
from comity.forum.room import decide, listen, make_floor, take_seats
from comity.forum.seating import make_hall, seat_sitting
from comity.mechanisms.exposure import exposure
from comity.scenario.phases import PHASE_CODES, Phase

__all__ = ["expose", "hold_sitting", "hold_sittings"]

_CORRIDOR = PHASE_CODES[Phase.CORRIDOR]
_VOTE = PHASE_CODES[Phase.VOTE]


@lean
def expose(s, timetable, issue_values, rates, exposures):
    """Fill ``exposures`` (rooms,) with the exposure E_kf in each room of a sitting."""
    for room in range(timetable.sittings.n_rooms[s]):
        issue = timetable.issue[timetable.sittings.first_room[s] + room]
        exposures[room] = exposure(
            issue_values[issue, 0],
            timetable.framing,
            issue_values[issue, 1],
            rates.base_exposure,
            timetable.sittings.bindingness[s],
        )


@compiled
def hold_sittings(first, last, timetable, world, access, forum, issue_values, rates_table, keys, log):
    """Hold the sittings ``first`` to ``last`` (not included) of a meeting whose doors are open, and fill its log.

    Parameters
    ----------
    access : share
        Chance of an accredited network to reach a government room.
    forum : int
        Index of the forum.
    issue_values : shape (K, 2)
        Politicisation and development framing of each issue.
    rates_table : record array, shape (1,)
        All parameters, from :func:`comity.scenario.parameters.rates_of`.
    log
        See :class:`comity.forum.log.Log`.

    Order of a sitting: seating; then in each room and round, engagement and acts of all, then trust-building,
    persuasion, social influence, mimicry, reassurance and backlash.
    """
    rooms = 1
    for s in range(first, last):
        rooms = max(rooms, timetable.sittings.n_rooms[s])
    n = len(log.present)
    floor, hall, corridor = make_floor(n), make_hall(n, rooms), make_corridor(world)
    chairs, exposures = np.empty((rooms, timetable.cochairs.shape[1]), dtype=np.int64), np.empty(rooms)
    for s in range(first, last):
        hold_sitting(
            s,
            timetable,
            world,
            access,
            forum,
            issue_values,
            rates_table[0],
            keys,
            log,
            chairs,
            exposures,
            floor,
            hall,
            corridor,
        )


@lean
def hold_sitting(
    s, timetable, world, access, forum, issue_values, rates, keys, log, chairs, exposures, floor, hall, corridor
):
    """Hold one sitting, in the order of :func:`hold_sittings`; all from ``chairs`` on is working space."""
    phase, tables, counts = timetable.sittings.phase[s], log.tables[s], log.counts
    if phase == _VOTE:
        return
    n_rooms = timetable.sittings.n_rooms[s]
    expose(s, timetable, issue_values, rates, exposures)
    seat_sitting(s, timetable, world, log.present, access, forum, exposures, rates, keys, tables, chairs, hall, floor)
    meeting, sitting = timetable.meeting, timetable.sittings.address[s]
    if phase == _CORRIDOR:
        meet_in_corridor(tables, timetable.sittings.intimacy[s], world, rates, keys, meeting, sitting, counts, corridor)
        return
    for room in range(n_rooms):
        issue = timetable.issue[timetable.sittings.first_room[s] + room]
        for number in range(timetable.sittings.rounds[s]):
            row = log.acts[timetable.sittings.first_round[s] + number]
            m, m_states, room_mean = take_seats(tables, room, issue, world, floor)
            decide(
                m,
                room_mean,
                floor,
                issue,
                exposures[room],
                chairs[room],
                world,
                rates,
                keys,
                meeting,
                sitting,
                np.uint64(number),
                row,
                counts,
            )
            listen(
                m,
                m_states,
                room_mean,
                floor,
                issue,
                exposures[room],
                timetable.sittings.bindingness[s],
                timetable.sittings.intimacy[s],
                world,
                rates,
                keys,
                meeting,
                sitting,
                np.uint64(number),
                row,
                counts,
            )
