"""The description of the model as text."""

from __future__ import annotations

from pathlib import Path

from comity.errors import InputError

__all__ = ["description_file", "read_description"]

_FILE = "ODD.md"


def description_file() -> Path:
    """Return the file of the description, inside an installed package or beside the package in a checkout."""
    package = Path(__file__).resolve().parents[1]
    for file in (package / _FILE, package.parent / _FILE):
        if file.is_file():
            return file
    raise InputError(f"{package / _FILE}: the description must be there, but is not. Reinstall comity.")


def read_description() -> str:
    """Return the text of the description, or raise InputError where it is not there."""
    return description_file().read_text(encoding="utf-8")
