"""The close of a meeting: attachment, and what the meeting leaves in numbers."""

import numpy as np

from comity.compiled import compiled, lean
from comity.mechanisms.attachment import attachment_step
from comity.mechanisms.trust import trust_in_group
from comity.population.world import GROUPS

__all__ = ["N_GROUPS", "attach", "count_seats", "group_means", "group_trust", "take_stock"]

N_GROUPS = len(GROUPS)


@lean
def attach(attachment, counts, rate):
    """Move attachment (n,) to a forum by what was experienced in its rooms; who sat nowhere keeps it.

    ``counts`` (6, n) as filled by :func:`comity.forum.sitting.hold_sitting`.
    """
    for i in range(len(attachment)):
        if counts[5, i] > 0:
            heard = counts[0, i] / counts[1, i] if counts[1, i] > 0 else 0.0
            attachment[i] += attachment_step(attachment[i], counts[4, i] / counts[5, i], heard, rate)


@lean
def group_means(values, group, active, size, mean):
    """Fill ``mean`` (5,) with that of a value among the active actors of each group; nan where there are none.

    ``size`` (5,) is working space.
    """
    for g in range(N_GROUPS):
        mean[g], size[g] = 0.0, 0.0
    for i in range(len(values)):
        if active[i]:
            mean[group[i]] += values[i]
            size[group[i]] += 1.0
    for g in range(N_GROUPS):
        mean[g] = mean[g] / size[g] if size[g] > 0 else np.nan


@lean
def group_trust(world, size, total):
    """Fill ``total`` (5, 5) with the mean trust of each group (row) in each group (column), not counting in oneself.

    All actors count, also those not founded yet, whose trust stands at its prior. ``size`` (5,) is working space.
    """
    for g in range(N_GROUPS):
        size[g] = 0.0
        for h in range(N_GROUPS):
            total[g, h] = 0.0
    for i in range(len(world.actors)):
        group = world.actors.group[i]
        size[group] += 1.0
        for h in range(N_GROUPS):
            total[group, h] += trust_in_group(i, h, world)
    for g in range(N_GROUPS):
        for h in range(N_GROUPS):
            pairs = size[g] * (size[h] - (1.0 if g == h else 0.0))
            total[g, h] = total[g, h] / pairs if pairs > 0 else np.nan


@lean
def take_stock(world, active, attachment, counts, rates, left, size):
    """Close a meeting: move attachment, fill what it has ``left``, and return the practices copied by all so far.

    Parameters
    ----------
    active : bool, shape (n,)
        Who exists at the close.
    attachment : shape (n,)
        Attachment to the forum.
    counts : shape (6, n)
        Of the log.
    left : shape (7, 5)
        Receives by group the means of cooperation and of sovereignty of the active actors, and :func:`group_trust`.
    size : shape (5,)
        Working space.
    """
    attach(attachment, counts, rates.attachment_rate)
    group_means(world.actors.cooperation, world.actors.group, active, size, left[0])
    group_means(world.actors.sovereignty, world.actors.group, active, size, left[1])
    group_trust(world, size, left[2:])
    practices = 0.0
    for i in range(len(world.actors)):
        for k in range(world.preferences.practices.shape[1]):
            practices += world.preferences.practices[i, k]
    return practices


@compiled
def count_seats(phases, rounds, acts, group, counts):
    """Add the seats of one meeting to ``counts`` (phases, groups, acts); who did not sit in a round is not counted."""
    row = 0
    for sitting in range(len(phases)):
        for _ in range(rounds[sitting]):
            for i in range(len(group)):
                if acts[row, i] >= 0:
                    counts[phases[sitting], group[i], acts[row, i]] += 1
            row += 1
