"""Checks that span several parts of a scenario: ids, references, hosts, categories."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from itertools import combinations
from typing import TYPE_CHECKING

from comity.errors import InputError, nearest
from comity.scenario.roles import check_subject

if TYPE_CHECKING:
    from comity.scenario.calendar import ChairEvent
    from comity.scenario.moves import Move
    from comity.scenario.schema import Scenario

__all__ = ["MOST_PARTNERS", "check_moves", "check_scenario", "refuse_texts_without_class"]

MOST_PARTNERS = 3
"""Most partners that a person can choose for an actor in one sitting: a break is short."""


def _unique(ids: Iterable[str], what: str) -> set[str]:
    seen: set[str] = set()
    for item in ids:
        if item in seen:
            raise ValueError(f"{what} id must be unique, got {item!r} twice. Rename or remove one.")
        seen.add(item)
    return seen


def _known(name: str, known: set[str], where: str) -> None:
    if name not in known:
        raise ValueError(f"{where} names {name!r}, which is not defined. {nearest(name, known)}")


def _once(names: Iterable[str], where: str) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise ValueError(f"{where} must name each once, got {name!r} twice. Remove one.")
        seen.add(name)


def check_scenario(scenario: Scenario) -> None:
    """Raise ValueError where two parts of a scenario do not fit together."""
    issues = _unique((issue.id for issue in scenario.issues), "issue")
    forums = _unique((forum.id for forum in scenario.forums), "forum")
    meetings = _unique((meeting.id for meeting in scenario.meetings), "meeting")
    _unique((shock.id for shock in scenario.shocks), "shock")
    _unique((vote.id for meeting in scenario.meetings for vote in meeting.votes), "vote")
    _unique((actor.id for actor in scenario.population.actors), "actor")
    categories = {category for issue in scenario.issues for category in issue.categories}
    if len(categories) < sum(len(issue.categories) for issue in scenario.issues):
        raise ValueError("issues: a category must belong to one issue only. Remove it from the others.")
    if scenario.end < scenario.start:
        raise ValueError(f"end must not be before start, got {scenario.start} to {scenario.end}. Swap them.")
    check_subject(scenario)
    _check_population(scenario, issues)
    if scenario.institutions.rights_issue:
        _known(scenario.institutions.rights_issue, issues, "institutions: rights_issue")
    for event in scenario.chairs:
        if not event.state and event.event != "vacancy":
            raise ValueError(f"chairs: the {event.event} of {event.date} must name a state, got none. Add state.")
    for forum in scenario.forums:
        where = f"forum {forum.id!r}: founded_by"
        if forum.founded_by:
            _known(forum.founded_by, forums, where)
        if forum.founded_by == forum.id:
            raise ValueError(f"{where} must name another forum, got itself. Leave it out.")
    _check_lineups(scenario)
    for meeting in scenario.meetings:
        where = f"meeting {meeting.id!r}"
        _known(meeting.forum, forums, f"{where}: forum")
        for session in (*meeting.sessions, *meeting.civil_society_sessions):
            _known(session.category, categories, f"{where}: session {session.code!r}: category")
        for vote in meeting.votes:
            _once(vote.members, f"{where}: vote {vote.id!r}: members")
            if vote.forum:
                _known(vote.forum, forums, f"{where}: vote {vote.id!r}: forum")
            for category in vote.categories:
                _known(category, categories, f"{where}: vote {vote.id!r}: category")
        _once(meeting.hosts, f"{where}: hosts")
        for session in (*meeting.sessions, *meeting.civil_society_sessions):
            _once(session.cochairs, f"{where}: session {session.code!r}: cochairs")
        if meeting.linked_to == meeting.id:
            raise ValueError(f"{where}: linked_to must name another meeting, got itself. Leave it out.")
        if meeting.linked_to:
            _known(meeting.linked_to, meetings, f"{where}: linked_to")
        if scenario.choices.host == "scripted" and scenario.forum(meeting.forum).state_led and not meeting.hosts:
            raise ValueError(
                f"{where}: hosts must name at least one state, got none: forum {meeting.forum!r} is state-led. "
                'Name the host, or let the model choose: choices.host = "endogenous".'
            )
        if not scenario.start <= meeting.start <= scenario.end:
            raise ValueError(
                f"{where}: start must lie between {scenario.start} and {scenario.end}, got {meeting.start}. "
                "Move the meeting or widen the scenario's start and end."
            )
        if meeting.end > scenario.end:
            raise ValueError(
                f"{where}: end must not be after the end of the scenario, {scenario.end}, got {meeting.end}. "
                "Move the meeting or the scenario's end."
            )
    for shock in scenario.shocks:
        if not scenario.start <= shock.date <= scenario.end:
            raise ValueError(
                f"shock {shock.id!r}: date must lie between {scenario.start} and {scenario.end}, got {shock.date}: it "
                "would never happen. Correct the date, or remove the shock."
            )
        _once(shock.actors, f"shock {shock.id!r}: actors")
        for issue in shock.anchors:
            _known(issue, issues, f"shock {shock.id!r}: anchors")
    check_moves(scenario)


def _check_lineups(scenario: Scenario) -> None:
    """Raise ValueError where chairs that were announced on one day include a state or a meeting twice."""
    lineups: dict[date, list[ChairEvent]] = defaultdict(list)
    for event in scenario.chairs:
        if event.event == "announced":
            lineups[event.date].append(event)
    for day, lineup in lineups.items():
        where = f"chairs: the line-up announced on {day}"
        _once((event.state for event in lineup), where)
        _once((event.meeting for event in lineup if event.meeting), where)


def check_moves(scenario: Scenario) -> None:
    """Raise ValueError for a move at a meeting or on a vote that is not there, or two that contradict each other.

    Whether there is such an actor is known when the actors are (:mod:`comity.forum.choices`).
    """
    votes = {meeting.id: [vote.id for vote in meeting.votes] for meeting in scenario.meetings} if scenario.moves else {}
    issues = {issue.id for issue in scenario.issues}
    alike: dict[tuple[object, ...], list[Move]] = defaultdict(list)
    partners: dict[tuple[str, str, int | None], list[str]] = defaultdict(list)
    for move in scenario.moves:
        _known(move.meeting, set(votes), f"move of {move.actor!r}: meeting")
        where = f"move of {move.actor!r} at {move.meeting!r}"
        on = move.on
        if move.partner is not None:
            partners[move.actor, move.meeting, move.sitting].append(move.partner)
            continue
        if move.draft is not None:
            _known(move.paragraph, issues, f"{where}: paragraph")
        if move.choice in ("vote", "draft"):
            taken = votes[move.meeting]
            if not taken:
                raise ValueError(
                    f"{where}: {move.choice}: the meeting has no vote. Name a meeting that has, or leave it out."
                )
            if not on and len(taken) > 1:
                raise ValueError(f"{where}: on must name one of the votes {', '.join(taken)}, got none. Add it.")
            on = on or taken[0]
            _known(on, set(taken), f"{where}: on")
        place = (move.sitting, on, move.paragraph, move.wording)
        alike[move.actor, move.meeting, move.choice, *place].append(move)
    for (actor, meeting, sitting), named in partners.items():
        where = f"move of {actor!r} at {meeting!r}, sitting {sitting}: partner"
        _once(named, where)
        if len(named) > MOST_PARTNERS:
            raise ValueError(f"{where} must be named at most {MOST_PARTNERS} times, got {len(named)}. Remove some.")
    for moves in alike.values():
        for one, other in combinations(moves, 2):
            # A move without a round is on all rounds of its sitting.
            is_other = one.value != other.value or one.draft is not None
            if is_other and (one.round == other.round or None in (one.round, other.round)):
                raise ValueError(
                    f"move of {one.actor!r} at {one.meeting!r}: {one.choice} must be chosen once, got {one.value!r} "
                    f"and {other.value!r}. Keep one of the two."
                )


def _check_population(scenario: Scenario, issues: set[str]) -> None:
    population = scenario.population
    if population.source == "list" and not population.actors:
        raise ValueError('population.actors must not be empty when source is "list". Add [[population.actors]].')
    if population.source == "synthetic" and population.synthetic is None:
        raise ValueError('population.synthetic must be given when source is "synthetic". Add the table.')
    if population.source == "synthetic" and population.actors:
        raise ValueError(
            'population.actors must not be given when source is "synthetic", which draws all actors. Leave them out.'
        )
    _once(population.remove, "population.remove")
    ids = {actor.id for actor in population.actors}
    states = {actor.id for actor in population.actors if actor.kind == "state"}
    for actor in population.actors:
        for partner in actor.stake:
            if partner not in ids:
                raise ValueError(
                    f"population.actors: stake names {partner!r}, which is not an actor. {nearest(partner, ids)}"
                )
            if partner not in states or actor.id not in states:
                other = partner if partner not in states else actor.id
                raise ValueError(
                    f"actor {actor.id!r}: stake must be between two states, got {other!r}, which is none. Remove it."
                )
        for field in ("position", "salience", "mandate"):
            given = getattr(actor, field)
            for issue in given:
                _known(issue, issues, f"actor {actor.id!r}: {field}")
        for field in ("position", "salience"):
            missing = issues - set(getattr(actor, field))
            if missing:
                raise ValueError(
                    f"actor {actor.id!r}: {field} must be given for every issue, {sorted(missing)} missing. "
                    "Add a value in [0, 1]."
                )


def refuse_texts_without_class(scenario: Scenario) -> None:
    """Raise InputError for a vote whose text has no class: the rule of the vote needs one, reading does not."""
    for meeting in scenario.meetings:
        for vote in meeting.votes:
            if vote.text_class is None:
                raise InputError(
                    f"meeting {meeting.id!r}: vote {vote.id!r}: 'text_class' must be 'agreed' or 'contested', got "
                    "none. Say how the text was negotiated and tabled, not how it was voted on."
                )
