"""A meeting, or some parts of it, as one compiled call: its doors open, its sittings are held, it closes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from comity.compiled import Bools, Int16s, Ints, Whole, compiled, lean
from comity.forum.doors import Doors, open_doors
from comity.forum.hall import make_hall
from comity.forum.log import Log
from comity.forum.room import Talk, decide, listen, make_floor, take_seats
from comity.forum.stock import Stock, take_stock
from comity.forum.timetable import Timetable
from comity.mechanism import Fixed
from comity.phases import PHASE_CODES, Phase
from comity.rules.corridor import make_corridor, meet_in_corridor
from comity.rules.exposure import expose
from comity.rules.persuasion import frame
from comity.rules.seating import seat_sitting
from comity.world.world import Opened, Run

if TYPE_CHECKING:
    from comity.forum.hall import Hall
    from comity.forum.room import Floor
    from comity.rules.corridor import Corridor

__all__ = ["Held", "hold_meeting", "seat_next"]

_CORRIDOR = PHASE_CODES[Phase.CORRIDOR]
_VOTE = PHASE_CODES[Phase.VOTE]

CLOSEST = Fixed(1.0, 0, 10, "intimacy of a format beyond which rates of socialisation rise no more")

_CLOSEST = CLOSEST.value


class Held(NamedTuple):
    """A meeting that is being held, for the rules.

    Its ``doors``, its ``timetable`` and its ``log``; ``access`` is the chance of an accredited network to reach a
    government room, a share.
    """

    doors: Doors
    timetable: Timetable
    access: float
    log: Log


@lean
def _hold_sitting(s: Whole, held: Held, run: Opened, floor: Floor, hall: Hall, corridor: Corridor) -> None:
    """Hold the sitting s of a meeting whose doors are open, and fill its log; the last three are working space.

    Order: seating; then in each room and round, engagement and acts of all, then trust-building, persuasion, social
    influence, mimicry, reassurance and backlash.
    """
    timetable, sittings, log = held.timetable, held.timetable.sittings, held.log
    phase, tables = sittings.phase[s], log.tables[s]
    if phase == _VOTE:
        return
    expose(s, timetable, run, hall.exposures)
    seat_sitting(s, held, run, hall, tables)
    if phase == _CORRIDOR:
        meet_in_corridor(s, held, run, corridor)
        return
    intimacy = sittings.intimacy[s]
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


@compiled
def hold_meeting(first: Whole, last: Whole, held: Held, run: Run, active: Bools, stock: Stock) -> None:
    """Hold the parts ``first`` to ``last`` (not included) of a meeting, and fill its log.

    Part 0 opens the doors, part s holds the sitting of that number, and the part after the last sitting closes the
    meeting. All parts are one call, since each call from Python costs as much as a small sitting.

    Parameters
    ----------
    held : Held
        The meeting.
    run : comity.world.world.Run
        World, parameters and luck.
    active, stock
        For the close: see :func:`comity.forum.stock.take_stock`.
    """
    opened = Opened(run.world, run.table[0], run.keys)
    timetable = held.timetable
    n, n_sittings, n_rooms = len(held.log.present), len(timetable.sittings), 1
    for s in range(n_sittings):
        n_rooms = max(n_rooms, timetable.sittings.n_rooms[s])
    floor, hall = make_floor(n), make_hall(n, n_rooms, timetable.cochairs.shape[1])
    corridor = make_corridor(opened.world)
    for part in range(first, last):
        if part == 0:
            open_doors(held, opened, floor)
        elif part <= n_sittings:
            _hold_sitting(part - 1, held, opened, floor, hall, corridor)
        else:
            take_stock(held, opened, active, stock, floor)


@compiled
def seat_next(s: Whole, held: Held, run: Run, tables: Int16s, chairs: Ints) -> None:
    """Seat sitting s as :func:`hold_meeting` would, into ``tables`` and ``chairs``, and do nothing else."""
    opened = Opened(run.world, run.table[0], run.keys)
    hall = make_hall(len(tables), held.timetable.sittings.n_rooms[s], chairs.shape[1])
    expose(s, held.timetable, opened, hall.exposures)
    seat_sitting(s, held, opened, hall, tables)
    chairs[:, :] = hall.chairs
