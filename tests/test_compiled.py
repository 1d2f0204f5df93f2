"""The compiled core gives what the same code gives when the interpreter reads it line by line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import comity
from comity.compiled import compiled, rules_version

SEEDS = (1, 2)
TESTS = Path(__file__).parent


def run_python(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python with the packages that this process sees."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, env=environment, check=False)


def test_a_whole_run_is_the_same_compiled_and_interpreted(tmp_path, first_difference):
    # The teaching scenario sits in every phase but the assembly, has a shock, a vote and both memberships.
    result = run_python(str(TESTS / "interpreted_run.py"), str(tmp_path), "teaching", *map(str, SEEDS))
    assert result.returncode == 0, result.stderr
    for seed in SEEDS:
        interpreted = comity.read_record(tmp_path / str(seed))
        record = comity.run("teaching", seed=seed)
        for name, table in record.tables().items():
            assert first_difference({name: table}, {name: interpreted[name]}, tolerance=1e-12) == ""


def test_the_drawn_world_is_the_same_compiled_and_interpreted(tmp_path, load_lively, first_difference):
    import json

    scenario = load_lively()
    file = tmp_path / "lively.json"
    file.write_text(json.dumps(scenario.to_json()), encoding="utf-8")
    program = (
        "import runpy, sys, json, comity.compiled\n"
        f"module = runpy.run_path({str(TESTS / 'interpreted_run.py')!r})\n"
        "import comity\n"
        "from comity.scenario.loading import from_data\n"
        f"scenario = from_data(json.load(open({str(file)!r}, encoding='utf-8')))\n"
        f"comity.run(scenario, seed=3).save({str(tmp_path / 'out')!r})\n"
    )
    result = run_python("-c", program)
    assert result.returncode == 0, result.stderr
    record, interpreted = comity.run(scenario, seed=3), comity.read_record(tmp_path / "out")
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
