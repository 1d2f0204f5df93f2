"""What people chose, as plain arrays for the rules; made once, when a run begins."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from comity.compiled import Int8s, Ints, Records, Whole, lean, records
from comity.errors import InputError, nearest
from comity.phases import PHASE_CODES, Phase
from comity.population.people import Population
from comity.rules.act import Act
from comity.rules.arena import ARENAS
from comity.rules.seating import AWAY
from comity.rules.vote import ANSWERS
from comity.scenario.moves import Move
from comity.scenario.schema import Meeting, Scenario
from comity.world.meeting import Log, Timetable

__all__ = ["FLOORLESS", "Chosen", "clear_log", "lay_choices", "moves_by_meeting", "name_pairs", "preset_log"]

_CORRIDOR, _VOTE = PHASE_CODES[Phase.CORRIDOR], PHASE_CODES[Phase.VOTE]

FLOORLESS = (_CORRIDOR, _VOTE)
"""Phases in which nobody takes the floor."""

_NOTHING = -9
_STANCES = {"supports": 1, "opposes": -1}
_MOVE = np.dtype(
    [
        (name, np.int64)
        for name in (
            "row", "sitting", "round_number", "act", "table", "arena", "vote", "answer", "partner", "paragraph",
            "wording", "stance",
        )
    ]
)  # fmt: skip
"""One move: ``row`` of the actor, ``sitting`` and ``round_number`` from 0, codes of the choice, number of the ``vote``
at the meeting, row of the ``partner``, issue of the ``paragraph`` and its ``wording``; ``_NOTHING`` where nothing is
said. ``stance``: 1 supports, -1 opposes, 0 where nothing is said."""


class Chosen(NamedTuple):
    """What people chose for the M meetings of a calendar.

    Of a meeting x, ``attends``, ``hosts`` and ``pledges`` int8 (n,) stand in the row ``place[x]``: 1 yes, 0 no, -1
    where nobody chose; the row 0 is that of a meeting without moves, the last one that of a meeting whose moves come
    while it is held. ``moves``, records: those of meeting x from
    ``first[x]`` to ``first[x + 1]``, not included.
    """

    place: Ints
    attends: Int8s
    hosts: Int8s
    pledges: Int8s
    first: Ints
    moves: Records


def moves_by_meeting(scenario: Scenario, population: Population) -> dict[str, list[Move]]:
    """Return what people chose, in the order of the scenario, by id of the meeting; empty where there is nothing.

    Raises
    ------
    InputError
        Where a move names an actor or a partner that there is not. One that the scenario leaves out may be named: its
        moves have no effect.
    """
    by_meeting: dict[str, list[Move]] = defaultdict(list)
    known = {*population.rows, *population.left_out} if scenario.moves else set()
    for move in scenario.moves:
        if move.actor not in known:
            raise InputError(
                f"{scenario.name or 'scenario'}: move of {move.actor!r} at {move.meeting!r}: actor {move.actor!r} is "
                f"not in this scenario. {nearest(move.actor, population.ids)}"
            )
        if move.partner is not None and move.partner not in known:
            raise InputError(
                f"{scenario.name or 'scenario'}: move of {move.actor!r} at {move.meeting!r}: partner {move.partner!r} "
                f"is not in this scenario. {nearest(move.partner, population.ids)}"
            )
        by_meeting[move.meeting].append(move)
    return by_meeting


def lay_choices(
    meetings: Sequence[Meeting], by_meeting: dict[str, list[Move]], rows: dict[str, int], issues: Sequence[str]
) -> Chosen:
    """Return what people chose for the meetings of a calendar, in its order; ``rows`` of the actors by id.

    ``issues``: their ids, in the order of the scenario.
    """
    place, first = np.zeros(len(meetings), dtype=np.int64), [0]
    moves: list[tuple[int, ...]] = []
    chosen = np.full((3, 2 + len(by_meeting), len(rows)), -1, dtype=np.int8)
    for x, meeting in enumerate(meetings):
        made = [move for move in by_meeting.get(meeting.id, ()) if move.actor in rows]
        place[x] = place.max() + 1 if meeting.id in by_meeting else 0
        for move in made:
            for kind, name in enumerate(("attends", "hosts", "pledges")):
                if move.choice == name:
                    chosen[kind, place[x], rows[move.actor]] = move.value
        moves += [_record(move, rows, [vote.id for vote in meeting.votes], issues) for move in made]
        first.append(len(moves))
    return Chosen(place, chosen[0], chosen[1], chosen[2], np.array(first), records(np.array(moves, dtype=_MOVE)))


def _record(move: Move, rows: dict[str, int], votes: list[str], issues: Sequence[str]) -> tuple[int, ...]:
    return (
        rows[move.actor],
        _NOTHING if move.sitting is None else move.sitting - 1,
        _NOTHING if move.round is None else move.round - 1,
        _NOTHING if move.act is None else Act[move.act.upper()],
        _NOTHING if move.table is None else move.table - 1 if move.table else AWAY,
        _NOTHING if move.arena is None else ARENAS.index(move.arena),
        votes.index(move.on) if move.on else _NOTHING,
        _NOTHING if move.vote is None else ANSWERS.index(move.vote),
        _NOTHING if move.partner is None else rows.get(move.partner, _NOTHING),
        issues.index(move.paragraph) if move.paragraph else _NOTHING,
        _NOTHING if move.wording is None else move.wording,
        _STANCES.get(move.draft or "", 0),
    )


@lean
def preset_log(x: Whole, first: Ints, moves: Records, timetable: Timetable, log: Log) -> None:
    """Write the acts and rooms chosen by ``moves`` into the empty log of meeting x, where the rules find them."""
    sittings = timetable.sittings
    for m in range(first[x], first[x + 1]):
        move = moves[m]
        s = move.sitting
        if s < 0 or s >= len(sittings):
            continue
        if move.act != _NOTHING and sittings.phase[s] != _CORRIDOR and sittings.phase[s] != _VOTE:
            for number in range(sittings.rounds[s]):
                if move.round_number == _NOTHING or move.round_number == number:
                    log.acts[sittings.first_round[s] + number, move.row] = move.act
        if move.table != _NOTHING and sittings.phase[s] != _VOTE and move.table < sittings.n_rooms[s]:
            log.tables[s, move.row] = move.table


@lean
def name_pairs(x: Whole, s: Whole, first: Ints, moves: Records, pairs: Ints) -> Whole:
    """Note in ``pairs`` (p, 2) the rows of those that are to meet in the corridor of sitting s; return how many.

    The lower row of a pair comes first, and each pair once.
    """
    n_pairs = 0
    for m in range(first[x], first[x + 1]):
        move = moves[m]
        if move.partner < 0 or move.sitting != s:
            continue
        pairs[n_pairs, 0] = min(move.row, move.partner)
        pairs[n_pairs, 1] = max(move.row, move.partner)
        is_new = 1
        for p in range(n_pairs):
            if pairs[p, 0] == pairs[n_pairs, 0] and pairs[p, 1] == pairs[n_pairs, 1]:
                is_new = 0
        n_pairs += is_new
    return n_pairs


@lean
def clear_log(s: Whole, timetable: Timetable, log: Log) -> None:
    """Strike the chosen acts of those who did not sit in the sitting s, which was held."""
    first, rounds = timetable.sittings.first_round[s], timetable.sittings.rounds[s]
    for i in range(log.tables.shape[1]):
        if log.tables[s, i] < 0:
            for number in range(first, first + rounds):
                log.acts[number, i] = Act.ABSENT
