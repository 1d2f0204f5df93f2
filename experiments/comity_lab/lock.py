"""One holder at a time of a folder: a lock that the system gives back when its holder dies."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from comity.errors import InputError

__all__ = ["locked"]


@contextmanager
def locked(folder: Path, doing: str = "running a sweep") -> Iterator[None]:
    """Hold the lock of a folder, or raise InputError that names who holds it and what that is ``doing`` there.

    The lock is the system's own on an open file, so that one of a process that was killed is free again at once.
    """
    file = folder / "lock"
    try:
        handle = file.open("a+", encoding="utf-8")
    except OSError as error:
        raise InputError(f"{folder}: cannot be written to: {error.strerror}. Name another folder.") from None
    with handle:
        if not _take(handle):
            raise InputError(
                f"{folder}: must be free, but {_holder(file)} is {doing} in it. "
                "Wait for it or stop it; comity can read the folder meanwhile."
            )
        handle.seek(0)
        handle.truncate()
        handle.write(json.dumps({"process": os.getpid(), "host": platform.node()}))
        handle.flush()
        yield


def _holder(file: Path) -> str:
    try:
        held = json.loads(file.read_text(encoding="utf-8"))
        return f"process {held['process']} on {held['host']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"


if sys.platform == "win32":
    import msvcrt

    def _take(handle: IO[str]) -> bool:
        handle.seek(1 << 20)  # a byte beyond the text, which others may still read
        try:
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _take(handle: IO[str]) -> bool:
        try:
            fcntl.flock(handle.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
