"""A meeting, or some parts of it, as one compiled call: its doors open, its sittings are held, it closes."""

import numpy as np

from comity.compiled import compiled
from comity.forum.bilateral import make_corridor
from comity.forum.opening import let_in
from comity.forum.room import make_floor
from comity.forum.seating import make_hall
from comity.forum.sitting import hold_sitting
from comity.summary import N_GROUPS, take_stock

__all__ = ["hold_meeting"]


@compiled
def hold_meeting(first, last, doors, timetable, world, access, issue_values, rates_table, keys, log, active, left):
    """Hold the parts ``first`` to ``last`` (not included) of a meeting, and fill its log.

    Part 0 opens the doors, part s holds the sitting of that number, and the part after the last sitting closes the
    meeting. All parts are one call, since each call from Python costs as much as a small sitting.

    Parameters
    ----------
    doors, timetable, log
        See :class:`comity.forum.opening.Doors`, :class:`comity.forum.timetable.Timetable` and
        :class:`comity.forum.log.Log`.
    access : share
        Chance of an accredited network to reach a government room.
    issue_values : shape (K, 2)
        Politicisation and development framing of each issue.
    rates_table : record array, shape (1,)
        All parameters, from :func:`comity.scenario.parameters.rates_of`.
    active, left
        For the close: see :func:`comity.summary.take_stock`.

    Returns
    -------
    float
        The practices copied by all so far, at the close; before it 0.
    """
    n, n_sittings, rooms = len(log.present), len(timetable.sittings), 1
    for s in range(n_sittings):
        rooms = max(rooms, timetable.sittings.n_rooms[s])
    floor, hall, corridor = make_floor(n), make_hall(n, rooms), make_corridor(world)
    chairs, exposures = np.empty((rooms, timetable.cochairs.shape[1]), dtype=np.int64), np.empty(rooms)
    size = np.empty(N_GROUPS)
    rates, practices = rates_table[0], 0.0
    for part in range(first, last):
        if part == 0:
            let_in(doors, timetable.meeting, world, rates, keys, log, floor)
        elif part <= n_sittings:
            hold_sitting(
                part - 1,
                timetable,
                world,
                access,
                doors.forum,
                issue_values,
                rates,
                keys,
                log,
                chairs,
                exposures,
                floor,
                hall,
                corridor,
            )
        else:
            practices = take_stock(world, active, world.attachment[:, doors.forum], log.counts, rates, left, size)
    return practices
