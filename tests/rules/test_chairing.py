"""Chairing: for how long a shock weighs on a chair."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from comity.rules.chairing import shock_on_chair
from comity.scenario.calendar import Shock

STRUCK = date(2008, 9, 15)


@pytest.mark.parametrize(
    ("opening", "felt"),
    [
        (STRUCK - timedelta(days=1), 0.0),
        (STRUCK, 0.3),
        (STRUCK + timedelta(days=730), 0.3),
        (STRUCK + timedelta(days=731), 0.0),
    ],
)
def test_a_shock_weighs_on_a_chair_for_two_years(opening, felt):
    # Withdrawal 0.6 times an exposure of 0.5; ODD 7.14: the day the meeting begins and the 730 days before.
    shock = Shock(id="crisis", name="Crisis", date=STRUCK, withdrawal=0.6, pressure=0.1, source="assumption")
    exposures = {"crisis": np.array([0.0, 0.5])}
    assert shock_on_chair([shock], exposures, 1, opening) == pytest.approx(felt, abs=1e-15)
    assert shock_on_chair([shock], exposures, 0, opening) == 0.0
