"""Funding: pledging is a habit."""

from __future__ import annotations

from math import exp

import numpy as np
import pytest

import comity
from comity.rules.funding import pledge_probability
from comity.scenario.moves import Move


def test_a_pledge_by_hand(rates, both_forms_agree):
    given = rates(pledge_intercept=-7.0, pledge_attachment=3.0, pledge_income=3.0, pledge_need=0.5, pledge_habit=2.5)
    # -7 + 3 x 0.5 + 3 x 0.9 + 0.5 = -2.3 for who did not pledge last time, 0.2 for who did.
    assert pledge_probability(0.5, 0.9, 1.0, 0.0, given) == pytest.approx(1 / (1 + exp(2.3)), abs=1e-12)
    assert pledge_probability(0.5, 0.9, 1.0, 1.0, given) == pytest.approx(1 / (1 + exp(-0.2)), abs=1e-12)
    both_forms_agree(pledge_probability, (0.0, 1.0), (0.0, 1.0), (0.0, 1.0), (0, 1), (given,))


def donors_of(record: comity.Record) -> list[np.ndarray]:
    return [trace.donors for trace in record.trace.meetings if trace.held_as == "INFORMAL"]


def test_who_pledged_pledges_again(load_lively):
    # At a weight of 10 nobody pledges for any other reason than the habit, except for one in 150 (logit -5).
    kept = []
    for habit in (0.0, 10.0):
        scenario = load_lively(pledge_intercept=-5.0, pledge_attachment=0.0, pledge_income=0.0, pledge_need=0.0,
                               pledge_habit=habit, withdrawal_rate=0.0)  # fmt: skip
        first = next(meeting.id for meeting in scenario.meetings if meeting.forum == "INFORMAL")
        states = comity.ForumModel(scenario).population.actors.query("kind == 'state'")["id"][:10]
        scenario = scenario.with_moves([Move(actor=state, meeting=first, pledges=True) for state in states])
        for seed in range(4):
            before, after, *_ = donors_of(comity.run(scenario, seed=seed))
            kept.append(after[before].sum() / before.sum())
    assert max(kept[:4]) < 0.4
    assert min(kept[4:]) > 0.6, "all but one that hosts next and one that is unlucky"


def test_a_host_keeps_its_habit(load_teaching):
    # Westmark, rich, hosts the only meeting of the forum; it has not pledged before, and does not count as a donor.
    model = comity.ForumModel(load_teaching(pledge_intercept=6.0), seed=1)
    forum = [item.id for item in model.scenario.forums].index("FORUM")
    row = model.population.index("WESTMARK")
    model.world._world.gave[row, forum] = 1
    model.run()
    gave = model.world._world.gave
    assert gave[row, forum] == 1
    assert gave[:, forum].sum() == 8, "the seven other states pledged"
    assert gave[:, 1 - forum].sum() == 0, "nobody pledges to a dialogue"


def test_without_a_habit_it_makes_no_difference_who_gave(load_lively, first_difference):
    before = comity.ForumModel(load_lively(pledge_habit=0.0), seed=2)
    before.world._world.gave[:] = 1
    changed = comity.Record.of(before.run())
    assert first_difference(comity.run(load_lively(pledge_habit=0.0), seed=2), changed) == ""
