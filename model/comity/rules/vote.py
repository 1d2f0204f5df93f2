"""Vote: every state answers a text with yes, abstention or no, or is absent."""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from comity.compiled import Floats, Ints, Record, UInts, Whole, compiled, lean
from comity.mechanism import LOGIT, Mechanism, Parameter
from comity.randomness import Decision, uniforms
from comity.rules.logistic import logistic
from comity.rules.trust import trust_in_group
from comity.world.world import ROLES, Kind, Opened, Run, World

__all__ = ["ANSWERS", "MECHANISM", "Answer", "answer", "vote_probabilities", "vote_utility"]

MECHANISM = Mechanism(
    name="vote",
    changes=("votes",),
    strength=None,
    group="vote",
    parameters=(
        Parameter("vote_intercept", 0.5, -6, 6, "inclination to vote yes", symbol="y_0", unit=LOGIT),
        Parameter("vote_position", 4.0, 0, 20, "weight of the salience-weighted position", symbol="y_x", unit=LOGIT),
        Parameter("vote_trust", 4.0, 0, 20, "weight of mean trust in the other states", symbol="y_T", unit=LOGIT),
        Parameter(
            "vote_sovereignty", 4.0, 0, 20, "weight of sovereignty times perceived bindingness",
            symbol="y_sigma", unit=LOGIT,
        ),
        Parameter("vote_pressure", 3.0, 0, 20, "weight of domestic pressure", symbol="y_d", unit=LOGIT),
        Parameter(
            "vote_abstention", 1.5, 0, 10, "width of the band of utility in which a state abstains",
            symbol="y_a", unit=LOGIT,
        ),
        Parameter("absence_intercept", 0.5, -8, 8, "readiness to stay away from a vote", symbol="y_n", unit=LOGIT),
        Parameter(
            "absence_capacity", 3.0, 0, 10, "weight of capacity and of attachment against absence",
            symbol="y_q", unit=LOGIT,
        ),
    ),
    source="Ordered logit: McKelvey and Zavoina (1975); utility: assumption",
)  # fmt: skip


class Answer(IntEnum):
    """What a state answers to a text; the column of its probability."""

    YES = 0
    ABSTAIN = 1
    NO = 2
    ABSENT = 3


ANSWERS = ("yes", "abstain", "no", "absent")
"""Names by code of :class:`Answer`."""

_ZERO = np.uint64(0)


@compiled
def vote_utility(
    position: float, trust: float, sovereignty: float, pressure: float, bindingness: float, parameters: Record
) -> float:
    """Return u_i = y_0 + y_x (X_i - 1/2) + y_T (trust - 1/2) - y_sigma sigma_i b - y_d D_i, in logits.

    ``position`` X_i, weighted by salience, mean ``trust`` in the other states, ``sovereignty`` sigma_i, domestic
    ``pressure`` D_i and ``bindingness`` b of the text as perceived: shares.
    """
    return (
        parameters.vote_intercept
        + parameters.vote_position * (position - 0.5)
        + parameters.vote_trust * (trust - 0.5)
        - parameters.vote_sovereignty * sovereignty * bindingness
        - parameters.vote_pressure * pressure
    )


@lean
def _position_on(issues: Ints, i: Whole, world: World) -> float:
    """Return the position of a state on some issues, weighted by salience; plain where it cares about none of them."""
    weight, weighted, plain = 0.0, 0.0, 0.0
    for k in issues:
        weight += world.preferences.salience[i, k]
        weighted += world.preferences.salience[i, k] * world.preferences.position[i, k]
        plain += world.preferences.position[i, k]
    return weighted / weight if weight > 0.0 else plain / len(issues)


@compiled
def vote_probabilities(states: Ints, issues: Ints, forum: Whole, bindingness: float, run: Run) -> Floats:
    """Return the probabilities of yes, abstain, no and absent of the states in these rows, shape (states, 4).

    P(absent) = L(y_n - y_q (q_i + p_if)); among those present P(yes) = L(u - y_a / 2), P(no) = 1 - L(u + y_a / 2), with
    ``vote_utility`` u, mean trust in states, and positions weighted by salience over the issues that the text is about.

    Parameters
    ----------
    states : int64, shape (states,)
        Rows of the states.
    issues : int64, shape (issues,)
        The issues that the text is about.
    forum : int
        The forum that it comes from, for attachment.
    bindingness : b, share
        How binding the text is perceived to be.
    """
    opened = Opened(run.world, run.table[0], run.keys)
    world, parameters = opened.world, opened.parameters
    n_states = 0
    for i in range(len(world.actors)):
        n_states += world.actors.kind[i] == Kind.STATE
    probabilities = np.empty((len(states), 4))
    for place in range(len(states)):
        i = states[place]
        trust = 0.0
        for role in range(len(ROLES)):
            trust += trust_in_group(i, role, world)
        utility = vote_utility(
            _position_on(issues, i, world),
            trust / max(n_states - 1, 1),
            world.actors.sovereignty[i],
            world.actors.pressure[i],
            bindingness,
            parameters,
        )
        presence = world.actors.capacity[i] + world.attachment[i, forum]
        absent = logistic(parameters.absence_intercept - parameters.absence_capacity * presence)
        yes = (1.0 - absent) * logistic(utility - 0.5 * parameters.vote_abstention)
        no = (1.0 - absent) * (1.0 - logistic(utility + 0.5 * parameters.vote_abstention))
        probabilities[place, Answer.YES] = yes
        probabilities[place, Answer.ABSTAIN] = 1.0 - absent - yes - no
        probabilities[place, Answer.NO] = no
        probabilities[place, Answer.ABSENT] = absent
    return probabilities


@compiled
def answer(probabilities: Floats, addresses: UInts, vote: np.uint64, run: Run) -> Ints:
    """Return the answer of each state as an index into ``ANSWERS``; one draw decides absence, another the answer.

    Parameters
    ----------
    probabilities : shape (states, 4)
        From :func:`vote_probabilities`.
    addresses : uint64, shape (states,)
        Address of each state's luck.
    vote : uint64
        Address of the vote.
    """
    away = uniforms(run.keys[Decision.VOTE_ABSENCE], vote, _ZERO, addresses)
    draws = uniforms(run.keys[Decision.VOTE], vote, _ZERO, addresses)
    answers = np.empty(len(addresses), dtype=np.int64)
    for place in range(len(answers)):
        yes, abstain = probabilities[place, Answer.YES], probabilities[place, Answer.ABSTAIN]
        absent = probabilities[place, Answer.ABSENT]
        present = max(1.0 - absent, 1e-12)
        if away[place] < absent:
            answers[place] = Answer.ABSENT
        elif draws[place] < yes / present:
            answers[place] = Answer.YES
        elif draws[place] < yes / present + abstain / present:
            answers[place] = Answer.ABSTAIN
        else:
            answers[place] = Answer.NO
    return answers
