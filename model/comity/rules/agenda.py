"""Agenda setting: the themes of the round tables and their sessions; hosts and those who came last choose."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import log
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from comity.mechanism import Fixed, Mechanism, Parameter
from comity.randomness import Decision, address, uniform
from comity.rules.exposure import exposure
from comity.world.world import Group, Run, World

if TYPE_CHECKING:
    from comity.scenario.calendar import Meeting
    from comity.scenario.forums import Forum, Issue

__all__ = ["MECHANISM", "N_SALIENT", "Discussed", "Topic", "choose_topics", "civil_society_topics", "topic_weights"]

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

N_MIRRORED = Fixed(
    4, 1, 20, "topics of a civil-society day or an assembly whose agenda the scenario does not script", unit="topics"
)
N_SALIENT = Fixed(
    3, 1, 20, "issues of a meeting without sessions and votes: those most salient to whom it invites", unit="issues"
)


class Topic(NamedTuple):
    """What a room discusses."""

    code: str
    title: str
    category: str
    cochairs: tuple[str, ...] = ()


@dataclass(kw_only=True)
class Discussed:
    """Categories that a forum has discussed: on its ``last`` agenda, and on all its agendas (``ever``).

    Before its first meeting the last agenda of a forum is that of the forum that founded it, its founding mandate.
    """

    last: set[str] = field(default_factory=set)
    ever: set[str] = field(default_factory=set)


def topic_weights(
    issues: tuple[Issue, ...],
    forum: Forum,
    hosts: list[int],
    came: np.ndarray,
    openness: float,
    discussed: Discussed,
    run: Run,
) -> dict[str, float]:
    """Return the weight of each category.

    weight = comfort_k (a_h s_chair + a_d s_came + a_c openness s_networks + a_0 [on the last agenda] + a_n [new])
    / C_k, with each s the salience relative to an equal spread, C_k the number of categories of the issue, and
    comfort_k = exp(-kappa E_kf mean sigma), the mean over ``came``, 0 where no state comes.

    Parameters
    ----------
    came
        Rows of the states that came to the last meeting of the forum, of all states before the first.
    """
    world, parameters = run.world, run.parameters
    networks = np.flatnonzero(world.actors["group"] == Group.NETWORK)
    sovereignty = float(world.actors["sovereignty"][came].mean()) if len(came) else 0.0
    weights = {}
    for k, issue in enumerate(issues):
        cost = exposure(
            issue.politicisation,
            forum.development_framing,
            issue.development_framing,
            parameters["base_exposure"],
            forum.bindingness,
        )
        comfort = float(np.exp(-parameters["agenda_comfort"] * cost * sovereignty))
        wanted = (
            parameters["agenda_chair"] * _demand(world, hosts, k)
            + parameters["agenda_demand"] * _demand(world, came, k)
            + parameters["agenda_civil_society"] * openness * _demand(world, networks, k)
        )
        for category in issue.categories:
            inertia = parameters["agenda_inertia"] * (category in discussed.last)
            novelty = parameters["agenda_novelty"] * (category not in discussed.ever)
            weights[category] = float(comfort * (wanted + inertia + novelty) / len(issue.categories))
    return weights


def _demand(world: World, rows: list[int] | np.ndarray, issue: int) -> float:
    """Return the mean salience of an issue to some actors, relative to an equal spread; 1 for nobody."""
    return world.salience.shape[1] * float(world.salience[rows, issue].mean()) if len(rows) else 1.0


def choose_topics(
    issues: tuple[Issue, ...],
    weights: dict[str, float],
    count: int,
    themes: tuple[int, int],
    meeting: np.uint64,
    run: Run,
) -> tuple[Topic, ...]:
    """Return ``count`` topics: first themes are drawn, then the sessions within them.

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
    key, (n_themes, n_issues) = run.keys[Decision.AGENDA], themes
    drawn = {issue.id: sum(weights[category] for category in issue.categories) for issue in issues}
    categories = {issue.id: issue.categories for issue in issues}
    on_agenda = [categories[name] for name in _ranked(drawn, key, meeting, _ZERO)[: n_themes * n_issues]]
    n_themes = min(n_themes, len(on_agenda))
    chosen = []
    for number in range(count):
        theme = on_agenda[number % n_themes :: n_themes]
        within = {category: weights[category] for issue in theme for category in issue}
        chosen.append(_ranked(within, key, meeting, np.uint64(number + 1))[0])
    return tuple(Topic(str(number + 1), category, category) for number, category in enumerate(chosen))


def _ranked(weights: dict[str, float], key: np.uint64, meeting: np.uint64, session: np.uint64) -> list[str]:
    """Return names in an order drawn without replacement in proportion to weight.

    Each name has its own draw: in the order of exponential draws with rate weight [Efraimidis2006].
    """
    arrivals = {
        name: -log(1.0 - uniform(key, meeting, address(name), session, _ZERO)) / (weight + 1e-12)
        for name, weight in weights.items()
    }
    return sorted(arrivals, key=lambda name: (arrivals[name], name))


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
        topics.append(Topic(f"CSD{number + 1}", category, category))
    return tuple(topics)
