"""The folder of a classroom: its newest ledger, and the temporary files of a killed server."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

from comity.errors import InputError
from comity_classroom.core.head import FILE, number_of

__all__ = ["is_classroom", "last_ledger", "remove_leftovers"]

_LEFTOVERS = (".export-", ".record-", ".ledger-", ".secrets.json.", ".lock.json.")
"""Prefixes of temporary files. A complete file is renamed."""


def is_classroom(folder: Path) -> bool:
    """Return whether a folder holds a classroom."""
    try:
        return (folder / FILE).is_file() or any(number_of(path.name) for path in folder.glob("ledger-*.jsonl"))
    except OSError:  # such as a name that is too long, or a loop of links
        return False


def last_ledger(folder: Path) -> Path:
    found = max(folder.glob("ledger-*.jsonl"), key=lambda path: number_of(path.name), default=None)
    if found is None or not number_of(found.name):
        raise InputError(f"{folder}: must be the folder of a classroom, but has no ledger. Name another folder.")
    return found


def remove_leftovers(folder: Path) -> None:
    """Remove temporary files of a killed server. The caller must hold the lock of the classroom."""
    for path in folder.glob(".*"):
        if path.name.startswith(_LEFTOVERS):
            with suppress(OSError):
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
