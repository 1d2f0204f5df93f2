"""Bands over parameters on the pages: those of the command, for scenarios that the posterior is about."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import comity
from comity.errors import InputError
from comity.posterior import read_posterior
from comity_dashboard.access import POSTERIOR
from comity_dashboard.address import read_address
from comity_dashboard.bands import asked_of, band_runs
from comity_dashboard.figures.lines import Lines
from comity_dashboard.figures.votes import expected_yes
from comity_dashboard.setup import Setup

CHART = "[data-figure=trust] canvas"
SERIES = "document.querySelector('[data-figure=trust]').__vue__.chart.getOption().series"


@pytest.fixture
def posterior(tmp_path, monkeypatch):
    file = tmp_path / "posterior.csv"
    text = "# scenario: teaching until 2008, none\ntrust_learning,persuasion_rate\n0.2,0.1\n2.0,0.3\n"
    file.write_text(text, encoding="utf-8")
    monkeypatch.setenv(POSTERIOR, str(file))
    return file


def lines(*values: float, meetings: str = "AB") -> Lines:
    dates = pd.to_datetime(["2006-01-01", "2007-01-01"])[: len(meetings)]
    table = pd.DataFrame({"meeting": list(meetings), "date": dates, "one": values})
    return Lines(key="k", title="T", unit="share", how="How.", table=table, colours={"one": "#123456"})


def test_a_band_of_two_runs_by_hand():
    figure = lines(0.5, 0.6).banded([lines(0.1, 0.4), lines(0.3, meetings="A")])
    below, band, line = figure.option["series"]
    assert below["data"] == [["2006-01-01", 0.11], ["2007-01-01", 0.4]]
    assert band["data"] == [["2006-01-01", 0.18], ["2007-01-01", 0.0]]
    assert below["stack"] == band["stack"]
    assert band["areaStyle"]["color"] == "#123456"
    assert "areaStyle" not in below
    assert line["data"] == [["2006-01-01", 0.5], ["2007-01-01", 0.6]]
    table = figure.table.set_index("meeting")
    assert table["one: n"].tolist() == [2, 1]
    assert table.loc["A", ["one: low", "one: median", "one: high"]].tolist() == pytest.approx([0.11, 0.2, 0.29])
    assert "90 % of 2 runs" in figure.note
    assert json.dumps(figure.props(), allow_nan=False)


def test_the_runs_are_those_of_the_command_and_are_kept(posterior):
    told: list[int] = []
    asked = asked_of(Setup(scenario="teaching", seed="5"))
    found = band_runs(asked, lambda runs: told.append(runs) or True)
    assert told == [1, 2]
    scenario = comity.load("teaching")
    for number, draw in enumerate(read_posterior(posterior)):
        record = comity.run(scenario.with_parameters(**draw), seed=5 + number)
        expected = record.meetings["trust_origin_destination"].to_numpy()
        assert found.lines["trust"][number].table["origin in destination states"].to_numpy() == pytest.approx(expected)
        assert found.votes["expected"].iloc[number] == pytest.approx(record.votes["p_yes"].sum())
        assert found.votes["adopted"].iloc[number] == record.votes["adopted"].iloc[0]
    assert band_runs(asked, lambda runs: told.append(runs) or True) is found
    assert told == [1, 2]


def test_the_runs_end_when_they_are_told_to(posterior):
    told: list[int] = []
    assert band_runs(asked_of(Setup(scenario="teaching", seed="6")), lambda runs: told.append(runs)) is None
    assert told == [1]


def test_what_the_user_set_prevails(posterior):
    asked = asked_of(Setup(scenario="teaching", settings=("parameters.trust_learning=1",)))
    assert asked.draws == ({"persuasion_rate": 0.1}, {"persuasion_rate": 0.3})
    assert asked.scenario.parameters.trust_learning == 1.0


@pytest.mark.parametrize(
    ("setup", "words"),
    [
        (Setup(scenario="hld_gfmd"), "The posterior is of the scenario teaching, not of this one."),
        (Setup(scenario="teaching", theory="rationalist"), "fix all parameters of the posterior"),
        (
            Setup(scenario="teaching", settings=("parameters.trust_learning=1", "parameters.persuasion_rate=0.1")),
            "fix all parameters of the posterior",
        ),
    ],
)
def test_a_run_that_the_posterior_is_not_about_has_no_bands(posterior, setup, words):
    with pytest.raises(InputError, match=words):
        asked_of(setup)


def test_a_scenario_that_extends_the_calibrated_one_has_bands(posterior):
    file = posterior.parent / "mine.toml"
    file.write_text('extends = "teaching"\ntitle = "Mine"\n', encoding="utf-8")
    assert len(asked_of(Setup(scenario=str(file))).draws) == 2


def test_without_a_posterior_the_page_says_which_option_names_one(monkeypatch, tmp_path):
    monkeypatch.setattr("comity_dashboard.bands.find_posterior", lambda name: tmp_path / "none.csv")
    monkeypatch.delenv(POSTERIOR, raising=False)
    with pytest.raises(InputError, match=r"No posterior is installed\..*--posterior FILE"):
        asked_of(Setup(scenario="teaching"))


def test_expected_yes_votes_have_bands_by_hand():
    record = comity.run("teaching", seed=7)
    runs = pd.DataFrame({"vote": ["COMPACT"] * 2, "expected": [2.0, 4.0], "adopted": [True, False]})
    figure = expected_yes(record, runs, 2)
    row = figure.table.iloc[0]
    assert row[["low", "median", "high", "n", "adopted_in_runs"]].tolist() == pytest.approx([2.1, 3.0, 3.9, 2, 1])
    assert row["this_run"] == pytest.approx(record.votes["p_yes"].sum())
    bar, dot = figure.option["series"]
    assert [x for x, _ in bar["data"]] == pytest.approx(np.array([2.1, 3.9]) / len(record.votes), abs=1e-4)
    assert dot["data"][0][0] == pytest.approx(record.votes["p_yes"].mean(), abs=1e-4)
    assert "[2.1, 3.9]; adopted in 1 of 2 runs" in bar["name"]
    assert json.dumps(figure.props(), allow_nan=False)


def test_an_address_turns_bands_on_and_nothing_else():
    assert read_address("bands=on").query == "bands=on"
    assert "bands must be 'on', got 'off'" in read_address("bands=off").refused[0]


@pytest.mark.browser
def test_the_switch_draws_a_band_and_takes_it_away(visit):
    page = visit("/?scenario=teaching&charts=trust", CHART)
    switch = page.locator("button", has_text="Bands over parameters")
    assert switch.get_attribute("aria-pressed") == "false"
    switch.click()
    page.wait_for_selector("text=90 % of 2 runs, each with another draw of the posterior")
    page.wait_for_function(f"{SERIES}.some((item) => item.areaStyle && item.data.length === 3)")
    assert switch.get_attribute("aria-pressed") == "true"
    assert "Shaded: the central 90 % of 2 runs" in page.inner_text("[data-figure=trust]")
    page.wait_for_url("**bands=on*")
    switch.click()
    page.wait_for_function(f"!{SERIES}.some((item) => item.name.endsWith('(band)'))")


@pytest.mark.browser
def test_votes_have_bands_and_the_outcome_with_its_rule(visit):
    page = visit("/history?scenario=teaching&bands=on", ".comity-drawing svg")
    page.wait_for_selector("[data-figure=expected_yes] canvas")
    assert "adopted by majority" in page.inner_text("[data-figure=map_COMPACT_answer]")


@pytest.mark.browser
def test_the_switch_says_why_a_run_has_no_bands(visit):
    page = visit("/history?scenario=hld_gfmd", ".comity-drawing svg")
    assert page.locator("button", has_text="Bands over parameters").is_disabled()
    assert "The posterior is of the scenario teaching, not of this one." in page.inner_text(".comity-page")
