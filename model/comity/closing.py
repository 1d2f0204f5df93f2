"""The close of a meeting: what states think of arenas and organisations, their votes, and what the run keeps of it."""

from __future__ import annotations

import numpy as np

from comity.between.compact import ANSWERS, answer, vote_probabilities
from comity.between.organisations import support_by_group
from comity.forum.arena import arena_utilities, offers_of, prefer
from comity.forum.gathering import Gathering
from comity.forum.stage import Stage
from comity.population.world import World
from comity.randomness import address
from comity.scenario.schema import Scenario, Vote
from comity.trace import MeetingTrace, VoteTrace

__all__ = ["close_meeting"]


def close_meeting(
    held: Gathering,
    left: np.ndarray,
    practices: float,
    *,
    scenario: Scenario,
    stage: Stage,
    world: World,
    active: np.ndarray,
    keys: np.ndarray,
    rates_table: np.ndarray,
) -> MeetingTrace:
    """Let states rank arenas, judge organisations and vote; return what is kept of the meeting, without a snapshot.

    Nothing in the world changes. Whose opinion counts are the ``active``, bool (n,): who exists on the last day.

    Parameters
    ----------
    left, practices
        What :func:`comity.meeting.hold_meeting` left at the close.
    """
    log, arena, support = held.log, None, None
    if held.forum.decides_arena:
        arena = _rank_arenas(held, scenario, stage, world, active, rates_table)
    if held.forum.decides_arena or held.forum.state_led:
        support = support_by_group(world, active, rates_table)
    votes = [_vote(vote, held, scenario, stage, world, active, keys, rates_table) for vote in held.meeting.votes]
    return MeetingTrace(
        id=held.meeting.id,
        forum=held.meeting.forum,
        held_as=held.forum.id,
        start=held.meeting.start,
        hosts=tuple(held.hosts),
        openness=held.openness,
        donors=log.donors,
        active=active,
        present=log.present,
        admitted=log.admitted,
        topics=held.topics,
        rooms=held.rooms,
        phases=held.timetable.sittings["phase"],
        rounds=held.timetable.sittings["rounds"],
        acts=log.acts,
        tables=log.tables,
        counts=log.counts,
        cooperation=left[0],
        sovereignty=left[1],
        group_trust=left[2:],
        practices=practices,
        arena=arena,
        support=support,
        votes=tuple(votes),
        snapshot=None,
    )


def _rank_arenas(
    held: Gathering, scenario: Scenario, stage: Stage, world: World, active: np.ndarray, rates_table: np.ndarray
) -> np.ndarray:
    """Return the utilities of the arenas, shape (states, 4); what people chose stands first."""
    informal = next((forum for forum in scenario.forums if forum.state_led), held.forum)
    offers = offers_of(held.forum, informal)
    utilities: np.ndarray = arena_utilities(world, stage.states, stage.issue_values, offers, rates_table)
    rows, places = stage.population.rows, {int(row): place for place, row in enumerate(stage.states) if active[row]}
    first: dict[int, str] = {
        places[rows[move.actor]]: move.arena
        for move in held.moves
        if move.arena is not None and rows.get(move.actor) in places
    }
    prefer(utilities, first)
    return utilities


def _vote(
    vote: Vote,
    held: Gathering,
    scenario: Scenario,
    stage: Stage,
    world: World,
    active: np.ndarray,
    keys: np.ndarray,
    rates_table: np.ndarray,
) -> VoteTrace:
    """Let the states that exist answer a text on the issues that it is about, or as people chose."""
    rows = np.flatnonzero(stage.is_state & active)
    about = {scenario.issue_of(category) for category in vote.categories}
    issues = np.array(sorted(about) or range(len(scenario.issues)), dtype=np.int64)
    probabilities = vote_probabilities(
        world, rows, issues, stage.forum_index[vote.forum], vote.bindingness, rates_table
    )
    answers = answer(probabilities, world.actors["address"][rows], address(vote.id), keys)
    for move in held.moves:
        if move.vote is not None and move.on in ("", vote.id):
            answers[rows == stage.population.rows.get(move.actor)] = ANSWERS.index(move.vote)
    return VoteTrace(vote=vote.id, rows=rows, probabilities=probabilities, answers=answers)
