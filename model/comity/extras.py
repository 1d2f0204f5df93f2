"""Missing extras, and the command that installs them here."""

from __future__ import annotations

import importlib.util
import json
import os
import shlex
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from urllib.parse import urlsplit

from comity.errors import InputError

__all__ = ["how_to_install", "needs"]


def needs(where: str, extra: str, *packages: str) -> None:
    """Raise InputError if a package of an extra is missing.

    Parameters
    ----------
    where
        What needs them: ``dashboard``, ``--cluster``. The message begins with it.
    extra
        Name of the extra.
    packages
        Modules of the extra.

    Raises
    ------
    InputError
        One of them is not installed. The message has the command that fits this installation.
    """
    for package in packages:
        if importlib.util.find_spec(package) is None:
            raise InputError(f"{where}: needs {package}, which is not installed. Install it: {how_to_install(extra)}")


def how_to_install(extra: str) -> str:
    """Return the command that adds an extra to this installation, a checkout or a wheel."""
    folder = _checkout()
    if folder is None:
        words = [f"comity[{extra}]"]
    else:
        pinned = folder / "constraints.txt"
        words = [*(["-c", str(pinned)] if pinned.is_file() else []), "-e", f"{folder}[{extra}]"]
    python = sys.executable or "python"
    if importlib.util.find_spec("pip") is None:  # an environment that uv has made
        return _line(["uv", "pip", "install", "--python", python], words)
    return _line([python, "-m", "pip", "install"], words)


def _checkout() -> Path | None:
    """Return the folder of the checkout that comity is imported from; None for a wheel."""
    try:
        told = json.loads(distribution("comity").read_text("direct_url.json") or "{}")
    except (PackageNotFoundError, json.JSONDecodeError):
        told = None
    if told and told.get("dir_info", {}).get("editable"):
        from urllib.request import url2pathname  # Python 3.13.0 cannot import it where the working folder is gone

        return Path(url2pathname(urlsplit(told["url"]).path))
    here = Path(__file__).resolve().parents[2]
    return here if (here / "pyproject.toml").is_file() else None


def _line(words: list[str], wanted: list[str]) -> str:
    """Return words as a line for this system's shell, with the last one in double quotes."""
    join = subprocess.list2cmdline if os.name == "nt" else shlex.join
    *options, last = wanted
    quoted = f'"{last}"' if not set(last) & set('"$`\\') or os.name == "nt" else shlex.quote(last)
    return f"{join([*words, *options])} {quoted}"
