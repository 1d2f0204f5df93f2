"""Agenda setting: the themes of the round tables and their sessions; hosts and those who came last choose."""

from __future__ import annotations

from math import exp, log
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from comity.compiled import Bools, Entry, Floats, Ints, UInts, compiled, inner
from comity.mechanism import Fixed, Mechanism, Parameter
from comity.randomness import Decision, uniform
from comity.rules.exposure import exposure
from comity.world.world import Group, Opened

if TYPE_CHECKING:
    from comity.scenario.calendar import Meeting

__all__ = [
    "MECHANISM",
    "N_SALIENT",
    "Categories",
    "Topic",
    "Wishes",
    "arrival",
    "choose_topics",
    "civil_society_topics",
    "draw_agenda",
    "topic_weights",
]

MECHANISM = Mechanism(
    name="agenda setting",
    changes=("agenda",),
    strength=None,
    group="agenda",
    parameters=(
        Parameter("agenda_inertia", 0.5, 0, 5, "weight of having been on the last agenda", symbol="a_0"),
        Parameter(
            "agenda_chair", 1.0, 0, 5, "weight of the chair's own salience",
            symbol="a_h", source="chapter, 'GFMD': the host has significant influence; strength: assumption",
        ),
        Parameter("agenda_demand", 1.0, 0, 5, "weight of the salience to those who came last time", symbol="a_d"),
        Parameter(
            "agenda_civil_society", 1.0, 0, 5, "weight of civil society's salience, times openness",
            symbol="a_c",
        ),
        Parameter("agenda_novelty", 1.0, 0, 5, "bonus of a topic that the forum has not discussed yet", symbol="a_n"),
        Parameter(
            "agenda_comfort", 10.0, 0, 20, "how strongly topics that cost sovereignty are kept off the agenda",
            symbol="kappa", source="chapter, 'GFMD': rights controversial at first; assumption", free=True,
        ),
    ),
    source="Chapter, 'GFMD': the host has significant influence, the agenda expanded, rights controversial at first; "
    "form: assumption",
)  # fmt: skip

_ZERO = np.uint64(0)
_LEAST_WEIGHT = 1e-12

N_MIRRORED = Fixed(
    4, 1, 20, "topics of a civil-society day or an assembly whose agenda the scenario does not script", unit="topics"
)
N_SALIENT = Fixed(
    3, 1, 20, "issues of a meeting without sessions and votes: those most salient to whom it invites", unit="issues"
)


class Topic(NamedTuple):
    """What a room discusses; ``drawn``: the place of the topic that decides its category, -1 where none is drawn."""

    code: str
    title: str
    category: str
    cochairs: tuple[str, ...] = ()
    drawn: int = -1


class Categories(NamedTuple):
    """The categories (C) of all K issues, issue by issue: the ``address`` of the luck of each, and of each issue.

    ``first`` (K + 1,) is the first category of each issue, and their number.
    """

    address: UInts
    issue_address: UInts
    first: Ints


class Wishes(NamedTuple):
    """Who asks for topics, and what a forum has discussed.

    ``hosts`` int64 (hosts,) are rows; ``came`` bool (n,) the states that came to the last meeting of the forum, all
    states before the first; the ``openness`` of the meeting is a share. ``last`` and ``ever`` bool (C,): categories on
    the last agenda, and on all agendas. Before its first meeting the last agenda of a forum is that of the forum that
    founded it, its founding mandate.
    """

    hosts: Ints
    came: Bools
    openness: float
    last: Bools
    ever: Bools


@compiled
def _demand(salience: Floats, asked: Bools) -> float:
    """Return the mean salience of an issue to those asked, relative to an equal spread; 1 for nobody.

    ``salience`` (n,) is K times that of each; ``asked`` bool (n,).
    """
    total, n_asked = 0.0, 0
    for i in range(len(asked)):
        if asked[i]:
            total += salience[i]
            n_asked += 1
    return total / n_asked if n_asked > 0 else 1.0


@inner
def topic_weights(categories: Categories, forum: Entry, wishes: Wishes, run: Opened) -> Floats:
    """Return the weight of each category, (C,).

    weight = comfort_k (a_h s_chair + a_d s_came + a_c openness s_networks + a_0 [on the last agenda] + a_n [new])
    / C_k, with each s the salience relative to an equal spread, C_k the number of categories of the issue, and
    comfort_k = exp(-kappa E_kf mean sigma), the mean over the states that came, 0 where none came.

    ``forum`` has its bindingness and its development_framing.
    """
    world, parameters, issues = run.world, run.parameters, run.world.issues
    n, n_issues = world.preferences.salience.shape
    weights, salience = np.empty(len(categories.address)), np.empty(n)
    hosts, networks = np.zeros(n, dtype=np.bool_), np.zeros(n, dtype=np.bool_)
    sovereignty, n_came = 0.0, 0
    for i in range(n):
        networks[i] = world.actors.group[i] == Group.NETWORK
        if wishes.came[i]:
            sovereignty += world.actors.sovereignty[i]
            n_came += 1
    for host in wishes.hosts:
        hosts[host] = True
    sovereignty /= max(n_came, 1)
    for k in range(n_issues):
        cost = exposure(
            issues.politicisation[k],
            forum.development_framing,
            issues.development_framing[k],
            parameters.base_exposure,
            forum.bindingness,
        )
        for i in range(n):
            salience[i] = n_issues * world.preferences.salience[i, k]
        wanted = (
            parameters.agenda_chair * _demand(salience, hosts)
            + parameters.agenda_demand * _demand(salience, wishes.came)
            + parameters.agenda_civil_society * wishes.openness * _demand(salience, networks)
        )
        comfort = exp(-parameters.agenda_comfort * cost * sovereignty)
        first, last = categories.first[k], categories.first[k + 1]
        for c in range(first, last):
            inertia = parameters.agenda_inertia if wishes.last[c] else 0.0
            novelty = 0.0 if wishes.ever[c] else parameters.agenda_novelty
            weights[c] = comfort * (wanted + inertia + novelty) / (last - first)
    return weights


@compiled
def arrival(weight: float, draw: float) -> float:
    """Return when a name arrives: in the order of arrivals names are drawn without replacement, by weight.

    An exponential draw with rate ``weight`` [Efraimidis2006]; ``draw`` is uniform in [0, 1).
    """
    return -log(1.0 - draw) / (weight + _LEAST_WEIGHT)


@inner
def choose_topics(
    categories: Categories, weights: Floats, themes: tuple[int, int], meeting: np.uint64, run: Opened, topics: Ints
) -> None:
    """Fill ``topics`` with categories: first themes are drawn, then the sessions within them.

    A theme is an issue or a group of issues. Issues are drawn without replacement in proportion to the sum of the
    weights of their categories, and are dealt to the themes in turn. So are the sessions, and each draws a category of
    its theme in proportion to weight, with replacement.

    Parameters
    ----------
    weights
        From :func:`topic_weights`.
    themes
        Round tables with a theme of their own, and the issues that each gathers, as far as there are issues.
    """
    key, n_issues = run.keys[Decision.AGENDA], len(categories.issue_address)
    arrivals = np.empty(n_issues)
    for k in range(n_issues):
        weight = 0.0
        for c in range(categories.first[k], categories.first[k + 1]):
            weight += weights[c]
        arrivals[k] = arrival(weight, uniform(key, meeting, categories.issue_address[k], _ZERO, _ZERO))
    on_agenda = np.empty(min(themes[0] * themes[1], n_issues), dtype=np.int64)
    for place in range(len(on_agenda)):
        on_agenda[place] = np.argmin(arrivals)
        arrivals[on_agenda[place]] = np.inf
    n_themes = min(themes[0], len(on_agenda))
    for number in range(len(topics)):
        soonest = np.inf
        for k in on_agenda[number % n_themes :: n_themes]:
            for c in range(categories.first[k], categories.first[k + 1]):
                draw = uniform(key, meeting, categories.address[c], np.uint64(number + 1), _ZERO)
                arrives = arrival(weights[c], draw)
                if arrives < soonest:
                    soonest, topics[number] = arrives, c


@inner
def draw_agenda(
    categories: Categories,
    forum: Entry,
    wishes: Wishes,
    themes: tuple[int, int],
    meeting: np.uint64,
    run: Opened,
    topics: Ints,
) -> None:
    """Weigh all categories, and fill ``topics`` with those drawn: :func:`topic_weights`, :func:`choose_topics`."""
    choose_topics(categories, topic_weights(categories, forum, wishes, run), themes, meeting, run, topics)


def civil_society_topics(meeting: Meeting, sessions: tuple[Topic, ...], demand: list[str]) -> tuple[Topic, ...]:
    """Return the agenda of the civil-society day or of an assembly.

    Scripted where the calendar has it; else the themes of the government agenda mirrored, in turn with the
    categories that networks care about most (``demand``, in that order).
    """
    if meeting.civil_society_sessions:
        return tuple(Topic(s.code, s.title, s.category, s.cochairs) for s in meeting.civil_society_sessions)
    topics: list[Topic] = []
    for number in range(N_MIRRORED.count):
        mirror = number % 2 == 0 and number // 2 < len(sessions)
        category = sessions[number // 2].category if mirror else demand[(number // 2) % len(demand)]
        drawn = sessions[number // 2].drawn if mirror else -1
        topics.append(Topic(f"CSD{number + 1}", category, category, (), drawn))
    return tuple(topics)
