"""The logistic function and its inverse."""

from __future__ import annotations

import numpy as np
import pytest

from comity.rules.logistic import logistic, logit


@pytest.mark.parametrize(
    ("utility", "share"),
    [
        (0.0, 0.5),
        (1.0, 0.7310585786300049),  # 1 / (1 + 0.36787944117144233)
        (-1.0, 0.2689414213699951),  # 1 minus the line above
        (1.0986122886681098, 0.75),  # log 3
        (-2.1972245773362196, 0.1),  # -log 9
    ],
)
def test_known_values(utility, share):
    assert logistic(utility) == pytest.approx(share, abs=1e-15)


def test_the_inverse_leads_back():
    for share in (0.001, 0.2, 0.5, 0.9, 0.999):
        assert logistic(logit(share)) == pytest.approx(share, abs=1e-12)


def test_shares_of_zero_and_one_are_taken_a_millionth_away():
    # log(1e-6 / (1 - 1e-6)) = -13.815510557964274 + 1.0000005e-6 = -13.815509557963774
    assert logit(0.0) == pytest.approx(-13.815509557963774, abs=1e-9)
    assert logit(1.0) == pytest.approx(13.815509557963774, abs=1e-9)


def test_it_rises_and_stays_between_zero_and_one():
    values = [logistic(utility) for utility in np.linspace(-30, 30, 61)]
    assert values == sorted(values)
    assert 0.0 < values[0]
    assert values[-1] < 1.0


def test_both_forms_agree(both_forms_agree):
    both_forms_agree(logistic, np.linspace(-40, 40, 41))
    both_forms_agree(logit, np.linspace(0, 1, 41))
