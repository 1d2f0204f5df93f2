"""A setup is a value: an address holds it, and a command repeats it."""

from __future__ import annotations

import json
import shlex
import tomllib

import numpy as np
import pytest

import comity
from comity.cli import main
from comity.errors import InputError
from comity.measures import MEASURES
from comity.scenario.locate import shipped_patches
from comity_dashboard.clipboard import as_command, as_toml
from comity_dashboard.desk import Desk
from comity_dashboard.ensembles import REPLICATES, effects, run_pairs
from comity_dashboard.levers import patch_choices
from comity_dashboard.runs import fitting_patches, opened, scenario_of, story_of, table_of
from comity_dashboard.setup import Setup
from comity_lab import read_sweep

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


@pytest.mark.parametrize(
    "setup",
    [
        Setup(scenario="teaching", settings=("parameters.persuasion_rate=0.12", "choices.agenda=endogenous"), seed="4"),
        Setup(
            scenario="hld_gfmd", patches=("rights_first", "no_trust_learning"), theory="institutionalist", seed="7",
            settings=("parameters.mimicry_rate=0.31", "meetings.GFMD2010.openness=0.3", "title=A title"),
        ),
    ],
)  # fmt: skip
def test_what_is_copied_gives_the_run_of_the_page_when_it_is_pasted(setup, tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(as_toml(setup), encoding="utf-8")
    here = table_of(setup, "meetings")
    pasted = [["run", str(file), "--seed", setup.seed], shlex.split(as_command(setup))[1:]]
    for number, words in enumerate(pasted):
        out = tmp_path / str(number)
        assert main([*words, "--keep", "meetings", "--out", str(out), "--quiet"]) == 0
        assert json.loads((out / "provenance.json").read_text())["scenario_hash"] == here.scenario.hash
        tables = list(here.save(tmp_path / f"page_{number}").glob("*.parquet"))
        assert {table.stem for table in tables} >= {"meetings", "trust", "votes"}
        for table in tables:
            assert (out / table.name).read_bytes() == table.read_bytes(), table.name


def test_files_and_records_are_copied_so_that_they_are_found_again(tmp_path):
    mine, patch = tmp_path / "mine.toml", tmp_path / "shorter.toml"
    mine.write_text('extends = "teaching"\n', encoding="utf-8")
    patch.write_text("[parameters]\nturnover = 0.5\n", encoding="utf-8")
    setup = Setup(scenario=str(mine), patches=(str(patch),))
    assert tomllib.loads(as_toml(setup))["extends"] == [str(mine), str(patch)]
    assert as_command(setup) == f"comity run {mine} --seed 0 --patch {patch}"
    folder = comity.run("teaching", seed=5).save(tmp_path / "run")
    kept = Setup(scenario=str(folder), seed="5", actor="NORTHLAND")
    assert as_command(kept) == f"comity rerun {folder}"
    assert as_command(kept.with_seed("6")).startswith("# This run is a saved record")


def test_a_setup_is_run_as_the_command_line_would(tmp_path):
    setup = Setup(scenario="teaching", seed="3", settings=("parameters.persuasion_rate=0.2",), theory="socialisation")
    expected = comity.run(setup.choice.load(), seed=3)
    assert table_of(setup).meetings.equals(expected.meetings)
    assert story_of(setup).record is table_of(setup)


def test_a_saved_record_is_a_setup_too(tmp_path):
    record = comity.run("teaching", seed=5)
    folder = record.save(tmp_path / "run")
    assert opened(Setup(scenario=str(folder))).seed == "5"
    assert opened(Setup(scenario="teaching", seed="3")).seed == "3"
    assert Desk(None, default=str(folder)).run.value == Setup(scenario=str(folder), seed="5")
    assert table_of(Setup(scenario=str(folder), seed="5")).meetings.equals(record.meetings)
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
    with pytest.raises(InputError, match=words) as here:
        scenario_of(setup)
    with pytest.raises(InputError) as there:
        setup.choice.load()
    assert str(here.value) == str(there.value)


def test_pairs_of_one_scenario_do_not_differ_and_can_be_stopped():
    scenario = comity.load("teaching")
    found = run_pairs(scenario, scenario, 0, lambda done: done < 3)
    assert len(set(found.seeds)) == 3
    forest, table = effects(found, ("a", "b"))
    assert REPLICATES == 30
    assert all(row[-1] in ("no clear difference", "not measured") for row in table.rows)
    assert {row[-2] for row in table.rows} <= {"same", "–"}
    assert forest.option["series"][-1]["name"] == "mean difference"


def test_the_page_and_the_command_show_the_same_pairs(tmp_path, capsys):
    scenarios = [comity.load(name) for name in ("teaching", "seminar/1_silent_delegates/dialogue_2006")]
    shown = run_pairs(*scenarios, 7, lambda done: done < 4)
    words = ["compare", scenarios[0].name, "seminar/1_silent_delegates/dialogue_2006", "--replicates", "4"]
    assert main([*words, "--seed", "7", "--workers", "1", "--out", str(tmp_path / "out"), "-q"]) == 0
    runs = read_sweep(tmp_path / "out" / "sweep").runs
    for point, values in enumerate(shown.values):
        rows = runs[runs["point"] == point].sort_values("replicate")
        assert tuple(rows["seed"]) == shown.seeds
        assert np.array_equal(rows[[item.name for item in MEASURES]].to_numpy(), values, equal_nan=True)


def test_pairs_under_another_theory_differ_where_it_says_so():
    first, second = comity.load("teaching"), comity.load("teaching", theory="rationalist")
    _, table = effects(run_pairs(first, second, 0, lambda done: done < 10), ("a", "b"))
    row = table.table.set_index("measure").loc["practices"]
    assert row["second"] == 0
    assert row["high"] < 0


def test_what_ifs_are_labelled_as_people_write_them():
    labels = {item["name"]: item["label"] for item in patch_choices(Setup(), shipped_patches())}
    assert labels["no_gfmd"] == "no GFMD"
    assert labels["un_forum"] == "UN forum"
    assert labels["closed_hosts"] == "closed hosts"


def test_only_what_ifs_that_fit_a_scenario_are_offered():
    of_parameters = {"no_socialisation", "no_trust_learning", "no_internalisation", "no_frame_resonance", "no_advocacy"}
    fitting = {*of_parameters, "online_only", "origin_states_only"}
    assert fitting_patches(Setup(scenario="teaching", patches=("no_gfmd",))) == fitting
    for name in fitting:
        table_of(Setup(scenario="teaching", patches=(name,)), "meetings")
    assert fitting_patches(Setup()) == set(shipped_patches())
    assert not fitting_patches(Setup(scenario="nowhere"))
