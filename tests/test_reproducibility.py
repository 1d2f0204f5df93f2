"""The same scenario and seed give the same record, however it is run, and to the byte when it is saved."""

from __future__ import annotations

import copy
import os
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import comity
from comity import ForumModel, InputError, Record
from comity.scenario.parameters import parameter_table


def files_of(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir())}


def run_alone(program: str) -> None:
    """Run a program in a process of its own, with other hashes of strings than here."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONHASHSEED": "12"}
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=False
    )
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("keep", ["meetings", "all", "trust"])
def test_the_same_seed_gives_the_same_bytes(tmp_path, keep):
    for number in (1, 2):
        comity.run("teaching", seed=7, keep=keep).save(tmp_path / str(number), command="comity run teaching")
    first = files_of(tmp_path / "1")
    assert first == files_of(tmp_path / "2")
    assert {"meetings.parquet", "scenario.json", "provenance.json"} <= set(first)


def test_a_replicate_alone_equals_the_same_replicate_in_a_batch(tmp_path):
    # The batch shares what is prepared once; the single run is another process, which prepares it anew.
    for seed in range(5):
        comity.run("teaching", seed=seed).save(tmp_path / f"batch{seed}", command="run")
    program = f"import comity; comity.run('teaching', seed=3).save({str(tmp_path / 'alone')!r}, command='run')"
    run_alone(program)
    assert files_of(tmp_path / "alone") == files_of(tmp_path / "batch3")


def test_a_run_leaves_nothing_behind_for_the_next(first_difference, load_lively):
    # Scenarios share what is prepared for them: every parameter is moved in between.
    scenario = load_lively()
    first = comity.run(scenario, seed=1)
    comity.run(scenario, seed=2)
    for end in ("low", "high"):
        comity.run(load_lively(**{row["name"]: row[end] for row in parameter_table()}), seed=1)
    assert first_difference(first, comity.run(scenario, seed=1)) == ""


def test_a_scenario_runs_the_same_after_another_as_alone(tmp_path):
    # The other one differs in every parameter, also in those that shape the world from which a run starts.
    settings = {f"parameters.{row['name']}": (row["default"] + row["high"]) / 2 for row in parameter_table()}
    comity.run("teaching", seed=3)
    comity.run(comity.load("teaching", settings=settings), seed=3).save(tmp_path / "after", command="run")
    program = (
        "import comity\n"
        f"scenario = comity.load('teaching', settings={settings!r})\n"
        f"comity.run(scenario, seed=3).save({str(tmp_path / 'alone')!r}, command='run')\n"
    )
    run_alone(program)
    assert files_of(tmp_path / "alone") == files_of(tmp_path / "after")


@pytest.mark.parametrize("name", ["teaching", "lively"])
def test_step_by_step_equals_run(name, load_lively, first_difference):
    scenario = comity.load("teaching") if name == "teaching" else load_lively()
    model = ForumModel(scenario, seed=4)
    steps = 0
    while model.running:
        model.step()
        steps += 1
    assert steps > len(scenario.meetings)
    assert first_difference(Record.of(model), comity.run(scenario, seed=4)) == ""


def test_steps_and_then_run_equals_run(first_difference):
    model = ForumModel("teaching", seed=4)
    for _ in range(3):
        model.step()
    assert first_difference(Record.of(model.run()), comity.run("teaching", seed=4)) == ""


@pytest.mark.parametrize(
    "how", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))], ids=["deepcopy", "pickle"]
)
@pytest.mark.parametrize("steps", [0, 3, 5])
def test_a_copy_of_a_model_runs_on_to_the_same_record(how, steps, first_difference):
    model = ForumModel("teaching", seed=4)
    for _ in range(steps):
        model.step()
    twin = how(model)
    world = twin.world
    twin.run()
    assert first_difference(Record.of(twin), comity.run("teaching", seed=4)) == ""
    # The copy is apart from the model that it was made of.
    assert not np.shares_memory(world.trust, model.world.trust)
    assert first_difference(Record.of(model.run()), comity.run("teaching", seed=4)) == ""


def test_another_seed_gives_another_run(first_difference):
    assert first_difference(comity.run("teaching", seed=1), comity.run("teaching", seed=2)) != ""


def test_seed_zero_is_a_seed(first_difference):
    zero = comity.run("teaching", seed=0)
    assert first_difference(zero, comity.run("teaching", seed=0)) == ""
    assert first_difference(zero, comity.run("teaching", seed=1)) != ""


def test_large_seeds_and_integers_of_numpy_are_seeds(first_difference):
    assert first_difference(comity.run("teaching", seed=np.int64(7)), comity.run("teaching", seed=7)) == ""
    large = comity.run("teaching", seed=2**63 - 1)
    assert first_difference(large, comity.run("teaching", seed=2**31 - 1)) != ""


@pytest.mark.parametrize("seed", [1.5, "7", None, True, -1, 2**63, float("nan"), np.float64(3)])
def test_a_seed_is_a_whole_number(seed):
    with pytest.raises(InputError, match=r"seed must be a whole number from 0 to 2\*\*63 - 1, got"):
        comity.run("teaching", seed=seed)


def test_the_level_of_detail_does_not_change_the_run(first_difference):
    records = {keep: comity.run("teaching", seed=7, keep=keep) for keep in ("meetings", "all", "trust")}
    names = records["meetings"].tables().keys()
    for keep in ("all", "trust"):
        shared = {name: records[keep].tables()[name] for name in names}
        assert first_difference(records["meetings"].tables(), shared) == ""


def test_running_again_from_the_folder_gives_the_same_bytes(tmp_path, load_lively):
    folder = comity.run(load_lively(), seed=7).save(tmp_path / "first", command="comity run lively --seed 7")
    record, command, differences = comity.rerun(folder)
    assert command == "comity run lively --seed 7"
    assert differences == []
    record.save(tmp_path / "again", command=command)
    assert files_of(tmp_path / "again") == files_of(folder)


def test_the_historical_run_gives_the_same_bytes_again(tmp_path):
    folder = comity.run("hld_gfmd", seed=0, keep="meetings").save(tmp_path / "first", command="run")
    record, command, differences = comity.rerun(folder)
    assert differences == []
    record.save(tmp_path / "again", command=command)
    assert files_of(tmp_path / "again") == files_of(folder)
