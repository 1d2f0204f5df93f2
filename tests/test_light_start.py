"""What is wrong with an input is said before anything heavy is imported."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import comity

HEAVY = ("numba", "pandas", "pyarrow", "mesa", "scipy", "matplotlib", "solara", "jinja2")
REFUSED = [
    "run hld_gfmd_x",
    "run no/such/file.toml",
    "run --sed 3",
    "run teaching --seed x",
    "run teaching --set persuasion_rat=.1",
    "run teaching --set parameters.persuasion_rat=.1",
    "run teaching --set parameters.persuasion_rate=7",
    "run teaching --patch no_such",
    "run teaching --preset realist",
    "run teaching --out .",
    "rerun no_such",
    "explain no_such --actor MAR",
    "explain --actor MAR --what nonsense",
    "describe no_such",
    "sweep run no_such",
    "sweep no_such.toml --worker 2",
    "whatif",
    "whatif no_such",
    "whatif no_gfmd --scenario no_such",
    "compare no_such teaching",
    "score no_such",
    "score --fact F999",
    "speech no_such",
    "audit --scenario no_such",
    "calibrate no_such",
    "forecast-vote GCM2018 --scenario no_such --out f.csv",
    "lesson 9",
    "teach no_such --out pack",
    "classroom no_such",
    "dashboard --porx 3",
    "nosuchcommand",
]
ANSWERED = ["--version", "--help", "run --help", "lesson", "parameters", "odd"]
PROGRAM = """
import contextlib, io, json, sys
from comity.cli import main
found = {}
for words in json.load(sys.stdin):
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()) as said:
        status = main(words.split())
    found[words] = status, said.getvalue(), sorted(name for name in HEAVY if name in sys.modules)
    for name in found[words][2]:
        del sys.modules[name]
print(json.dumps(found))
"""


def asked(commands: list[str], cwd: str) -> dict[str, tuple[int, str, list[str]]]:
    """Return of each command, all in one Python: its status, what it says of an error, and what heavy it imported."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "COLUMNS": "100"}
    done = subprocess.run(
        [sys.executable, "-c", f"HEAVY = {HEAVY}\n{PROGRAM}"], input=json.dumps(commands), capture_output=True,
        text=True, env=environment, cwd=cwd, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_what_is_wrong_is_said_before_anything_heavy_is_imported(tmp_path):
    found = asked(REFUSED, str(tmp_path))
    assert {words: status for words, (status, _, _) in found.items() if status != 2} == {}
    assert {words: said for words, (_, said, _) in found.items() if said.count("\n") != 1} == {}
    assert {words: heavy for words, (_, _, heavy) in found.items() if heavy} == {}


def test_help_and_lists_import_nothing_heavy(tmp_path):
    found = asked(ANSWERED, str(tmp_path))
    assert {words: (status, heavy) for words, (status, _, heavy) in found.items() if status or heavy} == {}


def test_what_is_heavy_is_seen_when_it_is_imported(tmp_path):
    (status, _, heavy), *_ = asked(["run teaching --quiet"], str(tmp_path)).values()
    assert status == 0
    assert {"numba", "pandas"} <= set(heavy)
    assert not {"mesa", "matplotlib"} & set(heavy)


def test_the_names_of_the_package_are_shown_before_they_are_imported():
    program = "import sys, comity\nprint(*dir(comity))\nprint(*(m for m in sys.modules if m.startswith('comity.')))"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=True)
    names, imported = done.stdout.split("\n")[:2]
    assert set(comity.__all__) <= set(names.split())
    assert not imported
