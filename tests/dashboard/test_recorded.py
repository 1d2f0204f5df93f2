"""Recorded votes beside modelled ones: numbers by hand, what is never shown, and files that cannot be used."""

from __future__ import annotations

import csv
from types import SimpleNamespace

import pandas as pd
import pytest

import comity
from comity.errors import InputError
from comity.scenario.locate import scenario_folder
from comity_dashboard.figures.recorded import compared, difference_map, headline, misses
from comity_dashboard.recorded import is_forecast, named_vote, recorded_in

ANSWERS = {"A": "yes", "B": "yes", "C": "no", "D": "abstain", "E": "absent"}


@pytest.fixture(scope="module")
def vote():
    """A record of six states and one vote, as far as the figures read it."""
    ids = list("ABCDEF")
    # B comes with 0.5, so a yes has 0.4 / 0.5 = 0.8 given that it comes; D has 0.3 / 0.9.
    table = pd.DataFrame(
        {
            "vote": "V", "actor": ids, "answer": ["yes", "absent", "yes", "no", "yes", "yes"],
            "p_yes": [0.9, 0.4, 0.7, 0.3, 0.6, 0.5], "p_absent": [0.0, 0.5, 0.0, 0.1, 0.0, 0.0],
        }
    )  # fmt: skip
    return SimpleNamespace(votes=table, actors_by_id=pd.DataFrame({"id": ids, "name": [f"State {one}" for one in ids]}))


def test_a_difference_is_that_of_the_sides_given_that_a_state_comes(vote):
    table = compared(vote, "V", ANSWERS)
    assert list(table["chance"]) == pytest.approx([0.9, 0.8, 0.7, 1 / 3, 0.6, 0.5])
    assert list(table["kind"]) == ["both_yes", "both_yes", "willing", "both_other", "absent", "unknown"]
    turned = compared(vote, "V", {**ANSWERS, "D": "yes"})
    assert turned["kind"].iloc[3] == "unwilling"
    assert [row[0] for row in misses(turned).rows] == ["State C", "State D"]  # 0.7 off, then 0.67
    svg = difference_map("V", turned).svg
    assert "State C: model too willing. Recorded no; modelled probability of yes, if the state comes, 0.70" in svg


def test_the_headline_says_both_numbers_and_the_guess_without_a_model(vote):
    said = headline(compared(vote, "V", ANSWERS), pd.Series([3.0, 4.0]), 2)
    assert said[0] == "Recorded: 2 yes. Modelled: 3.4 yes expected, 4 drawn in this run."
    assert said[1].startswith("90 % of 2 runs over the posterior expect between 3.0 and 4.0 yes; the record lies below")
    assert said[2].startswith("Of the 4 states that answered, the model expected the recorded side of 3; it was too")
    assert "too willing for 1, too unwilling for 0. Guessing the more frequent side for everybody would be" in said[2]
    assert said[2].endswith("right for 2.")
    assert said[3:] == [
        "1 state was absent, for whatever reason.",
        "1 state of this run is not in the record.",
        "2 recorded states are not in this run.",
    ]


@pytest.fixture(scope="module")
def history():
    """The scenario of the history, with the states that could vote, but without a run."""
    scenario = comity.load("hld_gfmd")
    states = [row["iso3"] for row in read("IMD2012")]
    votes = [vote.id for meeting in scenario.meetings for vote in meeting.votes]
    table = pd.DataFrame([{"vote": vote, "actor": state} for vote in votes for state in states])
    return SimpleNamespace(scenario=scenario, votes=table)


def read(vote):
    with (scenario_folder() / "data" / "votes" / f"{vote}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("vote", ["FREEDOM2006", "GFMD2008VOTE", "FREEDOM2008", "IMD2012"])
def test_a_shipped_record_is_that_of_the_data(history, vote):
    found = recorded_in(history, vote)
    rows = [row for row in read(vote) if row["iso3"] in set(history.votes["actor"])]
    assert found.answers == {row["iso3"]: row["vote"] for row in rows}
    assert (found.elsewhere, found.is_fitted) == (0, True)


def test_the_vote_of_2018_is_a_forecast_and_has_no_record_not_even_a_file_of_ones_own(history, tmp_path):
    file = tmp_path / "GCM2018.csv"
    file.write_text("iso3,vote\nFRA,yes\n", encoding="utf-8")
    assert is_forecast(history, "GCM2018")
    assert not is_forecast(history, "IMD2012")
    assert recorded_in(history, "GCM2018", str(file)) is recorded_in(history, "GCM2018") is None


def test_a_record_of_ones_own_replaces_the_shipped_one(history, tmp_path):
    file = tmp_path / "mine.csv"
    file.write_text("iso3,vote\nFRA,no\nMAR,yes\n", encoding="utf-8")
    found = recorded_in(history, "IMD2012", str(file))
    assert (found.answers, found.file, found.is_fitted) == ({"FRA": "no", "MAR": "yes"}, "mine.csv", False)
    assert named_vote("a/IMD2012.csv", ["IMD2012"]) == "IMD2012"
    assert named_vote(str(file), ["IMD2012"]) == ""


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.csv", "secret,key\nsecret,1\n", "a.csv: must have, in UTF-8, the columns iso3"),
        ("a.csv", "iso3,vote\nFRA,yes\nsecret,yes\n", "a.csv: line 3: must have"),
        ("a.csv", "iso3,vote\nFRA,secret\n", "a.csv: line 2: must have"),
        ("a.txt", "iso3,vote\nFRA,yes\n", "must be a CSV file"),
        ("none.csv", None, "must be a CSV file with the columns iso3 and vote, got no such file"),
    ],
)
def test_a_file_that_cannot_be_used_is_said_in_a_line_that_shows_nothing_of_it(history, tmp_path, name, text, words):
    if text is not None:
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        recorded_in(history, "IMD2012", str(tmp_path / name))
    assert words in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.browser
def test_a_vote_has_its_record_and_its_difference_and_that_of_2018_has_neither(visit, tmp_path):
    page = visit("/history?scenario=hld_gfmd&vote=IMD2012", "[data-figure=map_IMD2012_difference] svg")
    assert page.inner_text(".comity-caption-text").startswith("Recorded: 129 yes. Modelled: ")
    assert "yes (129)" in page.text_content("[data-figure=map_IMD2012_recorded] svg")
    file = tmp_path / "mine.csv"
    file.write_text("iso3,vote\nFRA,no\nMAR,yes\n", encoding="utf-8")
    page.fill("input[aria-label='a recorded vote of your own']", str(file))
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Recorded: 1 yes.")
    assert "Recorded in mine.csv" in page.inner_text("[data-figure=map_IMD2012_recorded]")
    page.click("button:has-text('2018: ')")
    page.wait_for_selector("[data-figure=map_GCM2018_probability] svg")
    assert page.inner_text(".comity-caption-text").startswith("A forecast of the model: ")
    assert "A record of your own is not shown beside this vote" in page.inner_text(".comity-page")
    assert not page.locator("[data-figure$=_recorded], [data-figure$=_difference]").count()
