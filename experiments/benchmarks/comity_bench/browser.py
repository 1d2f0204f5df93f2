"""A browser that playwright can drive, wherever it is on this machine: Chromium, Chrome or Edge."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

__all__ = ["VARIABLE", "NoBrowser", "candidates", "launch"]

VARIABLE = "COMITY_BROWSER"
"""Environment variable with the path or the command of the browser. Then no other is tried."""

COMMANDS = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge",
    "microsoft-edge-stable", "msedge",
)  # fmt: skip
_FOLDERS = (
    "/usr/bin",
    "/usr/local/bin",
    "/opt/google/chrome",
    "/opt/microsoft/msedge",
    "/opt/homebrew/bin",
    "/snap/bin",
)
_MAC = ("Chromium", "Google Chrome", "Microsoft Edge")
_WINDOWS = (
    r"Google\Chrome\Application\chrome.exe", r"Chromium\Application\chrome.exe",
    r"Microsoft\Edge\Application\msedge.exe",
)  # fmt: skip


class NoBrowser(RuntimeError):
    """No browser was found that starts. The message says what was tried and what to do."""


def candidates(own: str = "") -> Iterator[str]:
    """Yield the paths of browsers on this machine, the likeliest first.

    Parameters
    ----------
    own
        Path of the browser that ``playwright install chromium`` keeps, whether or not it is there.

    Raises
    ------
    NoBrowser
        ``COMITY_BROWSER`` names nothing that can be run.
    """
    if chosen := os.environ.get(VARIABLE):
        found = shutil.which(chosen)
        if found is None:
            raise NoBrowser(f"{VARIABLE} must be the path of Chromium, Chrome or Edge, got {chosen!r}.")
        yield found
        return
    seen: set[str] = set()
    for path in (own, *_on_the_path(), *_in_applications()):
        if path and Path(path).is_file() and os.path.realpath(path) not in seen:
            seen.add(os.path.realpath(path))
            yield path


def launch(playwright: Playwright, flags: Sequence[str]) -> tuple[Browser, str]:
    """Start the first browser that starts, without a window, and return it with its path.

    A command of the right name is not enough: a package of some distributions only says that a snap is to be
    installed, and a browser in a sandbox of its own may be out of reach.

    Raises
    ------
    NoBrowser
        None starts.
    """
    from playwright.sync_api import Error

    tried: list[str] = []
    for path in candidates(playwright.chromium.executable_path):
        try:
            return playwright.chromium.launch(executable_path=path, args=list(flags)), path
        except Error as error:
            tried.append(f"{path} does not start ({str(error).strip().splitlines()[0]})")
    raise NoBrowser(
        f"no Chromium, Chrome or Edge that starts was found{': ' if tried else ''}{'; '.join(tried)}. Install one "
        f"(python -m playwright install chromium), or name it: {VARIABLE}=/path/to/chrome."
    )


def _on_the_path() -> Iterator[str]:
    folders = os.pathsep.join((os.environ.get("PATH", ""), *(_FOLDERS if os.name == "posix" else ())))
    for command in COMMANDS:
        yield shutil.which(command, path=folders) or ""


def _in_applications() -> Iterator[str]:
    system: str = sys.platform  # a constant to mypy
    if system == "darwin":
        for folder in (Path("/Applications"), Path.home() / "Applications"):
            for name in _MAC:
                yield str(folder / f"{name}.app" / "Contents" / "MacOS" / name)
    elif system == "win32":
        for variable in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
            for name in _WINDOWS:
                if programs := os.environ.get(variable):
                    yield str(Path(programs, *name.split("\\")))
