"""The opening of a meeting: money, who comes, whom the host admits."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.compiled import lean
from comity.forum.attending import who_comes
from comity.forum.funding import pledge
from comity.forum.openness import accredit
from comity.population.world import Kind

__all__ = ["Doors", "let_in"]


class Doors(NamedTuple):
    """What decides who comes to a meeting.

    ``active``, ``eligible`` bool (n,): who exists on that day, and who of them may come under the rules of the forum.
    ``attends``, ``pledges`` int8 (n,): what people chose, 1 or 0; -1 for the others. ``hosts`` int64 (hosts,): rows of
    the host states, who come. ``forum``: index of the forum; ``bindingness``, whether it ``is_state_led``.
    ``admitted_share``: of the networks that came, -1 where there is no accreditation. ``issues`` int64 (sessions,): of
    the agenda.
    """

    active: NDArray[np.bool_]
    eligible: NDArray[np.bool_]
    attends: NDArray[np.int8]
    pledges: NDArray[np.int8]
    hosts: NDArray[np.int64]
    forum: int
    bindingness: float
    is_state_led: bool
    admitted_share: float
    issues: NDArray[np.int64]


@lean
def let_in(doors, meeting, world, rates, keys, log, floor):
    """Open the doors of a meeting: fill ``donors``, ``present`` and ``admitted`` of its log.

    Order: money (of a state-led forum), who comes, accreditation of the networks that came.

    Parameters
    ----------
    meeting : uint64
        Address of the meeting.
    floor
        Working space, for luck and for who applies; see :class:`comity.forum.room.Floor`.
    """
    draws, applicants = floor.draw_1, floor.aimed
    hosts, forum = doors.hosts, doors.forum
    if doors.is_state_led:
        pledge(world, doors.active, doors.pledges, forum, hosts, meeting, keys, rates, draws, log.donors)
    who_comes(
        world,
        doors.eligible,
        doors.attends,
        forum,
        doors.bindingness,
        doors.issues,
        meeting,
        rates,
        keys,
        draws,
        log.present,
    )
    for host in hosts:
        log.present[host] = True
    for i in range(len(log.present)):
        applicants[i] = log.present[i] & (world.actors.kind[i] >= Kind.CSO)
        log.admitted[i] = applicants[i]
    if doors.admitted_share >= 0.0:
        accredit(applicants, doors.admitted_share, hosts, meeting, keys, world, draws, log.admitted)
        for i in range(len(log.present)):
            log.present[i] &= log.admitted[i] | (world.actors.kind[i] < Kind.CSO)
