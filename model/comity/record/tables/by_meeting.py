"""Tables with one row per meeting, per group in it, or per room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from comity.forum.closing import count_seats
from comity.forum.trace import MeetingTrace
from comity.phases import PHASE_CODES, Phase
from comity.record.tables.statistics import group_mean, share, silent
from comity.rules.act import Act
from comity.world.world import GROUPS, ROLES, Group

if TYPE_CHECKING:
    from comity.record import Record
    from comity.scenario.subject import Subject

__all__ = ["INTERACTIVE", "interventions", "meetings", "seat_counts", "sessions", "trust"]

INTERACTIVE = [PHASE_CODES[phase] for phase in (Phase.ROUND_TABLES, Phase.PREPARATION, Phase.COMMON_SPACE)]
"""Phases whose seats count when silence is counted."""
_ACTS = ("silence", "statement", "cooperation", "contestation")
_PHASES = list(Phase)
_ROOM = (
    *("meeting", "sitting", "phase", "room", "code", "title", "category", "issue"),
    *("seats", "speakers", "state_speakers", "organisation_share", "cooperative", "contesting"),
)
"""Columns: tables have them also where no meeting was held."""


def _meeting_columns(subject: Subject) -> list[str]:
    """Return the columns of the table of meetings; those of roles have the ids that the subject gives them."""
    first, second, _ = subject.role_ids
    return [
        *("meeting", "name", "forum", "held_as", "date", "city", "hosts"),
        *("states", first, second, "organisations", "networks", "attendance", "spoke"),
        *(f"silent_{first}", f"silent_{second}", "statements", "cooperative", "contesting"),
        *("topics", *(["rights_share"] if subject.contested else []), "economic_share", "openness", "donors"),
        *("contacts", "agreements", "practices"),
        *(f"{quantity}_{role}" for role in subject.role_ids for quantity in ("cooperation", "sovereignty")),
        *(f"trust_{first}_{second}", f"trust_{second}_{first}", "trust_states_networks"),
    ]


def meetings(record: Record) -> pd.DataFrame:
    """Return :attr:`comity.record.Record.meetings`."""
    rows = zip(record.trace.meetings, record.seat_counts, strict=True)
    columns = _meeting_columns(record.scenario.subject)
    return pd.DataFrame([_meeting_row(record, trace, seats) for trace, seats in rows], columns=columns)


def _meeting_row(record: Record, trace: MeetingTrace, seats: np.ndarray) -> dict[str, Any]:
    meeting, subject = record.scenario.meeting(trace.id), record.scenario.subject
    first, second, _ = subject.role_ids
    group = record.population.world.actors["group"]
    is_state = group < len(ROLES)
    economic = {c for issue in record.scenario.issues if issue.economic for c in issue.categories}
    categories = [topic.category for topic in trace.topics] if meeting.sessions or meeting.session_count else []
    interactive, acts = seats[INTERACTIVE].sum(axis=0), seats.sum(axis=(0, 1))
    came = np.bincount(group[trace.present], minlength=len(GROUPS))
    states = int(came[: len(ROLES)].sum())
    row: dict[str, Any] = {
        "meeting": trace.id,
        "name": meeting.name,
        "forum": trace.forum,
        "held_as": trace.held_as,
        "date": pd.Timestamp(trace.start),
        "city": meeting.city,
        "hosts": ";".join(record.population.ids[row] for row in trace.hosts),
        "states": states,
        first: int(came[Group.ORIGIN]),
        second: int(came[Group.DESTINATION]),
        "organisations": int(came[Group.ORGANISATION]),
        "networks": int(came[Group.NETWORK]),
        "attendance": states / max(int((trace.active & is_state).sum()), 1),
        "spoke": int((trace.acts[:, is_state] > Act.SILENCE).any(axis=0).sum()),
        f"silent_{first}": silent(interactive, Group.ORIGIN),
        f"silent_{second}": silent(interactive, Group.DESTINATION),
        "statements": int(acts[Act.STATEMENT]),
        "cooperative": int(acts[Act.COOPERATION]),
        "contesting": int(acts[Act.CONTESTATION]),
        "topics": ";".join(dict.fromkeys(categories)),
        "rights_share": share([c == subject.contested for c in categories]),
        "economic_share": share([c in economic for c in categories]),
        "openness": trace.openness,
        "donors": int(trace.donors.sum()),
        "contacts": int(trace.experience["contacts"].sum() / 2),
        "agreements": int(trace.experience["agreements"].sum() / 2),
        "practices": trace.practices,
    }
    for g, name in enumerate(subject.role_ids):
        row[f"cooperation_{name}"] = trace.cooperation[g]
        row[f"sovereignty_{name}"] = trace.sovereignty[g]
    row[f"trust_{first}_{second}"] = trace.group_trust[Group.ORIGIN, Group.DESTINATION]
    row[f"trust_{second}_{first}"] = trace.group_trust[Group.DESTINATION, Group.ORIGIN]
    sizes = np.bincount(group, minlength=len(GROUPS))[: len(ROLES)]
    row["trust_states_networks"] = group_mean(trace.group_trust[: len(ROLES), Group.NETWORK], sizes)
    return row


def seat_counts(record: Record) -> np.ndarray:
    """Return seats by meeting, phase, group and act (silence, statement, cooperation, contestation): (M, 9, 5, 4)."""
    group = record.population.world.actors["group"]
    counts = np.zeros((len(record.trace.meetings), len(_PHASES), len(GROUPS), len(_ACTS)), dtype=np.int64)
    for m, trace in enumerate(record.trace.meetings):
        count_seats(trace.phases, trace.rounds, trace.acts, group, counts[m])
    return counts


def interventions(record: Record) -> pd.DataFrame:
    """Return :attr:`comity.record.Record.interventions`."""
    counts = record.seat_counts
    seats = counts.sum(axis=3)
    order = [
        (m, phase)
        for m, trace in enumerate(record.trace.meetings)
        for phase in dict.fromkeys(int(phase) for phase in trace.phases)
    ]
    cells = [(m, phase, g) for m, phase in order for g in range(len(GROUPS)) if seats[m, phase, g]]
    m, phase, g = (np.array(column, dtype=np.int64) for column in (zip(*cells, strict=True) if cells else ((), (), ())))
    columns: dict[str, Any] = {
        "meeting": [record.trace.meetings[row].id for row in m],
        "phase": [_PHASES[code].value for code in phase],
        "group": [record.scenario.subject.groups[code] for code in g],
        "seats": seats[m, phase, g],
    }
    return pd.DataFrame(columns | {name: counts[m, phase, g, act] for act, name in enumerate(_ACTS)})


def trust(record: Record) -> pd.DataFrame:
    """Return :attr:`comity.record.Record.trust`."""
    pairs, groups = [(g, h) for g in range(5) for h in range(5)], record.scenario.subject.groups
    rows = [
        {
            "meeting": trace.id,
            "date": pd.Timestamp(trace.start),
            "holder": groups[g],
            "partner": groups[h],
            "trust": trace.group_trust[g, h],
        }
        for trace in record.trace.meetings
        for g, h in pairs
        if not np.isnan(trace.group_trust[g, h])
    ]
    return pd.DataFrame(rows, columns=["meeting", "date", "holder", "partner", "trust"])


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
    return pd.DataFrame(rows, columns=_ROOM)
