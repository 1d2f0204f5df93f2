"""Vote: every state answers a text with yes, abstention or no, or is absent; a decision rule makes an outcome of it."""

from __future__ import annotations

from enum import IntEnum
from typing import Literal, get_args

import numpy as np

from comity.compiled import Flag, Floats, Ints, Record, UInts, Whole, compiled, inner, lean
from comity.mechanism import LOGIT, Mechanism, Parameter
from comity.randomness import Decision, uniforms
from comity.rules.bloc_line import in_line
from comity.rules.drafting import Draft, wording_value
from comity.rules.logistic import logistic, logit
from comity.rules.trust import trust_in_group
from comity.world.world import ROLES, Kind, Opened, World

__all__ = [
    "ANSWERS",
    "DECISIONS",
    "MECHANISM",
    "Answer",
    "DecisionRule",
    "answer",
    "is_adopted",
    "vote_probabilities",
    "vote_utility",
]

_ESTIMATED = "comity estimate-vote: pseudo-likelihood (Besag 1975), roll calls of 2000-2012"

MECHANISM = Mechanism(
    name="vote",
    changes=("votes",),
    strength=None,
    group="vote",
    parameters=(
        Parameter(
            "vote_contested", 3.46, -10, 20, "level of a contested text, for a state that wants it without reserve",
            symbol="alpha_c", unit=LOGIT, source=_ESTIMATED,
        ),
        Parameter(
            "vote_agreed", 6.07, -10, 20, "level of a text that both camps agreed before the vote",
            symbol="alpha_a", unit=LOGIT, source=_ESTIMATED,
        ),
        Parameter(
            "vote_position", 4.22, 0, 20, "weight of the salience-weighted distance of the position from 1",
            symbol="y_x", unit=LOGIT, source=_ESTIMATED,
        ),
        Parameter(
            "vote_sovereignty", 2.51, 0, 20, "weight of sovereignty", symbol="y_s", unit=LOGIT, source=_ESTIMATED
        ),
        Parameter(
            "vote_habit", 1.08, 0, 5, "weight of the habit of not saying yes to agreed texts",
            symbol="y_h", source=_ESTIMATED,
        ),
        Parameter(
            "vote_bloc", 6.21, 0, 12, "weight of the bloc line", symbol="y_B", unit=LOGIT,
            source=f"{_ESTIMATED}; Luif (2003)",
        ),
        Parameter("vote_trust", 1.0, 0, 20, "weight of mean trust in the other states", symbol="y_T", unit=LOGIT),
        Parameter("vote_pressure", 1.0, 0, 20, "weight of domestic pressure", symbol="y_d", unit=LOGIT),
        Parameter(
            "vote_abstention_contested", 6.18, 0, 20, "utility between the cutpoints of yes and no, contested text",
            symbol="w_c", unit=LOGIT, source=_ESTIMATED,
        ),
        Parameter(
            "vote_abstention_agreed", 1.94, 0, 20, "utility between the cutpoints of yes and no, agreed text",
            symbol="w_a", unit=LOGIT, source=_ESTIMATED,
        ),
        Parameter(
            "absence_intercept", -1.12, -8, 8, "readiness to stay away from a vote",
            symbol="n_0", unit=LOGIT, source=_ESTIMATED,
        ),
        Parameter(
            "absence_record", 0.92, 0, 5, "weight of the own record of absence", symbol="n_a", source=_ESTIMATED
        ),
        Parameter(
            "absence_capacity", 1.72, 0, 10, "weight of capacity against absence",
            symbol="n_q", unit=LOGIT, source=_ESTIMATED,
        ),
    ),
    source="Two cutpoints: McKelvey and Zavoina (1975); bloc line: Luif (2003); agreed texts: Haege and Hug (2016)",
)  # fmt: skip


class Answer(IntEnum):
    """What a state answers to a text; the column of its probability."""

    YES = 0
    ABSTAIN = 1
    NO = 2
    ABSENT = 3


ANSWERS = ("yes", "abstain", "no", "absent")
"""Names by code of :class:`Answer`."""

DecisionRule = Literal["majority", "two_thirds", "consensus", "silence"]
DECISIONS: tuple[DecisionRule, ...] = get_args(DecisionRule)
"""The rules by which answers decide: see :func:`is_adopted`."""

_ZERO = np.uint64(0)


@compiled
def vote_utility(
    position: float,
    sovereignty: float,
    habit: float,
    trust: float,
    pressure: float,
    is_agreed: Flag,
    parameters: Record,
) -> float:
    """Return u_i without the bloc line, in logits.

    u_i = alpha - y_x (1 - X_i) - y_s sigma_i - y_h h_i + y_T (trust - 1/2) - y_d D_i, with the alpha of the class of
    the text, and the habit of agreed texts only. ``position`` X_i, weighted by salience, ``sovereignty`` sigma_i, mean
    ``trust`` in the other states and domestic ``pressure`` D_i: shares. ``habit`` h_i: logits, less their mean.
    """
    level = parameters.vote_contested
    if is_agreed:
        level = parameters.vote_agreed - parameters.vote_habit * habit
    return (
        level
        - parameters.vote_position * (1.0 - position)
        - parameters.vote_sovereignty * sovereignty
        + parameters.vote_trust * (trust - 0.5)
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


@inner
def vote_probabilities(states: Ints, issues: Ints, draft: Draft, run: Opened) -> Floats:
    """Return the probabilities of yes, abstain, no and absent of the states in these rows, shape (states, 4).

    P(absent) = L(n_0 + n_a logit(a_i) - n_q (q_i - 1/2)); among those present P(yes) = L(u), P(no) = L(-u - w), with
    u of :func:`vote_utility`, :func:`wording_value` and :func:`in_line`, and the w of the class of the text.

    Parameters
    ----------
    states : int64, shape (states,)
        Rows of the states that may vote; the bloc line and the mean of habits are theirs.
    issues : int64, shape (issues,)
        The issues that the text is about.
    draft
        The text as it was drafted, from :func:`comity.rules.drafting.draft_of`.
    """
    world, parameters = run.world, run.parameters
    n = len(world.actors)
    n_states, habit = 0, 0.0
    for i in range(n):
        n_states += world.actors.kind[i] == Kind.STATE
    for i in states:
        habit += logit(world.actors.non_yes[i]) / len(states)
    among, base = np.zeros(n, dtype=np.bool_), np.zeros(n)
    for i in states:
        trust = 0.0
        for role in range(len(ROLES)):
            trust += trust_in_group(i, role, world)
        among[i] = True
        base[i] = vote_utility(
            _position_on(issues, i, world),
            world.actors.sovereignty[i],
            logit(world.actors.non_yes[i]) - habit,
            trust / max(n_states - 1, 1),
            world.actors.pressure[i],
            draft.is_agreed,
            parameters,
        ) + wording_value(i, issues, draft, world, parameters)
    utility = in_line(base, parameters.vote_bloc, among, world.bloc_pairs, world.shared_blocs)
    width = parameters.vote_abstention_agreed if draft.is_agreed else parameters.vote_abstention_contested
    probabilities = np.empty((len(states), 4))
    for place in range(len(states)):
        i = states[place]
        record = parameters.absence_record * logit(world.actors.absent[i])
        absent = logistic(
            parameters.absence_intercept + record - parameters.absence_capacity * (world.actors.capacity[i] - 0.5)
        )
        yes, no = (1.0 - absent) * logistic(utility[i]), (1.0 - absent) * logistic(-utility[i] - width)
        probabilities[place, Answer.YES] = yes
        probabilities[place, Answer.ABSTAIN] = 1.0 - absent - yes - no
        probabilities[place, Answer.NO] = no
        probabilities[place, Answer.ABSENT] = absent
    return probabilities


@inner
def answer(probabilities: Floats, addresses: UInts, vote: np.uint64, run: Opened) -> Ints:
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


def is_adopted(answers: Ints, rule: DecisionRule) -> bool:
    """Return whether a text is adopted with these answers, codes of :class:`Answer`, by a decision rule.

    *majority*: more yes than no. *two_thirds*: yes is at least two thirds of yes and no, and somebody said yes.
    *consensus*: without a vote; nobody who is present says no. All three need a majority of those who may vote to be
    present; who abstains is present and does not vote. *silence*: adopted unless somebody breaks the silence with a no;
    who is absent is silent.

    Source: UN Charter, Art. 18; Rules of Procedure of the General Assembly (A/520), rules 67, 82-86 and 133; silence
    procedure as here: assumption.
    """
    counts: list[int] = np.bincount(answers, minlength=len(ANSWERS)).tolist()
    yes, abstain, no, absent = counts
    present = yes + abstain + no
    if rule == "silence":
        return no == 0 and present + absent > 0
    if present <= absent:
        return False
    if rule == "consensus":
        return no == 0
    return yes > no if rule == "majority" else yes > 0 and yes >= 2 * no
