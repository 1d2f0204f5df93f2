"""The corridor: contact and agreement."""

from __future__ import annotations

import numpy as np
import pytest

from comity.rules.corridor import agreement_probability, contact_probability

SHARES = np.linspace(0, 1, 5)


def test_contact_probability():
    # 1 - exp(-8 x 0.25 x 0.5 x 0.6931471805599453) = 1 - exp(-log 2) = 1/2
    assert contact_probability(0.25, 0.5, 0.6931471805599453, 8.0) == pytest.approx(0.5, abs=1e-15)
    assert contact_probability(0.0, 0.9, 0.9, 8.0) == 0.0
    assert contact_probability(0.25, 0.9, 0.9, 0.0) == 0.0


def test_contact_is_never_likelier_than_rate_times_stake():
    # The sitting passes over pairs by this bound before it looks at their trust.
    for stake in SHARES:
        for rate in (0.0, 1.0, 8.0, 100.0):
            assert contact_probability(stake, 1.0, 1.0, rate) <= min(1.0, rate * stake)


def test_agreement_probability():
    # 0.3 x sqrt(0.4 x 0.9) x sqrt(0.5 x 0.5) = 0.3 x 0.6 x 0.5 = 0.09
    assert agreement_probability(0.4, 0.9, 0.5, 0.5, 0.3) == pytest.approx(0.09, abs=1e-15)
    assert agreement_probability(0.4, 0.9, 0.5, 0.5, 0.0) == 0.0
    assert agreement_probability(1.0, 1.0, 1.0, 1.0, 1.0) == 1.0


def test_both_rise_with_trust():
    assert contact_probability(0.2, 0.7, 0.5, 8.0) > contact_probability(0.2, 0.6, 0.5, 8.0)
    assert agreement_probability(0.7, 0.5, 0.5, 0.5, 0.3) > agreement_probability(0.6, 0.5, 0.5, 0.5, 0.3)


def test_both_forms_agree(both_forms_agree):
    both_forms_agree(contact_probability, SHARES, SHARES, SHARES, (0.0, 8.0, 100.0))
    both_forms_agree(agreement_probability, SHARES, SHARES, SHARES, SHARES, SHARES)
