"""Act: cooperation is conditional on trust; whoever is far from the room may contest; the rest make statements."""

from __future__ import annotations

import numpy as np
import pytest

from comity.rules.act import Act, choose_act, conditional_cooperation, cooperation_probability

SHARES = np.linspace(0, 1, 5)
EARLY, LATE = 0.0, 0.999999


@pytest.mark.parametrize(
    ("cooperation", "trust", "strength", "answer"),
    [
        (0.3, 0.5, 4.0, 0.3),  # trust in the middle: the disposition itself
        (0.5, 0.75, 4.0, 0.7310585786300049),  # L(0 + 4 x 0.25) = L(1)
        (0.75, 0.5 - 1.0986122886681098 / 4, 4.0, 0.5),  # L(log 3 - log 3)
        (0.2, 0.9, 0.0, 0.2),  # strength zero: trust is of no account
    ],
)
def test_conditional_cooperation(cooperation, trust, strength, answer):
    assert conditional_cooperation(cooperation, trust, strength) == pytest.approx(answer, abs=1e-12)


def test_cooperation_probability():
    # 0.5 x (1 - 0.75 x 0.4) x (1 - 0.2) = 0.5 x 0.7 x 0.8 = 0.28
    assert cooperation_probability(0.5, 0.75, 0.4, 0.2) == pytest.approx(0.28, abs=1e-15)
    assert cooperation_probability(1.0, 0.0, 1.0, 0.0) == 1.0
    assert cooperation_probability(1.0, 1.0, 1.0, 0.0) == 0.0


def test_cooperation_falls_with_sovereignty_exposure_and_distance():
    for place in (1, 2, 3):
        for value in (0.3, 0.6):
            less = [0.8, 0.3, 0.3, 0.3]
            more = [v + value * (i == place) for i, v in enumerate(less)]
            assert cooperation_probability(*more) < cooperation_probability(*less)
    assert cooperation_probability(0.9, 0.3, 0.3, 0.3) > cooperation_probability(0.8, 0.3, 0.3, 0.3)


def test_a_speaker_cooperates_below_its_probability(rates):
    # C = 0.5 at trust 1/2; 0.5 x (1 - 0.5 x 0.4) x (1 - 0.1) = 0.36
    strengths = rates(conditional_cooperation=4.0, contest_distance=0.25)
    assert choose_act(0.5, 0.5, 0.4, 0.1, 0.5, 0.3599, LATE, strengths) == Act.COOPERATION
    assert choose_act(0.5, 0.5, 0.4, 0.1, 0.5, 0.3601, LATE, strengths) == Act.STATEMENT


def test_a_speaker_contests_only_beyond_the_distance_and_against_its_trust(rates):
    strengths = rates(contest_distance=0.25)
    assert choose_act(0.5, 0.5, 0.4, 0.26, 0.7, LATE, 0.2999, strengths) == Act.CONTESTATION  # 1 - 0.7 = 0.3
    assert choose_act(0.5, 0.5, 0.4, 0.26, 0.7, LATE, 0.3001, strengths) == Act.STATEMENT
    assert choose_act(0.5, 0.5, 0.4, 0.25, 0.7, LATE, EARLY, strengths) == Act.STATEMENT  # not beyond


def test_both_forms_agree(rates, both_forms_agree):
    both_forms_agree(conditional_cooperation, SHARES, SHARES, (0.0, 4.0, 12.0))
    both_forms_agree(cooperation_probability, SHARES, SHARES, SHARES, SHARES)
    strengths = rates(conditional_cooperation=4.0, contest_distance=0.25)
    both_forms_agree(
        choose_act, (0.1, 0.7), (0.3,), (0.0, 0.5), (0.1, 0.6), (0.2, 0.8), (0.05, 0.5, 0.95), (0.1, 0.9), [strengths]
    )
