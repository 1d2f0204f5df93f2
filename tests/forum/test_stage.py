"""The stage: how far states reach the place of a meeting."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import comity
from comity import Scenario
from comity.forum.stage import Stage


@pytest.fixture(scope="module")
def stage() -> Stage:
    return Stage(comity.load("hld_gfmd"))


def reach_of(stage: Stage, meeting: str, hosts: list[str] | None = None) -> np.ndarray:
    plan = stage.scenario.meeting(meeting)
    return stage.reach(plan if hosts is None else plan.model_copy(update={"hosts": tuple(hosts), "city": ""}))


def test_reach_is_half_missions_and_half_nearness(stage: Stage):
    assert stage.population.reach is not None
    there = stage.population.reach.to("Brussels", "BEL")
    assert reach_of(stage, "GFMD2007") == pytest.approx((there.missions + there.nearness) / 2)
    assert reach_of(stage, "GFMD2007")[stage.population.rows["BEL"]] == reach_of(stage, "GFMD2007").max()


def test_a_meeting_is_in_its_city_and_that_of_a_stand_in_in_its_capital(stage: Stage):
    assert stage.population.reach is not None
    of_city, of_capital = (stage.population.reach.to(city, "CHE").missions for city in ("Geneva", ""))
    assert (of_city != of_capital).any()
    assert reach_of(stage, "GFMD2011").sum() > reach_of(stage, "GFMD2007", ["CHE"]).sum()
    in_capital = stage.population.reach.to("", "JPN")
    assert reach_of(stage, "GFMD2007", ["JPN"]) == pytest.approx((in_capital.missions + in_capital.nearness) / 2)
    assert stage.capitals[stage.population.rows["JPN"]] == pytest.approx(reach_of(stage, "GFMD2007", ["JPN"]))


def test_of_several_hosts_the_mean_is_taken(stage: Stage):
    both = reach_of(stage, "GFMD2007", ["DEU", "MAR"])
    alone = [reach_of(stage, "GFMD2007", [host]) for host in ("DEU", "MAR")]
    assert both == pytest.approx(np.mean(alone, axis=0))


def test_only_states_travel_and_nobody_to_a_meeting_online(stage: Stage):
    assert not reach_of(stage, "GFMD2007")[~stage.is_state].any()
    online = stage.scenario.meeting("GFMD2007").model_copy(update={"venue": "online"})
    assert not stage.reach(online).any()


def test_listed_and_drawn_populations_have_no_places(
    load_teaching: Callable[..., Scenario], load_lively: Callable[..., Scenario]
):
    for scenario in (load_teaching(), load_lively()):
        assert not Stage(scenario).reach(scenario.meetings[0]).any()
