"""The notebooks in docs run from top to bottom, and are kept without outputs."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest

NOTEBOOKS = sorted((Path(__file__).resolve().parents[1] / "docs" / "notebooks").glob("*.ipynb"))
MODULES = ("matplotlib", "networkx", "xarray", "scipy", "SALib", "ema_workbench", "sklearn")


def cells_of(file: Path) -> list[dict[str, Any]]:
    return json.loads(file.read_text(encoding="utf-8"))["cells"]


def run_cell(source: str, names: dict[str, Any]) -> Any:
    """Run a cell as a notebook does, and return the value of a last expression."""
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), names)
    return None if last is None else eval(compile(ast.Expression(last.value), "cell", "eval"), names)


def test_there_are_notebooks():
    assert [file.stem[:1] for file in NOTEBOOKS] == ["1", "2", "3", "4"]


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_a_notebook_is_kept_without_outputs(file):
    code = [cell for cell in cells_of(file) if cell["cell_type"] == "code"]
    assert code
    assert [cell for cell in code if cell["outputs"] or cell["execution_count"] is not None] == []


@pytest.mark.slow
@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_a_notebook_runs(file, tmp_path, monkeypatch, capsys):
    for module in MODULES:
        pytest.importorskip(module, reason=f"{module} is not installed (extras notebook, analysis, discover)")
    import matplotlib.pyplot as plt

    monkeypatch.chdir(tmp_path)
    plt.switch_backend("agg")
    names: dict[str, Any] = {"__name__": "__main__"}
    try:
        for number, cell in enumerate(cells_of(file), start=1):
            if cell["cell_type"] == "code":
                source = "".join(cell["source"])
                value = run_cell(source, names)
                shown = value is not None or capsys.readouterr().out
                assert shown or not isinstance(ast.parse(source).body[-1], ast.Expr), f"cell {number} shows nothing"
                if hasattr(value, "_repr_html_"):
                    value._repr_html_()
    finally:
        plt.close("all")
