"""Engagement: P = L(g_0 + g_s K s + g_T (trust - 1/2) + g_c c - g_sigma sigma E + g_m mandate)."""

from __future__ import annotations

import numpy as np
import pytest

from comity.rules.engagement import engagement

WEIGHTS = {
    "engagement_intercept": -1.2,
    "engagement_salience": 0.8,
    "engagement_trust": 3.0,
    "engagement_cooperation": 1.0,
    "engagement_sovereignty": 6.0,
    "engagement_mandate": 2.0,
}


@pytest.mark.parametrize(
    ("salience", "trust", "cooperation", "sovereignty", "exposure", "mandate", "answer"),
    [
        # -1.2 + 0.8 + 0 + 0.4 - 0 + 0 = 0
        (1.0, 0.5, 0.4, 0.7, 0.0, 0.0, 0.5),
        # -1.2 + 0.8 x 1.35 + 3 x (-0.1) + 0.35 - 6 x 0.75 x 0.66215 = -3.049675; L = 1 / (1 + 21.10848...)
        (1.35, 0.4, 0.35, 0.75, 0.66215, 0.0, 1.0 / (1.0 + 21.10848401)),
        # the same with a mandate: -1.049675; exp(1.049675) = 2.856722...
        (1.35, 0.4, 0.35, 0.75, 0.66215, 1.0, 1.0 / (1.0 + 2.85672258)),
    ],
)
def test_known_values(rates, salience, trust, cooperation, sovereignty, exposure, mandate, answer):
    given = engagement(salience, trust, cooperation, sovereignty, exposure, mandate, rates(**WEIGHTS))
    assert given == pytest.approx(answer, abs=1e-8)


@pytest.mark.parametrize(
    ("place", "sign"),
    [(0, 1), (1, 1), (2, 1), (3, -1), (4, -1), (5, 1)],
    ids=["salience", "trust", "cooperation", "sovereignty", "exposure", "mandate"],
)
def test_it_moves_in_the_stated_direction(rates, place, sign):
    middle = [1.0, 0.5, 0.5, 0.5, 0.5, 0.5]
    more = [value + 0.1 * (index == place) for index, value in enumerate(middle)]
    change = engagement(*more, rates(**WEIGHTS)) - engagement(*middle, rates(**WEIGHTS))
    assert sign * change > 0


def test_sovereignty_keeps_nobody_silent_where_nothing_is_exposed(rates):
    assert engagement(1.0, 0.5, 0.5, 0.0, 0.0, 0.0, rates(**WEIGHTS)) == engagement(
        1.0, 0.5, 0.5, 1.0, 0.0, 0.0, rates(**WEIGHTS)
    )


def test_both_forms_agree(rates, both_forms_agree):
    shares = np.linspace(0, 1, 3)
    both_forms_agree(engagement, (0.0, 1.0, 4.0), shares, shares, shares, shares, shares, [rates(**WEIGHTS)])
