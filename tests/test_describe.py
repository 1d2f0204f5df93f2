"""Descriptions: what a scenario will do, in words that agree with what it then does."""

from __future__ import annotations

import pytest

import comity
from comity.words.describe import describe, differences


def test_every_meeting_is_described_in_its_order():
    scenario = comity.load("synthetic")
    text = describe(scenario)
    places = [text.index(f"{meeting.id}: ") for meeting in scenario.meetings]
    assert places == sorted(places)


def test_the_teaching_scenario_in_words():
    text = describe(comity.load("teaching"))
    assert "8 states: 4 of origin, 3 of destination, 1 both in one" in text
    assert "9-11 Jul 2007  FORUM1: Forum in Westmark" in text
    assert "hosted by WESTMARK" in text
    assert "1 May 2008  shock campaign" in text
    assert "vote COMPACT" in text
    assert "rests on 1 listed source;" in text


@pytest.mark.parametrize("name", ["teaching", "synthetic"])
def test_the_number_of_sittings_is_that_of_the_run(name):
    scenario = comity.load(name, settings={"choices.openness": "scripted"})
    text = describe(scenario)
    held = comity.run(scenario, seed=1).sessions.groupby("meeting")["sitting"].nunique()
    for meeting in scenario.meetings:
        block = text.split(f"  {meeting.id}: ")[1]
        assert block.split(" sittings: ")[0].split()[-1] == str(held[meeting.id])


def test_changed_parameters_and_mechanisms_switched_off_are_named():
    text = describe(comity.load("teaching", settings={"parameters.persuasion_rate": 0.0, "parameters.turnover": 0.3}))
    assert "persuasion_rate = 0 instead of 0.06" in text
    assert "turnover = 0.3 instead of 0.15" in text
    assert "persuasion (persuasion_rate = 0)" in text
    assert "fixed by the rationalist theory" in describe(comity.load("teaching", theory="rationalist"))


def test_what_the_model_chooses_is_said():
    text = describe(comity.load("synthetic"))
    assert "left to the model: host, agenda, openness, arena" in text
    assert "hosted by whoever volunteers" in text
    assert "4 topics that the model chooses" in text


def test_differences_name_places_by_id(tmp_path):
    base = comity.load("teaching")
    patch = tmp_path / "what_if.toml"
    patch.write_text('[remove]\nmeetings = ["FORUM1"]\nactors = ["CORAL"]\n[parameters]\nturnover = 0.3\n')
    changed = differences(base, comity.load("teaching", patches=[patch]))
    assert changed == [
        "meetings: FORUM1 removed",
        "parameters.turnover: 0.15, now 0.3",
        "population.remove: none, now ['CORAL']",
    ]
    assert differences(base, base) == []
    assert "left out: CORAL" in describe(comity.load("teaching", patches=[patch]), base)
    assert "nothing is different" in describe(base, base)


def test_lines_fit_a_page():
    assert max(map(len, describe(comity.load("synthetic")).splitlines())) <= 100
