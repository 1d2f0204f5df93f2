"""The rule by which aims and red lines follow from the data. All of it is an assumption, made for teaching.

Wishes. A seat has an aim on each of the ``N_ISSUES`` issues that it cares about most. Its position says which: from
``JOINT`` on it wants joint work (*advance*), up to ``NATIONAL`` it wants the issue left to states (*guard*), between
them it has something to gain and to lose (*weigh*). The aim counts as much as the issue's salience among these issues.

Money. A state among the richest (income from ``RICH`` on) should pledge where a forum has no budget.

Arena. After a dialogue a state should name the arena it gains most from by the model's own utility at the start; the
informal forum, the compromise, where that is less than ``NEAR`` below.

Red lines. An offer on an issue is ruled out where what it costs at home, sovereignty times exposure, is at least
``COST`` while the seat leans to the national side (position at most ``LEANS``); the ``N_RED`` costliest issues are
named. A network that stands outside must not make offers in a state-led forum. A state must not choose an arena from
which it loses at least ``NEAR``, nor silence where another arena gains it at least ``GAIN``. In a vote, position (by
salience, over the issues of the text) minus sovereignty times bindingness rules out a no from ``NEVER_NO`` on, a yes
up to ``NEVER_YES``.
"""

from __future__ import annotations

import numpy as np

from comity.phases import Phase
from comity.population.people import Population
from comity.randomness import decision_keys
from comity.rules.arena import ARENAS, arena_utilities, offers_of
from comity.rules.exposure import exposure
from comity.scenario.parameters import table_of
from comity.scenario.schema import Forum, Scenario, Vote
from comity.world.world import Run

__all__ = [
    "COST",
    "GAIN",
    "JOINT",
    "LEANS",
    "NATIONAL",
    "NEAR",
    "NEVER_NO",
    "NEVER_YES",
    "N_ISSUES",
    "N_RED",
    "RICH",
    "arena_gains",
    "costly_issues",
    "costs",
    "forum_bindingness",
    "issues_of",
    "leaning",
    "named_arena",
    "ruled_out_arenas",
    "wish",
]

N_ISSUES = 3
"""Issues on which a seat has an aim: as many as a person keeps in mind during a sitting."""
JOINT, NATIONAL = 0.6, 0.4
"""Positions from which an issue counts as a joint matter, and up to which as a national one; shares."""
RICH = 0.8
"""Income, a percentile rank, from which a state should pay."""
COST = 0.4
"""Sovereignty times exposure from which an offer is ruled out; a share."""
LEANS = 0.5
"""Position up to which a costly issue is a red line; a share."""
N_RED = 2
"""Most issues with a red line on offers."""
NEAR = 0.05
"""Difference of utility between arenas that does not count."""
GAIN = 0.1
"""Utility of the best arena from which silence about migration would throw something away."""
NEVER_NO, NEVER_YES = 0.45, 0.15
"""Leaning in a vote from which a no, and up to which a yes, is ruled out; in [-1, 1]."""

_COMPROMISE = "informal"


def wish(position: float) -> str:
    """Return ``advance``, ``guard`` or ``weigh``."""
    if position >= JOINT:
        return "advance"
    return "guard" if position <= NATIONAL else "weigh"


def forum_bindingness(forum: Forum, phase: Phase) -> float:
    """Return how far words bind in a phase of a forum, a share; where it has no such phase, as the forum itself."""
    formality = [entry.formality for entry in forum.format if entry.phase is phase]
    return float(np.clip(forum.bindingness + max(formality, default=0.0), 0.0, 1.0))


def costs(scenario: Scenario, forum: Forum, sovereignty: float) -> np.ndarray:
    """Return what an offer on each issue costs a seat in a forum, sovereignty times exposure; shares, shape (K,)."""
    base = scenario.strengths.base_exposure
    return sovereignty * np.array(
        [
            exposure(
                issue.politicisation,
                forum.development_framing,
                issue.development_framing,
                base,
                forum_bindingness(forum, Phase.ROUND_TABLES),
            )
            for issue in scenario.issues
        ]
    )


def costly_issues(
    scenario: Scenario, forums: list[Forum], sovereignty: float, position: np.ndarray
) -> list[tuple[int, list[Forum], float]]:
    """Return the issues with a red line on offers, the costliest first: index, forums, highest cost (a share)."""
    if not forums:
        return []
    table = np.array([costs(scenario, forum, sovereignty) for forum in forums])
    found = []
    for k in range(len(scenario.issues)):
        where = [forum for forum, cost in zip(forums, table[:, k], strict=True) if cost >= COST]
        if where and position[k] <= LEANS:
            found.append((k, where, float(table[:, k].max())))
    return sorted(found, key=lambda item: (-item[2], item[0]))[:N_RED]


def arena_gains(scenario: Scenario, population: Population, row: int) -> dict[str, float] | None:
    """Return the utility of each arena for a state at the start, or None where no forum decides on the arena."""
    formal = next((forum for forum in scenario.forums if forum.decides_arena), None)
    informal = next((forum for forum in scenario.forums if forum.state_led), None)
    if formal is None or informal is None:
        return None
    run = Run(population.world.begin(1.0), table_of(scenario.strengths), decision_keys(0))
    utilities = arena_utilities(np.array([row]), offers_of(formal, informal), run)
    return dict(zip(ARENAS, map(float, utilities[0, : len(ARENAS)]), strict=True))


def named_arena(gains: dict[str, float]) -> str:
    """Return the arena that a state should name."""
    best = max(gains.values())
    return _COMPROMISE if gains[_COMPROMISE] > best - NEAR else max(gains, key=lambda arena: gains[arena])


def ruled_out_arenas(gains: dict[str, float]) -> list[str]:
    """Return the arenas that a state must not choose."""
    lost = [arena for arena, gain in gains.items() if gain <= -NEAR]
    return lost or (["nowhere"] if max(gains.values()) >= GAIN else [])


def issues_of(scenario: Scenario, vote: Vote) -> list[int]:
    """Return the indices of the issues that a text is about."""
    if not vote.categories:
        return list(range(len(scenario.issues)))
    return sorted({scenario.issue_of(category) for category in vote.categories})


def leaning(scenario: Scenario, vote: Vote, sovereignty: float, position: np.ndarray, salience: np.ndarray) -> float:
    """Return position on the text, by salience over its issues, minus sovereignty times bindingness; in [-1, 1]."""
    about = issues_of(scenario, vote)
    weights = salience[about]
    mean = float((weights * position[about]).sum() / weights.sum()) if weights.sum() > 0 else 0.5
    return mean - sovereignty * vote.bindingness
