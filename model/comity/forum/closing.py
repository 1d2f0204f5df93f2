"""The close of a meeting: what states think of arenas and organisations, their votes, and what the run keeps of it."""

from __future__ import annotations

import numpy as np

from comity.forum.gathering import Gathering
from comity.forum.stage import Stage
from comity.forum.stock import Stock
from comity.forum.trace import MeetingTrace, VoteTrace
from comity.randomness import address
from comity.rules.arena import arena_utilities, offers_of, prefer
from comity.rules.support import support_by_group
from comity.rules.vote import ANSWERS, answer, is_adopted, vote_probabilities
from comity.scenario.schema import Vote
from comity.world.world import Run

__all__ = ["close_meeting"]


def close_meeting(held: Gathering, stock: Stock, stage: Stage, active: np.ndarray, run: Run) -> MeetingTrace:
    """Let states rank arenas, judge organisations and vote; return what is kept of the meeting, without a snapshot.

    Nothing in the world changes.

    Parameters
    ----------
    stock
        What :func:`comity.forum.meeting.hold_meeting` left at the close.
    active
        Whose opinion counts, bool (n,): the actors that exist on the last day.
    """
    log, arena, support = held.log, None, None
    if held.forum.decides_arena:
        arena = _rank_arenas(held, stage, active, run)
    if held.forum.decides_arena or held.forum.state_led:
        support = support_by_group(active, run)
    votes = [_vote(vote, held, stage, active, run) for vote in held.meeting.votes]
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
        experience=log.experience,
        cooperation=stock.cooperation,
        sovereignty=stock.sovereignty,
        group_trust=stock.trust,
        practices=float(stock.practices[0]),
        arena=arena,
        support=support,
        votes=tuple(votes),
        snapshot=None,
    )


def _rank_arenas(held: Gathering, stage: Stage, active: np.ndarray, run: Run) -> np.ndarray:
    """Return the utilities of the arenas, shape (states, 4); what people chose stands first."""
    informal = next((forum for forum in stage.scenario.forums if forum.state_led), held.forum)
    utilities: np.ndarray = arena_utilities(stage.states, offers_of(held.forum, informal), run)
    rows, places = stage.population.rows, {int(row): place for place, row in enumerate(stage.states) if active[row]}
    first: dict[int, str] = {
        places[rows[move.actor]]: move.arena
        for move in held.moves
        if move.arena is not None and rows.get(move.actor) in places
    }
    prefer(utilities, first)
    return utilities


def _vote(vote: Vote, held: Gathering, stage: Stage, active: np.ndarray, run: Run) -> VoteTrace:
    """Let the states that exist and may vote answer a text on its issues, or as people chose; decide by its rule."""
    rows = np.flatnonzero(stage.voters[vote.id] & active)
    about = {stage.issue_index[category] for category in vote.categories}
    issues = np.array(sorted(about) or range(len(stage.issues)), dtype=np.int64)
    probabilities = vote_probabilities(rows, issues, vote.text_class == "agreed", run)
    answers = answer(probabilities, run.world.actors["address"][rows], address(vote.id), run)
    for move in held.moves:
        if move.vote is not None and move.on in ("", vote.id):
            answers[rows == stage.population.rows.get(move.actor)] = ANSWERS.index(move.vote)
    return VoteTrace(
        vote=vote.id,
        rows=rows,
        probabilities=probabilities,
        answers=answers,
        decision=vote.decision,
        is_adopted=is_adopted(answers, vote.decision),
    )
