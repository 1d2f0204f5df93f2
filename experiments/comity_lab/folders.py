"""Folders that are there whole or not at all, and what killed processes have left beside them."""

from __future__ import annotations

import os
import platform
import re
import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from comity.errors import InputError, remedy

__all__ = ["aside_of", "is_there", "new_folder", "sync_folder", "temporary_folder", "tidy_beside"]


def is_there(path: Path) -> bool:
    """Return whether there is a file or folder, or raise InputError where this user may not know."""
    if "\0" in str(path):
        raise InputError(f"{str(path)!r}: must be a path without the sign NUL. Name another folder.")
    try:
        return path.exists()
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {remedy(error)} Or name another folder.") from None


def aside_of(path: Path) -> Path:
    """Return a hidden place beside a file or folder to be written; its name says which process writes there."""
    host = re.sub(r"[^A-Za-z0-9.]", "_", platform.node()) or "host"
    return path.with_name(f".{path.name}-{host}-{os.getpid()}-{secrets.token_hex(4)}")


def tidy_beside(path: Path) -> None:
    """Remove what processes of this machine that are dead have left of a file or folder that they were writing."""
    host = re.sub(r"[^A-Za-z0-9.]", "_", platform.node()) or "host"
    left = re.compile(rf"\.{re.escape(path.name)}-{re.escape(host)}-(\d+)-[0-9a-f]{{8}}")
    try:
        found = [(item, left.fullmatch(item.name)) for item in path.parent.iterdir()]
    except OSError:
        return
    for item, match in found:
        if match is not None and not _is_alive(int(match[1])):
            if item.is_dir() and not item.is_symlink():
                shutil.rmtree(item, ignore_errors=True)
            else:
                with suppress(OSError):  # that of another user, in a folder of all
                    item.unlink()


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """Give a hidden folder to write into, with the permissions of the user's umask; at the end it gets its name.

    Where it ends in an error nothing is left. OSError where it cannot be made.
    """
    is_there(folder)
    place = Path(os.path.realpath(folder))
    place.parent.mkdir(parents=True, exist_ok=True)
    tidy_beside(place)
    aside = aside_of(place)
    aside.mkdir()
    try:
        yield aside
        os.replace(aside, place)
        sync_folder(place.parent)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Give a folder that is removed at the end; one of a process that was killed, at the next start."""
    name = Path(tempfile.gettempdir()) / "comity"
    tidy_beside(name)
    aside = aside_of(name)
    aside.mkdir(mode=0o700)
    try:
        yield aside
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def sync_folder(folder: Path) -> None:
    """Make sure that what was renamed in a folder is on disk."""
    if os.name == "posix":  # elsewhere a folder cannot be opened
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


if sys.platform == "win32":
    import ctypes

    _QUERY, _STILL_ACTIVE = 0x1000, 259

    def _is_alive(pid: int) -> bool:
        handle = ctypes.windll.kernel32.OpenProcess(_QUERY, False, pid)
        if not handle:
            return False
        code = ctypes.c_ulong()
        ctypes.windll.kernel32.GetExitCodeProcess(handle, ctypes.byref(code))
        ctypes.windll.kernel32.CloseHandle(handle)
        return code.value == _STILL_ACTIVE

else:

    def _is_alive(pid: int) -> bool:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except (PermissionError, OverflowError):
            return True
        return True
