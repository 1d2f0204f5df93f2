"""The agenda: what a meeting discusses (ODD 7.16)."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from comity.scenario.schema import Session
from mesa_twin.arithmetic import mean
from mesa_twin.exposure import exposure
from mesa_twin.luck import Decision, address_of

if TYPE_CHECKING:
    from mesa_twin.delegation import Delegation
    from mesa_twin.held_meeting import HeldMeeting
    from mesa_twin.model import TwinModel

__all__ = ["Topic", "government_agenda", "mirrored_agenda"]

_TOPICS_WITHOUT_SESSIONS = 3
_MIRRORED_TOPICS = 4


class Topic(NamedTuple):
    """One topic: its category, the issue that gathers it, and who is listed to chair it."""

    category: str
    issue: str
    co_chairs: tuple[str, ...] = ()


def government_agenda(meeting: HeldMeeting) -> list[Topic]:
    """Return the topics of the government sessions."""
    n_topics = meeting.plan.session_count or len(meeting.plan.sessions)
    if meeting.model.given.choices.agenda == "endogenous" and n_topics:
        return _drawn(meeting, n_topics)
    if meeting.plan.sessions:
        return _from_sessions(meeting.model, meeting.plan.sessions)
    model = meeting.model
    categories = [category for vote in meeting.plan.votes for category in vote.categories]
    if not categories:
        forum = model.given.forum(meeting.plan.forum)
        invited = [delegation for delegation in model.delegations if model.invites(forum, delegation)]
        categories = _most_salient(model, invited or model.delegations)[:_TOPICS_WITHOUT_SESSIONS]
    return _from_categories(model, categories)


def mirrored_agenda(meeting: HeldMeeting) -> list[Topic]:
    """Return what civil society discusses: in turn a topic of the governments and one of its own."""
    if meeting.plan.civil_society_sessions:
        return _from_sessions(meeting.model, meeting.plan.civil_society_sessions)
    model = meeting.model
    own = _most_salient(model, model.networks or model.delegations)
    categories = []
    for number in range(_MIRRORED_TOPICS):
        rank = number // 2
        is_mirror = number % 2 == 0 and rank < len(meeting.agenda)
        categories.append(meeting.agenda[rank].category if is_mirror else own[rank % len(own)])
    return _from_categories(model, categories)


def _from_sessions(model: TwinModel, sessions: Iterable[Session]) -> list[Topic]:
    return [Topic(item.category, model.issue_of(item.category), item.cochairs) for item in sessions]


def _from_categories(model: TwinModel, categories: Iterable[str]) -> list[Topic]:
    return [Topic(category, model.issue_of(category)) for category in categories]


def _most_salient(model: TwinModel, delegations: Iterable[Delegation]) -> list[str]:
    care = _mean_salience(model, delegations)
    ranked = sorted(model.issues.values(), key=lambda issue: -care[issue.id])
    return [issue.categories[0] for issue in ranked]


def _mean_salience(model: TwinModel, delegations: Iterable[Delegation]) -> dict[str, float]:
    held = list(delegations)
    return {issue: mean((d.salience[issue] for d in held), empty=1 / len(model.issues)) for issue in model.issues}


def _drawn(meeting: HeldMeeting, n_topics: int) -> list[Topic]:
    model, forum, memory = meeting.model, meeting.forum, meeting.memory
    p, n_issues = model.parameters, len(model.issues)
    came = memory.came or [state for state in model.existing_states() if "state" in model.kinds_of(forum)]
    by_chair, by_came = _mean_salience(model, meeting.hosts), _mean_salience(model, came)
    by_networks = _mean_salience(model, model.networks)
    concern = mean(state.sovereignty for state in came)
    arrivals: dict[str, float] = {}
    for issue in model.issues.values():
        cost = exposure(issue, forum.development_framing, forum.bindingness, p.base_exposure)
        demand = n_issues * (
            p.agenda_chair * by_chair[issue.id]
            + p.agenda_demand * by_came[issue.id]
            + p.agenda_civil_society * meeting.openness * by_networks[issue.id]
        )
        for category in issue.categories:
            weight = math.exp(-p.agenda_comfort * cost * concern) * (
                demand / len(issue.categories)
                + p.agenda_inertia * (category in memory.last_categories)
                + p.agenda_novelty * (category not in memory.discussed)
            )
            draw = model.luck.draw(Decision.AGENDA, meeting.id, address_of(category))
            arrivals[category] = -math.log(1 - draw) / (weight + 1e-12)
    ranked = sorted(arrivals, key=lambda category: (arrivals[category], category))
    return _from_categories(model, (ranked[number % len(ranked)] for number in range(n_topics)))
