"""The compact: every state answers yes, abstain or no, or is absent."""

import numpy as np

from comity.compiled import compiled, lean
from comity.mechanism import Mechanism
from comity.mechanisms.logistic import logistic
from comity.mechanisms.trust import trust_in_group
from comity.population.world import ROLES, Kind
from comity.randomness import Decision, uniforms

__all__ = ["ANSWERS", "MECHANISM", "answer", "vote_probabilities", "vote_utility"]

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
"""Answers to a vote, by code and by column of the probabilities."""

_YES, _ABSTAIN, _NO, _ABSENT = range(4)
_ZERO = np.uint64(0)


@compiled
def vote_utility(position, trust, sovereignty, pressure, bindingness, rates):
    """Return u_i = y_0 + y_x (X_i - 1/2) + y_T (trust - 1/2) - y_sigma sigma_i b - y_d D_i, in logits.

    ``position`` X_i, weighted by salience, mean ``trust`` in the other states, ``sovereignty`` sigma_i, domestic
    ``pressure`` D_i and ``bindingness`` b of the text as perceived: shares.
    """
    return (
        rates.vote_intercept
        + rates.vote_position * (position - 0.5)
        + rates.vote_trust * (trust - 0.5)
        - rates.vote_sovereignty * sovereignty * bindingness
        - rates.vote_pressure * pressure
    )


@lean
def _position_on(issues, i, world):
    """Return the position of a state on some issues, weighted by salience; plain where it cares about none of them."""
    weight, weighted, plain = 0.0, 0.0, 0.0
    for k in issues:
        weight += world.preferences.salience[i, k]
        weighted += world.preferences.salience[i, k] * world.preferences.position[i, k]
        plain += world.preferences.position[i, k]
    return weighted / weight if weight > 0.0 else plain / len(issues)


@compiled
def vote_probabilities(world, states, issues, forum, bindingness, rates_table):
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
    rates_table : record array, shape (1,)
        All parameters, from :func:`comity.scenario.parameters.rates_of`.
    """
    rates = rates_table[0]
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
            rates,
        )
        presence = world.actors.capacity[i] + world.attachment[i, forum]
        absent = logistic(rates.absence_intercept - rates.absence_capacity * presence)
        yes = (1.0 - absent) * logistic(utility - 0.5 * rates.vote_abstention)
        no = (1.0 - absent) * (1.0 - logistic(utility + 0.5 * rates.vote_abstention))
        probabilities[place, 0] = yes
        probabilities[place, 1] = 1.0 - absent - yes - no
        probabilities[place, 2] = no
        probabilities[place, 3] = absent
    return probabilities


@compiled
def answer(probabilities, addresses, vote, keys):
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
    away = uniforms(keys[Decision.VOTE_ABSENCE], vote, _ZERO, addresses)
    draws = uniforms(keys[Decision.VOTE], vote, _ZERO, addresses)
    answers = np.empty(len(addresses), dtype=np.int64)
    for place in range(len(answers)):
        yes, abstain, absent = probabilities[place, _YES], probabilities[place, _ABSTAIN], probabilities[place, _ABSENT]
        present = max(1.0 - absent, 1e-12)
        if away[place] < absent:
            answers[place] = _ABSENT
        elif draws[place] < yes / present:
            answers[place] = _YES
        elif draws[place] < yes / present + abstain / present:
            answers[place] = _ABSTAIN
        else:
            answers[place] = _NO
    return answers
