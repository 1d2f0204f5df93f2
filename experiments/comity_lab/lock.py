"""The lock of a folder: one holder at a time, known by name; it ends with its process."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from comity.errors import InputError, remedy

__all__ = ["locked"]

_HOLDER = "lock.json"


@contextmanager
def locked(folder: Path, doing: str = "running a sweep") -> Iterator[None]:
    """Hold the lock of a folder, or raise InputError that names who holds it, since when, and what it is ``doing``.

    The system gives the lock back when its process dies. The holder writes its name beside it and removes it.
    """
    lock, holder = FileLock(folder / "lock", timeout=0), folder / _HOLDER
    if (folder / "lock").is_symlink():
        raise InputError(f"{folder}: must have its own lock file, got a link. Remove {folder / 'lock'}.")
    try:
        lock.acquire()
    except Timeout:
        raise InputError(
            f"{folder}: must be free, but {_holder(holder)} is {doing} in it. "
            "Wait for it or stop it; comity can read the folder meanwhile."
        ) from None
    except (OSError, NotImplementedError) as error:
        raise InputError(f"{folder}: cannot be written to: {remedy(error)} Or name another folder.") from None
    try:
        since = datetime.now().astimezone().isoformat(sep=" ", timespec="seconds")
        try:
            holder.unlink(missing_ok=True)  # a link is not written through
            holder.write_text(
                json.dumps({"process": os.getpid(), "host": platform.node(), "since": since}), encoding="utf-8"
            )
        except OSError as error:
            raise InputError(f"{folder}: cannot be written to: {remedy(error)} Or name another folder.") from None
        yield
    finally:
        with suppress(OSError):
            holder.unlink()
        lock.release()


def _holder(file: Path) -> str:
    try:
        held = json.loads(file.read_text(encoding="utf-8"))
        return f"process {held['process']} on {held['host']} (since {held['since']})"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"
