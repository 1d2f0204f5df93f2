"""A scenario is a value: copies are checked and hashed anew, and the tables in it cannot be written to."""

import copy
import pickle

import pytest

import comity
from comity import load
from comity.errors import InputError


def test_a_copy_is_another_simulation_also_after_a_run():
    base = load("teaching")
    comity.run(base, seed=1)
    population = base.population.model_copy(update={"remove": ("PALMERA",)})
    other = base.model_copy(update={"population": population})
    assert other.hash != base.hash
    assert "PALMERA" not in set(comity.run(other, seed=1).actors["actor"])
    same = load("teaching", settings={"population.remove": ["PALMERA"]})
    assert other.hash == same.hash


def test_a_copy_under_another_theory_has_its_hash_and_strengths():
    base = load("teaching")
    _ = base.hash, base.strengths
    other = base.model_copy(update={"theory": "rationalist"})
    assert (other.hash, other.strengths) == (load("teaching", theory="rationalist").hash, other.strengths)
    assert other.strengths.trust_learning == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"theorie": "rationalist"}, r"scenario: theorie is not a known key\. Did you mean 'theory'\?"),
        ({"theory": "realist"}, r"teaching: theory must be .*'rationalist'"),
        ({"meetings": ()}, r"teaching: meetings must have at least 1 item"),
    ],
)
def test_a_copy_is_checked(change, message):
    with pytest.raises(InputError, match=message):
        load("teaching").model_copy(update=change)


def test_parameters_of_a_copy_are_checked():
    base = load("teaching")
    parameters = base.parameters.model_copy(update={"persuasion_rate": 7.0})
    with pytest.raises(InputError, match=r"parameters\.persuasion_rate must be less than or equal to 1, got 7\.0"):
        base.model_copy(update={"parameters": parameters})


def test_tables_in_a_scenario_are_closed():
    scenario = load("teaching")
    position = scenario.population.actors[0].position
    with pytest.raises(InputError, match=r"the table with remittances, labour, rights must not be written to"):
        position["rights"] = 7
    with pytest.raises(InputError, match=r"must not be written to"):
        scenario.shocks[0].anchors.update(rights=0.5)
    with pytest.raises(InputError, match=r"must not be written to"):
        position |= {"rights": 0.5}
    override = load("teaching", settings={"population.override.PALMERA.cooperation": 0.9}).population.override
    with pytest.raises(InputError, match=r"the table with cooperation must not be written to"):
        override["PALMERA"]["cooperation"] = 0.1


def test_a_closed_scenario_is_copied_and_sent_whole():
    scenario = load("teaching")
    for twin in (copy.deepcopy(scenario), pickle.loads(pickle.dumps(scenario)), scenario.model_copy(deep=True)):
        assert twin == scenario
        assert twin.hash == scenario.hash
    assert type(scenario.to_json()["population"]["actors"][0]["position"]) is dict


def test_only_a_name_or_a_path_is_loaded():
    with pytest.raises(InputError, match=r"load: scenario must be a name or a path, got dict\. Write the data into"):
        load({"title": "x"})
