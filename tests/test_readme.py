"""Every block of the README and of the pages in docs runs as written."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

import comity
from comity.cli import main
from comity.facts import load_facts

ROOT = Path(__file__).resolve().parents[1]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
README = "\n".join(file.read_text(encoding="utf-8") for file in PAGES)
PYTHON = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
TOML = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
CELLS = [page for page in PAGES if "```{code-cell}" in page.read_text(encoding="utf-8")]
OTHERS = {"sh": 1, "py": 1}
"""Blocks of other languages, which need a cluster: they are parsed."""
COMMANDS = list(
    dict.fromkeys(
        command.strip()
        for line in re.findall(r"^    (comity .*)$", README, re.MULTILINE)
        for command in line.split("#")[0].split(";")
    )
)
"""Each once: README shows some that a page in docs shows again."""

SHORTER = {
    "comity estimate-vote": "--resamples 10",
    "comity speech --replicates 100": "--replicates 10",
    "comity score --replicates 20": "--replicates 5",
}
"""Words after those of a command, of which the last count: it is repeated less often, and prints the same rows."""


def test_the_blocks_are_found():
    assert len(PYTHON) >= 2
    assert len(TOML) >= 1
    assert len(COMMANDS) >= 8
    assert CELLS


def test_every_block_is_of_a_kind_that_is_tested():
    kinds = re.findall(r"^ *```+(.+)$", README, re.MULTILINE)
    found = {kind for kind in kinds if not kind.startswith(("{include}", "{toctree}", "{eval-rst}"))}
    assert found == {"python", "toml", "{code-cell} ipython3", *OTHERS}
    for kind, number in OTHERS.items():
        blocks = re.findall(rf"```{kind}\n(.*?)```", README, re.DOTALL)
        assert len(blocks) == number
        for block in blocks:
            if kind == "py":
                compile(block, "page", "exec")
            elif sh := shutil.which("sh"):
                subprocess.run([sh, "-n"], input=block, text=True, check=True)


@pytest.mark.slow
@pytest.mark.parametrize("page", CELLS, ids=lambda page: page.stem)
def test_the_cells_of_a_page_run_in_their_order(page):
    plt = pytest.importorskip("matplotlib.pyplot", reason="the extra notebook is not installed")
    plt.switch_backend("agg")
    names = {"__name__": "page"}
    for block in re.findall(r"```{code-cell} ipython3\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
        exec(compile(block, page.name, "exec"), names)
    plt.close("all")


@pytest.mark.parametrize("block", PYTHON, ids=lambda block: block.splitlines()[-1][:40])
def test_a_script_runs(block, capsys):
    if "ema_workbench" in block:
        pytest.importorskip("ema_workbench", reason="the extra discover is not installed")
    exec(compile(block, "README.md", "exec"), {"__name__": "readme"})
    assert capsys.readouterr().out


def test_the_first_script_is_short_and_shows_its_seed():
    lines = [line for line in PYTHON[0].splitlines() if line.strip()]
    assert len(lines) < 10
    assert "seed=" in PYTHON[0]


@pytest.mark.parametrize("block", TOML)
def test_a_scenario_a_patch_or_a_file_of_facts_loads(block, tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(block, encoding="utf-8")
    if "[[facts]]" in block:
        assert load_facts(file)
    else:
        scenario = comity.load(file) if "extends" in block else comity.load("hld_gfmd", patches=[str(file)])
        assert scenario.hash != comity.load("hld_gfmd").hash


def test_the_commands_run_in_their_order(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("comity_lab.pilot._SECONDS", 0.0)
    for command in COMMANDS:
        if command.startswith(("comity dashboard", "comity classroom")):
            continue  # they serve until they are ended: tests/dashboard/test_command.py and tests/classroom/test_killed.py do
        status = main(shlex.split(f"{command} {SHORTER.pop(command, '')}")[1:])
        shown = capsys.readouterr()
        assert status == 0, f"{command}: {shown.err}"
        assert shown.out, command
    assert not SHORTER, "the pages name other commands"


def test_files_and_make_targets_that_it_names_exist():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"^    make ([a-z-]+)", README, re.MULTILINE)) <= targets
    for page in (*PAGES, ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md"):
        text = page.read_text(encoding="utf-8")
        for link in re.findall(r"\]\((?!https?:)([^)#\s]+)", text):
            assert (page.parent / link).exists(), f"{page}: {link}"
        if page.stem != "peers":  # whose files are those of others
            for name in re.findall(r"`((?:scenarios|model|experiments|dashboards|requirements|docs)/[\w./-]+)`", text):
                assert (ROOT / name).exists() or "NAME" in name.upper(), f"{page}: {name}"
