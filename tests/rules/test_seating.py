"""Seating: networks sit beside states and organisations, and take no seat from them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import comity
from comity import Scenario
from comity.scenario.loading import from_data


@pytest.fixture
def crowded(load_teaching: Callable[..., Scenario], unlearning: dict[str, Any]) -> Scenario:
    """Return the teaching scenario with few seats, where nobody learns and everybody comes to every room."""
    readiness = {"attendance_intercept": 8.0, "room_intercept": 8.0}
    data = load_teaching(settings=unlearning, **readiness).to_json()
    for forum in data["forums"]:
        forum |= {"openness": 1.0, "inside_access": 1.0}
        for line in forum["format"]:
            line |= {"seats": 4, "kinds": ["state", "io", "cso"], "participation": 1.0, "mixing": 1.0}
    return from_data(data)


def test_the_seats_of_governments_are_the_same_without_networks(crowded: Scenario) -> None:
    without = from_data(crowded.to_json() | {"forums": [f.model_dump() | {"stances": []} for f in crowded.forums]})
    with_networks, alone = (comity.run(scenario, seed=1) for scenario in (crowded, without))
    is_network = (with_networks.actors_by_id["group"] == "network").to_numpy()
    taken = 0
    for one, other in zip(with_networks.trace.meetings, alone.trace.meetings, strict=True):
        assert (one.tables[:, ~is_network] == other.tables[:, ~is_network]).all(), one.id
        taken += int((one.tables[:, is_network] >= 0).sum())
    assert taken > 0, "networks sat somewhere"


def test_a_room_has_as_many_seats_for_networks_as_for_all_others(crowded: Scenario) -> None:
    record = comity.run(crowded, seed=1)
    is_network = (record.actors_by_id["group"] == "network").to_numpy()
    seated = [
        [(tables[members] == room).sum() for members in (~is_network, is_network)]
        for trace in record.trace.meetings
        for tables in trace.tables
        for room in range(tables.max() + 1)
    ]
    assert np.max(seated, axis=0)[0] == 4, "governments and organisations fill a room"
    assert 1 <= np.max(seated, axis=0)[1] <= 4
