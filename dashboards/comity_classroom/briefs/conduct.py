"""Conduct: what one seat did in a run, as a table. The fidelity to its brief is computed from it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from comity.briefs.rule import forum_bindingness, issues_of
from comity.errors import InputError
from comity.forum.gathering import Gathering
from comity.forum.timetable import Room
from comity.forum.trace import MeetingTrace
from comity.phases import Phase
from comity.record import Record
from comity.rules.act import Act
from comity.rules.exposure import exposure
from comity.rules.vote import ANSWERS
from comity.scenario.schema import Forum, Issue, Scenario

__all__ = ["COLUMNS", "check_conduct", "conduct_of", "exposure_of"]

COLUMNS = (
    "kind",
    "meeting",
    "forum",
    "sitting",
    "round",
    "phase",
    "subject",
    "issue",
    "act",
    "bindingness",
    "exposure",
)
"""Columns of the table.

kind
    act, vote, arena, pledge or host.
meeting, forum
    Id of the meeting, and of the forum under whose rules it was held.
sitting, round
    Of an act, from 1.
phase
    Of an act.
subject
    The vote, or the forum; empty for an act.
issue
    Of an act or vote. An absence has the issues of all rooms of the sitting, a vote those of its text, joined by ``;``.
act
    Of an act: absent, silence, statement, cooperation, contestation. Else the answer: yes, abstain, no, absent; un,
    informal, nowhere.
bindingness, exposure
    Shares; NaN without one.
"""

_PHASES = list(Phase)
_NO_FLOOR = (Phase.CORRIDOR, Phase.VOTE)
"""Phases in which nobody takes the floor."""


class _Sat(NamedTuple):
    """The sittings of a meeting that were held; fields as in :class:`comity.forum.trace.MeetingTrace`."""

    held_as: str
    present: np.ndarray
    phases: np.ndarray
    rounds: np.ndarray
    tables: np.ndarray
    rooms: list[Room]
    acts: np.ndarray


def conduct_of(record: Record, actor: str, now: Gathering | None = None) -> pd.DataFrame:
    """Return the conduct of a seat: one row for each round of each open sitting, and one for each other choice.

    A sitting is open to a seat if it admits the kind of the seat and the actor exists on that day. A seat that does not
    sit in an open sitting gets one row, ``absent``; the model does not tell whether it lacked a delegate. Networks
    decide only about their own days. Rooms of states admit them or not, so an absence from such a room has no row.

    Parameters
    ----------
    now
        A meeting that has not closed: its sittings so far are included. Other choices count when a meeting closes.

    Raises
    ------
    InputError
        If there is no such actor.
    """
    row = record.population.index(actor)
    kind = str(record.population.actors["kind"].iat[row])
    rows: list[dict[str, Any]] = []
    named = record.arenas[record.arenas["actor"] == actor]
    arenas: dict[str, str] = dict(zip(named["meeting"], named["first"], strict=True))
    for trace in record.trace.meetings:
        if not trace.active[row]:
            continue
        meeting = {"meeting": trace.id, "forum": trace.held_as}
        sat = _Sat(*(getattr(trace, name) for name in _Sat._fields))
        rows += [meeting | item for item in _acts(record, sat, row, kind)]
        rows += [meeting | item for item in _choices(record.scenario, trace, row, kind, arenas)]
    if now is not None and _exists(record, row, now.meeting.start):
        meeting = {"meeting": now.meeting.id, "forum": now.forum.id}
        sittings = now.timetable.sittings[: now.sitting]
        sat = _Sat(
            held_as=now.forum.id, present=now.present, phases=sittings["phase"], rounds=sittings["rounds"],
            tables=now.tables, rooms=now.rooms, acts=now.log.acts,
        )  # fmt: skip
        rows += [meeting | item for item in _acts(record, sat, row, kind)]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"sitting": "Int64", "round": "Int64"})


def _exists(record: Record, row: int, day: date) -> bool:
    first, last = record.population.active_from[row], record.population.active_to[row]
    return bool(first <= day.toordinal() <= last)


def _acts(record: Record, trace: _Sat, row: int, kind: str) -> Iterator[dict[str, Any]]:
    scenario = record.scenario
    forum = scenario.forum(trace.held_as)
    is_network = kind not in ("state", "io")
    first = 0
    for s, code in enumerate(trace.phases):
        phase, n_rounds = _PHASES[code], int(trace.rounds[s])
        start, first = first, first + n_rounds
        table = int(trace.tables[s][row])
        is_let_in = is_network and (not trace.present[row] or _may_sit(forum, phase, "state"))
        if phase in _NO_FLOOR or not _may_sit(forum, phase, kind) or (table < 0 and is_let_in):
            continue
        rooms = [room for room in trace.rooms if room.sitting == s]
        binds = forum_bindingness(forum, phase)
        common = {"kind": "act", "sitting": s + 1, "phase": phase.value, "subject": "", "bindingness": binds}
        if table < 0:
            issues = dict.fromkeys(scenario.issues[scenario.issue_of(room.category)].id for room in rooms)
            yield common | {"round": 1, "issue": ";".join(issues), "act": "absent", "exposure": float("nan")}
            continue
        issue = scenario.issues[scenario.issue_of(rooms[table].category)]
        cost = exposure_of(scenario, issue, forum, binds)
        for number in range(n_rounds):
            act = Act(int(trace.acts[start + number, row])).name.lower()
            yield common | {"round": number + 1, "issue": issue.id, "act": act, "exposure": cost}


def _choices(
    scenario: Scenario, trace: MeetingTrace, row: int, kind: str, arenas: dict[str, str]
) -> Iterator[dict[str, Any]]:
    if kind != "state":
        return
    none = float("nan")
    common = {"sitting": None, "round": None, "phase": "", "issue": "", "bindingness": none, "exposure": none}
    if trace.arena is not None:
        yield common | {"kind": "arena", "subject": trace.held_as, "act": arenas[trace.id]}
    if scenario.forum(trace.held_as).state_led:
        hosts = row in trace.hosts
        if not hosts:
            yield common | {"kind": "pledge", "subject": trace.held_as, "act": "yes" if trace.donors[row] else "no"}
        yield common | {"kind": "host", "subject": trace.held_as, "act": "yes" if hosts else "no"}
    for held in trace.votes:
        mine = np.flatnonzero(held.rows == row)
        if not len(mine):
            continue
        vote = next(one for one in scenario.meeting(trace.id).votes if one.id == held.vote)
        issues = ";".join(scenario.issues[k].id for k in issues_of(scenario, vote))
        choice = {"kind": "vote", "subject": vote.id, "act": ANSWERS[int(held.answers[mine[0]])], "issue": issues}
        yield common | choice | {"bindingness": vote.bindingness}


def _may_sit(forum: Forum, phase: Phase, kind: str) -> bool:
    return any(kind in entry.kinds for entry in forum.format if entry.phase is phase)


def exposure_of(scenario: Scenario, issue: Issue, forum: Forum, bindingness: float) -> float:
    """Return the exposure of what is said on an issue in a forum, a share."""
    base = scenario.strengths.base_exposure
    framing = forum.development_framing
    return float(exposure(issue.politicisation, framing, issue.development_framing, base, bindingness))


def check_conduct(conduct: pd.DataFrame) -> None:
    """Raise InputError if a table of conduct lacks a column."""
    missing = [name for name in COLUMNS if name not in conduct]
    if missing:
        raise InputError(
            f"conduct: the table must have the column {missing[0]!r}. Use the table that conduct_of returns."
        )
