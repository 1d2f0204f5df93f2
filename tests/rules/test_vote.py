"""The vote worked out by hand: utility, bloc line, fixed point, decision rules; and what is refused."""

from __future__ import annotations

from math import exp, log

import numpy as np
import pandas as pd
import pytest

import comity
from comity.errors import InputError
from comity.measures import measure
from comity.rules.bloc_line import bloc_line, in_line
from comity.rules.vote import ANSWERS, DECISIONS, is_adopted, vote_utility
from comity.scenario.loading import from_data

NOTHING = np.zeros((0, 2), dtype=np.int32), np.zeros(0)


def test_utility_by_hand(rates, both_forms_agree):
    p = rates(
        vote_contested=3.0, vote_agreed=6.0, vote_position=4.0, vote_sovereignty=2.0, vote_habit=1.5, vote_trust=1.0,
        vote_pressure=0.5,
    )  # fmt: skip
    # 3 - 4 (1 - .75) - 2 x .5 + 1 (.6 - .5) - .5 x .2 = 1; agreed: 3 more, and 1.5 x .4 of habit less.
    assert vote_utility(0.75, 0.5, 0.4, 0.6, 0.2, False, p) == pytest.approx(1.0)
    assert vote_utility(0.75, 0.5, 0.4, 0.6, 0.2, True, p) == pytest.approx(1.0 + 3.0 - 0.6)
    both_forms_agree(vote_utility, [0.2, 0.9], [0.1], [-1.0], [0.5], [0.0, 0.3], [True, False], [p])


def test_every_weight_at_zero_does_nothing(rates):
    p = rates(vote_contested=1.0, vote_agreed=2.0)
    assert vote_utility(0.1, 0.9, 3.0, 0.2, 0.8, False, p) == 1.0
    assert vote_utility(0.1, 0.9, 3.0, 0.2, 0.8, True, p) == 2.0


def test_bloc_line_is_the_weighted_share_of_others_less_its_mean(both_forms_agree):
    # 0 shares 1/2 with 1, 1/4 with 2 and all with 4, who is not among them; 3 shares nothing.
    pairs, shared = np.array([[0, 1], [2, 0], [0, 4]], dtype=np.int32), np.array([0.5, 0.25, 1.0])
    among, not_yes = np.array([True, True, True, True, False]), np.array([0.0, 1.0, 0.0, 1.0, 1.0])
    # B_0 = (.5 x 1 + .25 x 0) / .75 = 2/3, B_1 = B_2 = 0, since state 0 says yes; mean 2/9.
    assert bloc_line(not_yes, among, pairs, shared) == pytest.approx([4 / 9, -2 / 9, -2 / 9, 0.0, 0.0])
    both_forms_agree(bloc_line, [not_yes], [among], [pairs], [shared])
    in_order = np.array([[0, 1], [0, 2], [0, 4]], dtype=np.int32)
    assert np.array_equal(bloc_line(not_yes, among, in_order, shared), bloc_line(not_yes, among, pairs, shared))
    assert bloc_line(not_yes, among, *NOTHING).tolist() == [0.0] * 5


def test_two_states_in_one_bloc_settle_where_their_equation_holds():
    """Two states that share all blocs: each heeds the other alone, and the mean of both lines is taken off."""
    pairs, shared, among = np.array([[0, 1]], dtype=np.int32), np.array([1.0]), np.array([True, True])
    first, second = in_line(np.array([1.0, -1.0]), 2.0, among, pairs, shared)

    def no(utility: float) -> float:
        return 1 / (1 + exp(utility))

    mean = (no(first) + no(second)) / 2
    assert first == pytest.approx(1.0 - 2.0 * (no(second) - mean), abs=1e-10)
    assert second == pytest.approx(-1.0 - 2.0 * (no(first) - mean), abs=1e-10)
    assert first == pytest.approx(-second), "what is symmetric stays so"
    assert first < 1.0 < exp(1), "each goes towards the other"


def test_without_strength_or_partners_nobody_moves():
    base, among = np.array([0.3, -2.0, 5.0]), np.array([True, True, False])
    pairs, shared = np.array([[0, 1], [1, 2]], dtype=np.int32), np.array([0.5, 0.5])
    assert np.array_equal(in_line(base, 0.0, among, pairs, shared), base)
    assert np.array_equal(in_line(base, 9.0, among, *NOTHING), base)


def test_a_line_pulls_partners_together():
    rng = np.random.default_rng(1)
    base, among = rng.normal(0, 2, 12), np.ones(12, dtype=bool)
    pairs = np.array([(a, b) for a in range(6) for b in range(a)] + [(a, b) for a in range(6, 12) for b in range(6, a)])
    base[:6] += 2
    found = in_line(base, 6.0, among, pairs.astype(np.int32), np.ones(len(pairs)))
    assert found[:6].mean() - found[6:].mean() > base[:6].mean() - base[6:].mean()


YES, ABSTAIN, NO, ABSENT = range(4)


@pytest.mark.parametrize(
    ("answers", "adopted"),
    [
        # yes, abstain, no, absent: majority, two thirds, consensus, silence
        ((3, 0, 2, 0), (True, False, False, False)),
        ((4, 5, 2, 0), (True, True, False, False)),  # who abstains does not vote: two thirds of six
        ((2, 0, 2, 0), (False, False, False, False)),  # a tie adopts nothing
        ((0, 3, 0, 0), (False, False, True, True)),  # an abstention is no objection
        ((3, 0, 0, 3), (False, False, False, True)),  # half is no quorum; who is away is silent
        ((3, 0, 0, 2), (True, True, True, True)),
        ((0, 0, 0, 4), (False, False, False, True)),
        ((0, 0, 0, 0), (False, False, False, False)),  # nobody may vote
    ],
)
def test_decision_rules_by_hand(answers, adopted):
    given = np.repeat([YES, ABSTAIN, NO, ABSENT], answers)
    assert tuple(is_adopted(given, rule) for rule in DECISIONS) == adopted


def with_vote(**changes):
    data = comity.load("teaching").to_json()
    data["meetings"][-1]["votes"][0] |= changes
    return from_data(data)


def test_a_text_without_class_is_refused_where_it_is_voted_on():
    scenario = with_vote(text_class=None)
    with pytest.raises(
        InputError,
        match=r"^meeting 'DIALOGUE2': vote 'COMPACT': 'text_class' must be 'agreed' or 'contested', got none\. Say how",
    ):
        comity.run(scenario, seed=1)


def test_a_decision_rule_that_is_none_is_refused():
    with pytest.raises(InputError, match=r"votes\[0\]\.decision must be .*'majority', 'two_thirds', 'consensus'.*veto"):
        with_vote(decision="veto")


@pytest.mark.parametrize(
    ("members", "said"),
    [
        (["PALMERA", "PALMERA"], r"members"),
        (["PALMERO"], r"vote 'COMPACT': members must be states, got 'PALMERO', no actor\. Did you mean 'PALMERA'"),
        (["SERVICE"], r"vote 'COMPACT': members must be states, got 'SERVICE', one of kind 'io'"),
    ],
)
def test_members_that_cannot_vote_are_refused(members, said):
    with pytest.raises(InputError, match=said):
        comity.run(with_vote(members=members), seed=1)


def test_only_members_vote_and_hear_each_other():
    everybody = comity.run("teaching", seed=4).votes
    few = comity.run(with_vote(members=["PALMERA", "CORAL", "OILPORT"]), seed=4).votes
    assert sorted(few["actor"]) == ["CORAL", "OILPORT", "PALMERA"]
    assert len(everybody) == 8


def test_an_agreed_text_finds_more_yes_and_the_decision_is_kept():
    contested, agreed = (comity.run(with_vote(text_class=kind), seed=2) for kind in ("contested", "agreed"))
    assert agreed.votes["p_yes"].mean() > contested.votes["p_yes"].mean()
    for record in (contested, agreed):
        codes = record.votes["answer"].map(ANSWERS.index).to_numpy()
        assert set(record.votes["decision"]) == {"majority"}
        assert set(record.votes["adopted"]) == {is_adopted(codes, "majority")}
        assert measure(record)["adopted"] == float(is_adopted(codes, "majority"))


def test_the_same_answers_decide_otherwise_under_another_rule():
    adopted = {rule: comity.run(with_vote(decision=rule), seed=3).votes for rule in DECISIONS}
    first = adopted["majority"]["answer"].tolist()
    assert all(votes["answer"].tolist() == first for votes in adopted.values())
    for rule, votes in adopted.items():
        assert set(votes["adopted"]) == {is_adopted(votes["answer"].map(ANSWERS.index).to_numpy(), rule)}


def test_absence_follows_the_own_record():
    votes = comity.run("teaching", seed=1).votes.set_index("actor")
    data = comity.load("teaching").to_json()
    for actor in data["population"]["actors"]:
        if actor["id"] == "CORAL":
            actor["absent_share"] = 0.5
    often = comity.run(from_data(data), seed=1).votes.set_index("actor")
    shift = 0.92 * (log(0.5 / 0.5) - log(0.136 / 0.864))
    before, after = votes.at["CORAL", "p_absent"], often.at["CORAL", "p_absent"]
    assert log(after / (1 - after)) - log(before / (1 - before)) == pytest.approx(shift, abs=1e-9)
    assert votes.drop("CORAL")["p_absent"].equals(often.drop("CORAL")["p_absent"])


def test_capacity_keeps_a_large_delegation_in_the_hall_and_not_a_small_one():
    none, much = (
        comity.run(comity.load("teaching", settings={"parameters.absence_capacity": value}), seed=1).votes
        for value in (0.0, 5.0)
    )
    change = (much.set_index("actor")["p_absent"] - none.set_index("actor")["p_absent"]).to_dict()
    assert change["NORTHLAND"] < 0 < change["CORAL"]  # capacities of 0.95 and 0.15


def test_a_habit_moves_nothing_on_contested_texts():
    data = comity.load("teaching").to_json()
    for actor in data["population"]["actors"]:
        if actor["id"] == "CORAL":
            actor["non_yes_share"] = 0.9
    once, habitual = (comity.run(scenario, seed=1).votes for scenario in ("teaching", from_data(data)))
    pd.testing.assert_frame_equal(once, habitual)
