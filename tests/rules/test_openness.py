"""Openness: precedent, and the host that takes it back."""

from __future__ import annotations

from math import nan

import numpy as np
import pytest

import comity
from comity.rules.accreditation import accredited_share
from comity.rules.openness import openness


@pytest.mark.parametrize(
    ("last", "gained", "found"),
    [
        # The format has 0.4. Before the first meeting there is no precedent.
        (nan, 0.0, 0.4),
        (0.6, 0.0, 0.4 + 0.5 * 0.2),
        (0.2, 0.0, 0.4 - 0.5 * 0.2),
        (0.6, 0.05, 0.4 + 0.5 * 0.2 + 1.2 * 0.05),
        (1.0, 0.5, 1.0),
    ],
)
def test_precedent_by_hand(last, gained, found, rates):
    weights = rates(openness_precedent=0.5, openness_trust=1.2, openness_climate=0.2)
    assert openness(0.4, last, 0.5, gained, weights) == pytest.approx(found, abs=1e-12)


def test_a_closed_host_takes_back_what_was_granted(rates):
    # Its climate is 0.1 below the middle of 0.5 by 0.4: 0.6 + 0.45 x (0.6 - 0.4) of precedent is lost at a weight of 0.5.
    found = openness(0.4, 0.6, 0.1, 0.0, rates(openness_precedent=0.45, openness_climate=0.5))
    assert found == pytest.approx(0.4 + 0.45 * 0.2 - 0.5 * 0.4, abs=1e-12)


def test_precedent_makes_openness_last(load_lively):
    # The more precedent counts, the more alike are the meetings of a forum that follow each other.
    likeness = []
    for precedent in (0.0, 0.9):
        scenario = load_lively(openness_precedent=precedent, openness_climate=1.0)
        changes = []
        for seed in range(6):
            held = comity.run(scenario, seed=seed).meetings.query("held_as == 'INFORMAL'")["openness"]
            changes += held.diff().dropna().abs().tolist()
        likeness.append(np.mean(changes))
    assert likeness[1] < likeness[0]


def test_a_coded_openness_is_a_precedent_too():
    # FORUM1 is coded 0.8; what follows is not coded and has no host's climate in it: 0.4 + 0.5 x (0.8 - 0.4) = 0.6.
    data = comity.load("teaching").to_json()
    first = next(meeting for meeting in data["meetings"] if meeting["id"] == "FORUM1")
    first["openness"] = 0.8
    second = first | {
        "id": "FORUM2",
        "start": "2008-02-01",
        "end": "2008-02-02",
        "openness": None,
        "common_space": None,
    }
    data["meetings"].append(second)
    data["parameters"] |= {"openness_precedent": 0.5, "openness_climate": 0.0, "openness_trust": 0.0}
    table = comity.run(comity.scenario.loading.from_data(data), seed=1).meetings.set_index("meeting")["openness"]
    assert table["FORUM2"] == pytest.approx(0.6, abs=1e-12)


@pytest.mark.parametrize(
    ("meeting", "of_format", "share"),
    [(1.0, 0.4, 1.0), (0.6, 0.4, 1 - 0.7**4), (0.2, 0.4, 1 - 0.7**4), (0.2, 0.2, 1 - 0.85**4)],
)
def test_the_format_has_so_many_places(meeting, of_format, share, rates):
    # 0.3 of four delegates' applications at the reference of 0.4, half of that in a format of 0.2.
    weights = rates(accreditation_share=0.3, accreditation_delegates=4.0)
    assert accredited_share(meeting, of_format, weights) == pytest.approx(share, abs=1e-12)
