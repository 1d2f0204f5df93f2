"""What people chose for a meeting, as plain arrays for the rules; made once, when the meeting opens."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from comity.errors import InputError, nearest
from comity.forum.log import Log
from comity.forum.timetable import Timetable
from comity.phases import PHASE_CODES, Phase
from comity.population.people import Population
from comity.rules.act import Act
from comity.rules.seating import AWAY
from comity.scenario.moves import Move
from comity.scenario.schema import Scenario

__all__ = ["FLOORLESS", "MeetingChoices", "choices_by_meeting", "clear_log", "preset_log"]

FLOORLESS = (PHASE_CODES[Phase.CORRIDOR], PHASE_CODES[Phase.VOTE])
"""Phases in which nobody takes the floor."""

_VOTE = PHASE_CODES[Phase.VOTE]


@dataclass(frozen=True, kw_only=True)
class MeetingChoices:
    """What people chose for one meeting: int8 (n,), 1 yes, 0 no, -1 where nobody chose, for three decisions.

    Attributes
    ----------
    moves
        All moves at the meeting, in the order of the scenario.
    attends, hosts, pledges
        Whether an actor comes, hosts, pledges.
    """

    moves: tuple[Move, ...]
    attends: np.ndarray
    hosts: np.ndarray
    pledges: np.ndarray


def choices_by_meeting(scenario: Scenario, population: Population) -> dict[str, MeetingChoices]:
    """Return what people chose, by id of the meeting; the entry ``""`` is that of a meeting without moves.

    Raises
    ------
    InputError
        Where a move names an actor that there is not. One that the scenario leaves out may be named: its moves have
        no effect.
    """
    by_meeting: dict[str, list[Move]] = defaultdict(list, {"": []})
    for move in scenario.moves:
        if move.actor not in population.rows and move.actor not in population.left_out:
            raise InputError(
                f"{scenario.name or 'scenario'}: move of {move.actor!r} at {move.meeting!r}: actor {move.actor!r} is "
                f"not in this scenario. {nearest(move.actor, population.ids)}"
            )
        by_meeting[move.meeting].append(move)
    return {meeting: _arrays(moves, population) for meeting, moves in by_meeting.items()}


def _arrays(moves: Sequence[Move], population: Population) -> MeetingChoices:
    chosen = {name: np.full(len(population.ids), -1, dtype=np.int8) for name in ("attends", "hosts", "pledges")}
    for move in moves:
        if move.choice in chosen and move.actor in population.rows:
            chosen[move.choice][population.rows[move.actor]] = move.value
    return MeetingChoices(moves=tuple(moves), **chosen)


def preset_log(moves: Sequence[Move], rows: dict[str, int], timetable: Timetable, log: Log) -> None:
    """Write the chosen acts and rooms into the empty log of a meeting, where the rules find them.

    Parameters
    ----------
    rows
        Row of each actor, by id.
    """
    for move in moves:
        if move.sitting is None or move.actor not in rows or move.sitting > timetable.n_sittings:
            continue
        row, sitting = rows[move.actor], move.sitting - 1
        phase, first, rounds = (
            a[sitting]
            for a in (timetable.sittings["phase"], timetable.sittings["first_round"], timetable.sittings["rounds"])
        )
        if move.act is not None and phase not in FLOORLESS:
            numbers = range(rounds) if move.round is None else range(move.round - 1, min(move.round, rounds))
            for number in numbers:
                log.acts[first + number, row] = Act[move.act.upper()]
        if move.table is not None and phase != _VOTE and move.table <= timetable.sittings["n_rooms"][sitting]:
            log.tables[sitting, row] = move.table - 1 if move.table else AWAY


def clear_log(timetable: Timetable, log: Log, first: int, last: int) -> None:
    """Strike the chosen acts of those who did not sit in the sittings ``first`` to ``last`` (not included)."""
    for sitting in range(first, last):
        begin = timetable.sittings["first_round"][sitting]
        log.acts[begin : begin + timetable.sittings["rounds"][sitting], log.tables[sitting] < 0] = Act.ABSENT
