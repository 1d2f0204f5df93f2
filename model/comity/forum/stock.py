"""The close of a meeting: what follows from the meeting as a whole, and what it leaves in numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from comity.compiled import Bools, Floats, Int8s, Ints, compiled, inner, lean
from comity.rules.advocacy import advocate
from comity.rules.attachment import attach
from comity.rules.funding import keep_habit
from comity.rules.generalised_trust import generalise
from comity.rules.trust import trust_in_group
from comity.world.world import GROUPS, Opened, World

if TYPE_CHECKING:
    from comity.forum.meeting import Held
    from comity.forum.room import Floor

__all__ = ["N_GROUPS", "Stock", "count_seats", "empty_stock", "take_stock"]

N_GROUPS = len(GROUPS)


class Stock(NamedTuple):
    """What a meeting leaves in numbers.

    ``cooperation`` and ``sovereignty`` (5,) are the means of the active actors of each group, nan where there are none;
    ``trust`` (5, 5) is the mean trust of each group (row) in each group (column), not counting in oneself;
    ``practices`` (1,) counts those copied by all since the start. ``size`` (5,) is working space.
    """

    cooperation: Floats
    sovereignty: Floats
    trust: Floats
    practices: Floats
    size: Floats


def empty_stock() -> Stock:
    """Return a stock to be taken."""
    means = np.empty((3, N_GROUPS))
    return Stock(means[0], means[1], np.empty((N_GROUPS, N_GROUPS)), np.zeros(1), means[2])


@lean
def _group_means(values: Floats, group: Int8s, active: Bools, size: Floats, mean: Floats) -> None:
    """Fill ``mean`` (5,) with that of a value among the active actors of each group; nan where there are none."""
    for g in range(N_GROUPS):
        mean[g], size[g] = 0.0, 0.0
    for i in range(len(values)):
        if active[i]:
            mean[group[i]] += values[i]
            size[group[i]] += 1.0
    for g in range(N_GROUPS):
        mean[g] = mean[g] / size[g] if size[g] > 0 else np.nan


@lean
def _group_trust(world: World, size: Floats, total: Floats) -> None:
    """Fill ``total`` (5, 5) with the mean trust of each group (row) in each group (column), not counting in oneself.

    All actors count, also those not founded yet, whose trust stands at its prior.
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


@inner
def take_stock(held: Held, run: Opened, active: Bools, stock: Stock, floor: Floor) -> None:
    """Close a meeting: move attachment, habits, trust in those not heard and domestic anchors; fill its ``stock``.

    ``active`` bool (n,): who exists at the close; the ``floor`` is working space.
    """
    world, actors = run.world, run.world.actors
    attach(held.doors.forum, held.log.experience, run)
    if held.doors.is_state_led:
        keep_habit(held.doors, held.log.donors, run)
    generalise(held.log, run, floor.pull, floor.hearing, floor.trust, floor.evidence)
    advocate(held.log, held.timetable, run)
    _group_means(actors.cooperation, actors.group, active, stock.size, stock.cooperation)
    _group_means(actors.sovereignty, actors.group, active, stock.size, stock.sovereignty)
    _group_trust(world, stock.size, stock.trust)
    practices = 0.0
    for i in range(len(actors)):
        for k in range(world.preferences.practices.shape[1]):
            practices += world.preferences.practices[i, k]
    stock.practices[0] = practices


@compiled
def count_seats(phases: Ints, rounds: Ints, acts: Int8s, group: Int8s, counts: Ints) -> None:
    """Add the seats of one meeting to ``counts`` (phases, groups, acts); who did not sit in a round is not counted."""
    row = 0
    for sitting in range(len(phases)):
        for _ in range(rounds[sitting]):
            for i in range(len(group)):
                if acts[row, i] >= 0:
                    counts[phases[sitting], group[i], acts[row, i]] += 1
            row += 1
