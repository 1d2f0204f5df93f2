"""A setup is a value: an address holds it, and a command repeats it."""

from __future__ import annotations

import tomllib

import pytest

import comity
from comity.errors import InputError
from comity_dashboard.desk import Desk
from comity_dashboard.ensembles import REPLICATES, effects, hold_pairs
from comity_dashboard.runs import opened, record_of, scenario_of, story_of
from comity_dashboard.setup import Setup

FULL = Setup(
    scenario="hld_gfmd",
    theory="institutionalist",
    seed="7",
    patches=("no_gfmd", "rights_first"),
    settings=("parameters.persuasion_rate=0.12", "choices.agenda=endogenous"),
    actor="MAR",
)


@pytest.mark.parametrize("setup", [Setup(), FULL, Setup(scenario="a b&c.toml", seed="x")])
@pytest.mark.parametrize("prefix", ["", "b."])
def test_the_address_brings_a_setup_back(setup, prefix):
    assert Setup.from_query(setup.query(prefix), prefix) == setup


def test_verbs_return_other_setups():
    assert Setup().toggled("no_gfmd").patches == ("no_gfmd",)
    assert Setup().toggled("no_gfmd").toggled("no_gfmd") == Setup()
    assert FULL.setting("parameters.persuasion_rate", None).parameters == {}
    assert FULL.setting("parameters.persuasion_rate", "0.2").parameters == {"persuasion_rate": 0.2}
    assert FULL.reset() == Setup(scenario="hld_gfmd", seed="7", actor="MAR")
    assert FULL.of("teaching") == Setup(scenario="teaching", seed="7")


def test_the_patch_and_the_command_give_the_same_scenario(tmp_path):
    setup = Setup(scenario="teaching", settings=("parameters.persuasion_rate=0.12", "choices.agenda=endogenous"))
    text = setup.patch_text()
    assert tomllib.loads(text)["parameters"] == {"persuasion_rate": 0.12}
    file = tmp_path / "mine.toml"
    file.write_text(text, encoding="utf-8")
    assert comity.load(file).hash == scenario_of(setup).hash
    assert setup.command() == (
        "comity run teaching --seed 0 --set parameters.persuasion_rate=0.12 --set choices.agenda=endogenous"
    )


def test_a_setup_is_run_as_the_command_line_would(tmp_path):
    setup = Setup(scenario="teaching", seed="3", settings=("parameters.persuasion_rate=0.2",), theory="socialisation")
    expected = comity.run(setup.choice.load(), seed=3)
    assert record_of(setup).meetings.equals(expected.meetings)
    assert story_of(setup).record is record_of(setup)


def test_a_saved_record_is_a_setup_too(tmp_path):
    record = comity.run("teaching", seed=5)
    folder = record.save(tmp_path / "run")
    assert opened(Setup(scenario=str(folder))).seed == "5"
    assert opened(Setup(scenario="teaching", seed="3")).seed == "3"
    assert Desk(None, default=str(folder)).run.value == Setup(scenario=str(folder), seed="5")
    assert record_of(Setup(scenario=str(folder), seed="5")).meetings.equals(record.meetings)
    with pytest.raises(InputError, match="takes no patches"):
        scenario_of(Setup(scenario=str(folder), patches=("no_gfmd",)))


@pytest.mark.parametrize(
    ("setup", "words"),
    [
        (Setup(scenario="teachin"), "Did you mean 'teaching'"),
        (Setup(scenario="teaching", settings=("parameters.persuasion_rate=many",)), "persuasion_rate"),
        (Setup(scenario="teaching", settings=("parameters.persuasion=0.1",)), "not a known key"),
        (Setup(scenario="teaching", settings=("parameters.persuasion_rate=7",)), "less than or equal to 1"),
    ],
)
def test_what_is_wrong_with_a_setup_is_said(setup, words):
    with pytest.raises(InputError, match=words):
        scenario_of(setup)


def test_pairs_of_one_scenario_do_not_differ_and_can_be_stopped():
    scenario = comity.load("teaching")
    found = hold_pairs(scenario, scenario, ("a", "b"), 0, lambda done: done < 3)
    assert found.seeds == (0, 1, 2)
    forest, table = effects(found)
    assert REPLICATES == 30
    assert all(row[-1] in ("no sure difference", "cannot be said") for row in table.rows)
    assert forest.option["series"][-1]["name"] == "mean difference"


def test_pairs_under_another_theory_differ_where_it_says_so():
    first, second = comity.load("teaching"), comity.load("teaching", theory="rationalist")
    _, table = effects(hold_pairs(first, second, ("a", "b"), 0, lambda done: done < 10))
    row = table.table.set_index("measure").loc["practices"]
    assert row["second"] == 0
    assert row["high"] < 0
