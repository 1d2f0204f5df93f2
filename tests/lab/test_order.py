"""The lab keeps its plan: modules import only from those that stand before them."""

from __future__ import annotations

import ast
from pathlib import Path

import comity_lab

ORDER = (
    "factor", "design", "sampling", "seeds", "recipe", "job", "plan",
    "nesting", "work", "known",
    "store", "lock", "executors", "progress", "sharding", "dispatching", "sweeping",
    "reading", "merging", "repeating",
    "pilot", "sweep_command", "commands",
)  # fmt: skip
"""What is to be done; the work; the store and the sweep; reading; the command."""

CALIBRATION = (
    "target", "implausibility", "emulator", "layer", "region", "problem",
    "simulating", "waves", "screening", "choosing", "posterior", "planting", "calibrating",
    "tables", "figure", "files", "printing", "asking", "command",
)  # fmt: skip
"""What is compared and what is left; simulating and the method; what it says; the command."""

FOLDER = Path(comity_lab.__file__).parent


def test_imports_of_calibration_run_one_way():
    for position, name in enumerate(CALIBRATION):
        tree = ast.parse((FOLDER / "calibration" / f"{name}.py").read_text(encoding="utf-8"))
        modules = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        imported = {module.rpartition(".")[2] for module in modules if module.startswith("comity_lab.calibration.")}
        later = imported & set(CALIBRATION[position:])
        assert not later, f"calibration.{name} must not import {later}, which come after it"
    assert {file.stem for file in (FOLDER / "calibration").glob("*.py")} == {"__init__", *CALIBRATION}


def test_imports_run_one_way():
    for position, name in enumerate(ORDER):
        tree = ast.parse((FOLDER / f"{name}.py").read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("comity_lab."):
                imported = (node.module or "").removeprefix("comity_lab.")
                later = imported in ORDER[position:] and (name, imported) != ("commands", "sweep_command")
                assert not later, f"{name} must not import {imported}, which comes after it"


def test_the_model_does_not_know_the_lab():
    import comity

    for file in Path(comity.__file__).parent.rglob("*.py"):
        if file.name != "cli.py" and "commands" not in file.parts:
            assert "comity_lab" not in file.read_text(encoding="utf-8"), file
