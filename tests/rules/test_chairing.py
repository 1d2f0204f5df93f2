"""Chairing: who withdraws, for how long a shock weighs on a chair, and the line-up of designated chairs."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

import comity
from comity.forum.hosting import ChairChange, ForumMemory, _by_choice
from comity.forum.stage import prepare
from comity.randomness import Decision, address, decision_keys, uniforms
from comity.rules.chairing import shock_on_chair, withdraws
from comity.scenario.calendar import Shock
from comity.scenario.loading import from_data
from comity.scenario.parameters import table_of
from comity.world.world import Run

STRUCK = date(2008, 9, 15)


@pytest.mark.parametrize(
    ("years", "opening", "felt"),
    [
        (2.0, STRUCK - timedelta(days=1), 0.0),
        (2.0, STRUCK, 0.3),
        (2.0, STRUCK + timedelta(days=730), 0.3),
        (2.0, STRUCK + timedelta(days=731), 0.0),
        (4.0, STRUCK + timedelta(days=1460), 0.3),
        (4.0, STRUCK + timedelta(days=1461), 0.0),
        (0.0, STRUCK + timedelta(days=1), 0.0),
    ],
)
def test_a_shock_weighs_on_a_chair_as_long_as_it_lasts(years, opening, felt):
    # Withdrawal 0.6 times an exposure of 0.5; ODD 7.14: the day the meeting begins and 365 days a year before.
    shock = Shock(
        id="crisis", name="Crisis", date=STRUCK, withdrawal=0.6, years=years, pressure=0.1, source="assumption"
    )
    exposures = {"crisis": np.array([0.0, 0.5])}
    assert shock_on_chair([shock], exposures, 1, opening) == pytest.approx(felt, abs=1e-15)
    assert shock_on_chair([shock], exposures, 0, opening) == 0.0


@pytest.mark.parametrize(
    ("name", "chance"),
    [
        # v_w + (1 - income) v_u shortage + shock, income 0.95 and 0.20: a crisis weighs on the rich as on the poor.
        ("NORTHLAND", 0.1 + 0.05 * 0.4 * 0.5 + 0.3),
        ("CORAL", 0.1 + 0.80 * 0.4 * 0.5 + 0.3),
    ],
)
def test_the_chance_to_withdraw_by_hand(name, chance):
    given = {"withdrawal_rate": 0.1, "withdrawal_unfunded": 0.4, "donors_needed": 10.0}
    settings = {f"parameters.{key}": value for key, value in given.items()}
    scenario = comity.load("teaching", settings=settings | {
        "population.actors.NORTHLAND.income": 0.95, "population.actors.CORAL.income": 0.20,
    })  # fmt: skip
    population = prepare(scenario).population
    row, keys = population.index(name), decision_keys(1)
    run = Run(population.world, table_of(scenario.strengths), keys)
    # The draw decides: it lies below the chance in exactly those meetings in which the chair withdraws.
    for number in range(200):
        meeting = address(f"M{number}")
        actor = population.world.actors["address"][row : row + 1]
        draw = uniforms(keys[Decision.WITHDRAWAL], meeting, np.uint64(0), actor)[0]
        assert withdraws(row, 5, 0.3, meeting, run) == (draw < chance)


# --- The line-up

DEVELOPED = np.array([1, 1, 1, 0, 0, 0, 0])


def settle(memory: ForumMemory, n_ahead: int, out: set[int], wanting: frozenset[int] = frozenset()) -> Any:
    """Settle a chair among seven states of which those with the lowest numbers are asked first."""

    def choose(side: int | None, excluded: set[int], occasion: int) -> int | None:
        asked = wanting if occasion == 1 and wanting else range(7)
        able = [row for row in asked if row not in excluded]
        across = [row for row in able if side is not None and DEVELOPED[row] != side]
        return next(iter(across or able), None)

    def change(event: str, row: int) -> ChairChange:
        return ChairChange(event, str(row))

    return _by_choice(memory, n_ahead, DEVELOPED, set(wanting), choose, change, lambda chair: chair in out)


def test_the_line_up_alternates_and_moves_up():
    memory = ForumMemory()
    assert settle(memory, 4, set())[0] == [0]
    assert memory.lineup == [3, 1, 4, 2]
    assert settle(memory, 4, set())[0] == [3]
    assert memory.lineup == [1, 4, 2, 5], "one more is designated at each meeting, on the other side"
    assert settle(memory, 4, set())[0] == [1]
    assert memory.lineup == [4, 2, 5, 0]


def test_who_withdraws_is_replaced_by_one_that_is_not_in_line():
    memory = ForumMemory(last_chair=0, lineup=[3, 1, 4, 2])
    hosts, _, events = settle(memory, 4, {3})
    assert [tuple(event)[:2] for event in events] == [("withdrawal", "3"), ("stand-in", "5")]
    assert hosts == [5]
    assert memory.lineup == [1, 4, 2, 3], "what was designated stays, and the line is filled again"


def test_a_vacancy_leaves_the_line_up_as_it_is():
    memory = ForumMemory(last_chair=0, lineup=[3, 1, 4, 2, 5, 6])
    hosts, why, events = settle(memory, 6, {3})
    assert (hosts, why) == ([], "no state took the chair")
    assert [event.event for event in events] == ["withdrawal", "vacancy"]
    assert memory.lineup == [1, 4, 2, 5, 6]


def test_a_person_of_the_line_up_that_takes_the_chair_early_is_not_in_line_any_more():
    memory = ForumMemory(last_chair=0, lineup=[3, 1, 4])
    hosts, _, events = settle(memory, 3, set(), frozenset({4}))
    assert hosts == [4]
    assert [event.event for event in events] == ["chair"]
    assert memory.lineup == [1, 3, 0]


def test_the_line_up_ends_where_nobody_is_left():
    memory = ForumMemory()
    settle(memory, 10, set())
    assert sorted([0, *memory.lineup]) == list(range(7))


def with_forum(load_lively: Any, shocks: dict[str, Any], **changes: Any) -> comity.Scenario:
    data = load_lively(withdrawal_rate=0.0, withdrawal_unfunded=0.0, chair_selectivity=0.0).to_json()
    data["forums"] = [item | (changes if item["id"] == "INFORMAL" else {}) for item in data["forums"]]
    data["shocks"] = [item | shocks for item in data["shocks"]]
    return from_data(data)


def test_chairs_that_were_designated_before_a_crisis_withdraw_as_long_as_it_lasts(load_lively):
    # The slump of September 2008 makes every chair withdraw: of 2008 alone, or of 2008 and 2009.
    for years, hit in ((1.0, {"2008"}), (2.0, {"2008", "2009"})):
        scenario = with_forum(load_lively, {"withdrawal": 1.0, "years": years}, lineup=3)
        for seed in range(3):
            chairs = comity.run(scenario, seed=seed).chairs
            assert {name[-4:] for name in chairs.query("event == 'withdrawal'")["meeting"]} <= hit
            held = chairs[chairs["event"] != "cancelled"]
            assert {name[-4:] for name in held.query("event == 'withdrawal'")["meeting"]} == (
                hit & {name[-4:] for name in held["meeting"]}
            )


def test_with_a_line_up_chairs_alternate(load_lively):
    for seed in range(3):
        record = comity.run(with_forum(load_lively, {"withdrawal": 0.0}, lineup=4), seed=seed)
        developed = record.actors_by_id.set_index("id")["developed"]
        hosts = record.meetings.query("held_as == 'INFORMAL'")["hosts"]
        assert hosts.is_unique
        assert all(before != after for before, after in pairwise(hosts.map(developed)))
