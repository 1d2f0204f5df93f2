"""A snapshot: all actors when a meeting has closed, and what has changed since the one before."""

from __future__ import annotations

import numpy as np

from comity.compiled import Floats
from comity.forum.trace import Snapshot
from comity.forum.unexplained import refuse_other_sums
from comity.population.verbs import Parts
from comity.world.world import World, copied

__all__ = ["take_snapshot"]


def take_snapshot(world: World, told: Floats, outside: Parts, with_trust: bool) -> Snapshot:
    """Return the state of a world, and let its explanation of changes begin again.

    Parameters
    ----------
    told
        ``trust_parts`` of the world at the snapshot before.
    outside
        What steps of verbs have changed since then.
    with_trust
        Whether to keep the trust matrix too.

    Raises
    ------
    InputError
        Where the sums of trust are not those of the matrix: it was changed without a verb.
    """
    snapshot = Snapshot(
        actors=copied(world.actors),
        preferences=copied(world.preferences),
        attachment=world.attachment.copy(),
        trust_held=world.trust_held,
        trust_parts=(world.trust_parts - told).T.swapaxes(1, 2).copy(),
        trust=world.trust.astype(np.float32) if with_trust else None,
        outside=outside,
    )
    refuse_other_sums(world, snapshot.trust_held)
    world.forget_parts()
    return snapshot
