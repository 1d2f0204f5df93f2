"""The timetable of a meeting: its sittings and their rooms, as arrays for the compiled rules."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from comity.compiled import Ints, records
from comity.mechanism import Fixed
from comity.phases import PHASE_CODES, Phase
from comity.randomness import address
from comity.rules.agenda import Topic
from comity.scenario.schema import Forum, Meeting, Scenario, Sittings
from comity.world.meeting import SITTING, Timetable
from comity.world.world import KINDS

__all__ = ["Room", "build_timetable"]

MAX_COCHAIRS = Fixed(3, 1, 10, "co-chairs of a room that the calendar may list", unit="states")


class Room(NamedTuple):
    """One room of a sitting, in words: what it discusses and where the topic comes from."""

    sitting: int
    phase: Phase
    code: str
    title: str
    category: str


def build_timetable(
    scenario: Scenario,
    meeting: Meeting,
    forum: Forum,
    sessions: tuple[Topic, ...],
    mirrored: tuple[Topic, ...],
    rows: dict[str, int],
) -> tuple[Timetable, list[Room], Ints]:
    """Return the timetable of a meeting, its rooms in words, and the topic drawn that decides the issue of each, or -1.

    Parameters
    ----------
    forum
        The forum under whose rules it is held, which an endogenous arena may have changed.
    sessions
        The government agenda, in order.
    mirrored
        The agenda of the civil-society day and of assemblies.
    rows
        Row of each actor in the world, by id.
    """
    blocks: list[tuple[Sittings, list[Topic]]] = []
    for entry in forum.format:
        count = meeting.sittings.get(entry.phase, entry.sittings)
        if meeting.common_space in ("none", "merged") and entry.phase is Phase.COMMON_SPACE:
            count = 0
        if meeting.venue == "online" and entry.phase is Phase.CORRIDOR:
            count = 0
        agenda = {"sessions": sessions, "theme": _theme(meeting, sessions), "mirrored": mirrored}[entry.agenda]
        if entry.phase is Phase.ROUND_TABLES and agenda and entry.phase not in meeting.sittings:
            count = -(-len(agenda) // entry.tables)
        for number in range(count):
            blocks.append(
                (entry, [agenda[(number * entry.tables + t) % len(agenda)] for t in _rooms(entry, agenda, number)])
            )
    blocks.extend(
        (
            _VOTE,
            [Topic(vote.id, vote.text, vote.categories[0] if vote.categories else scenario.issues[0].categories[0])],
        )
        for vote in meeting.votes
    )
    return _assemble(scenario, meeting, forum, blocks, rows)


_VOTE = Sittings(phase=Phase.VOTE, sittings=1, seats=5000, kinds=("state",), intimacy=0.0)


def _theme(meeting: Meeting, sessions: tuple[Topic, ...]) -> tuple[Topic, ...]:
    return tuple(Topic("theme", meeting.theme or meeting.name, topic.category, (), topic.drawn) for topic in sessions)


def _rooms(entry: Sittings, agenda: tuple[Topic, ...], number: int) -> range:
    """Return the numbers of the rooms in parallel: the last round-table sitting may have fewer."""
    if entry.phase is Phase.ROUND_TABLES:
        return range(max(1, min(entry.tables, len(agenda) - number * entry.tables)))
    return range(entry.tables)


def _assemble(
    scenario: Scenario, meeting: Meeting, forum: Forum, blocks: list[tuple[Sittings, list[Topic]]], rows: dict[str, int]
) -> tuple[Timetable, list[Room], Ints]:
    rooms: list[Room] = []
    cochairs: list[list[int]] = []
    seen: dict[Phase, int] = {}
    addresses = []
    for sitting, (entry, topics) in enumerate(blocks):
        seen[entry.phase] = seen.get(entry.phase, 0) + 1
        addresses.append(address(f"{entry.phase.value}:{seen[entry.phase]}"))
        for topic in topics:
            rooms.append(Room(sitting, entry.phase, topic.code, topic.title, topic.category))
            found = [rows[name] for name in topic.cochairs if name in rows][: MAX_COCHAIRS.count]
            cochairs.append(found + [-1] * (MAX_COCHAIRS.count - len(found)))
    closeness = forum.online_intimacy if meeting.venue == "online" else 1.0
    sittings = np.zeros(len(blocks), dtype=SITTING)
    for row, (entry, topics), where in zip(sittings, blocks, addresses, strict=True):
        row["phase"] = PHASE_CODES[entry.phase]
        row["n_rooms"] = len(topics)
        row["seats"] = entry.seats
        row["kinds"] = sum(1 << KINDS.index(kind) for kind in entry.kinds)
        row["rounds"] = entry.rounds
        row["participation"] = entry.participation
        row["intimacy"] = closeness * entry.intimacy
        row["bindingness"] = min(max(forum.bindingness + entry.formality, 0.0), 1.0)
        row["mixing"] = entry.mixing
        row["address"] = where
    sittings["first_room"] = np.cumsum(sittings["n_rooms"]) - sittings["n_rooms"]
    sittings["first_round"] = np.cumsum(sittings["rounds"]) - sittings["rounds"]
    timetable = Timetable(
        sittings=records(sittings),
        issue=np.array([scenario.issue_of(room.category) for room in rooms], dtype=np.int64),
        cochairs=np.array(cochairs, dtype=np.int64).reshape(-1, MAX_COCHAIRS.count),
        framing=forum.development_framing,
        meeting=address(meeting.id),
    )
    return timetable, rooms, np.array([topic.drawn for _, topics in blocks for topic in topics], dtype=np.int64)
