"""The opening of a meeting: money, who comes, whom the host admits."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.compiled import compiled, lean
from comity.forum.attending import who_comes
from comity.forum.funding import pledges
from comity.forum.openness import accredit
from comity.population.world import Kind

__all__ = ["Doors", "open_doors"]


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
def _note(values, kept):
    """Write values into the log; a loop compiles in a fraction of the time of an assignment of arrays."""
    for i in range(len(kept)):
        kept[i] = values[i]


@compiled
def open_doors(doors, meeting, world, rates_table, keys, log):
    """Open the doors of a meeting: fill ``donors``, ``present`` and ``admitted`` of its log.

    Order: money (of a state-led forum), who comes, accreditation of the networks that came.

    Parameters
    ----------
    meeting : uint64
        Address of the meeting.
    rates_table : record array, shape (1,)
        All parameters, from :func:`comity.scenario.parameters.rates_of`.
    """
    hosts, forum = doors.hosts, doors.forum
    if doors.is_state_led:
        _note(pledges(world, doors.active, doors.pledges, forum, hosts, meeting, keys, rates_table), log.donors)
    came = who_comes(
        world, doors.eligible, doors.attends, forum, doors.bindingness, doors.issues, meeting, rates_table, keys
    )
    _note(came, log.present)
    for host in hosts:
        log.present[host] = True
    for i in range(len(log.present)):
        log.admitted[i] = log.present[i] and world.actors.kind[i] >= Kind.CSO
    if doors.admitted_share >= 0.0:
        _note(accredit(log.admitted, doors.admitted_share, hosts, meeting, keys, world), log.admitted)
        for i in range(len(log.present)):
            log.present[i] = log.present[i] and (log.admitted[i] or world.actors.kind[i] < Kind.CSO)
