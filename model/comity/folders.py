"""New files and folders: complete or absent, with the permissions of the umask, and synced to disk."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from comity.errors import InputError, remedy

__all__ = ["check_folder", "is_there", "new_file", "new_folder", "sync_folder", "temporary_folder"]

_ASIDE = ".comity-*.part"
_LOCK = ".writing"
_YOUNG = 60.0  # seconds during which a folder without a lock may still be about to get one


def is_there(path: Path) -> bool:
    """Return whether a file or folder exists, or raise InputError where this user may not know."""
    if "\0" in str(path):
        raise InputError(f"{str(path)!r}: must be a path without a NUL character. Name another folder.")
    try:
        return path.exists()
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {remedy(error)} Or name another folder.") from None


def check_folder(folder: str | Path) -> Path:
    """Return the path of a folder that may be created, or raise InputError: nothing is ever overwritten."""
    path = Path(folder)
    if is_there(path) or path.is_symlink():
        raise InputError(f"{path}: the output folder must not exist yet, but it does. Name another one or remove it.")
    parent = path.absolute().parent
    while not parent.exists():
        parent = parent.parent
    if not parent.is_dir() or not os.access(parent, os.W_OK):
        raise InputError(f"{path}: cannot be created, because {parent} is not a writable folder. Name another one.")
    return path


@contextmanager
def new_folder(path: Path, *, may_be_empty: bool = False) -> Iterator[Path]:
    """Yield a hidden folder to write into; when the block ends, it is synced and becomes ``path``.

    An exception in the block removes everything that was written. Half-written folders that killed processes left
    beside ``path`` are removed first.

    Parameters
    ----------
    may_be_empty
        Whether an empty folder of that name may exist; it is replaced.

    Raises
    ------
    InputError
        Where the disk refuses; the message says why.
    """
    try:
        with _aside(path.absolute().parent) as aside:
            made = aside / "new"
            made.mkdir()
            yield made
            for file in (*made.rglob("*"), made):
                _sync(file)
            if path.exists() and not may_be_empty:  # os.replace would silently replace an empty folder
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
            os.replace(made, path)
        sync_folder(path.absolute().parent)
    except OSError as error:
        raise _not_written(path, error) from None


@contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """Yield the path of a hidden file to write; when the block ends, it is synced and replaces ``path``.

    Raises
    ------
    InputError
        Where the disk refuses; the message says why.
    """
    try:
        with _aside(path.absolute().parent) as aside:
            yield aside / "new"
            _sync(aside / "new")
            os.replace(aside / "new", path)
        sync_folder(path.absolute().parent)
    except OSError as error:
        raise _not_written(path, error) from None


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Yield a folder that is removed when the block ends; after a kill, the next process removes it."""
    with _aside(Path(tempfile.gettempdir())) as aside:
        yield aside


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on disk; do nothing where a folder cannot be opened, as on Windows."""
    if os.name == "posix":
        _sync(folder)


@contextmanager
def _aside(parent: Path) -> Iterator[Path]:
    """Yield a hidden folder in ``parent`` that is locked while the block runs, and removed afterwards."""
    parent.mkdir(parents=True, exist_ok=True)
    _remove_abandoned(parent)
    aside = parent / _ASIDE.replace("*", secrets.token_hex(6))
    aside.mkdir(mode=0o700)
    lock = FileLock(aside / _LOCK)
    try:
        try:
            lock.acquire()
        except NotImplementedError:  # a file system without locks
            (aside / _LOCK).touch()
        yield aside
    finally:
        lock.release()
        shutil.rmtree(aside, ignore_errors=True)


def _not_written(path: Path, error: OSError) -> InputError:
    return InputError(f"{path}: cannot be written: {remedy(error)} Or name another one.")


def _sync(path: Path) -> None:
    if path.is_dir() and os.name != "posix":
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove_abandoned(parent: Path) -> None:
    """Remove the hidden folders of dead processes, whose locks the system has released."""
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
            # Renamed first: if its writer is alive after all, the writer fails instead of keeping half of its files.
            gone = folder.with_suffix(".gone")
            os.replace(folder, gone)
            shutil.rmtree(gone, ignore_errors=True)
        except (OSError, NotImplementedError, Timeout):
            continue
