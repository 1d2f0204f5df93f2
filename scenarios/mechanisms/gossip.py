"""Gossip: after a meeting, who sat together and trust each other bring their trust in third parties closer.

An example of a mechanism of your own: comity mechanism gossip --out gossip.py copies it. See docs/mechanisms.md.
"""

import numpy as np

from comity.compiled import compiled
from comity.mechanism import Mechanism, Parameter


def spread(occasion):
    """Move the trust of all who came, at the end of a meeting in which somebody sat."""
    rooms = occasion.gathering.tables  # (sittings, n): the room of each actor, -1 where it did not sit
    if len(rooms) == 0:
        return
    together = (rooms[:, :, None] == rooms[:, None, :]) & (rooms[:, :, None] >= 0)
    trust = np.ascontiguousarray(occasion.world.trust)  # T_ij, row the holder; a copy: everybody speaks at once
    step = gossip(trust, together.any(axis=0), occasion.parameters.gossip_rate)
    step[:, ~occasion.active] = 0.0  # nobody speaks of an actor that does not exist yet
    occasion.world.trust[:] = trust + step


@compiled
def gossip(trust, together, rate):
    """Return the step of T_ij: rate times the mean of T_ik T_ki (T_kj - T_ij) over all k with whom i sat.

    ``trust`` T, shares (n, n), row the holder; ``together`` bool (n, n); ``rate`` a share. Neither i nor j is k. A step
    never leads beyond the trust of others in j, so that trust stays in [0, 1].
    """
    n = len(trust)
    step = np.zeros((n, n))
    for i in range(n):
        companions = 0
        for k in range(n):
            if k != i and together[i, k]:
                companions += 1
                weight = trust[i, k] * trust[k, i]
                for j in range(n):
                    if j != i and j != k:
                        step[i, j] += weight * (trust[k, j] - trust[i, j])
        for j in range(n):
            if companions > 0:
                step[i, j] *= rate / companions
    return step


MECHANISM = Mechanism(
    name="gossip",
    moment="MEANS",
    rule=spread,
    changes=("trust",),
    strength="gossip_rate",
    parameters=(
        Parameter(
            "gossip_rate", 0.1, 0, 1, "share of the way to the opinion of a companion who is fully trusted", symbol="g"
        ),
    ),
    source="Gossip of third parties moves trust: Burt and Knez (1995), Rationality and Society 7(3); form: assumption",
)
