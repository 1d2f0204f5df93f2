"""Chairing: who withdraws, for how long a shock weighs on a chair, and the line-up of designated chairs."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

import comity
from comity.forum.calendar import Calendar
from comity.forum.moments import Moment
from comity.forum.stage import prepare
from comity.randomness import Decision, address, uniforms
from comity.rules.chairing import shock_on_chair, withdraws
from comity.scenario.loading import from_data
from comity.scenario.moves import Move

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
    shock = {"id": "crisis", "name": "Crisis", "date": STRUCK.isoformat(), "withdrawal": 0.6, "years": years}
    data = comity.load("teaching").to_json() | {"shocks": [shock | {"pressure": 0.1, "source": "assumption"}]}
    shocks, exposures = prepare(from_data(data)).schedule.shocks, np.array([[0.0, 0.5]])
    assert shock_on_chair(shocks, exposures, 1, opening.toordinal()) == pytest.approx(felt, abs=1e-15)
    assert shock_on_chair(shocks, exposures, 0, opening.toordinal()) == 0.0


@pytest.mark.parametrize(
    ("name", "chance"),
    [
        # v_w + (1 - income) v_u shortage + shock, income 0.95 and 0.20: a crisis weighs on the rich as on the poor.
        ("NORTHLAND", 0.1 + 0.05 * 0.4 * 0.5 + 0.3),
        ("CORAL", 0.1 + 0.80 * 0.4 * 0.5 + 0.3),
    ],
)
def test_the_chance_to_withdraw_by_hand(name, chance, opened):
    given = {"withdrawal_rate": 0.1, "withdrawal_unfunded": 0.4, "donors_needed": 10.0}
    settings = {f"parameters.{key}": value for key, value in given.items()}
    scenario = comity.load("teaching", settings=settings | {
        "population.actors.NORTHLAND.income": 0.95, "population.actors.CORAL.income": 0.20,
    })  # fmt: skip
    row, run = prepare(scenario).population.index(name), opened(scenario)
    # The draw decides: it lies below the chance in exactly those meetings in which the chair withdraws.
    for number in range(200):
        meeting = address(f"M{number}")
        actor = run.world.actors["address"][row : row + 1]
        draw = uniforms(run.keys[Decision.WITHDRAWAL], meeting, np.uint64(0), actor)[0]
        assert withdraws.py_func(row, 5, 0.3, meeting, run) == (draw < chance)


# --- The line-up


def settle(
    last_chair: int, lineup: list[int], n_ahead: int, out: tuple[int, ...] = (), wanting: tuple[int, ...] = ()
) -> tuple[list[tuple[str, str]], list[int]]:
    """Settle the chair of one meeting; return what happened, to whom, and the line-up after it.

    All seven states volunteer, those with the lowest numbers are asked first, and the first three are developed. Those
    ``out`` do not want the chair, those ``wanting`` do.
    """
    data = comity.load("teaching").to_json()
    state = next(actor for actor in data["population"]["actors"] if actor["kind"] == "state")
    data["population"]["actors"] = [
        state | {"id": f"S{row}", "capacity": 1.0 - 0.01 * row, "developed": row < 3, "stake": {}} for row in range(7)
    ]
    data["meetings"] = [item | {"hosts": [], "sessions": []} for item in data["meetings"] if item["id"] == "FORUM1"]
    data["forums"] = [item | {"lineup": n_ahead, "attachment": 1.0} for item in data["forums"]]
    data |= {"choices": {"host": "endogenous"}, "institutions": {}, "shocks": [], "chairs": []}
    data["parameters"] |= {"chair_selectivity": 50.0, "withdrawal_rate": 0.0, "withdrawal_unfunded": 0.0}
    moves = [Move(actor=f"S{row}", meeting="FORUM1", hosts=row in wanting) for row in (*out, *wanting)]
    model = Calendar(from_data(data).with_moves(moves), keep="meetings")
    forum, memory = model.stage.forum_index["FORUM"], model._course.chairs
    memory.memory["last_chair"][forum], memory.memory["n_lineup"][forum] = last_chair, len(lineup)
    memory.lineup[forum, : len(lineup)] = lineup
    model.hold_to(Moment.OPENNESS)
    after = memory.lineup[forum, : memory.memory["n_lineup"][forum]].tolist()
    return [(entry.event, entry.state.removeprefix("S")) for entry in model.trace.chairs], after


def test_the_line_up_alternates_and_moves_up():
    assert settle(-1, [], 4) == ([("chair", "0")], [3, 1, 4, 2])
    # One more is designated at each meeting, on the other side.
    assert settle(0, [3, 1, 4, 2], 4) == ([("chair", "3")], [1, 4, 2, 5])
    assert settle(3, [1, 4, 2, 5], 4) == ([("chair", "1")], [4, 2, 5, 0])


def test_who_withdraws_is_replaced_by_one_that_is_not_in_line():
    events, lineup = settle(0, [3, 1, 4, 2], 4, out=(3,))
    assert events == [("withdrawal", "3"), ("stand-in", "5")]
    assert lineup == [1, 4, 2, 3], "what was designated stays, and the line is filled again"


def test_a_vacancy_leaves_the_line_up_as_it_is():
    events, lineup = settle(0, [3, 1, 4, 2, 5, 6], 6, out=(3,))
    assert events == [("withdrawal", "3"), ("vacancy", "")]
    assert lineup == [1, 4, 2, 5, 6]


def test_a_person_of_the_line_up_that_takes_the_chair_early_is_not_in_line_any_more():
    events, lineup = settle(0, [3, 1, 4], 3, wanting=(4,))
    assert events == [("chair", "4")]
    assert lineup == [1, 3, 0]


def test_the_line_up_ends_where_nobody_is_left():
    assert sorted(settle(-1, [], 10)[1]) == [1, 2, 3, 4, 5, 6]


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
