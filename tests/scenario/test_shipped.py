"""Every shipped scenario and patch loads, runs, and says what it rests on."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest

import comity
from comity.measures import MEASURES
from comity.population.people import build_population
from comity.scenario.lessons import Lesson, read_lesson
from comity.scenario.loading import from_data, load
from comity.scenario.locate import find_scenario, scenario_folder, shipped_patches, shipped_scenarios
from comity.scenario.patching import apply_patch
from comity.words.changes import differences


@pytest.mark.parametrize("name", shipped_scenarios())
def test_every_shipped_scenario_loads_and_runs(name):
    scenario = load(name)
    assert scenario.name == name
    assert scenario.sources() or name == "synthetic", "it says what it rests on"
    record = comity.run(scenario, seed=0, keep="meetings")
    held = set(record.meetings["meeting"]) | set(record.chairs.query("event == 'cancelled'")["meeting"])
    assert held == {meeting.id for meeting in scenario.meetings}


def sources_in(node: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Yield place and text of every field called source below a scenario in plain data."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "source" and isinstance(value, str):
                yield place, value
            else:
                yield from sources_in(value, f"{place}.{key}")
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from sources_in(value, f"{place}[{number}]")


@pytest.mark.parametrize("name", shipped_scenarios())
def test_every_number_has_a_resolved_source_or_is_called_an_assumption(name):
    scenario = load(name)
    for place, text in sources_in(scenario.to_json()):
        if place == ".population" or (name == "teaching" and ".sessions" in place):
            continue  # the first is the source of the actors; the others are covered by their meeting
        codes = set(re.findall(r"[A-Za-z0-9]+", text)) & set(scenario.references)
        assert codes or "assumption" in text or "invented" in text, f"{place}: {text!r}"


@pytest.mark.parametrize("patch", shipped_patches())
def test_every_shipped_patch_loads_and_runs_over_its_base(patch):
    scenario = load("hld_gfmd", patches=[patch])
    assert scenario.name == f"hld_gfmd+{patch}"
    assert scenario.hash != load("hld_gfmd").hash
    assert len(comity.run(scenario, seed=0, keep="meetings").meetings) > 0


@pytest.mark.parametrize("patch", shipped_patches())
def test_every_shipped_patch_begins_with_the_question_that_it_asks(patch):
    text = find_scenario(patch, kind="patch").read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert "?" in "".join(line for line in text.splitlines(True) if line.startswith("#"))


def test_the_scenarios_that_are_promised_are_shipped():
    assert {"hld_gfmd", "teaching", "synthetic"} <= set(shipped_scenarios())
    assert "facts" not in shipped_scenarios()


PATCHES_PROMISED = {
    "no_gfmd", "un_forum", "rights_first", "no_civil_society_days", "open_hosts", "closed_hosts", "no_pga",
    "iom_normative", "no_iom", "no_financial_crisis", "every_three_years", "online_only", "no_large_destinations",
    "no_campaign", "origin_states_only", "no_internalisation", "no_frame_resonance", "no_advocacy",
}  # fmt: skip


def test_the_what_ifs_that_are_promised_are_shipped():
    assert set(shipped_patches()) >= PATCHES_PROMISED


@pytest.mark.parametrize("patch", shipped_patches())
def test_every_shipped_patch_has_a_lesson_on_measures_that_exist(patch):
    lesson = read_lesson(find_scenario(patch, kind="patch"))
    assert lesson.question.endswith(("?", "stay.", "learns.", "2006."))
    assert re.search(r"\(chapter, '[^)]+'\)", lesson.claim), "the claim names its section"
    named = {word for word in re.findall(r"\b\w+\b", lesson.look_at) if word in {item.name for item in MEASURES}}
    assert named, "it says which measures to look at"
    assert len(lesson.expected) > 40


@pytest.mark.parametrize("patch", shipped_patches())
def test_every_shipped_patch_also_runs_on_the_longer_calendar_and_is_described(patch):
    base = load("hld_gfmd_2025")
    scenario = load("hld_gfmd_2025", patches=[patch])
    assert len(comity.run(scenario, seed=0, keep="meetings").meetings) > 0
    changed = differences(base, scenario)
    assert 0 < len(changed) <= 12
    assert max(map(len, changed)) < 500


def test_a_patch_means_the_same_before_and_after_defaults_are_filled_in():
    for patch in shipped_patches():
        resolved = json.loads(json.dumps(load("hld_gfmd").to_json()))
        text = tomllib.loads(find_scenario(patch, kind="patch").read_text(encoding="utf-8"))
        assert from_data(apply_patch(resolved, text, patch)).hash == load("hld_gfmd", patches=[patch]).hash, patch


def test_iom_is_made_as_normative_as_the_ilo():
    actors = build_population(load("hld_gfmd", patches=["iom_normative"])).actors.set_index("id")
    same = ["normative_mandate", "sovereignty", *(name for name in actors if name.startswith("position_"))]
    assert actors.loc["IOM", same].tolist() == actors.loc["ILO", same].tolist()
    assert actors.loc["IOM", "service"] > actors.loc["ILO", "service"]


def test_the_large_destination_states_are_those_with_most_immigrants():
    raw = pd.read_csv(scenario_folder() / "data" / "raw" / "states_raw.csv", keep_default_na=False)
    raw["immigrants"] = pd.to_numeric(raw["immigrants_2005"], errors="coerce")
    states = build_population(load("hld_gfmd")).actors.set_index("id")
    destinations = raw[raw["iso3"].map(states["role"]) == "destination"]
    largest = set(destinations.nlargest(10, "immigrants")["iso3"])
    assert set(load("hld_gfmd", patches=["no_large_destinations"]).population.remove) == largest


def test_open_and_closed_hosts_are_as_the_calendar_knows_them():
    base = load("hld_gfmd")
    hosted = [meeting for meeting in base.meetings if meeting.forum == "GFMD"]
    coded = [meeting.openness for meeting in hosted if meeting.openness is not None]
    closed, opened = (load("hld_gfmd", patches=[name]) for name in ("closed_hosts", "open_hosts"))
    assert {m.openness for m in closed.meetings if m.forum == "GFMD"} == {min(coded)}
    merged = [meeting for meeting in hosted if meeting.common_space == "merged"]
    assert [meeting.id for meeting in merged] == ["GFMD2021"]  # whose openness is 1
    assert {m.openness for m in opened.meetings if m.forum == "GFMD"} == {1.0}
    assert {m.common_space for m in opened.meetings if m.forum == "GFMD"} == {base.meeting("GFMD2010").common_space}


def test_a_comment_without_labels_is_a_question_only(tmp_path):
    file = tmp_path / "plain.toml"
    file.write_text("# What if?\n# Really?\n\n[parameters]\n", encoding="utf-8")
    assert read_lesson(file) == Lesson(question="What if? Really?")
    file.write_text("[parameters]\n", encoding="utf-8")
    assert read_lesson(file).lines() == []
