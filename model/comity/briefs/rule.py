"""The rule that derives aims and red lines from the data. All of it is an assumption, made for teaching.

The thresholds, in capitals below, are declared in :mod:`comity.briefs.thresholds`.

Issues. A seat has an aim on each of the ``N_AIMS`` issues that are most salient to it. Its position decides which:
*advance* (joint work) from ``JOINT``, *guard* (leave it to states) up to ``NATIONAL``, *weigh* between them. The weight
of an aim is the salience of its issue, relative to these issues.

Money. A state with an income of at least ``RICH`` should pledge money to a state-led forum.

Arena. After a dialogue a state should name the arena with the highest utility at the start, by the model's own rule;
the informal forum, as the compromise, if its utility is less than ``SAME_GAIN`` lower.

Red lines on offers. The cost of an offer is sovereignty times exposure. An offer on an issue is a red line if it costs
at least ``COSTLY`` and the position is at most ``LEANS_NATIONAL``; the ``N_RED_LINES`` costliest issues are named. A
network with the stance *outside* must make no offer in a state-led forum.

Red lines on arenas. A state must not name an arena that loses it at least ``SAME_GAIN``. If there is none, it must not
name *nowhere* when another arena gains it at least ``CLEAR_GAIN``.

Red lines on votes. The leaning is the position on the issues of the text, weighted by salience, minus sovereignty
times bindingness. From ``NEVER_NO`` a no is a red line; up to ``NEVER_YES`` a yes is one.
"""

from __future__ import annotations

import numpy as np

from comity.briefs.thresholds import CLEAR_GAIN, COSTLY, JOINT, LEANS_NATIONAL, N_RED_LINES, NATIONAL, SAME_GAIN
from comity.phases import Phase
from comity.population.people import Population
from comity.randomness import decision_keys
from comity.rules.arena import ARENAS, arena_utilities, offers_of
from comity.rules.exposure import exposure
from comity.scenario.parameters import table_of
from comity.scenario.schema import Forum, Scenario, Vote
from comity.world.world import Run

__all__ = [
    "aim_on",
    "arena_gains",
    "costly_issues",
    "costs",
    "forum_bindingness",
    "issues_of",
    "leaning",
    "named_arena",
    "ruled_out_arenas",
]

_COMPROMISE = "informal"


def aim_on(position: float) -> str:
    """Return the aim on an issue, given a position in [0, 1]: ``advance``, ``guard`` or ``weigh``."""
    if position >= JOINT.default:
        return "advance"
    return "guard" if position <= NATIONAL.default else "weigh"


def forum_bindingness(forum: Forum, phase: Phase) -> float:
    """Return the bindingness of a phase of a forum, a share; without such a phase, that of the forum."""
    formality = [entry.formality for entry in forum.format if entry.phase is phase]
    return float(np.clip(forum.bindingness + max(formality, default=0.0), 0.0, 1.0))


def costs(scenario: Scenario, forum: Forum, sovereignty: float) -> np.ndarray:
    """Return the cost of an offer on each issue in a forum: sovereignty times exposure, shares, shape (K,)."""
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
        where = [forum for forum, cost in zip(forums, table[:, k], strict=True) if cost >= COSTLY.default]
        if where and position[k] <= LEANS_NATIONAL.default:
            found.append((k, where, float(table[:, k].max())))
    return sorted(found, key=lambda item: (-item[2], item[0]))[: int(N_RED_LINES.default)]


def arena_gains(scenario: Scenario, population: Population, row: int) -> dict[str, float] | None:
    """Return the utility of each arena for a state at the start, or None if no forum decides on the arena."""
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
    return _COMPROMISE if gains[_COMPROMISE] > best - SAME_GAIN.default else max(gains, key=lambda arena: gains[arena])


def ruled_out_arenas(gains: dict[str, float]) -> list[str]:
    """Return the arenas that a state must not choose."""
    lost = [arena for arena, gain in gains.items() if gain <= -SAME_GAIN.default]
    return lost or (["nowhere"] if max(gains.values()) >= CLEAR_GAIN.default else [])


def issues_of(scenario: Scenario, vote: Vote) -> list[int]:
    """Return the indices of the issues that the text of a vote is about."""
    if not vote.categories:
        return list(range(len(scenario.issues)))
    return sorted({scenario.issue_of(category) for category in vote.categories})


def leaning(scenario: Scenario, vote: Vote, sovereignty: float, position: np.ndarray, salience: np.ndarray) -> float:
    """Return the leaning in a vote, in [-1, 1]: salience-weighted position minus sovereignty times bindingness."""
    about = issues_of(scenario, vote)
    weights = salience[about]
    mean = float((weights * position[about]).sum() / weights.sum()) if weights.sum() > 0 else 0.5
    return mean - sovereignty * vote.bindingness
