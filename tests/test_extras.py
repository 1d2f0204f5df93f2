"""The hint for a missing extra is the command that works in this installation."""

from __future__ import annotations

import importlib.util
import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import comity
import comity_lab
from comity import extras
from comity.cli import main
from comity.errors import InputError
from comity.extras import how_to_install, needs

ROOT = Path(__file__).resolve().parents[1]
ROOMS = [str(ROOT / room) for room in ("model", "experiments", "dashboards")]
PIP = [sys.executable, "-m", "pip", "install"]


@pytest.fixture
def installed(monkeypatch):
    """Let comity be installed in some way, and pip be there or not."""

    def let(direct_url, pip=True):
        text = None if direct_url is None else json.dumps(direct_url)
        monkeypatch.setattr(extras, "distribution", lambda name: SimpleNamespace(read_text=lambda file: text))
        there = importlib.util.find_spec
        monkeypatch.setattr(
            extras.importlib.util, "find_spec", lambda name: (pip or None) if name == "pip" else there(name)
        )

    return let


def editable(folder):
    return {"url": folder.as_uri(), "dir_info": {"editable": True}}


@pytest.mark.skipif(sys.platform == "win32", reason="lines for a POSIX shell")
def test_a_checkout_names_its_own_folder_and_constraints(installed, tmp_path):
    folder = tmp_path / "Daten für comity"
    folder.mkdir()
    (folder / "constraints.txt").touch()
    installed(editable(folder))
    assert shlex.split(how_to_install("dashboard")) == [
        *PIP, "-c", f"{folder}/constraints.txt", "-e", f"{folder}[dashboard]"
    ]  # fmt: skip
    (folder / "constraints.txt").unlink()
    assert shlex.split(how_to_install("dashboard")) == [*PIP, "-e", f"{folder}[dashboard]"]


def test_a_wheel_names_neither_a_folder_nor_constraints(installed, monkeypatch, tmp_path):
    monkeypatch.setattr(extras, "__file__", str(tmp_path / "site-packages" / "comity" / "extras.py"))
    for direct_url in (None, {"url": "file:///x/comity-0.1.0-py3-none-any.whl", "archive_info": {}}):
        installed(direct_url)
        assert how_to_install("classroom").endswith('-m pip install "comity[classroom]"')


def test_an_environment_without_pip_is_one_of_uv(installed, tmp_path):
    installed(editable(tmp_path), pip=False)
    assert how_to_install("cluster").startswith("uv pip install --python ")


def test_sources_on_the_path_are_a_checkout(monkeypatch):
    def none(name):
        raise extras.PackageNotFoundError(name)

    monkeypatch.setattr(extras, "distribution", none)
    assert f"{Path(__file__).resolve().parents[1]}[dev]" in how_to_install("dev")


def test_what_is_missing_is_named(installed):
    installed(None)
    needs("dashboard", "dashboard", "json", "pathlib")
    with pytest.raises(InputError, match=r"^dashboard: needs no_such_package, which is not installed\. Install it: "):
        needs("dashboard", "dashboard", "json", "no_such_package")


def test_every_extra_that_is_named_is_declared():
    import tomllib

    root = Path(__file__).resolve().parents[1]
    declared = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    calls = [
        line
        for house in ("model", "experiments", "dashboards")
        for file in (root / house).rglob("*.py")
        for line in file.read_text(encoding="utf-8").splitlines()
        if " needs(" in line and "def " not in line
    ]
    assert len(calls) >= 3
    for line in calls:
        assert shlex.split(line.partition("needs(")[2].replace(",", " "))[1] in declared


@pytest.mark.parametrize("house", ["model", "experiments", "dashboards"])
def test_no_other_hint_is_written_down(house):
    root = Path(__file__).resolve().parents[1] / house
    found = [
        file.relative_to(root).as_posix()
        for file in sorted(root.rglob("*.py"))
        if "pip install" in file.read_text(encoding="utf-8")
        and "comity" in file.parts[-2:][0]
        and file.name != "extras.py"
    ]
    assert not found, f"{found}: use comity.extras"


@pytest.fixture
def plain(monkeypatch):
    """A plain install: what the extras have is not there."""
    there = importlib.util.find_spec
    gone = ("mesa", "networkx", "scipy", "SALib", "matplotlib", "solara", "distributed")
    monkeypatch.setattr(
        extras.importlib.util, "find_spec", lambda name, *rest: None if name in gone else there(name, *rest)
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("sweep sensitivity out", "sensitivity: needs SALib"),
        ("sweep effects out", "effects: needs scipy"),
        ("sweep report out --out r.html", "report: needs matplotlib"),
        ("calibrate teaching", "calibrate: needs scipy"),
        ("estimate-vote", "estimate-vote: needs scipy"),
        ("speech", "speech: needs scipy"),
        ("score --votes IMD2012", "--votes: needs scipy"),
        ("sweep run free_parameters --dry-run", "design: sampler 'morris': needs scipy"),
    ],
)
def test_a_command_of_an_extra_says_in_a_line_what_to_install(plain, capsys, tmp_path, monkeypatch, words, said):
    monkeypatch.chdir(tmp_path)
    if " out" in words:
        comity_lab.sweep(comity_lab.Design.of("teaching"), "out", workers=1)
    assert main(words.split()) == 2
    line = capsys.readouterr().err
    assert line.startswith(f"comity: {said}, which is not installed. Install it: ")
    assert line.count("\n") == 1
    assert "[analysis]" in line


@pytest.mark.parametrize("command", ["sensitivity", "effects", "report"])
def test_a_folder_that_is_missing_is_said_before_what_to_install(plain, capsys, command):
    assert main(["sweep", command, "somewhere"]) == 2
    assert capsys.readouterr().err.startswith("comity: somewhere: ")


def test_a_plain_install_says_what_forum_model_needs(plain):
    with pytest.raises(InputError, match=r"^ForumModel: needs mesa, which is not installed\. Install it: .*\[mesa\]"):
        comity.__getattr__("ForumModel")
    assert "ForumModel" in dir(comity)


def test_a_table_is_saved_without_the_figure_that_a_plain_install_cannot_draw(plain, capsys, tmp_path):
    words = "whatif no_trust_learning --scenario teaching --replicates 2 --workers 1 --quiet --out".split()
    assert main([*words, str(tmp_path / "out")]) == 0
    said = capsys.readouterr()
    assert "the table is saved without its figure. figure: needs matplotlib, which is not installed." in said.err
    assert (tmp_path / "out" / "whatif.csv").is_file()
    assert not list((tmp_path / "out").glob("*.svg"))
    assert ".svg" not in said.out


# --- machines ---


def test_a_backend_that_a_notebook_hands_on_does_no_harm(tmp_path):
    words = [
        sys.executable,
        "-m",
        "comity",
        "whatif",
        "no_trust_learning",
        "--scenario",
        "teaching",
        "--replicates",
        "2",
    ]
    env = {**os.environ, "MPLBACKEND": "module://of_a_notebook", "PYTHONPATH": os.pathsep.join(ROOMS)}
    done = subprocess.run(
        [*words, "--out", str(tmp_path / "out")], env=env, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps a folder that is in use")
def test_a_working_folder_that_is_gone_is_said(tmp_path):
    (tmp_path / "gone").mkdir()
    script = "import os, sys; os.rmdir(os.getcwd()); from comity.cli import main; sys.exit(main(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", script, "run", "teaching", "--quiet", "--out", "record"],
        cwd=tmp_path / "gone", env={**os.environ, "PYTHONPATH": os.pathsep.join(ROOMS)}, capture_output=True, text=True,
        timeout=300,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == "comity: the working folder has been removed. Change to one that exists.\n"
