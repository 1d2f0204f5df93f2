"""Observing: the same as the tables say, whatever is cut off behind the last fact, and second runs that differ in one thing."""

from __future__ import annotations

import math

import pytest

import comity
from comity.facts import MEASURES, horizon, load_facts, observe, shorten
from comity.facts.variants import VARIANTS, variant


@pytest.fixture(scope="module")
def facts():
    return load_facts()


@pytest.fixture(scope="module")
def full():
    return comity.run("hld_gfmd", seed=3, keep="meetings")


@pytest.fixture(scope="module")
def found(full, facts):
    return observe(full, facts)


def test_every_target_has_a_number(facts, found):
    assert list(found) == [target.key for fact in facts for target in fact.targets]
    assert not [key for key, value in found.items() if math.isnan(value)]


def test_every_measure_serves_a_fact(facts):
    assert {fact.measure for fact in facts} == set(MEASURES)


def test_numbers_are_those_of_the_tables(full, found):
    meetings = full.meetings.set_index("meeting")
    for year in range(2007, 2013):
        assert found[f"F20.{year}"] == meetings["states"][f"GFMD{year}"]
        assert found[f"F25.{year}"] == meetings["donors"][f"GFMD{year}"]
    both = meetings[["trust_origin_destination", "trust_destination_origin"]].mean(axis=1)
    assert found["F48"] == pytest.approx(both["HLD2013"] - both["GFMD2007"])
    networks = meetings["trust_states_networks"]
    assert found["F49.gain"] == pytest.approx(networks["HLD2013"] - networks["HLD2006"])
    assert found["F4.growth"] == pytest.approx(meetings["contacts"]["HLD2013"] / meetings["contacts"]["HLD2006"])
    support = full.support.set_index(["meeting", "organisation"])["rank"]
    assert found["F13.2013"] == support["HLD2013", "IOM"]
    arenas = full.arenas.query("meeting == 'HLD2006' and group == 'origin'")
    assert found["F5.origin_un"] == pytest.approx((arenas["first"] == "un").mean())
    table = full.interventions.query("meeting == 'HLD2006' and phase == 'round_tables'").set_index("group")
    spoke = table["seats"] - table["silence"]
    assert found["F1.order"] == pytest.approx(
        _smallest_step(spoke / spoke.sum() / (table["seats"] / table["seats"].sum()))
    )
    rooms = full.sessions.query("meeting == 'HLD2006' and phase == 'round_tables'")
    smallest = rooms.loc[rooms["seats"].idxmin()]
    assert found["F2.state_speakers"] == smallest["state_speakers"]
    assert found["F2.organisations"] == pytest.approx(smallest["organisation_share"])


def _smallest_step(voice):
    return min(voice["origin"] - voice["destination"], voice["organisation"] - voice["origin"])


def test_the_calendar_itself_is_what_the_facts_on_the_agenda_were_coded_from(full, facts):
    """Asked of the scripted run, measures of the agenda give the observed numbers."""
    breadth = next(fact for fact in facts if fact.measure == "agenda_breadth")
    said = MEASURES["agenda_breadth"].compute(full, breadth.period, full)
    assert all(target.holds(said[target.part]) for target in breadth.targets)
    shares = MEASURES["economic_sessions"].compute(full, (2007, 2012), full)
    assert shares["2007"] == pytest.approx(7 / 11)
    levels = next(fact for fact in facts if fact.measure == "openness_levels")
    said = MEASURES["openness_levels"].compute(full, levels.period, full)
    assert all(said[target.part] == pytest.approx(target.observed) for target in levels.targets)


def test_what_comes_after_the_last_fact_changes_nothing(full, facts, found):
    short = shorten(full.scenario, horizon(facts))
    assert short.meetings[-1].start.year == 2013
    assert observe(comity.run(short, seed=3, keep="meetings"), facts) == found
    assert shorten(short, 2013) is short


def test_second_runs_share_luck_and_differ_in_what_they_say(full):
    assert set(VARIANTS) == {item.needs for item in MEASURES.values()} - {""}
    rights = variant(full, "rights_dialogue", 2006)
    hearing = full.trace.meetings[0]
    assert (rights.trace.meetings[0].present == hearing.present).all()
    assert {topic.category for topic in rights.trace.meetings[-1].topics} == {"rights/protection"}
    free = variant(full, "endogenous", 2012)
    assert free.trace.meetings[2].id == "HLD2006"
    assert {entry.text for entry in free.trace.chairs} == {"chosen by the model"}


def test_a_scenario_without_rights_has_no_rights_dialogue(facts):
    silent = comity.load("teaching", settings={"institutions.rights_issue": ""})
    found = observe(comity.run(silent, keep="meetings"), facts)
    assert math.isnan(found["F8"])
    assert not math.isnan(found["F5.largest"])
