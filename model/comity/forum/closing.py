"""The close of a meeting: what follows from it as a whole, and what it leaves in numbers; section 3.7 of the ODD."""

from __future__ import annotations

import numpy as np

from comity.compiled import Bools, Floats, Int8s, Ints, Whole, apart, compiled, inner, lean
from comity.forum.course import Agendas, Course, Frame, Moves, Numbers, Votes, era_of, held_of
from comity.forum.moments import Moment, Until, go_on, is_due
from comity.rules.advocacy import advocate
from comity.rules.arena import agreed_arena, fill_utilities, prefer
from comity.rules.attachment import attach
from comity.rules.drafting import count_voice, draft_of
from comity.rules.funding import keep_habit
from comity.rules.generalised_trust import generalise
from comity.rules.support import fill_support
from comity.rules.trust import trust_in_group
from comity.rules.vote import answer, vote_probabilities
from comity.world.meeting import Held
from comity.world.room import Floor
from comity.world.world import GROUPS, Kind, Opened, World

__all__ = ["N_GROUPS", "close_meeting", "count_seats"]

N_GROUPS = len(GROUPS)


@apart
def close_meeting(x: Whole, until: Until, course: Course, run: Opened, floor: Floor) -> None:
    """Close meeting x: attachment, the habit of pledging, generalised trust, advocacy, means by group, the memory of
    the forum, arenas, support for organisations, votes. The ``floor`` is working space."""
    frame, numbers, place = course.frame, course.numbers, course.frame.place[0]
    found, meeting = frame.found[x], frame.meetings[x]
    place.today = max(place.today, meeting.end)
    found.closed = place.today
    active, forum = frame.existing[era_of(place.today, frame)], frame.forums[found.forum]
    held = held_of(x, frame, course.proceedings, -1.0, active, floor.pull)
    while place.moment < Moment.SNAPSHOT and not is_due(place, until):
        if place.moment == Moment.ATTACHMENT:
            attach(found.forum, held.log.experience, run)
        elif place.moment == Moment.HABIT:
            if forum.is_state_led:
                keep_habit(held.doors, held.log.donors, run)
        elif place.moment == Moment.GENERALISATION:
            generalise(held.log, run, floor.pull, floor.hearing, floor.trust, floor.evidence)
        elif place.moment == Moment.ADVOCACY:
            advocate(held.log, held.timetable, run)
        elif place.moment == Moment.MEANS:
            cooperation, sovereignty, trust = numbers.cooperation[x], numbers.sovereignty[x], numbers.trust[x]
            found.practices = take_means(active, run.world, cooperation, sovereignty, trust)
        elif place.moment == Moment.MEMORY:
            remember_meeting(x, held, frame, course.agendas, run.world)
        elif place.moment == Moment.ARENA_CHOICE:
            if forum.decides_arena:
                rank_arenas(x, active, frame, numbers, course.moves, run, floor.speaks)
        elif place.moment == Moment.SUPPORT:
            if forum.decides_arena or forum.is_state_led:
                support = numbers.support[meeting.support]
                fill_support(active, run, support, floor.copied)
        elif place.moment == Moment.VOTES:
            for v in range(meeting.first_vote, meeting.first_vote + meeting.n_votes):
                hold_vote(v, v - meeting.first_vote, x, active, course.votes, course.moves, run)
        go_on(place, place.moment + 1)


@inner
def take_means(active: Bools, world: World, cooperation: Floats, sovereignty: Floats, trust: Floats) -> float:
    """Take the means by group at a close, of those ``active`` (n,), and return how many practices all have copied.

    ``cooperation`` and ``sovereignty`` (5,), ``trust`` (5, 5): see :class:`comity.forum.course.Left`.
    """
    size, actors = np.empty(N_GROUPS), world.actors
    _group_means(actors.cooperation, actors.group, active, size, cooperation)
    _group_means(actors.sovereignty, actors.group, active, size, sovereignty)
    _group_trust(world, size, trust)
    practices = 0.0
    for i in range(len(actors)):
        for k in range(world.preferences.practices.shape[1]):
            practices += world.preferences.practices[i, k]
    return practices


@lean
def _group_means(values: Floats, group: Int8s, active: Bools, size: Floats, mean: Floats) -> None:
    """Fill ``mean`` (5,) with that of a value among the active actors of each group; nan where there are none."""
    for g in range(N_GROUPS):
        mean[g], size[g] = 0.0, 0.0
    for i in range(len(values)):
        if active[i]:
            mean[group[i]] += values[i]
            size[group[i]] += 1.0
    for g in range(N_GROUPS):
        mean[g] = mean[g] / size[g] if size[g] > 0 else np.nan


@lean
def _group_trust(world: World, size: Floats, total: Floats) -> None:
    """Fill ``total`` (5, 5) with the mean trust of each group (row) in each group (column), not counting in oneself.

    All actors count, also those not founded yet, whose trust stands at its prior.
    """
    for g in range(N_GROUPS):
        size[g] = 0.0
        for h in range(N_GROUPS):
            total[g, h] = 0.0
    for i in range(len(world.actors)):
        group = world.actors.group[i]
        size[group] += 1.0
        for h in range(N_GROUPS):
            total[group, h] += trust_in_group(i, h, world)
    for g in range(N_GROUPS):
        for h in range(N_GROUPS):
            pairs = size[g] * (size[h] - (1.0 if g == h else 0.0))
            total[g, h] = total[g, h] / pairs if pairs > 0 else np.nan


@lean
def remember_meeting(x: Whole, held: Held, frame: Frame, agendas: Agendas, world: World) -> None:
    """Let a forum remember of meeting x its openness, its topics, and which states came, if at least one did."""
    found, f = frame.found[x], frame.found.forum[x]
    memory = agendas.memory[f]
    memory.openness, memory.has_come = found.openness, False
    for i in range(len(held.log.present)):
        agendas.came[f, i] = held.log.present[i] and world.actors.kind[i] == Kind.STATE
        memory.has_come |= agendas.came[f, i]
    for c in range(agendas.last.shape[1]):
        agendas.last[f, c] = False
    for number in range(found.n_topics):
        c = agendas.topics[x, number]
        agendas.last[f, c] = True
        agendas.ever[f, c] = True


@lean
def rank_arenas(
    x: Whole, active: Bools, frame: Frame, numbers: Numbers, moves: Moves, run: Opened, space: Bools
) -> None:
    """Let states rank the arenas after meeting x, and, where that is endogenous, agree on one.

    What a person chose stands first; those ``active`` (n,) agree. ``space`` (n,) is working space.
    """
    offers, among = numbers.offers[frame.found.forum[x]], space[: len(numbers.states)]
    for place in range(len(among)):
        among[place] = active[numbers.states[place]]
    utilities = numbers.arena[frame.meetings.arena[x]]
    fill_utilities(numbers.states, offers, run, utilities)
    for number in range(moves.first[x], moves.first[x + 1]):
        move = moves.moves[number]
        for place in range(len(among)):
            if move.arena >= 0 and among[place] and numbers.states[place] == move.row:
                prefer(utilities, place, move.arena)
    if frame.setting.arena[0]:
        frame.place.arena[0] = agreed_arena(utilities, numbers.state_roles, among)


@inner
def hold_vote(v: Whole, number_there: Whole, x: Whole, active: Bools, votes: Votes, moves: Moves, run: Opened) -> None:
    """Let the states that exist and may vote answer a text on its issues, as it was drafted, or as people chose."""
    vote = votes.votes[v]
    rows = np.flatnonzero(votes.members[v] & active)
    issues = votes.issues[vote.first_issue : vote.first_issue + vote.n_issues]
    voices = votes.voices[v, : len(issues)]
    for number in range(moves.first[x], moves.first[x + 1]):
        move = moves.moves[number]
        if move.stance != 0 and (move.vote < 0 or move.vote == number_there):
            for k in range(len(issues)):
                if issues[k] == move.paragraph and votes.members[v, move.row] and active[move.row]:
                    count_voice(voices, k, move.wording, move.stance, run.world.actors.group[move.row])
    draft = draft_of(voices, vote.bindingness, vote.is_agreed, run.parameters)
    probabilities = vote_probabilities(rows, issues, draft, run)
    answers = answer(probabilities, run.world.actors.address[rows], np.uint64(vote.address), run)
    for number in range(moves.first[x], moves.first[x + 1]):
        move = moves.moves[number]
        if move.answer >= 0 and (move.vote < 0 or move.vote == number_there):
            for place in range(len(rows)):
                if rows[place] == move.row:
                    answers[place] = move.answer
    votes.n_voters[v] = len(rows)
    for place in range(len(rows)):
        votes.voters[v, place] = rows[place]
        votes.answers[v, place] = answers[place]
        for column in range(probabilities.shape[1]):
            votes.probabilities[v, place, column] = probabilities[place, column]


@compiled
def count_seats(phases: Ints, rounds: Ints, acts: Int8s, group: Int8s, counts: Ints) -> None:
    """Add the seats of one meeting to ``counts`` (phases, groups, acts); who did not sit in a round is not counted."""
    row = 0
    for sitting in range(len(phases)):
        for _ in range(rounds[sitting]):
            for i in range(len(group)):
                if acts[row, i] >= 0:
                    counts[phases[sitting], group[i], acts[row, i]] += 1
            row += 1
