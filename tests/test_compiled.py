"""The compiled core gives what the same code gives when the interpreter reads it line by line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import comity
from comity.compiled import compiled, rules_version

SEEDS = (1, 2)


def run_interpreted(scenario, seed: int, folder: Path) -> dict:
    """Run a scenario with every rule uncompiled, in a Python of its own, and return the tables that it saved."""
    file = folder / "scenario.json"
    file.write_text(json.dumps(scenario.to_json()), encoding="utf-8")
    program = (
        "import json, comity\n"
        "from comity.scenario.loading import from_data\n"
        f"scenario = from_data(json.load(open({str(file)!r}, encoding='utf-8')))\n"
        f"comity.run(scenario, seed={seed}).save({str(folder / 'out')!r})\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "NUMBA_DISABLE_JIT": "1"}
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=False
    )
    assert result.returncode == 0, result.stderr
    return comity.read_record(folder / "out")


@pytest.mark.parametrize("seed", SEEDS)
def test_a_whole_run_is_the_same_compiled_and_interpreted(seed, tmp_path, first_difference):
    # The teaching scenario sits in every phase but the assembly, has a shock, a vote and both memberships.
    scenario = comity.load("teaching")
    interpreted, record = run_interpreted(scenario, seed, tmp_path), comity.run(scenario, seed=seed)
    for name, table in record.tables().items():
        assert first_difference({name: table}, {name: interpreted[name]}, tolerance=1e-12) == ""


def test_the_drawn_world_is_the_same_compiled_and_interpreted(tmp_path, load_lively, first_difference):
    scenario = load_lively()
    interpreted, record = run_interpreted(scenario, 3, tmp_path), comity.run(scenario, seed=3)
    for name, table in record.tables().items():
        assert first_difference({name: table}, {name: interpreted[name]}, tolerance=1e-12) == ""


def test_a_compiled_rule_keeps_its_readable_form():
    @compiled
    def twice(value):
        return 2.0 * value

    assert twice(1.5) == twice.py_func(1.5) == 3.0


def test_division_by_zero_follows_numpy():
    @compiled
    def ratio(a, b):
        return a / b

    assert ratio(1.0, 0.0) == float("inf")


def test_the_rules_version_is_twelve_hexadecimal_digits():
    assert len(rules_version()) == 12
    int(rules_version(), 16)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_comparison_sees_a_difference(seed, load_teaching, first_difference):
    # Negative control: a parameter moved by a thousandth does not pass as the same run.
    other = comity.run(load_teaching(trust_learning=1.001), seed=seed)
    assert first_difference(comity.run("teaching", seed=seed), other, tolerance=1e-12) != ""
