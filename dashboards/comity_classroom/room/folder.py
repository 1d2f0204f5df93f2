"""The folder of a room: what is in it, and what a server that was killed has left there."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

from comity.errors import InputError
from comity_classroom.room.head import FILE, number_of

__all__ = ["is_room", "last_ledger", "remove_leftovers"]

_LEFTOVERS = (".export-", ".record-", ".ledger-", ".secrets.json.", ".lock.json.")
"""How the names begin under which a room writes aside, before what is written is whole and gets its own name."""


def is_room(folder: Path) -> bool:
    """Return whether a folder is that of a room."""
    try:
        return (folder / FILE).is_file() or any(number_of(path.name) for path in folder.glob("ledger-*.jsonl"))
    except OSError:  # a name that is too long, a loop of links: no room is there
        return False


def last_ledger(folder: Path) -> Path:
    found = max(folder.glob("ledger-*.jsonl"), key=lambda path: number_of(path.name), default=None)
    if found is None or not number_of(found.name):
        raise InputError(f"{folder}: must be the folder of a room, but it has no ledger. Name another one.")
    return found


def remove_leftovers(folder: Path) -> None:
    """Remove what a server that was killed while it wrote has left; only who holds the lock of a room may."""
    for path in folder.glob(".*"):
        if path.name.startswith(_LEFTOVERS):
            with suppress(OSError):
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
