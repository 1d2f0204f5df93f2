"""A sitting: seat the rooms, let each decide and listen."""

import numpy as np

from comity.compiled import lean
from comity.forum.bilateral import meet_in_corridor
from comity.forum.room import Round, decide, listen, take_seats
from comity.forum.seating import seat_sitting
from comity.mechanisms.exposure import exposure
from comity.scenario.phases import PHASE_CODES, Phase

__all__ = ["expose", "hold_sitting"]

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


@lean
def hold_sitting(
    s, timetable, world, access, forum, issue_values, rates, keys, log, chairs, exposures, floor, hall, corridor
):
    """Hold the sitting s of a meeting whose doors are open, and fill its log; all from ``chairs`` on is working space.

    Order: seating; then in each room and round, engagement and acts of all, then trust-building, persuasion, social
    influence, mimicry, reassurance and backlash. Other parameters as in :func:`comity.meeting.hold_meeting`.
    """
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
            seated, states, mean_position = take_seats(tables, room, issue, world, floor)
            talk = Round(
                seated,
                states,
                mean_position,
                issue,
                exposures[room],
                timetable.sittings.bindingness[s],
                timetable.sittings.intimacy[s],
                meeting,
                sitting,
                np.uint64(number),
            )
            decide(talk, floor, chairs[room], world, rates, keys, row, counts)
            listen(talk, floor, world, rates, keys, row, counts)
