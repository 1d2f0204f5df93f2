"""Every shipped scenario and patch loads, runs, and says what it rests on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

import comity
from comity.scenario.loading import load
from comity.scenario.locate import find_scenario, shipped_patches, shipped_scenarios


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
