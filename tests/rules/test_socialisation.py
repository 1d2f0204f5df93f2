"""Persuasion, social influence, mimicry; reassurance and backlash; attachment."""

from __future__ import annotations

import numpy as np
import pytest

from comity.rules.attachment import attachment_step
from comity.rules.backlash import backlash_step
from comity.rules.mimicry import copies_practice, mimicry_step
from comity.rules.persuasion import hearing_weight, persuasion_step, resonance
from comity.rules.reassurance import reassurance_step
from comity.rules.social_influence import social_influence_step

SHARES = np.linspace(0, 1, 5)


@pytest.mark.parametrize(
    ("trust", "authority", "difference", "bound", "frame", "answer"),
    [
        (0.6, 0.5, 0.30, 0.4, 1.0, 0.3),  # 0.6 x 0.5
        (0.6, 0.5, -0.30, 0.4, 1.0, 0.3),  # either side
        (0.6, 0.5, 0.41, 0.4, 1.0, 0.0),  # too far to be heard
        (0.6, 0.5, 0.25, 0.25, 1.0, 0.3),  # the bound itself is heard
        (0.6, 0.5, 0.30, 0.4, 1.5, 0.45),  # a frame helps those above the listener
        (0.6, 0.5, -0.30, 0.4, 1.5, 0.3),  # and nobody else
        (0.6, 0.5, 0.41, 0.4, 1.5, 0.0),  # nor those too far
    ],
)
def test_hearing_weight(trust, authority, difference, bound, frame, answer):
    assert hearing_weight(trust, authority, difference, bound, frame) == pytest.approx(answer, abs=1e-15)


def test_resonance():
    # 1 + 2 x 0.6 x 0.7 = 1.84
    assert resonance(0.6, 0.7, 2.0) == pytest.approx(1.84, abs=1e-15)
    assert resonance(0.6, 0.7, 0.0) == 1.0
    assert resonance(0.0, 0.7, 2.0) == 1.0
    assert resonance(0.6, 0.0, 2.0) == 1.0


def test_persuasion_step():
    # 0.06 x (1 - 0.1) x 0.2 = 0.0108
    assert persuasion_step(0.2, 0.06, 0.1) == pytest.approx(0.0108, abs=1e-15)
    assert persuasion_step(-0.2, 0.06, 0.1) == pytest.approx(-0.0108, abs=1e-15)
    assert persuasion_step(0.2, 0.06, 1.0) == 0.0  # delegates with instructions
    assert persuasion_step(0.2, 0.0, 0.1) == 0.0


def test_social_influence_step():
    # 0.04 x (0.75 - 0.35) = 0.016
    assert social_influence_step(0.35, 0.75, 0.04) == pytest.approx(0.016, abs=1e-15)
    assert social_influence_step(0.75, 0.35, 0.04) == pytest.approx(-0.016, abs=1e-15)
    assert social_influence_step(0.35, 0.75, 0.0) == 0.0
    assert 0.35 + social_influence_step(0.35, 0.75, 1.0) == pytest.approx(0.75)


def test_a_practice_is_copied_below_rate_times_trust():
    # 0.1 x 0.6 = 0.06
    assert copies_practice(0.6, 0.1, 0.0599)
    assert not copies_practice(0.6, 0.1, 0.0601)
    assert not copies_practice(0.6, 0.0, 0.0)
    assert not copies_practice(0.0, 1.0, 0.0)


def test_mimicry_step():
    # 0.02 x (1 - 0.35) = 0.013
    assert mimicry_step(0.35, 0.02) == pytest.approx(0.013, abs=1e-15)
    assert mimicry_step(1.0, 0.02) == 0.0
    assert mimicry_step(0.35, 0.0) == 0.0


def test_reassurance_step():
    # -0.02 x 0.75 x 0.5 x (1 - 0.1) = -0.00675
    assert reassurance_step(0.75, 0.5, 0.1, 0.02) == pytest.approx(-0.00675, abs=1e-15)
    assert reassurance_step(0.75, 0.0, 0.1, 0.02) == 0.0
    assert reassurance_step(0.75, 0.5, 1.0, 0.02) == 0.0
    assert reassurance_step(0.75, 0.5, 0.1, 0.0) == 0.0


def test_backlash_step():
    # 0.05 x (1 - 0.75) x 0.4 x 0.66 = 0.0033
    assert backlash_step(0.75, 0.4, 0.66, 0.05) == pytest.approx(0.0033, abs=1e-15)
    assert backlash_step(0.75, 0.0, 0.66, 0.05) == 0.0
    assert backlash_step(0.75, 0.4, 0.0, 0.05) == 0.0
    assert backlash_step(0.75, 0.4, 0.66, 0.0) == 0.0


def test_sovereignty_stays_a_share_under_both():
    # Among the speakers those that cooperate and those that attack share the floor.
    for sovereignty in SHARES:
        for cooperative in SHARES:
            fall = reassurance_step(sovereignty, cooperative, 0.0, 1.0)
            rise = backlash_step(sovereignty, 1.0 - cooperative, 1.0, 1.0)
            assert 0.0 <= sovereignty + fall + rise <= 1.0


def test_attachment_step():
    # 0.15 x (0.5 x 0.6 + 0.5 x 0.4 - 0.55) = 0.15 x (-0.05) = -0.0075
    assert attachment_step(0.55, 0.6, 0.4, 0.15) == pytest.approx(-0.0075, abs=1e-15)
    assert attachment_step(0.55, 0.6, 0.4, 0.0) == 0.0
    assert attachment_step(0.55, 0.9, 0.9, 0.15) > 0


def test_every_step_keeps_its_variable_a_share():
    for value in SHARES:
        for target in SHARES:
            for rate in SHARES:
                assert -1e-15 <= value + social_influence_step(value, target, rate) <= 1 + 1e-15
                assert -1e-15 <= value + attachment_step(value, target, target, rate) <= 1 + 1e-15
                assert value <= value + mimicry_step(value, rate) <= 1 + 1e-15
                assert -1e-15 <= value + persuasion_step(target - value, rate, 0.0) <= 1 + 1e-15


def test_both_forms_agree(both_forms_agree):
    differences = np.linspace(-1, 1, 9)
    both_forms_agree(hearing_weight, SHARES, SHARES, differences, (0.0, 0.4, 1.0), (1.0, 1.8))
    both_forms_agree(resonance, SHARES, SHARES, (0.0, 1.0, 10.0))
    both_forms_agree(persuasion_step, differences, SHARES, SHARES)
    both_forms_agree(social_influence_step, SHARES, SHARES, SHARES)
    both_forms_agree(copies_practice, SHARES, SHARES, SHARES)
    both_forms_agree(mimicry_step, SHARES, SHARES)
    both_forms_agree(reassurance_step, SHARES, SHARES, SHARES, SHARES)
    both_forms_agree(backlash_step, SHARES, SHARES, SHARES, SHARES)
    both_forms_agree(attachment_step, SHARES, SHARES, SHARES, SHARES)
