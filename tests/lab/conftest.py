"""What the tests of the lab share: designs, functions to sweep, and the command in this process and in another."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import comity
import comity_lab
from comity.cli import main

_SOURCES = os.pathsep.join(str(Path(module.__file__).parents[1]) for module in (comity, comity_lab))
# A shell without job control starts what it puts in the background with Ctrl-C ignored, and that is inherited: by the
# tests, and by what they start. The command under test is one in the foreground, wherever the tests run.
_PROGRAM = """
import signal, sys
from comity.cli import main
if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.exit(main())
"""

FUNCTIONS = """
import os

def failing(values, seed):
    if values["x1"] > 0.5:
        raise RuntimeError(f"too large: {values['x1']}")
    return {"y": values["x1"], "luck": seed % 1000}

def once(values, seed):
    import pathlib
    if not pathlib.Path(os.environ["COMITY_TEST_MENDED"]).exists() and values["x1"] == 2:
        raise RuntimeError("not mended yet")
    return {"y": values["x1"]}

def deadly(values, seed):
    if values["x1"] == 7:
        os._exit(3)
    return {"y": values["x1"]}
"""


@pytest.fixture
def functions(tmp_path, monkeypatch) -> str:
    """Return the name of a module of functions to sweep that this process and its workers can import."""
    name = f"functions_{tmp_path.name.replace('-', '_')}"
    (tmp_path / f"{name}.py").write_text(FUNCTIONS, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    path = os.pathsep.join(filter(None, [str(tmp_path), _SOURCES, os.environ.get("PYTHONPATH", "")]))
    monkeypatch.setenv("PYTHONPATH", path)
    return name


@pytest.fixture
def comity_command(capsys) -> Callable[..., tuple[int, str, str]]:
    """Call the command in this process; returns exit status, output and errors."""

    def call(*words: object) -> tuple[int, str, str]:
        status = main([str(word) for word in words])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return call


@pytest.fixture
def start_command(tmp_path) -> Callable[..., subprocess.Popen[str]]:
    """Start the command as a process of its own."""
    program = tmp_path / "comity_command.py"
    program.write_text(_PROGRAM, encoding="utf-8")

    def start(*words: object, **options: object) -> subprocess.Popen[str]:
        path = os.pathsep.join(filter(None, [_SOURCES, os.environ.get("PYTHONPATH", "")]))
        return subprocess.Popen(
            [sys.executable, str(program), *map(str, words)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": path},
            **options,
        )

    return start


@pytest.fixture
def write_design(tmp_path) -> Callable[..., Path]:
    """Write a design file and return its path."""

    def write(text: str, name: str = "design.toml") -> Path:
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return file

    return write


def bytes_of(folders: object, tmp_path: Path, table: str = "runs") -> bytes:
    """Return the bytes of a merged table."""
    file = tmp_path / f"{table}-{len(list(tmp_path.glob('*.merged')))}.merged"
    return comity_lab.merge(folders, file, table).read_bytes()


@pytest.fixture
def merged(tmp_path) -> Callable[..., dict[str, bytes]]:
    """Return the bytes of every merged table of some folders, by name."""

    def tables(*folders: Path) -> dict[str, bytes]:
        sweep = comity_lab.read_sweep(*folders)
        return {name: bytes_of(sweep, tmp_path, name) for name in sweep.tables}

    return tables
