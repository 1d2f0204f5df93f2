"""Attendance: whether a delegation comes, and whether it mans a room."""

from __future__ import annotations

import numpy as np
import pytest

import comity
from comity.forum.stage import prepare
from comity.rules.attendance import attendance, host_reach
from comity.rules.seating import participation

WEIGHTS = {
    "attendance_intercept": -0.6,
    "room_intercept": -2.2,
    "attendance_capacity": 1.6,
    "attendance_attachment": 3.0,
    "attendance_cooperation": 1.0,
    "attendance_sovereignty": 3.0,
    "attendance_salience": 0.5,
    "attendance_reach": 1.5,
}


def test_known_values(rates):
    weights = rates(**WEIGHTS)
    # -0.6 + 1.6 x 0.95 + 3 x 0.45 + 0.35 - 3 x 0.75 x 0.6 + 0 = 1.27; exp(-1.27) = 0.28083162
    assert attendance(0.95, 0.45, 0.35, 0.45, 1.0, 0.0, weights) == pytest.approx(1 / 1.28083162, abs=1e-8)
    # with 0.1 more than the mean reach 1.5 x 0.1 = 0.15 more: 1.42; exp(-1.42) = 0.24171401
    assert attendance(0.95, 0.45, 0.35, 0.45, 1.0, 0.1, weights) == pytest.approx(1 / 1.24171401, abs=1e-8)
    # in one room 1.6 less, with the cost of its issue 3 x 0.5 instead of 1.35, and 0.5 x (1.4 - 1) = 0.2 for salience:
    # -2.2 + 1.52 + 1.35 + 0.35 - 1.5 + 0.2 = -0.28; exp(0.28) = 1.32312981
    assert participation(0.95, 0.45, 0.35, 0.5, 1.4, weights) == pytest.approx(1 / 2.32312981, abs=1e-8)


@pytest.mark.parametrize("rule", [attendance, participation])
@pytest.mark.parametrize(
    ("place", "sign"),
    [(0, 1), (1, 1), (2, 1), (3, -1), (4, 1)],
    ids=["capacity", "attachment", "cooperation", "cost", "salience"],
)
def test_it_moves_in_the_stated_direction(rates, rule, place, sign):
    middle = [0.5, 0.5, 0.5, 0.5, 1.0, *([0.0] if rule is attendance else [])]
    more = [value + 0.2 * (index == place) for index, value in enumerate(middle)]
    assert sign * (rule(*more, rates(**WEIGHTS)) - rule(*middle, rates(**WEIGHTS))) > 0


def test_both_forms_agree(rates, both_forms_agree):
    shares, weights = np.linspace(0, 1, 3), rates(**WEIGHTS)
    both_forms_agree(attendance, shares, shares, shares, shares, (0.0, 1.0, 4.0), (-0.5, 0.0, 0.5), [weights])
    both_forms_agree(participation, shares, shares, shares, shares, (0.0, 1.0, 4.0), [weights])


def test_the_reach_of_a_host():
    assert host_reach(np.array([0.8, -0.2]), np.array([0.4, -0.3])) == pytest.approx([0.6, -0.25])


def test_a_near_host_with_missions_brings_the_states_that_have_them():
    came = {}
    for weight in (0.0, 3.0):
        scenario = comity.load("hld_gfmd", settings={"parameters.attendance_reach": weight})
        early = scenario.replaced(meetings=tuple(m for m in scenario.meetings if m.id in ("GFMD2007", "GFMD2012")))
        stage = prepare(early)
        reach = [stage.reach(m) for m in early.meetings]
        runs = [comity.run(early, seed=seed, keep="meetings") for seed in range(6)]
        present = np.mean([[trace.present for trace in run.trace.meetings] for run in runs], axis=0)
        is_state = stage.is_state
        came[weight] = present[0, is_state].sum() - present[1, is_state].sum()
        slope = np.corrcoef(reach[1][is_state], present[1, is_state])[0, 1]
        assert slope > 0.2 if weight else slope < 0.2
    assert came[3.0] > came[0.0] + 10, "Brussels, full of missions, draws more than Port Louis"
