"""Tables of what came out: support, memberships, arenas, votes, chairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from comity.record.tables.statistics import group_mean
from comity.rules.arena import ARENAS
from comity.rules.drafting import draft_of, is_backed, standing_wording
from comity.rules.vote import ANSWERS
from comity.scenario.parameters import table_of

if TYPE_CHECKING:
    from comity.record import Record

__all__ = ["arenas", "chairs", "drafts", "joiners", "memberships", "moves", "support", "votes"]


def support(record: Record) -> pd.DataFrame:
    """Return :attr:`comity.record.Record.support`."""
    rows, roles = [], record.scenario.subject.role_ids
    group = record.population.world.actors["group"]
    normative = record.population.world.actors["normative"]
    for trace in record.trace.meetings:
        if trace.support is None:
            continue
        sizes = np.bincount(group[trace.active], minlength=5)[:3]
        found = [o for o in np.flatnonzero(~np.isnan(trace.support).all(axis=0)) if trace.active[o]]
        mean = {o: group_mean(trace.support[:, o], sizes) for o in found}
        ranked = sorted(found, key=lambda o: (-mean[o], o))
        for rank, o in enumerate(ranked, 1):
            rows.append(
                {
                    "meeting": trace.id,
                    "organisation": record.population.ids[o],
                    "normative_mandate": normative[o],
                    "support": mean[o],
                    "rank": rank,
                }
                | {f"support_{name}": trace.support[g, o] for g, name in enumerate(roles)}
            )
    columns = ["meeting", "organisation", "normative_mandate", "support", "rank"]
    return pd.DataFrame(rows, columns=[*columns, *(f"support_{name}" for name in roles)])


def memberships(record: Record) -> pd.DataFrame:
    """Return :attr:`comity.record.Record.memberships`."""
    rows = []
    group = record.population.world.actors["group"]
    for year in record.trace.years:
        for treaty, members in _memberships(record, year.treaty_party, year.agency_member):
            for g, name in enumerate(record.scenario.subject.role_ids):
                rows.append(
                    {"year": year.year, "treaty": treaty, "group": name, "members": int(members[group == g].sum())}
                )
    return pd.DataFrame(rows, columns=["year", "treaty", "group", "members"])


def _memberships(record: Record, *members: np.ndarray) -> list[tuple[str, np.ndarray]]:
    """Return the ids of treaty and agency, as far as the subject has them, each with its members."""
    named = zip(record.scenario.subject.memberships, members, strict=True)
    return [(item.id, states) for item, states in named if item]


def joiners(record: Record) -> pd.DataFrame:
    """Return :attr:`comity.record.Record.joiners`."""
    rows = []
    start = record.population.world.actors
    before = dict(_memberships(record, start["treaty_party"], start["agency_member"]))
    for year in record.trace.years:
        for treaty, members in _memberships(record, year.treaty_party, year.agency_member):
            rows += [
                {"actor": record.population.ids[row], "treaty": treaty, "year": year.year}
                for row in np.flatnonzero(members > before[treaty])
            ]
            before[treaty] = members
    return pd.DataFrame(rows, columns=["actor", "treaty", "year"])


def arenas(record: Record) -> pd.DataFrame:
    """Return :attr:`comity.record.Record.arenas`."""
    rows = []
    records = record.population.world.actors
    states = np.flatnonzero(records["group"] < 3)
    for trace in record.trace.meetings:
        if trace.arena is None:
            continue
        for row, utility in zip(states, trace.arena, strict=True):
            if not trace.active[row]:
                continue
            rows.append(
                {
                    "meeting": trace.id,
                    "actor": record.population.ids[row],
                    "group": record.scenario.subject.groups[records["group"][row]],
                    "first": ARENAS[int(np.argmax(utility[:3]))],
                }
                | dict(zip((*ARENAS, "norm_setting"), map(float, utility), strict=True))
            )
    return pd.DataFrame(rows, columns=["meeting", "actor", "group", "first", *ARENAS, "norm_setting"])


def votes(record: Record) -> pd.DataFrame:
    """Return :attr:`comity.record.Record.votes`."""
    rows = []
    group = record.population.world.actors["group"]
    for trace in record.trace.meetings:
        for vote in trace.votes:
            for row, chance, choice in zip(vote.rows, vote.probabilities, vote.answers, strict=True):
                rows.append(
                    {
                        "meeting": trace.id,
                        "vote": vote.vote,
                        "actor": record.population.ids[row],
                        "group": record.scenario.subject.groups[group[row]],
                        "answer": ANSWERS[choice],
                        "decision": vote.decision,
                        "adopted": vote.is_adopted,
                    }
                    | {f"p_{name}": float(p) for name, p in zip(ANSWERS, chance, strict=True)}
                )
    names = ("meeting", "vote", "actor", "group", "answer", "decision", "adopted", *(f"p_{a}" for a in ANSWERS))
    return pd.DataFrame(rows, columns=list(names))


def chairs(record: Record) -> pd.DataFrame:
    """Return :attr:`comity.record.Record.chairs`."""
    rows = [
        {"date": pd.Timestamp(e.date), "meeting": e.meeting, "event": e.event, "state": e.state, "text": e.text}
        for e in record.trace.chairs
    ]
    rows += [
        {
            "date": pd.Timestamp(record.scenario.meeting(meeting).start),
            "meeting": meeting,
            "event": "cancelled",
            "state": "",
            "text": reason,
        }
        for meeting, reason in record.trace.cancelled
    ]
    table = pd.DataFrame(rows, columns=["date", "meeting", "event", "state", "text"])
    return table.sort_values(["date", "meeting", "event", "state"], kind="stable", ignore_index=True)


def moves(record: Record) -> pd.DataFrame:
    """Return :attr:`comity.record.Record.moves`."""
    rows = [
        {
            "actor": move.actor,
            "meeting": move.meeting,
            "sitting": move.sitting or 0,
            "round": move.round or 0,
            "choice": move.choice,
            "value": str(move.value).lower() if isinstance(move.value, bool) else str(move.value),
            "effect": not reason,
            "reason": reason,
        }
        for move, reason in record.trace.moves
    ]
    return pd.DataFrame(rows, columns=["actor", "meeting", "sitting", "round", "choice", "value", "effect", "reason"])


def drafts(record: Record) -> pd.DataFrame:
    """Return :attr:`comity.record.Record.drafts`."""
    rows = []
    texts = {vote.id: vote for meeting in record.scenario.meetings for vote in meeting.votes}
    parameters = table_of(record.scenario.strengths)
    for trace in record.trace.meetings:
        for vote in trace.votes:
            text = texts[vote.vote]
            draft = draft_of(vote.voices, text.bindingness, text.text_class == "agreed", parameters[0])
            for issue, voices in zip(vote.issues, vote.voices, strict=True):
                wording = standing_wording(voices)
                rows.append(
                    {
                        "meeting": trace.id,
                        "vote": vote.vote,
                        "paragraph": record.issues[issue],
                        "wording": wording,
                        "voices": int(voices[wording + len(voices) // 2, -1]),
                        "both_sides": is_backed(voices, wording),
                        "bindingness": text.bindingness + draft.bindingness,
                        "text_class": "agreed" if draft.is_agreed else "contested",
                    }
                )
    names = ("meeting", "vote", "paragraph", "wording", "voices", "both_sides", "bindingness", "text_class")
    return pd.DataFrame(rows, columns=list(names))
