"""The sittings of a meeting; section 3.3 of the ODD."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from comity.compiled import Whole, apart, lean
from comity.forum.choices import clear_log, name_pairs
from comity.forum.course import Course, held_of
from comity.forum.moments import Moment, Until, go_on, is_due
from comity.forum.room import decide, listen, take_seats
from comity.mechanism import Fixed
from comity.phases import PHASE_CODES, Phase
from comity.rules.corridor import Corridor, meet_in_corridor
from comity.rules.exposure import expose
from comity.rules.persuasion import frame
from comity.rules.seating import seat_sitting
from comity.world.meeting import Held
from comity.world.room import Floor, Hall, Talk
from comity.world.world import Opened

__all__ = ["Space", "hold_sittings"]

_CORRIDOR = PHASE_CODES[Phase.CORRIDOR]
_VOTE = PHASE_CODES[Phase.VOTE]

CLOSEST = Fixed(1.0, 0, 10, "intimacy of a format beyond which rates of socialisation rise no more")

_CLOSEST = CLOSEST.value


class Space(NamedTuple):
    """Working space: the floor of a room, the hall of a sitting, the corridor."""

    floor: Floor
    hall: Hall
    corridor: Corridor


@apart
def hold_sittings(x: Whole, until: Until, course: Course, run: Opened, space: Space) -> None:
    """Hold the sittings of meeting x one after the other, and fill its log, in working space.

    Order: exposure and seating; then the talk in all rooms, or in the corridor. Nobody sits at a vote.
    """
    place, kept = course.frame.place[0], course.proceedings
    held = held_of(x, course.frame, kept, -1.0, kept.spoke, kept.exposures)
    sittings = held.timetable.sittings
    while Moment.SEATING <= place.moment <= Moment.TALK and not is_due(place, until):
        s = place.sitting
        tables = held.log.tables[s]
        if place.moment == Moment.SEATING:
            if sittings.phase[s] != _VOTE:
                expose(s, held.timetable, run, space.hall.exposures)
                seat_sitting(s, held, run, space.hall, tables)
            go_on(place, Moment.TALK)
            continue
        if sittings.phase[s] == _CORRIDOR:
            n_named = name_pairs(x, s, course.moves.first, course.moves.moves, space.corridor.named)
            meet_in_corridor(s, n_named, held, run, space.corridor)
        elif sittings.phase[s] != _VOTE:
            _talk(s, held, run, space.floor, space.hall)
        if kept.choice[x] > 0:
            clear_log(s, held.timetable, held.log)
        place.sitting += 1
        go_on(place, Moment.SEATING if place.sitting < len(sittings) else Moment.ATTACHMENT)


@lean
def _talk(s: Whole, held: Held, run: Opened, floor: Floor, hall: Hall) -> None:
    """Let all rooms of the sitting s talk, room by room and round by round.

    In each round, engagement and acts of all; then trust-building, persuasion, social influence, mimicry, reassurance
    and backlash.
    """
    timetable, sittings, log = held.timetable, held.timetable.sittings, held.log
    intimacy, tables = sittings.intimacy[s], log.tables[s]
    for room in range(sittings.n_rooms[s]):
        issue = timetable.issue[sittings.first_room[s] + room]
        framed = frame(issue, timetable.framing, run)
        for number in range(sittings.rounds[s]):
            acts = log.acts[sittings.first_round[s] + number]
            seated, states, mean_position = take_seats(tables, room, issue, run.world, floor)
            talk = Talk(
                seated,
                states,
                mean_position,
                issue,
                hall.exposures[room],
                sittings.bindingness[s],
                intimacy,
                min(intimacy, _CLOSEST),
                framed,
                timetable.meeting,
                sittings.address[s],
                np.uint64(number),
            )
            decide(talk, hall.chairs[room], run, floor, acts, log.experience)
            listen(talk, run, floor, acts, log)
