"""A scenario is a value: its hash, its way through JSON, its preset; and what is nearest to a misspelt name."""

from __future__ import annotations

import re

import pytest
from pydantic import ValidationError, create_model

import comity
from comity import InputError
from comity.errors import nearest
from comity.scenario.loading import from_data, load
from comity.scenario.locate import shipped_scenarios
from comity.scenario.parameters import Parameters, parameter_table
from comity.scenario.presets import PRESETS
from comity.scenario.schema import Scenario


def test_the_hash_is_stable_and_knows_what_matters():
    base = load("teaching")
    assert re.fullmatch(r"[0-9a-f]{16}", base.hash)
    assert load("teaching").hash == base.hash
    words = load("teaching", settings={"title": "Other", "description": "Other", "references.XX": "Other"})
    assert words.hash == base.hash
    for path, value in {
        "parameters.persuasion_rate": 0.061,
        "forums.FORUM.bindingness": 0.11,
        "population.actors.CORAL.capacity": 0.16,
        "theory": "rationalist",
        "end": "2009-12-31",
    }.items():
        assert load("teaching", settings={path: value}).hash != base.hash, path


def test_a_value_that_equals_the_default_does_not_change_the_hash():
    assert load("teaching", settings={"parameters.persuasion_rate": 0.06}).hash == load("teaching").hash


def test_a_parameter_or_a_key_that_a_later_version_adds_does_not_change_the_hash():
    base = load("teaching")
    later = create_model("Parameters", __base__=Parameters, gossip_rate=(float, 0.0))
    unset = base.replaced(parameters=later(**base.parameters.model_dump()))
    assert unset.parameters.gossip_rate == 0.0
    assert unset.hash == base.hash
    assert base.replaced(parameters=later(gossip_rate=0.1)).hash != base.hash
    wider = create_model("Scenario", __base__=Scenario, venue=(str, "scripted"))
    assert wider.model_validate(base.to_json()).hash == base.hash
    assert wider.model_validate({**base.to_json(), "venue": "endogenous"}).hash != base.hash


@pytest.mark.parametrize("row", parameter_table(), ids=lambda row: row["name"])
def test_every_parameter_that_is_not_at_its_default_changes_the_hash(row):
    base = load("teaching")
    other = row["high"] if getattr(base.parameters, row["name"]) != row["high"] else row["low"]
    assert base.with_parameters(**{row["name"]: other}).hash != base.hash


@pytest.mark.parametrize("name", shipped_scenarios())
def test_a_scenario_survives_the_way_through_json(name):
    import json

    scenario = load(name)
    again = from_data(json.loads(json.dumps(scenario.to_json())))
    assert again == scenario
    assert again.hash == scenario.hash


def test_a_scenario_is_a_value_that_cannot_be_changed():
    scenario = load("teaching")
    with pytest.raises(ValidationError, match="frozen"):
        scenario.title = "x"  # type: ignore[misc]
    with pytest.raises(ValidationError, match="frozen"):
        scenario.parameters.turnover = 0.1  # type: ignore[misc]


# --- Presets


@pytest.mark.parametrize("theory", PRESETS)
def test_a_preset_overrules_the_parameters_of_the_file(theory):
    scenario = load("teaching", theory=theory, settings={"parameters.persuasion_rate": 0.5})
    assert scenario.theory == theory
    assert scenario.parameters.persuasion_rate == 0.5
    assert scenario.strengths.persuasion_rate == PRESETS[theory].get("persuasion_rate", 0.5)
    for name, value in PRESETS[theory].items():
        assert getattr(scenario.strengths, name) == value


def test_run_takes_a_preset_for_a_scenario_or_a_name(first_difference):
    by_name = comity.run("teaching", seed=2, theory="rationalist")
    by_value = comity.run(load("teaching"), seed=2, theory="rationalist")
    assert by_name.scenario.theory == by_value.scenario.theory == "rationalist"
    assert first_difference(by_name, by_value) == ""
    assert by_value.scenario.hash == load("teaching", theory="rationalist").hash


def test_an_unknown_preset_is_an_input_error_either_way():
    for scenario in ("teaching", load("teaching")):
        with pytest.raises(InputError, match="theory must be 'socialisation', 'institutionalist' or 'rationalist'"):
            comity.run(scenario, theory="realist")


def test_nearest_names_one_or_lists_some():
    assert nearest("persuasion_rat", ["persuasion_rate", "turnover"]) == "Did you mean 'persuasion_rate'?"
    assert nearest("zzz", ["b", "a"]) == "Known: a, b."
    assert nearest("zzz", []) == "None are defined here."
    assert nearest("zzz", [f"n{number:02}" for number in range(20)]).endswith("n11, ….")


def test_an_input_error_is_a_value_error():
    assert issubclass(InputError, ValueError)


def test_stakes_of_an_actor_are_shares_of_one_whole():
    with pytest.raises(InputError, match=r"actor 'PALMERA': shares in stake must sum to 1 at most, got 1\.8: each is"):
        load("teaching", settings={"population.actors.PALMERA.stake": {"OILPORT": 0.9, "NORTHLAND": 0.9}})
