"""Trust-building: beta reputation with evidence from agreement."""

from __future__ import annotations

import numpy as np
import pytest

from comity.rules.act import Act
from comity.rules.trust import agreement, evidence, is_targeted, updated_trust

SHARES = np.linspace(0, 1, 5)


@pytest.mark.parametrize(
    ("trust", "pieces", "weight", "gain", "answer"),
    [
        (0.5, 4.0, 1.0, 1.0, 0.6),  # alpha 2 + 1, beta 2: 3 / 5
        (0.5, 4.0, 1.0, 0.0, 0.4),  # 2 / 5
        (0.4, 4.0, 1.2, 0.9, 2.68 / 5.2),  # alpha 1.6 + 1.08 of 5.2
        (0.7, 4.0, 0.0, 0.0, 0.7),  # evidence of no weight
        (0.7, 9.0, 3.0, 0.7, 0.7),  # evidence as expected
    ],
)
def test_updated_trust(trust, pieces, weight, gain, answer):
    assert updated_trust(trust, pieces, weight, gain) == pytest.approx(answer, abs=1e-15)


def test_updated_trust_lies_between_trust_and_evidence():
    for trust in SHARES:
        for gain in SHARES:
            after = updated_trust(trust, 4.0, 1.0, gain)
            assert min(trust, gain) - 1e-15 <= after <= max(trust, gain) + 1e-15


def test_more_evidence_makes_trust_firmer():
    assert updated_trust(0.5, 50.0, 1.0, 1.0) < updated_trust(0.5, 4.0, 1.0, 1.0)


def test_agreement():
    assert agreement(0.2, 0.9) == pytest.approx(0.3)
    assert agreement(0.9, 0.2) == pytest.approx(0.3)
    assert agreement(0.4, 0.4) == 1.0


@pytest.mark.parametrize(
    ("act", "agreed", "targeted", "answer"),
    [
        (Act.COOPERATION, 0.3, False, 0.65),  # 1/2 + 0.3 / 2
        (Act.COOPERATION, 1.0, False, 1.0),
        (Act.STATEMENT, 0.3, False, 0.3),
        (Act.CONTESTATION, 0.3, True, 0.0),  # an attack on the listener's camp
        (Act.CONTESTATION, 0.3, False, 0.3),  # an ally's attack on the others
    ],
)
def test_evidence(act, agreed, targeted, answer):
    assert evidence(act, agreed, targeted) == pytest.approx(answer, abs=1e-15)


def test_cooperation_teaches_at_least_as_much_as_words_and_contestation_at_most():
    for agreed in SHARES:
        words = evidence(Act.STATEMENT, agreed, False)
        assert evidence(Act.COOPERATION, agreed, False) >= words >= evidence(Act.CONTESTATION, agreed, True)


@pytest.mark.parametrize(
    ("own", "speaker", "mean", "answer"),
    [(0.2, 0.8, 0.5, True), (0.8, 0.2, 0.5, True), (0.7, 0.8, 0.5, False), (0.5, 0.8, 0.5, False)],
)
def test_a_contestation_is_aimed_at_the_other_side_of_the_mean(own, speaker, mean, answer):
    assert bool(is_targeted(own, speaker, mean)) is answer


def test_both_forms_agree(both_forms_agree):
    both_forms_agree(updated_trust, SHARES, (0.1, 4.0, 100.0), (0.0, 1.0, 5.0), SHARES)
    both_forms_agree(agreement, SHARES, SHARES)
    both_forms_agree(is_targeted, SHARES, SHARES, SHARES)
    both_forms_agree(evidence, [int(act) for act in Act], SHARES, (True, False))
