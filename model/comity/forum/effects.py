"""What became of moves: whether a person's choice was carried out, and why not.

Every function yields moves with a reason; an empty one says that the choice was carried out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from comity.forum.choices import FLOORLESS
from comity.forum.gathering import Gathering
from comity.forum.stage import Stage
from comity.phases import PHASE_CODES, Phase
from comity.rules.seating import GOVERNMENT_PHASES
from comity.scenario.moves import Move
from comity.scenario.schema import Forum, Meeting
from comity.world.world import Group

__all__ = ["Effect", "at_close", "at_opening", "in_sittings", "of_hosting", "without_meeting"]

Effect = tuple[Move, str]
"""A move, and why it had no effect: nothing where it had."""

_CORRIDOR, _VOTE = PHASE_CODES[Phase.CORRIDOR], PHASE_CODES[Phase.VOTE]
_LEFT_OUT = "the scenario leaves it out"
_NOT_THERE = "it does not exist on that day"


def of_hosting(
    moves: Sequence[Move], forum: Forum, asked: Sequence[str], hosts: list[int], stage: Stage, active: np.ndarray
) -> Iterator[Effect]:
    """Judge the choices to host, or not to, of a meeting whose ``hosts`` are settled.

    Parameters
    ----------
    asked
        Ids of the hosts that the scenario names; empty where the model chooses.
    hosts
        Rows of those that host.
    """
    for move in moves:
        if move.hosts is None:
            continue
        reason = _as_state(move, stage, active, "hosts")
        if not reason and not forum.state_led:
            reason = "the forum has no chair"
        if not reason and not move.hosts and asked and move.actor not in asked:
            reason = "it was not to host"
        if not reason and move.hosts and stage.population.rows[move.actor] not in hosts:
            reason = "another state is to host" if asked else "another state took the chair"
        yield move, reason


def without_meeting(moves: Sequence[Move], reason: str, *, is_asked: bool) -> Iterator[Effect]:
    """Judge the choices for a meeting that was not held, for a reason; those of hosting too if nobody was asked."""
    for move in moves:
        if move.hosts is None or not is_asked:
            yield move, f"the meeting was not held: {reason}"


def at_opening(held: Gathering, stage: Stage, active: np.ndarray) -> Iterator[Effect]:
    """Judge who was to come and to pledge, and choices for sittings that the meeting does not have."""
    eligible = stage.invited[held.forum.id] & active
    for move in held.moves:
        if move.attends is not None:
            yield (
                move,
                _unknown(move, stage, active) or _coming(move, stage.population.rows[move.actor], held, eligible),
            )
        elif move.pledges is not None:
            reason = _as_state(move, stage, active, "pledges")
            if not reason and not held.forum.state_led:
                reason = "nobody pledges to this forum"
            if not reason and stage.population.rows[move.actor] in held.hosts:
                reason = "hosts pay anyway"
            yield move, reason
        elif move.sitting is not None and move.sitting > held.n_sittings:
            yield move, f"the meeting has {held.n_sittings} sittings"


def in_sittings(held: Gathering, first: int, last: int, stage: Stage) -> Iterator[Effect]:
    """Judge the choices of room, act and partner in the sittings ``first`` to ``last``, not included, all held."""
    for sitting in range(first, last):
        for move in held.moves:
            if move.sitting != sitting + 1:
                continue
            row = stage.population.rows.get(move.actor, -1)
            if row < 0:
                reason = _LEFT_OUT
            elif not held.present[row]:
                reason = "it did not come"
            elif held.timetable.sittings["phase"][sitting] == _VOTE:
                reason = "nobody sits at a vote"
            elif move.partner is not None:
                reason = _pairing(move, row, held, sitting, stage)
            elif move.act is not None:
                reason = _acting(move, row, held, sitting)
            else:
                reason = _seating(move, row, held, sitting, stage)
            yield move, reason


def at_close(held: Gathering, stage: Stage, active: np.ndarray) -> Iterator[Effect]:
    """Judge the first choice of arena, the answers to votes and what was said of their texts."""
    for move in held.moves:
        if move.arena is not None:
            reason = _as_state(move, stage, active, "ranks the arenas")
            if not reason and not held.forum.decides_arena:
                reason = "states do not rank the arenas after this meeting"
            yield move, reason
        elif move.vote is not None:
            yield move, _as_state(move, stage, active, "votes")
        elif move.draft is not None:
            yield move, _as_state(move, stage, active, "drafts a text") or _drafting(move, held.meeting, stage)


def _unknown(move: Move, stage: Stage, active: np.ndarray) -> str:
    row = stage.population.rows.get(move.actor, -1)
    return _LEFT_OUT if row < 0 else "" if active[row] else _NOT_THERE


def _as_state(move: Move, stage: Stage, active: np.ndarray, what: str) -> str:
    reason = _unknown(move, stage, active)
    if not reason and not stage.is_state[stage.population.rows[move.actor]]:
        reason = f"only a state {what}"
    return reason


def _coming(move: Move, row: int, held: Gathering, eligible: np.ndarray) -> str:
    if row in held.hosts:
        return "" if move.attends else "hosts are always present"
    if not eligible[row]:
        return "it is not invited"
    return "it was not accredited" if move.attends and not held.present[row] else ""


def _seating(move: Move, row: int, held: Gathering, sitting: int, stage: Stage) -> str:
    timetable, rooms, actor = held.timetable, held.tables[sitting], stage.population.world.actors[row]
    if not timetable.sittings["kinds"][sitting] >> actor["kind"] & 1:
        return "its kind does not sit in this phase"
    assert move.table is not None
    if move.table > timetable.sittings["n_rooms"][sitting]:
        return f"the sitting has {timetable.sittings['n_rooms'][sitting]} rooms"
    if rooms[row] == move.table - 1:
        return ""
    rivals = stage.is_network == stage.is_network[row]  # networks have seats of their own
    if (rivals & (rooms == move.table - 1)).sum() >= timetable.sittings["seats"][sitting]:
        return "the room was full"
    if actor["group"] == Group.NETWORK and timetable.sittings["phase"][sitting] in GOVERNMENT_PHASES:
        return "it was not let into the room"
    return "states of its role had their share of the seats there"


def _pairing(move: Move, row: int, held: Gathering, sitting: int, stage: Stage) -> str:
    partner, rooms = stage.population.rows.get(move.partner or "", -1), held.tables[sitting]
    if held.timetable.sittings["phase"][sitting] != _CORRIDOR:
        return "pairs meet in the corridor only"
    if partner < 0:
        return "the scenario leaves its partner out"
    if not stage.is_state[row] or not stage.is_state[partner]:
        return "only states meet in pairs"
    if rooms[row] < 0:
        return "it was not in the corridor"
    return "" if rooms[partner] >= 0 else "its partner was not in the corridor"


def _drafting(move: Move, meeting: Meeting, stage: Stage) -> str:
    vote = next(vote for vote in meeting.votes if move.on in ("", vote.id))
    if not stage.voters[vote.id][stage.population.rows[move.actor]]:
        return "it may not vote on the text"
    about = {stage.issues[stage.issue_index[category]] for category in vote.categories} or stage.issues
    return "" if move.paragraph in about else "the text has no paragraph on it"


def _acting(move: Move, row: int, held: Gathering, sitting: int) -> str:
    if held.timetable.sittings["phase"][sitting] in FLOORLESS:
        return "nobody takes the floor in the corridor"
    rounds = held.timetable.sittings["rounds"][sitting]
    if move.round is not None and move.round > rounds:
        return f"the sitting has {rounds} rounds"
    return "" if held.tables[sitting, row] >= 0 else "it had no seat"
