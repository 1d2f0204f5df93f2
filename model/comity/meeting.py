"""A whole meeting as one compiled call: its doors open, its sittings are held, it closes."""

from comity.compiled import compiled
from comity.forum.opening import open_doors
from comity.forum.sitting import hold_sittings
from comity.summary import close_meeting

__all__ = ["hold_meeting"]


@compiled
def hold_meeting(doors, timetable, world, access, issue_values, rates_table, keys, log, active, left):
    """Hold a meeting from beginning to end, and return the practices copied by all so far.

    The same as its three parts one after the other; each call from Python costs as much as a small sitting.

    Parameters
    ----------
    access, issue_values, rates_table
        As in :func:`comity.forum.sitting.hold_sittings`.
    active, left
        As in :func:`comity.summary.close_meeting`.
    """
    open_doors(doors, timetable.meeting, world, rates_table, keys, log)
    last = len(timetable.sittings)
    hold_sittings(0, last, timetable, world, access, doors.forum, issue_values, rates_table, keys, log)
    return close_meeting(world, active, doors.forum, log.counts, rates_table, left)
