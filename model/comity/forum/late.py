"""Moves that people make while a meeting is held: checked, and written where the rules find them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from comity.errors import InputError, nearest
from comity.forum.choices import FLOORLESS
from comity.forum.gathering import Gathering
from comity.phases import PHASE_CODES, Phase
from comity.rules.act import Act
from comity.rules.seating import AWAY
from comity.scenario.moves import Move, same_thing

__all__ = ["refuse_late", "take_late"]

_VOTE = PHASE_CODES[Phase.VOTE]


def refuse_late(moves: Sequence[Move], held: Gathering, rows: Mapping[str, int], made: Sequence[Move]) -> None:
    """Raise InputError where a move is not for the next sitting of a meeting, or cannot be carried out in it.

    ``rows`` of the actors by id, ``made`` the moves that there are at the meeting.
    """
    sitting = held.timetable.sittings[held.sitting]
    taken: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for other in made:
        if other.sitting == held.sitting + 1:
            taken[other.actor].append(other.model_dump())
    for move in moves:
        where = f"move of {move.actor!r} at {move.meeting!r}, sitting {move.sitting}"
        if move.actor not in rows:
            raise InputError(f"{where}: actor {move.actor!r} is not in this scenario. {nearest(move.actor, rows)}")
        if (move.meeting, move.sitting) != (held.meeting.id, held.sitting + 1):
            raise InputError(
                f"{where}: must choose table or act for the sitting that comes next, {held.sitting + 1} of "
                f"{held.meeting.id!r}, got {move.choice}. Choose again."
            )
        if move.partner is not None:
            raise InputError(
                f"{where}: must choose table or act, got partner {move.partner!r}. A partner is chosen before the run "
                "begins."
            )
        if move.table is not None and (sitting["phase"] == _VOTE or move.table > sitting["n_rooms"]):
            rooms = 0 if sitting["phase"] == _VOTE else sitting["n_rooms"]
            raise InputError(f"{where}: table must be in 0 to {rooms}, got {move.table}. Choose one of these.")
        if move.act is not None and sitting["phase"] in FLOORLESS:
            raise InputError(f"{where}: nobody takes the floor in it, got {move.act!r}. Leave the act to the model.")
        if move.round is not None and move.round > sitting["rounds"]:
            raise InputError(
                f"{where}: round must be in 1 to {sitting['rounds']}, got {move.round}. Choose one of these."
            )
        given = move.model_dump()
        if any(same_thing(given, other) for other in taken[move.actor]):
            raise InputError(f"{where}: {move.choice} must be chosen once, got it twice. Keep one of them.")
        taken[move.actor].append(given)


def take_late(moves: Sequence[Move], held: Gathering, rows: Mapping[str, int]) -> None:
    """Write moves for the next sitting into the log of its meeting, where the rules find them."""
    sitting = held.timetable.sittings[held.sitting]
    first, rounds = int(sitting["first_round"]), int(sitting["rounds"])
    for move in moves:
        row = rows[move.actor]
        if move.table is not None:
            held.log.tables[held.sitting, row] = move.table - 1 if move.table else AWAY
        if move.act is not None:
            chosen = range(rounds) if move.round is None else (move.round - 1,)
            for number in chosen:
                held.log.acts[first + number, row] = Act[move.act.upper()]
