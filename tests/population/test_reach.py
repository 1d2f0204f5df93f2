"""Reach: who has a mission where, and how near; computed by hand, and refused where the table has gaps."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from comity import InputError
from comity.errors import Notice
from comity.population.people import Population, build_population
from comity.population.reach import EARTH_RADIUS, Reach, distances, nearness
from comity.scenario.loading import load
from comity.scenario.locate import scenario_folder

SHIPPED = pd.read_csv(scenario_folder() / "data" / "reach.csv", dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def replay() -> Population:
    return build_population(load("hld_gfmd"))


@pytest.fixture
def build(tmp_path: Path) -> Callable[..., Population]:
    def build(table: pd.DataFrame, more: str = "") -> Population:
        table.to_csv(tmp_path / "mine.csv", index=False)
        file = tmp_path / "s.toml"
        file.write_text(f'extends = "hld_gfmd"\n[population]\nreach = "mine.csv"\n{more}', encoding="utf-8")
        return build_population(load(file))

    return build


def on_the_equator() -> Reach:
    """Three states on the equator, 90 degrees apart in a row, and an organisation in the second row."""
    return Reach(
        n=4,
        rows=np.array([0, 2, 3]),
        places={"A": 0, "B": 1, "C": 2},
        missions=np.array([0.5, 0.25, 0.0]),
        latitude=np.zeros(3),
        longitude=np.array([0.0, 90.0, 180.0]),
        at={"A": np.array([1.0, 0.0, 1.0]), "the_hill": np.array([1.0, 1.0, 0.0])},
        km={"the_hill": np.array([0.0, 1000.0, 20015.0])},
    )


def test_distance_is_an_arc_of_the_great_circle():
    quarter = math.pi / 2 * EARTH_RADIUS
    found = distances(np.array([0.0, 0.0, 90.0, -90.0]), np.array([0.0, 90.0, 17.0, 5.0]), 0)
    assert found == pytest.approx([0.0, quarter, quarter, quarter])
    assert distances(np.array([0.0, 0.0]), np.array([0.0, 180.0]), 0)[1] == pytest.approx(2 * quarter)


def test_nearness_is_one_at_the_place_and_zero_at_its_antipode():
    # ln 2 / ln(21.015) = .6931 / 3.0453 = .2276
    assert nearness(np.array([0.0, 1000.0, math.pi * EARTH_RADIUS])) == pytest.approx([1.0, 0.7724, 0.0], abs=1e-4)


def test_what_a_host_is_reached_by_is_a_difference_from_the_average_pair():
    reach = on_the_equator()
    quarter = 1 - math.log(1 + 10.007557) / math.log(1 + 20.015115)
    mean_missions, mean_near = 0.25, (4 * quarter + 2 * 0) / 6  # four ordered pairs a quarter apart, two at antipodes
    assert reach.average == pytest.approx((mean_missions, mean_near), abs=1e-6)
    found = reach.to("", "A")
    assert found.missions == pytest.approx([0.75, 0.0, -0.25, 0.75])
    assert found.nearness == pytest.approx([1 - mean_near, 0.0, quarter - mean_near, -mean_near], abs=1e-6)


def test_without_a_column_the_share_of_missions_is_the_chance_of_one_and_a_host_is_at_home():
    assert on_the_equator().to("", "B").missions == pytest.approx([0.25, 0.0, 0.75, -0.25])


def test_a_city_with_columns_of_its_own_goes_before_its_host():
    found = on_the_equator().to("The Hill", "B")
    assert found.missions == pytest.approx([0.75, 0.0, 0.75, -0.25])
    assert found.nearness[0] == pytest.approx(1 - on_the_equator().average[1])


@pytest.mark.parametrize(("city", "host"), [("", ""), ("Atlantis", ""), ("Atlantis", "XXX")])
def test_a_place_that_is_not_known_has_no_effect(city, host):
    assert all(not values.any() for values in on_the_equator().to(city, host))


def test_the_replay_knows_all_of_its_hosts(replay):
    scenario = load("hld_gfmd")
    assert replay.reach is not None
    for meeting in scenario.meetings:
        host = meeting.hosts[0] if meeting.hosts else ""
        found = replay.reach.to(meeting.city, host)
        assert found.missions.any() == found.nearness.any()
        if host:
            assert found.nearness[replay.index(host)] > 0.5  # also where it met in another city of the state
    new_york = replay.reach.to("New York")
    assert np.ptp(new_york.missions[replay.reach.rows]) == 0
    assert not new_york.missions[replay.index("IOM")]


def test_populations_without_a_table_have_no_reach():
    assert build_population(load("teaching")).reach is None
    assert build_population(load("synthetic")).reach is None
    organisations = build_population(load("teaching")).actors.query("kind == 'io'")
    assert (organisations["members"] == 1).all()


def test_an_organisation_reaches_what_the_table_says_and_a_state_nothing(replay):
    actors = replay.actors.set_index("id")
    assert actors.loc["IOM", "members"] == round(115 / 191, 4)
    assert not actors.loc["MAR", "members"]


def test_a_copy_of_the_table_gives_the_same_reach(build, replay):
    found, shipped = build(SHIPPED).reach, replay.reach
    assert found is not None
    assert shipped is not None
    assert np.array_equal(found.to("Manila", "PHL"), shipped.to("Manila", "PHL"))


GAPS = {
    "a state without a line": (SHIPPED.query("id != 'MAR'"), r"mine\.csv: every state must have one line, 'MAR' has 0"),
    "a state with two": (
        pd.concat([SHIPPED, SHIPPED.query("id == 'MAR'")]),
        r"mine\.csv: every state must have one line, 'MAR' has 2",
    ),
    "an empty latitude": (
        SHIPPED.assign(latitude=SHIPPED["latitude"].where(SHIPPED["id"] != "AGO", "")),
        r"mine\.csv: line 3, column 'latitude' must be a number in \[-90, 90\], got ''",
    ),
    "a mission that is two": (
        SHIPPED.assign(mission_BEL="2"),
        r"mine\.csv: line 2, column 'mission_BEL' must be a number in \[0, 1\]",
    ),
    "a distance beyond the antipode": (
        SHIPPED.assign(km_geneva="20016"),
        r"mine\.csv: line 2, column 'km_geneva' must be a number in \[0, 20015",
    ),
    "no column of missions": (SHIPPED.drop(columns="missions"), r"mine\.csv: column 'missions' is missing"),
}


@pytest.mark.parametrize("name", GAPS)
def test_a_table_with_gaps_is_refused(build, name):
    table, message = GAPS[name]
    with pytest.raises(InputError, match=message):
        build(table)


def test_an_own_state_that_the_shipped_table_lacks_is_refused_with_what_to_do(tmp_path):
    states = pd.read_csv(scenario_folder() / "data" / "states.csv", dtype=str, keep_default_na=False)
    regimes = pd.read_csv(scenario_folder() / "data" / "states_regime.csv", dtype=str, keep_default_na=False)
    states = states.merge(regimes, on="id")
    pd.concat([states, states.head(1).assign(id="ATL")]).to_csv(tmp_path / "states.csv", index=False)
    (tmp_path / "s.toml").write_text('extends = "hld_gfmd"\n[population]\nstates = "states.csv"\n')
    with pytest.raises(InputError, match=r"data/reach\.csv: every state must have one line, 'ATL' has 0.*reach = \"\""):
        build_population(load(tmp_path / "s.toml"))
    (tmp_path / "s.toml").write_text('extends = "hld_gfmd"\n[population]\nstates = "states.csv"\nreach = ""\n')
    with pytest.warns(Notice, match="193 pairs of states have no line"):
        assert build_population(load(tmp_path / "s.toml")).reach is None


def test_a_state_that_the_scenario_writes_out_has_no_data_and_no_effect(tmp_path):
    issues = [issue.id for issue in load("hld_gfmd").issues]
    position = ", ".join(f"{issue} = 0.5" for issue in issues)
    salience = ", ".join(f"{issue} = {1 / len(issues)!r}" for issue in issues)
    (tmp_path / "s.toml").write_text(
        'extends = "hld_gfmd"\n[[population.actors]]\nid = "ATL"\nname = "Atlantis"\nkind = "state"\nrole = "origin"\n'
        "sovereignty = 0.5\ncooperation = 0.5\ncapacity = 0.5\n"
        f"position = {{ {position} }}\nsalience = {{ {salience} }}\n"
    )
    population = build_population(load(tmp_path / "s.toml"))
    assert population.reach is not None
    found = population.reach.to("Brussels", "BEL")
    assert not found.missions[population.index("ATL")]
    assert not found.nearness[population.index("ATL")]
    assert len(found.missions) == len(population.ids)
