"""The opening of a meeting as one compiled call: money, who comes, whom the host admits."""

import numpy as np

from comity.compiled import compiled
from comity.forum.attending import who_comes
from comity.forum.funding import pledges
from comity.forum.openness import accredit
from comity.mechanisms.act import Act
from comity.population.world import Kind

__all__ = ["open_doors"]


@compiled
def open_doors(
    world,
    active,
    eligible,
    attends,
    pledging,
    hosts,
    forum,
    bindingness,
    is_state_led,
    admitted_share,
    n_rounds,
    n_sittings,
    issues,
    meeting,
    rates_table,
    keys,
):
    """Open the doors of a meeting.

    Order: money (of a state-led forum), who comes, accreditation of the networks that came.

    Parameters
    ----------
    active, eligible : bool, shape (n,)
        Who exists on that day, and who of them may come under the rules of the forum.
    attends, pledging : int8, shape (n,)
        What persons chose, 1 or 0; -1 for the others.
    hosts : int64, shape (hosts,)
        Rows of the host states, who come.
    forum : int
        Index of the forum.
    admitted_share : share
        Of the networks that came; -1 where there is no accreditation.
    n_rounds, n_sittings : int
        Length of the log to begin.
    issues : int64, shape (sessions,)
        Issues of the agenda.
    meeting : uint64
        Address of the meeting.
    rates_table : record array, shape (1,)
        All parameters, from :func:`comity.scenario.parameters.rates_of`.

    Returns
    -------
    donors, present, admitted : bool, shape (n,)
        Who pledged money, who came, which networks were admitted.
    acts, tables, counts : shape (rounds, n), (sittings, n), (6, n)
        An empty log, see :func:`comity.forum.sitting.hold_sittings`.
    """
    n = len(eligible)
    if is_state_led:
        donors = pledges(world, active, pledging, forum, hosts, meeting, keys, rates_table)
    else:
        donors = np.zeros(n, dtype=np.bool_)
    present = who_comes(world, eligible, attends, forum, bindingness, issues, meeting, rates_table, keys)
    for host in hosts:
        present[host] = True
    admitted = np.zeros(n, dtype=np.bool_)
    for i in range(n):
        admitted[i] = present[i] and world.actors.kind[i] >= Kind.CSO
    if admitted_share >= 0.0:
        admitted = accredit(admitted, admitted_share, hosts, meeting, keys, world)
        for i in range(n):
            present[i] = present[i] and (admitted[i] or world.actors.kind[i] < Kind.CSO)
    return (
        donors,
        present,
        admitted,
        np.full((n_rounds, n), Act.ABSENT, dtype=np.int8),
        np.full((n_sittings, n), -1, dtype=np.int16),
        np.zeros((6, n)),
    )
