"""Agenda setting: topics rotate, chairs and those who came last time choose, discomfort keeps topics off."""

from __future__ import annotations

from math import log

import numpy as np

from comity.forum.timetable import Topic
from comity.mechanism import Mechanism
from comity.mechanisms.exposure import exposure
from comity.population.world import World
from comity.randomness import Decision, address, uniform
from comity.scenario.parameters import Parameters
from comity.scenario.schema import Forum, Meeting, Scenario

__all__ = ["MECHANISM", "choose_topics", "civil_society_topics", "topic_weights"]

MECHANISM = Mechanism(
    name="agenda setting",
    changes=("agenda",),
    strength=None,
    parameters=(
        "agenda_inertia",
        "agenda_chair",
        "agenda_demand",
        "agenda_civil_society",
        "agenda_novelty",
        "agenda_comfort",
    ),
    source="Chapter, 'GFMD': the host has significant influence, the agenda expanded, rights controversial at first; "
    "form: assumption",
)

_ZERO = np.uint64(0)


def topic_weights(
    scenario: Scenario,
    world: World,
    forum: Forum,
    hosts: list[int],
    came: np.ndarray,
    openness: float,
    last: set[str],
    discussed: set[str],
    parameters: Parameters,
) -> dict[str, float]:
    """Return the weight of each category.

    weight = comfort_k ((a_h s_chair + a_d s_came + a_c openness s_networks) / C_k + a_0 [on the last agenda]
    + a_n [new]), with each s the salience relative to an equal spread, C_k the number of categories of the issue,
    and comfort_k = exp(-kappa E_kf mean sigma), the mean over ``came``, 0 where no state comes.

    Parameters
    ----------
    came
        Rows of the states that came to the last meeting of the forum, of all states before the first.
    last, discussed
        Categories of the forum's last agenda, and of all its agendas.
    """
    networks = np.flatnonzero(world.actors["kind"] >= 2)
    sovereignty = float(world.actors["sovereignty"][came].mean()) if len(came) else 0.0
    weights = {}
    for k, issue in enumerate(scenario.issues):
        cost = exposure(
            issue.politicisation,
            forum.development_framing,
            issue.development_framing,
            parameters.base_exposure,
            forum.bindingness,
        )
        comfort = float(np.exp(-parameters.agenda_comfort * cost * sovereignty))
        wanted = (
            parameters.agenda_chair * _demand(world, hosts, k)
            + parameters.agenda_demand * _demand(world, came, k)
            + parameters.agenda_civil_society * openness * _demand(world, networks, k)
        )
        for category in issue.categories:
            extra = parameters.agenda_inertia * (category in last) + parameters.agenda_novelty * (
                category not in discussed
            )
            weights[category] = comfort * (wanted / len(issue.categories) + extra)
    return weights


def _demand(world: World, rows: list[int] | np.ndarray, issue: int) -> float:
    """Return the mean salience of an issue to some actors, relative to an equal spread; 1 for nobody."""
    return world.salience.shape[1] * float(world.salience[rows, issue].mean()) if len(rows) else 1.0


def choose_topics(weights: dict[str, float], count: int, meeting: np.uint64, keys: np.ndarray) -> tuple[Topic, ...]:
    """Return ``count`` topics drawn without replacement in proportion to weight; when all are used, over again.

    Each category has its own draw: the smallest exponential draws with rate weight are a draw without replacement.
    """
    order = {}
    for category, weight in weights.items():
        draw = uniform(keys[Decision.AGENDA], meeting, address(category), _ZERO, _ZERO)
        order[category] = -log(1.0 - draw) / (weight + 1e-12)
    ranked = sorted(order, key=lambda category: (order[category], category))
    chosen = [ranked[number % len(ranked)] for number in range(count)]
    return tuple(Topic(str(number + 1), category, category) for number, category in enumerate(chosen))


def civil_society_topics(
    meeting: Meeting, sessions: tuple[Topic, ...], demand: list[str], count: int = 4
) -> tuple[Topic, ...]:
    """Return the agenda of the civil-society day or of an assembly.

    Scripted where the calendar has it; else the themes of the government agenda mirrored, in turn with the
    categories that networks care about most (``demand``, in that order).
    """
    if meeting.civil_society_sessions:
        return tuple(Topic(s.code, s.title, s.category, s.cochairs) for s in meeting.civil_society_sessions)
    topics: list[Topic] = []
    for number in range(count):
        mirror = number % 2 == 0 and number // 2 < len(sessions)
        category = sessions[number // 2].category if mirror else demand[(number // 2) % len(demand)]
        topics.append(Topic(f"CSD{number + 1}", category, category))
    return tuple(topics)
