"""Tables with one row per meeting, per group in it, or per room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from comity.mechanisms.act import Act
from comity.population.world import GROUPS
from comity.scenario.phases import PHASE_CODES, Phase
from comity.tables.statistics import group_mean, share, silent
from comity.trace import MeetingTrace

if TYPE_CHECKING:
    from comity.record import Record

__all__ = ["interventions", "meetings", "sessions", "trust"]

_INTERACTIVE = {Phase.ROUND_TABLES, Phase.PREPARATION, Phase.COMMON_SPACE}
_PHASES = list(Phase)


def meetings(record: Record) -> pd.DataFrame:
    """Return :attr:`comity.record.Record.meetings`."""
    return pd.DataFrame([_meeting_row(record, trace) for trace in record.trace.meetings])


def _meeting_row(record: Record, trace: MeetingTrace) -> dict[str, Any]:
    meeting = record.scenario.meeting(trace.id)
    records = record.population.world.actors
    group = records["group"]
    is_state = group < 3
    acts = trace.acts
    economic = {c for issue in record.scenario.issues if issue.economic for c in issue.categories}
    categories = [topic.category for topic in trace.topics] if meeting.sessions or meeting.session_count else []
    seats = _seats(record, trace, _INTERACTIVE)
    states = trace.present & is_state
    spoke = ((acts > Act.SILENCE) & is_state).any(axis=0).sum()
    row: dict[str, Any] = {
        "meeting": trace.id,
        "name": meeting.name,
        "forum": trace.forum,
        "held_as": trace.held_as,
        "date": pd.Timestamp(trace.start),
        "city": meeting.city,
        "hosts": ";".join(record.population.ids[row] for row in trace.hosts),
        "states": int(states.sum()),
        "origin": int((trace.present & (group == 0)).sum()),
        "destination": int((trace.present & (group == 1)).sum()),
        "organisations": int((trace.present & (group == 3)).sum()),
        "networks": int((trace.present & (group == 4)).sum()),
        "attendance": float(states.sum() / max((trace.active & is_state).sum(), 1)),
        "spoke": int(spoke),
        "silent_origin": silent(seats, 0),
        "silent_destination": silent(seats, 1),
        "statements": int((acts == Act.STATEMENT).sum()),
        "cooperative": int((acts == Act.COOPERATION).sum()),
        "contesting": int((acts == Act.CONTESTATION).sum()),
        "topics": ";".join(dict.fromkeys(categories)),
        "rights_share": share([c == "rights/protection" for c in categories]),
        "economic_share": share([c in economic for c in categories]),
        "openness": trace.openness,
        "donors": int(trace.donors.sum()),
        "contacts": int(trace.counts[2].sum() / 2),
        "agreements": int(trace.counts[3].sum() / 2),
        "practices": trace.practices,
    }
    for g, name in enumerate(GROUPS[:3]):
        row[f"cooperation_{name}"] = trace.cooperation[g]
        row[f"sovereignty_{name}"] = trace.sovereignty[g]
    row["trust_origin_destination"] = trace.group_trust[0, 1]
    row["trust_destination_origin"] = trace.group_trust[1, 0]
    sizes = np.bincount(group, minlength=5)[:3]
    held = trace.group_trust[:3, 4]
    row["trust_states_networks"] = group_mean(held, sizes)
    return row


def _seats(record: Record, trace: MeetingTrace, phases: set[Phase]) -> np.ndarray:
    """Return seats by group and act, shape (5, 4): silence, statement, cooperation, contestation."""
    codes = [PHASE_CODES[phase] for phase in phases]
    wanted = np.repeat(np.isin(trace.phases, codes), trace.rounds)
    acts = trace.acts[wanted]
    group = np.broadcast_to(record.population.world.actors["group"], acts.shape)
    seated = acts >= 0
    return np.bincount(group[seated].astype(np.int64) * 4 + acts[seated], minlength=20).reshape(5, 4)


def interventions(record: Record) -> pd.DataFrame:
    """Return :attr:`comity.record.Record.interventions`."""
    rows = []
    for trace in record.trace.meetings:
        for code in dict.fromkeys(int(phase) for phase in trace.phases):
            seats = _seats(record, trace, {_PHASES[code]})
            for g, group in enumerate(GROUPS):
                if seats[g].sum():
                    row = {
                        "meeting": trace.id,
                        "phase": _PHASES[code].value,
                        "group": group,
                        "seats": int(seats[g].sum()),
                    }
                    names = ("silence", "statement", "cooperation", "contestation")
                    rows.append(row | {name: int(n) for name, n in zip(names, seats[g], strict=True)})
    return pd.DataFrame(
        rows, columns=["meeting", "phase", "group", "seats", "silence", "statement", "cooperation", "contestation"]
    )


def trust(record: Record) -> pd.DataFrame:
    """Return :attr:`comity.record.Record.trust`."""
    pairs = [(g, h) for g in range(5) for h in range(5)]
    rows = [
        {
            "meeting": trace.id,
            "date": pd.Timestamp(trace.start),
            "holder": GROUPS[g],
            "partner": GROUPS[h],
            "trust": trace.group_trust[g, h],
        }
        for trace in record.trace.meetings
        for g, h in pairs
        if not np.isnan(trace.group_trust[g, h])
    ]
    return pd.DataFrame(rows)


def sessions(record: Record) -> pd.DataFrame:
    """Return :attr:`comity.record.Record.sessions`."""
    rows = []
    group = record.population.world.actors["group"]
    for trace in record.trace.meetings:
        first_round = np.cumsum(trace.rounds) - trace.rounds
        number = 0
        for r, room in enumerate(trace.rooms):
            number = number + 1 if r and trace.rooms[r - 1].sitting == room.sitting else 0
            seated = trace.tables[room.sitting] == number
            first = first_round[room.sitting]
            acts = trace.acts[first : first + trace.rounds[room.sitting], seated]
            spoke = acts > Act.SILENCE
            rows.append(
                {
                    "meeting": trace.id,
                    "sitting": room.sitting + 1,
                    "phase": room.phase.value,
                    "room": number + 1,
                    "code": room.code,
                    "title": room.title,
                    "category": room.category,
                    "issue": record.issues[record.scenario.issue_of(room.category)],
                    "seats": int(seated.sum()),
                    "speakers": int(spoke.any(axis=0).sum()),
                    "state_speakers": int((spoke.any(axis=0) & (group[seated] < 3)).sum()),
                    "organisation_share": share(np.broadcast_to(group[seated] == 3, acts.shape)[spoke]),
                    "cooperative": int((acts == Act.COOPERATION).sum()),
                    "contesting": int((acts == Act.CONTESTATION).sum()),
                }
            )
    return pd.DataFrame(rows)
