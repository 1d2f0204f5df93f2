"""Golden runs: some numbers of two runs stay what they were until somebody rewrites them on purpose."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest

import comity

FOLDER = Path(__file__).parent / "golden"


@pytest.fixture(scope="module")
def rewrite() -> ModuleType:
    """Return the script that writes the golden numbers."""
    spec = importlib.util.spec_from_file_location("golden_rewrite", FOLDER / "rewrite.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def golden(name: str) -> dict:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def differing(found: dict[str, float], kept: dict[str, float]) -> list[str]:
    """Return what differs, in words. Processors differ in the last digits of exp and log, hence the tolerance."""
    assert list(found) == list(kept)
    return [
        f"{name}: {kept[name]} is kept, {value} was found"
        for name, value in found.items()
        if value != pytest.approx(kept[name], rel=1e-6, abs=1e-9, nan_ok=True)
    ]


@pytest.mark.parametrize("name", ["teaching", "hld_gfmd"])
def test_the_golden_numbers_stay(rewrite, name):
    kept = golden(name)
    assert differing(rewrite.numbers(name, kept["seed"]), kept["numbers"]) == [], (
        "if this is meant: python tests/golden/rewrite.py, and the reason in the commit message"
    )


@pytest.mark.parametrize("change", [{"parameters.persuasion_rate": 0.061}, {"parameters.trust_learning": 1.01}])
def test_the_golden_numbers_notice_a_change(rewrite, change):
    # Negative control.
    kept = golden("teaching")
    assert differing(rewrite.numbers(comity.load("teaching", settings=change), kept["seed"]), kept["numbers"]) != []


def test_the_golden_numbers_notice_another_seed(rewrite):
    kept = golden("teaching")
    assert len(differing(rewrite.numbers("teaching", kept["seed"] + 1), kept["numbers"])) > 5


def test_every_golden_run_is_kept_and_tested(rewrite):
    assert {file.stem for file in FOLDER.glob("*.json")} == set(rewrite.RUNS)
    for name, seed in rewrite.RUNS.items():
        assert golden(name)["seed"] == seed
        assert 20 <= len(golden(name)["numbers"]) <= 40
