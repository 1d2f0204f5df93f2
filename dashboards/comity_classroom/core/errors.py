"""File errors of a classroom: writing that failed, and paths that are not regular files."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from comity.errors import InputError
from comity_classroom.phrases import Phrases

__all__ = ["NotSaved", "must_be_file", "saving"]

_FULL = (errno.ENOSPC, errno.EDQUOT)


class NotSaved(InputError):
    """Something could not be written to disk. Nothing was saved, and the act can be tried again.

    Attributes
    ----------
    reason
        What the system says, in its language; empty if the disk is full. The text of the error names the file, for the
        terminal.
    """

    def __init__(self, path: Path, error: OSError) -> None:
        reason = error.strerror or str(error)
        is_full = error.errno in _FULL
        todo = "Free some space on the disk" if is_full else "Make the file writable"
        super().__init__(f"{path}: cannot be written: {reason}. Nothing was saved. {todo}, then try again.")
        self.reason = "" if is_full else reason

    def said(self, phrases: Phrases) -> str:
        """Return sentences for the person who acted, without a path."""
        path = "refusals.disk" if self.reason else "refusals.disk_full"
        return phrases.say("refusals.not_saved", why=phrases.say(path, reason=self.reason))


@contextmanager
def saving(path: Path) -> Iterator[None]:
    """Turn an OSError while writing a file or folder into NotSaved."""
    try:
        yield
    except OSError as error:
        raise NotSaved(path, error) from None


def must_be_file(path: Path) -> None:
    """Raise OSError if a path is not a regular file: reading a pipe or a device might never end."""
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "Is a pipe or a device")
