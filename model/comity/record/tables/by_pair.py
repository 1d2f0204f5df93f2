"""The table with one row per meeting and pair of groups: who cooperates in whose hearing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from comity.forum.trace import MeetingTrace
from comity.rules.act import Act
from comity.world.world import GROUPS

if TYPE_CHECKING:
    from comity.record import Record

__all__ = ["cooperation_by_pair"]


def cooperation_by_pair(record: Record) -> pd.DataFrame:
    """Return :attr:`comity.record.Record.cooperation_by_pair`."""
    group, groups = record.population.world.actors["group"], record.scenario.subject.groups
    rows = []
    for trace in record.trace.meetings:
        spoke, cooperated = _heard(trace, group)
        for speaker, listener in np.argwhere(spoke > 0):
            said = spoke[speaker, listener], cooperated[speaker, listener]
            rows.append((trace.id, trace.start, groups[speaker], groups[listener], *said, said[1] / said[0]))
    columns = ["meeting", "date", "speaker", "listener", "interventions", "cooperative", "share"]
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(date=pd.to_datetime(table["date"]))


def _heard(trace: MeetingTrace, group: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return interventions, and the cooperative ones, by group of the speaker and group in the room: (5, 5) each."""
    n = len(GROUPS)
    spoke, cooperated = np.zeros((n, n), dtype=np.int64), np.zeros((n, n), dtype=np.int64)
    first_round = np.cumsum(trace.rounds) - trace.rounds
    for s, rooms in enumerate(trace.tables):
        seated = rooms >= 0
        acts = trace.acts[first_round[s] : first_round[s] + trace.rounds[s], seated]
        places = rooms[seated].astype(np.int64) * n + group[seated]
        seats = _by_room(places, np.ones(len(places)))
        # Nobody is an audience of its own: a second actor of the same group must sit there.
        heard = (seats[:, None, :] - np.eye(n, dtype=np.int64)) > 0
        spoke += (_by_room(places, (acts > Act.SILENCE).sum(axis=0))[:, :, None] * heard).sum(axis=0)
        cooperated += (_by_room(places, (acts == Act.COOPERATION).sum(axis=0))[:, :, None] * heard).sum(axis=0)
    return spoke, cooperated


def _by_room(places: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return sums of counts by room and group, whose number is that of the room times five and of the group."""
    n = len(GROUPS)
    size = (int(places.max(initial=-1)) // n + 1) * n
    return np.bincount(places, counts, size).reshape(-1, n).astype(np.int64)
