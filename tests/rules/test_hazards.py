"""Yearly rules: domestic pull, forgetting, turnover, support, ratification, accession."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from comity.rules.accession import accession_hazard
from comity.rules.domestic_pull import pull_step
from comity.rules.forgetting import kept_evidence, kept_trust
from comity.rules.ratification import ratification_hazard
from comity.rules.reach import outreach_step, reach_of
from comity.rules.support import support
from comity.rules.turnover import turnover_step

SHARES = np.linspace(0, 1, 5)
RATES = SimpleNamespace(support_service=0.6, support_sovereignty=0.6, support_trust=1.0)


def test_pull_step():
    # 0.1 x (0.2 - 0.5) = -0.03
    assert pull_step(0.5, 0.2, 0.1) == pytest.approx(-0.03, abs=1e-15)
    assert pull_step(0.5, 0.2, 0.0) == 0.0
    assert 0.5 + pull_step(0.5, 0.2, 1.0) == pytest.approx(0.2)


def test_forgetting_keeps_the_prior():
    # W = 4, N = 10: 4 + 0.9 x 6 = 9.4
    assert kept_evidence(10.0, 4.0, 0.1) == pytest.approx(9.4, abs=1e-15)
    # prior 0.4: alpha = 1.6 + 0.9 x (0.7 x 10 - 1.6) = 1.6 + 4.86 = 6.46; 6.46 / 9.4
    assert kept_trust(0.7, 10.0, 0.4, 4.0, 0.1) == pytest.approx(6.46 / 9.4, abs=1e-15)
    assert kept_trust(0.7, 10.0, 0.4, 4.0, 0.0) == pytest.approx(0.7, abs=1e-15)
    assert kept_trust(0.7, 10.0, 0.4, 4.0, 1.0) == pytest.approx(0.4, abs=1e-15)
    assert kept_evidence(10.0, 4.0, 1.0) == 4.0


def test_forgotten_trust_lies_between_what_was_learned_and_the_prior():
    for trust in SHARES:
        for prior in SHARES:
            for decay in SHARES:
                # What was learned must be possible: alpha is at least the prior's, so is beta.
                alpha, beta = 4 * prior + 6 * trust, 4 * (1 - prior) + 6 * (1 - trust)
                held = alpha / (alpha + beta)
                kept = kept_trust(held, 10.0, prior, 4.0, decay)
                assert min(held, prior) - 1e-12 <= kept <= max(held, prior) + 1e-12


def test_turnover_step():
    # 0.5 x (0.35 - 0.55) = -0.1
    assert turnover_step(0.55, 0.35, 0.5) == pytest.approx(-0.1, abs=1e-15)
    assert turnover_step(0.55, 0.35, 0.0) == 0.0
    assert 0.55 + turnover_step(0.55, 0.35, 1.0) == pytest.approx(0.35)


def test_reach_is_that_of_members_and_of_some_others():
    # 0.6 + 0.4 x 0.25 = 0.7
    assert reach_of(0.6, 0.25) == pytest.approx(0.7, abs=1e-15)
    assert reach_of(1.0, 0.25) == 1.0
    assert reach_of(0.6, 0.0) == 0.6
    # 0.05 x (1.0 - 0.6) = 0.02
    assert outreach_step(0.6, 1.0, 0.05) == pytest.approx(0.02, abs=1e-15)
    assert outreach_step(0.6, 0.2, 0.0) == 0.0
    assert 0.6 + outreach_step(0.6, 0.2, 1.0) == pytest.approx(0.2)


def test_support_by_its_interpreted_form():
    # 0.6 x 0.9 x 0.8 - 0.6 x 0.75 x 0.5 + 1.0 x 0.45 = 0.432 - 0.225 + 0.45 = 0.657
    assert support.py_func(0.9, 0.8, 0.75, 0.5, 0.45, RATES) == pytest.approx(0.657, abs=1e-15)
    assert support.py_func(0.9, 0.8, 1.0, 0.5, 0.45, RATES) < support.py_func(0.9, 0.8, 0.5, 0.5, 0.45, RATES)
    assert support.py_func(0.9, 0.8, 1.0, 0.0, 0.45, RATES) == support.py_func(0.9, 0.8, 0.5, 0.0, 0.45, RATES)


def test_ratification_hazard():
    # 0.04 x 0.75 x (1 - 0.3) = 0.021
    assert ratification_hazard(0.75, 0.3, 0.04) == pytest.approx(0.021, abs=1e-15)
    assert ratification_hazard(0.75, 1.0, 0.04) == 0.0
    assert ratification_hazard(0.75, 0.3, 0.0) == 0.0


def test_accession_hazard_is_bounded():
    assert accession_hazard(0.765, 0.15) == pytest.approx(0.11475, abs=1e-15)
    assert accession_hazard(1.9, 0.15) == pytest.approx(0.15)
    assert accession_hazard(-0.2, 0.15) == 0.0
    assert accession_hazard(0.765, 0.0) == 0.0


@pytest.mark.parametrize("rule", [pull_step, turnover_step, ratification_hazard])
def test_three_shares_in_both_forms(rule):
    for first in SHARES:
        for second in SHARES:
            for rate in SHARES:
                assert rule(first, second, rate) == pytest.approx(rule.py_func(first, second, rate), abs=1e-15)


def test_forgetting_and_accession_in_both_forms():
    for given in SHARES:
        assert accession_hazard(given, 0.15) == pytest.approx(accession_hazard.py_func(given, 0.15), abs=1e-15)
        for decay in SHARES:
            assert kept_evidence(9.0, 4.0, decay) == kept_evidence.py_func(9.0, 4.0, decay)
            both = (kept_trust(given, 9.0, 0.4, 4.0, decay), kept_trust.py_func(given, 9.0, 0.4, 4.0, decay))
            assert both[0] == pytest.approx(both[1], abs=1e-15)
