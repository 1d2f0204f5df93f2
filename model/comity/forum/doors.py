"""The doors of a meeting: money, who comes, which networks the host admits."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from comity.compiled import Bools, Floats, Int8s, Ints, lean
from comity.rules.accreditation import accredit
from comity.rules.attendance import who_comes
from comity.rules.funding import pledge
from comity.rules.lending import lend_experts
from comity.world.world import Group, Opened

if TYPE_CHECKING:
    from comity.forum.meeting import Held
    from comity.forum.room import Floor

__all__ = ["Doors", "open_doors"]


class Doors(NamedTuple):
    """What decides who comes to a meeting.

    ``active``, ``eligible`` bool (n,): who exists on that day, and who of them may come under the rules of the forum.
    ``attends``, ``pledges`` int8 (n,): what people chose, 1 or 0; -1 for the others. ``hosts`` int64 (hosts,): rows of
    the host states, who come. ``forum``: index of the forum; ``bindingness``, whether it ``is_state_led``.
    ``admitted_share``: of the networks that came, -1 where there is no accreditation. ``issues`` int64 (sessions,): of
    the agenda. ``reach`` (n,): how far each actor reaches the place, minus the mean reach, 0 where it is not known.
    """

    active: Bools
    eligible: Bools
    attends: Int8s
    pledges: Int8s
    hosts: Ints
    forum: int
    bindingness: float
    is_state_led: bool
    admitted_share: float
    issues: Ints
    reach: Floats


@lean
def open_doors(held: Held, run: Opened, floor: Floor) -> None:
    """Open the doors of a meeting: fill ``donors``, ``present`` and ``admitted`` of its log.

    Order: money (of a state-led forum), who comes, accreditation of the networks that came, experts that organisations
    lend.

    Parameters
    ----------
    held : comity.forum.meeting.Held
        The meeting.
    floor
        Working space, for luck and for the networks that apply; see :class:`comity.forum.room.Floor`.
    """
    doors, log, meeting = held.doors, held.log, held.timetable.meeting
    draws, applicants = floor.draw_1, floor.aimed
    if doors.is_state_led:
        pledge(doors, doors.hosts, meeting, run, draws, log.donors)
    who_comes(doors, meeting, run, draws, log.present)
    for host in doors.hosts:
        log.present[host] = True
    group = run.world.actors.group
    for i in range(len(log.present)):
        applicants[i] = log.present[i] & (group[i] == Group.NETWORK)
        log.admitted[i] = applicants[i]
    if doors.admitted_share >= 0.0:
        accredit(doors, meeting, run, applicants, draws, log.admitted)
        for i in range(len(log.present)):
            log.present[i] &= log.admitted[i] | (group[i] != Group.NETWORK)
    lend_experts(log.present, run, floor)
