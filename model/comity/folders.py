"""New folders on disk: there whole or not at all, under the umask, and synced."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from comity.errors import InputError

__all__ = ["check_folder", "new_folder", "not_written", "sync_folder"]

_ASIDE = ".comity-*.part"
_LOCK = ".writing"
_YOUNG = 60.0  # seconds in which a folder without a lock may still be about to get one


def check_folder(folder: str | Path) -> Path:
    """Return the path of a folder that may be created, or raise InputError: nothing is ever overwritten."""
    path = Path(folder)
    if "\0" in str(path):
        raise InputError(f"{str(path)!r}: must be a path without the sign NUL. Name another folder.")
    try:
        is_there = path.is_symlink() or path.exists()
    except OSError as error:
        raise not_written(path, error) from None
    if is_there:
        raise InputError(f"{path}: the output folder must not exist yet, but it does. Name another one or remove it.")
    parent = path.absolute().parent
    while not parent.exists():
        parent = parent.parent
    if not parent.is_dir() or not os.access(parent, os.W_OK):
        raise InputError(
            f"{path}: cannot be created, {parent} is not a folder that can be written to. Name another one."
        )
    return path


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """Yield a hidden folder to write into; when the block ends it is synced and becomes ``path``.

    Folders and files have the rights that the umask leaves. An exception in the block removes all that was written.
    What a killed process left half-written beside ``path`` is removed first.

    Raises
    ------
    InputError
        Where the disk refuses; the message says why.
    """
    parent = path.absolute().parent
    aside = parent / _ASIDE.replace("*", secrets.token_hex(6))
    try:
        parent.mkdir(parents=True, exist_ok=True)
        _remove_abandoned(parent)
        aside.mkdir()
        lock = FileLock(aside / _LOCK)
        try:
            with lock:
                yield aside
                for file in (*aside.rglob("*"), aside):
                    _sync(file)
            (aside / _LOCK).unlink(missing_ok=True)
            if path.exists():  # an empty folder would be replaced without a word
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
            os.replace(aside, path)
        except BaseException:
            shutil.rmtree(aside, ignore_errors=True)
            raise
        sync_folder(parent)
    except OSError as error:
        raise not_written(path, error) from None


def not_written(path: Path, error: OSError) -> InputError:
    """Return the error that says why the disk refused to write a path, and what to do."""
    hint = {
        errno.ENOSPC: "Free space or name another folder.",
        errno.EDQUOT: "Free space or name another folder.",
        errno.EEXIST: "Name another folder, or remove what is there.",
        errno.ENOTEMPTY: "Name another folder, or remove what is there.",
        errno.ENAMETOOLONG: "Give a shorter name.",
    }.get(error.errno or 0, "Name a folder that can be written to.")
    return InputError(f"{path}: cannot be written: {error.strerror or error}. {hint}")


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on disk; nothing where a folder cannot be opened, as on Windows."""
    if os.name == "posix":
        _sync(folder)


def _sync(path: Path) -> None:
    if path.is_dir() and os.name != "posix":
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove_abandoned(parent: Path) -> None:
    """Remove the hidden folders of processes that are gone: the system releases the lock of a dead process."""
    for folder in parent.glob(".comity-*.gone"):
        shutil.rmtree(folder, ignore_errors=True)
    for folder in parent.glob(_ASIDE):
        lock = folder / _LOCK
        try:
            if lock.exists():
                with FileLock(lock, timeout=0):
                    pass
            elif time.time() - folder.stat().st_mtime < _YOUNG:
                continue
            # Renamed first: should its writer live after all, it fails instead of keeping half of what it wrote.
            gone = folder.with_suffix(".gone")
            os.replace(folder, gone)
            shutil.rmtree(gone, ignore_errors=True)
        except (OSError, Timeout):
            continue
