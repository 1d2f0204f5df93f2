"""Exposure: E = pi (1 - phi d) (b_0 + b)."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from comity.rules.exposure import exposure

GRID = np.linspace(0, 1, 5)


@pytest.mark.parametrize(
    ("politicisation", "framing", "development", "base", "bindingness", "answer"),
    [
        # The two rights examples in the comments of scenarios/teaching.toml, to their last digit:
        (0.95, 0.60, 0.30, 0.25, 0.60, 0.66215),  # 0.95 x 0.82 x 0.85
        (0.95, 0.85, 0.30, 0.25, 0.10, 0.2477125),  # 0.95 x 0.745 x 0.35
        (0.20, 0.85, 0.95, 0.25, 0.10, 0.013475),  # 0.20 x 0.1925 x 0.35
        (0.80, 0.00, 0.90, 0.25, 0.75, 0.80),  # no framing: all politicisation
        (1.00, 0.00, 0.00, 1.00, 1.00, 1.0),  # 2, bounded
        (0.00, 0.50, 0.50, 0.25, 0.60, 0.0),
    ],
)
def test_known_values(politicisation, framing, development, base, bindingness, answer):
    assert exposure(politicisation, framing, development, base, bindingness) == pytest.approx(answer, abs=1e-15)


def test_it_is_a_share_that_rises_with_politics_and_bindingness_and_falls_with_framing():
    for values in itertools.product(GRID, repeat=5):
        assert 0.0 <= exposure(*values) <= 1.0
    for place, sign in ((0, 1), (1, -1), (2, -1), (3, 1), (4, 1)):
        for values in itertools.product(GRID[:4], repeat=5):
            more = [value + 0.25 * (index == place) for index, value in enumerate(values)]
            assert sign * (exposure(*more) - exposure(*values)) >= -1e-15


def test_both_forms_agree(both_forms_agree):
    both_forms_agree(exposure, GRID, GRID, GRID, GRID, GRID)
