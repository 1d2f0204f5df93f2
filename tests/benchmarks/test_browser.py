"""Any browser that playwright can drive serves; where there is none the tests say so, and a check fails."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from comity_bench import browser
from comity_bench.browser import COMMANDS, VARIABLE, NoBrowser, candidates, launch

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def bare(tmp_path, monkeypatch):
    """A machine without any browser; its only folder of commands is returned."""
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(browser, "_FOLDERS", ())
    return tmp_path


def command(path: Path) -> str:
    """Make a file that can be run; Windows knows it by its ending."""
    path = path.with_suffix(".exe") if os.name == "nt" else path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_browser_is_found_by_its_command(bare, name):
    assert list(candidates()) == []
    made = command(bare / name)
    assert [path.lower() for path in candidates()] == [made.lower()]


def test_the_browser_of_playwright_comes_first_and_none_twice(bare, tmp_path):
    own = command(tmp_path / "own" / "chrome")
    found = command(bare / "chromium")
    if os.name == "posix":
        (bare / "google-chrome").symlink_to("chromium")
    assert list(candidates(own)) == [own, found]
    assert list(candidates(str(tmp_path / "missing"))) == [found]


def test_applications_of_macos(bare, monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    made = tmp_path / "Applications" / "Google Chrome.app" / "Contents" / "MacOS" / "Google Chrome"
    made.parent.mkdir(parents=True)
    made.touch()
    assert str(made) in list(candidates())


@pytest.mark.parametrize("variable", ["PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"])
def test_programs_of_windows(bare, monkeypatch, tmp_path, variable):
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr("shutil.which", lambda *names, **options: None)  # that of Windows needs Windows
    for other in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
        monkeypatch.delenv(other, raising=False)
    monkeypatch.setenv(variable, str(tmp_path))
    made = tmp_path / "Microsoft" / "Edge" / "Application" / "msedge.exe"
    made.parent.mkdir(parents=True)
    made.touch()
    assert list(candidates()) == [str(made)]


def test_a_browser_that_is_named_is_the_only_one(bare, monkeypatch):
    command(bare / "chromium")
    made = command(bare / "mine")
    monkeypatch.setenv(VARIABLE, made)
    assert list(candidates()) == [made]
    monkeypatch.setenv(VARIABLE, str(bare / "gone"))
    with pytest.raises(NoBrowser, match=r"COMITY_BROWSER must be the path of Chromium, Chrome or Edge, got '.*gone'"):
        list(candidates())


def test_what_does_not_start_is_passed_over_and_named(bare):
    error = pytest.importorskip("playwright.sync_api").Error
    stub = command(bare / "chromium")

    def start(executable_path, args):
        if executable_path == stub:
            raise error("Failed to launch: this is a snap\nand more")
        return f"{executable_path} {args}"

    fake = SimpleNamespace(chromium=SimpleNamespace(executable_path="", launch=start))
    with pytest.raises(
        NoBrowser, match=r"was found: .*chromium.* does not start \(Failed to launch: this is a snap\)\."
    ):
        launch(fake, ["--one"])
    good = command(bare / "google-chrome")
    assert launch(fake, ["--one"]) == (f"{good} ['--one']", good)


@pytest.mark.parametrize(("checked", "status", "said"), [("", 0, "NOT TESTED: 1 skipped"), ("true", 1, "1 error")])
def test_without_a_browser_its_tests_are_skipped_and_counted_and_a_check_fails(tmp_path, checked, status, said):
    pytest.importorskip("playwright.sync_api")
    pytest.importorskip("uvicorn")
    test = tmp_path / "test_page.py"
    test.write_text("def test_page(browser):\n    assert browser\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml"), "--rootdir", str(ROOT), "-n", "0",
         "-p", "no:cacheprovider", "--confcutdir", str(ROOT), "-p", "tests.conftest", str(test)],
        env={**os.environ, "CI": checked, VARIABLE: str(tmp_path / "gone"), "PYTHONPATH": str(ROOT)},
        cwd=ROOT, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == status, done.stdout
    assert said in done.stdout
    assert "COMITY_BROWSER must be the path of" in done.stdout
