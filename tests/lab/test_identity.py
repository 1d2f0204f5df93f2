"""What enters a result is part of a sweep's identity: the code of a function, own tables, facts."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from comity import InputError
from comity.scenario.locate import scenario_folder
from comity_lab import read_sweep, sweep
from comity_lab.design import design_from
from comity_lab.plan import plan_of
from comity_lab.sources import UNKNOWN, check_loaded, code_of
from comity_lab.store import open_store


@pytest.fixture
def module(tmp_path, monkeypatch):
    """Write modules of a user; each test has names of its own, because Python keeps what it has imported."""
    folder = tmp_path / "code"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    mark = f"m{abs(hash(str(tmp_path))):x}"

    def write(name: str, text: str) -> str:
        file = folder / f"{mark}_{name}".replace(".", "/")
        file = file.with_name(f"{file.name}.py")
        file.parent.mkdir(exist_ok=True)
        file.write_text(text.replace("MARK", mark), encoding="utf-8")
        sys.modules.pop(f"{mark}_{name}", None)
        return f"{mark}_{name}"

    return write


def of(function: str, **options):
    return design_from({"function": function, "factors": [{"name": "x", "values": [1, 2, 3, 4]}], **options})


TIMES = "def f(values, seed):\n    return {'y': values['x'] * FACTOR}\n"


def test_a_sweep_of_a_function_that_was_edited_is_not_continued(module, tmp_path):
    name = module("one", TIMES.replace("FACTOR", "1.0"))
    sweep(of(f"{name}:f"), tmp_path / "out", workers=1, shard="1/2")
    module("one", TIMES.replace("FACTOR", "1000.0"))
    with pytest.raises(InputError, match=rf"started with, but the source of {name} was changed"):
        sweep(of(f"{name}:f"), tmp_path / "out", workers=1, shard="2/2")
    with pytest.raises(InputError, match=rf"started with, but the source of {name} was changed"):
        sweep(open_store(tmp_path / "out").plan, tmp_path / "out", workers=1)  # the folder stands for its design
    assert read_sweep(tmp_path / "out").runs["y"].tolist() == [1.0, 3.0]


@pytest.mark.parametrize(
    "imported",
    ["import MARK_help as helper", "from MARK_help import scale\nimport MARK_help as helper"],
    ids=["import", "from"],
)
def test_what_a_function_imports_from_beside_it_counts(module, tmp_path, imported):
    module("help", "def scale(x):\n    return x\n")
    text = f"{imported}\ndef f(values, seed):\n    return {{'y': helper.scale(values['x'])}}\n"
    name = module("user", text)
    first = plan_of(of(f"{name}:f"))
    assert sorted(first.recipe.code) == sorted([name, name.replace("user", "help")])
    sweep(first, tmp_path / "out", workers=1)
    module("help", "def scale(x):\n    return 2 * x\n")
    with pytest.raises(InputError, match=r"the source of .*_help was changed"):
        sweep(first, tmp_path / "out", workers=1)


def test_an_import_inside_a_function_counts_and_what_is_installed_does_not(module):
    module("late", "VALUE = 1\n")
    name = module("lazy", "import numpy, json\ndef f(v, seed):\n    from MARK_late import VALUE\n    return {}\n")
    assert sorted(code_of(f"{name}:f")) == sorted([name, name.replace("lazy", "late")])
    assert code_of("comity_lab.known:ishigami") == {}


def test_the_ids_of_runs_differ_when_the_code_does(module, tmp_path):
    name = module("ids", TIMES.replace("FACTOR", "1.0"))
    sweep(of(f"{name}:f"), tmp_path / "old", workers=1)
    module("ids", TIMES.replace("FACTOR", "2.0"))
    sweep(of(f"{name}:f"), tmp_path / "new", workers=1)
    ids = [set(read_sweep(tmp_path / folder).runs["run"]) for folder in ("old", "new")]
    assert ids[0].isdisjoint(ids[1])


RUNNER = """
from comity.runs import run
def hold(scenario, seed):
    return run(scenario, seed=seed + SHIFT, keep="meetings")
"""


def test_the_code_of_a_runner_counts(module, tmp_path):
    name = module("held", RUNNER.replace("SHIFT", "0"))
    design = design_from({"scenario": "teaching", "runner": f"{name}:hold", "replicates": 2})
    sweep(design, tmp_path / "out", workers=1)
    module("held", RUNNER.replace("SHIFT", "1"))
    with pytest.raises(InputError, match=r"the source of .* was changed"):
        sweep(design, tmp_path / "out", workers=1)


def test_a_function_that_was_edited_after_it_was_loaded_is_refused(module):
    name = module("stale", TIMES.replace("FACTOR", "1.0"))
    plan_of(of(f"{name}:f"))
    loaded = sys.modules[name]
    module("stale", TIMES.replace("FACTOR", "2.0"))
    sys.modules[name] = loaded  # as in a notebook that was not started again
    with pytest.raises(InputError, match=r"was edited after this process loaded it. Start Python again"):
        plan_of(of(f"{name}:f"))


def test_a_function_in_no_file_is_swept_once_and_not_continued(tmp_path, monkeypatch):
    main = sys.modules["__main__"]
    monkeypatch.setattr(main, "in_a_notebook", lambda values, seed: {"y": values["x"]}, raising=False)
    monkeypatch.delattr(main, "__file__", raising=False)
    assert code_of("__main__:in_a_notebook") == {"__main__": UNKNOWN}
    design = of("__main__:in_a_notebook")
    assert sweep(design, tmp_path / "out", workers=1).complete
    with pytest.raises(InputError, match="cannot be continued, because __main__:in_a_notebook is not in a file"):
        sweep(design, tmp_path / "out", workers=1)
    check_loaded("__main__:in_a_notebook", main.in_a_notebook, code_of("__main__:in_a_notebook"))


def test_a_worker_with_other_code_is_refused(module, tmp_path):
    from comity_lab.work import run_chunk

    name = module("apart", TIMES.replace("FACTOR", "1.0"))
    plan = plan_of(of(f"{name}:f"))
    import numpy as np

    job = plan.job(np.array([0]), np.array([0]))
    module("apart", TIMES.replace("FACTOR", "2.0"))
    from comity_lab.recipe import unpack

    unpack.cache_clear()
    with pytest.raises(
        InputError, match=r"must have the source code that the sweep was planned with, but .*apart differs"
    ):
        run_chunk(job)


@pytest.fixture
def table(tmp_path) -> Path:
    """Return a copy of a shipped table, which is then one of the user's own."""
    file = tmp_path / "states.csv"
    shutil.copy(scenario_folder() / "data" / "states.csv", file)
    return file


def edit(file: Path) -> None:
    """Change a number in a table: the last digit that follows a decimal point."""
    text = file.read_text(encoding="utf-8")
    lines = text.splitlines(keepends=True)
    head = lines[0].strip().split(",")
    cells = lines[1].rstrip("\n").split(",")
    place = head.index("cooperation") if "cooperation" in head else len(cells) - 1
    cells[place] = "0.123"
    file.write_text("".join([lines[0], ",".join(cells) + "\n", *lines[2:]]), encoding="utf-8")


def named_through(kind: str, table: Path, tmp_path: Path) -> dict:
    if kind == "factor":
        return {"name": "population.states", "values": ["data/states.csv", str(table)]}
    if kind == "patch":
        (tmp_path / "mine.toml").write_text('[population]\nstates = "states.csv"\n', encoding="utf-8")
        return {"name": "patch", "values": ["none", str(tmp_path / "mine.toml")]}
    text = 'extends = "hld_gfmd"\n[population]\nstates = "states.csv"\n'
    (tmp_path / "whole.toml").write_text(text, encoding="utf-8")
    return {"name": "scenario", "values": ["hld_gfmd", str(tmp_path / "whole.toml")]}


@pytest.mark.parametrize("kind", ["factor", "patch", "scenario"])
def test_a_table_that_only_a_factor_names_counts(table, tmp_path, kind):
    factor = named_through(kind, table, tmp_path)

    def plan():
        return plan_of(design_from({"scenario": "hld_gfmd", "factors": [factor], "until": 2007} if kind != "scenario"
                                   else {"scenario": "hld_gfmd", "factors": [factor]}))  # fmt: skip

    before = plan()
    scenario = before.recipe.scenario(before.values(1))
    assert str(table) in scenario.population.checksums
    from comity_lab.store import create_store

    create_store(tmp_path / "out", before, "")
    edit(table)
    assert plan().hash != before.hash
    for again in (before, open_store(tmp_path / "out").plan, plan()):
        with pytest.raises(InputError, match=r"with the tables that it was started with, but .*states.csv was changed"):
            sweep(again, tmp_path / "out", workers=1)


def test_the_command_refuses_an_edited_function_in_one_line(tmp_path):
    (tmp_path / "d.toml").write_text(
        'function = "edited:f"\n[[factors]]\nname = "x"\nvalues = [1, 2, 3, 4]\n', encoding="utf-8"
    )
    import os

    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), *filter(None, sys.path)])}
    found = []
    for shard, factor in (("1/2", "1.0"), ("2/2", "1000.0")):
        (tmp_path / "edited.py").write_text(TIMES.replace("FACTOR", factor), encoding="utf-8")
        words = ["sweep", "d.toml", "--workers", "1", "--shard", shard, "--out", "out", "-q"]
        command = [sys.executable, "-c", "import sys; from comity.cli import main; sys.exit(main())", *words]
        found.append(
            subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        )
    assert found[0].returncode == 0, found[0].stderr
    assert found[1].returncode == 2
    assert "Traceback" not in found[1].stderr
    assert "the source of edited was changed" in " ".join(found[1].stderr.split())


def test_a_function_that_was_installed_counts_itself_and_not_what_it_imports():
    assert list(code_of("numpy.linalg:norm")) == ["numpy.linalg"]
    assert code_of("sys:getsizeof") == {}
    assert code_of("nosuch.module:f") == {"nosuch.module": UNKNOWN}
