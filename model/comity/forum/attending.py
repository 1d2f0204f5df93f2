"""Who comes to a meeting: one draw for each actor that exists and may come."""

import numpy as np

from comity.compiled import lean
from comity.mechanisms.attendance import attendance
from comity.population.world import Kind
from comity.randomness import Decision, fill_uniforms

__all__ = ["who_comes"]

_ZERO = np.uint64(0)


@lean
def who_comes(world, eligible, chosen, forum, bindingness, issues, meeting, rates, keys, draws, present):
    """Fill ``present`` (n,) with who comes; ``draws`` (n,) is working space.

    Parameters
    ----------
    eligible : bool, shape (n,)
        Who exists on that day and may come under the rules of the forum.
    chosen : int8, shape (n,)
        Who comes (1) or stays away (0) because a person chose so; -1 for the others.
    forum : int
        Index of the forum, for attachment.
    bindingness : b_f, share
    issues : int64, shape (sessions,)
        Issues of the agenda; salience is averaged over them.
    meeting : uint64
        Address of the meeting.
    rates : record of parameters
    """
    n, n_issues = world.preferences.salience.shape
    fill_uniforms(keys[Decision.ATTENDANCE], meeting, _ZERO, world.actors.address, _ZERO, n, draws)
    for i in range(n):
        present[i] = False
        if not eligible[i]:
            continue
        salience = 0.0
        for issue in issues:
            salience += world.preferences.salience[i, issue]
        cost = world.actors.sovereignty[i] * bindingness if world.actors.kind[i] == Kind.STATE else 0.0
        chance = attendance(
            world.actors.capacity[i],
            world.attachment[i, forum],
            world.actors.cooperation[i],
            cost,
            salience * n_issues / max(len(issues), 1),
            rates,
        )
        present[i] = draws[i] < chance if chosen[i] < 0 else chosen[i] == 1
