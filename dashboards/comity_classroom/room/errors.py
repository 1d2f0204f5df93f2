"""Files of a room: the error where something could not be written down, and what is no file."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from comity.errors import InputError

__all__ = ["NotKept", "keeping", "must_be_file"]

_FULL = (errno.ENOSPC, errno.EDQUOT)


class NotKept(InputError):
    """Something could not be written to disk. Nothing of it is kept; it may be tried again at any time.

    Attributes
    ----------
    told
        What to tell the person who asked: one or two sentences without a path. The text of the error itself names the
        file, for the terminal.
    """

    def __init__(self, path: Path, error: OSError) -> None:
        reason = error.strerror or str(error)
        is_full = error.errno in _FULL
        todo = "Free space on that disk" if is_full else "Make it writable"
        super().__init__(f"{path}: cannot be written: {reason}. Nothing of it was kept. {todo}, then try again.")
        why = "Its disk is full." if is_full else f"Its disk says: {reason}."
        self.told = (
            f"That was not kept: the server could not write it down. {why} Nothing has changed. Tell the "
            "teacher, and try again once that is mended."
        )


@contextmanager
def keeping(path: Path) -> Iterator[None]:
    """Raise NotKept in place of an OSError that occurs while a file, or what stands in a folder, is written."""
    try:
        yield
    except OSError as error:
        raise NotKept(path, error) from None


def must_be_file(path: Path) -> None:
    """Raise OSError where a path is no file: to read a pipe or a device would never end."""
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "Is a pipe or a device")
