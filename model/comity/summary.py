"""The close of a meeting: attachment, and what it leaves in numbers."""

import numpy as np

from comity.compiled import compiled
from comity.mechanisms.attachment import attachment_step

__all__ = ["N_GROUPS", "attach", "group_means", "group_trust"]

N_GROUPS = 5


@compiled
def attach(attachment, counts, rate):
    """Move attachment (n,) to a forum by what was experienced in its rooms; who sat nowhere keeps it.

    ``counts`` (6, n) as filled by :func:`comity.forum.sitting.hold_sittings`.
    """
    for i in range(len(attachment)):
        if counts[5, i] > 0:
            heard = counts[0, i] / counts[1, i] if counts[1, i] > 0 else 0.0
            attachment[i] += attachment_step(attachment[i], counts[4, i] / counts[5, i], heard, rate)


@compiled
def group_means(values, group, active):
    """Return the mean of a value among the active actors of each group, shape (5,); nan where there are none."""
    mean = np.zeros(N_GROUPS)
    for g in range(N_GROUPS):
        total, count = 0.0, 0
        for i in range(len(values)):
            if active[i] and group[i] == g:
                total += values[i]
                count += 1
        mean[g] = total / count if count > 0 else np.nan
    return mean


@compiled
def group_trust(trust_held, group):
    """Return the mean trust of each group (row) in each group (column), shape (5, 5), without trust in oneself.

    All actors count, also those not founded yet, whose trust stands at its prior.
    """
    total = np.zeros((N_GROUPS, N_GROUPS))
    size = np.zeros(N_GROUPS)
    for i in range(len(group)):
        size[group[i]] += 1
        for h in range(N_GROUPS):
            total[group[i], h] += trust_held[i, h]
    for g in range(N_GROUPS):
        for h in range(N_GROUPS):
            pairs = size[g] * (size[h] - (1.0 if g == h else 0.0))
            total[g, h] = total[g, h] / pairs if pairs > 0 else np.nan
    return total
