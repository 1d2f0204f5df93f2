"""The compact: every state answers yes, abstain or no, or is absent."""

from __future__ import annotations

import numpy as np

from comity.mechanism import Mechanism
from comity.population.world import ROLES, Kind, World
from comity.randomness import Decision, uniforms
from comity.scenario.parameters import Parameters
from comity.scenario.schema import Scenario, Vote

__all__ = ["ANSWERS", "MECHANISM", "answer", "vote_probabilities"]

MECHANISM = Mechanism(
    name="compact vote",
    changes=("votes",),
    strength=None,
    parameters=(
        "vote_intercept",
        "vote_position",
        "vote_trust",
        "vote_sovereignty",
        "vote_pressure",
        "vote_abstention",
        "absence_intercept",
        "absence_capacity",
    ),
    source="Ordered logit: McKelvey and Zavoina (1975); utility: assumption",
)

ANSWERS = ("yes", "abstain", "no", "absent")


def vote_probabilities(
    world: World, states: np.ndarray, vote: Vote, scenario: Scenario, parameters: Parameters
) -> np.ndarray:
    """Return the probabilities of yes, abstain, no and absent of the states in these rows, shape (states, 4).

    u_i = y_0 + y_x (weighted position - 1/2) + y_T (mean trust in states - 1/2) - y_sigma sigma_i b - y_d pressure_i;
    P(absent) = L(y_n - y_q (q_i + p_if)); among those present P(yes) = L(u - y_a / 2), P(no) = 1 - L(u + y_a / 2).
    Positions are weighted by salience over the issues that the text is about.
    """
    about = sorted({scenario.issue_of(category) for category in vote.categories})
    issues = np.array(about or range(len(scenario.issues)))
    salience = world.salience[np.ix_(states, issues)]
    position = (salience * world.position[np.ix_(states, issues)]).sum(axis=1) / salience.sum(axis=1)
    n_states = int((world.actors["kind"] == Kind.STATE).sum())
    trust = world.trust_held[states, : len(ROLES)].sum(axis=1) / max(n_states - 1, 1)
    utility = (
        parameters.vote_intercept
        + parameters.vote_position * (position - 0.5)
        + parameters.vote_trust * (trust - 0.5)
        - parameters.vote_sovereignty * world.actors["sovereignty"][states] * vote.bindingness
        - parameters.vote_pressure * world.actors["pressure"][states]
    )
    forum = next(f for f, item in enumerate(scenario.forums) if item.id == vote.forum)
    presence = world.actors["capacity"][states] + world.attachment[states, forum]
    absent = _logistic(parameters.absence_intercept - parameters.absence_capacity * presence)
    yes = (1.0 - absent) * _logistic(utility - 0.5 * parameters.vote_abstention)
    no = (1.0 - absent) * (1.0 - _logistic(utility + 0.5 * parameters.vote_abstention))
    return np.column_stack([yes, 1.0 - absent - yes - no, no, absent])


def answer(probabilities: np.ndarray, addresses: np.ndarray, vote: np.uint64, keys: np.ndarray) -> np.ndarray:
    """Return the answer of each state as an index into ``ANSWERS``; one draw decides absence, another the answer."""
    away = uniforms(keys[Decision.VOTE_ABSENCE], vote, np.uint64(0), addresses) < probabilities[:, 3]
    present = np.maximum(1.0 - probabilities[:, 3], 1e-12)
    draws = uniforms(keys[Decision.VOTE], vote, np.uint64(0), addresses)
    yes, abstain = probabilities[:, 0] / present, probabilities[:, 1] / present
    choice = np.where(draws < yes, 0, np.where(draws < yes + abstain, 1, 2))
    return np.where(away, 3, choice)


def _logistic(utility: np.ndarray) -> np.ndarray:
    return np.asarray(1.0 / (1.0 + np.exp(-utility)))
