"""The head: how far the newest ledger of a room had come, in a file of its own, so that a loss at its end is seen.

The sums of a ledger say nothing about lines that are missing at its end. The head names the ledger, the number and the
sum of its last entry. It is overwritten in place after the entry is on disk, and is not synced: a ledger that is ahead
of its head is normal after a crash, one that is behind it is damaged. Neither is a protection against a person who
may write to the folder: sums and head can be computed by anybody.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from comity.errors import InputError
from comity_classroom.room.errors import must_be_file

__all__ = ["FILE", "Head", "HeadFile"]

FILE = "ledger-head"
_SIZE = 128
"""Bytes of the file: less than any sector of a disk, so that a head is there whole."""


@dataclass(frozen=True, kw_only=True)
class Head:
    """The ledger that is written, and number and sum of its last entry."""

    ledger: str
    n: int
    sum: str

    @classmethod
    def read(cls, folder: Path) -> Head | None:
        """Return the head of a folder, or None where it has none that can be read."""
        path = folder / FILE
        try:
            if path.is_symlink():
                return None
            must_be_file(path)
            with path.open("rb") as file:
                data = json.loads(file.read(2 * _SIZE))
            head = cls(ledger=data["ledger"], n=data["n"], sum=data["sum"])
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None
        if not (isinstance(head.ledger, str) and type(head.n) is int and isinstance(head.sum, str)):
            return None
        return head if head.n > 0 and number_of(head.ledger) else None

    def check(self, path: Path, sums: Sequence[str], *, is_cut: bool) -> bool:
        """Return whether the line that is cut had counted; raise InputError where whole lines are missing.

        Parameters
        ----------
        path
            The ledger.
        sums
            The sums of its whole lines.
        is_cut
            Whether a part of a line follows these.
        """
        own, newest = number_of(path.name), number_of(self.ledger)
        if newest > own:
            raise _behind(path.with_name(self.ledger), "be there", "it is missing")
        if newest < own:
            return False
        if is_cut and len(sums) == self.n - 1:
            return True
        if len(sums) < self.n:
            raise _behind(path, f"have {self.n} entries", f"it has {len(sums)}: lines are missing at its end")
        if sums[self.n - 1] != self.sum:
            raise _behind(path, f"have the entry {self.n} that was written", "it has another one")
        return False


class HeadFile:
    """The open file of a head."""

    def __init__(self, folder: Path, head: Head) -> None:
        # Always a new file: one that there is may be a link to a file that is not of the room.
        path, aside = folder / FILE, folder / f".{FILE}.new"
        aside.unlink(missing_ok=True)
        self._handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        try:
            os.write(self._handle, _text(head))
            os.replace(aside, path)
        except BaseException:
            os.close(self._handle)
            aside.unlink(missing_ok=True)
            raise

    def write(self, head: Head) -> None:
        """Overwrite the head. A failure is passed over: a head that is behind is one that a crash may leave."""
        try:
            os.lseek(self._handle, 0, os.SEEK_SET)
            os.write(self._handle, _text(head))
        except OSError:
            pass

    def close(self) -> None:
        """Close the file."""
        os.close(self._handle)


def _text(head: Head) -> bytes:
    text = json.dumps({"ledger": head.ledger, "n": head.n, "sum": head.sum})
    return text.ljust(_SIZE - 1).encode("ascii") + b"\n"


def number_of(ledger: str) -> int:
    """Return the number in the name of a ledger, ``ledger-N.jsonl``; 0 for another name."""
    number = ledger.removeprefix("ledger-").removesuffix(".jsonl")
    is_number = number.isdecimal() and number.isascii() and not number.startswith("0")
    return int(number) if is_number and ledger == f"ledger-{number}.jsonl" else 0


def _behind(path: Path, must: str, but: str) -> InputError:
    return InputError(
        f"{path}: must {must}, as {FILE} beside it says, but {but}. The room is damaged: restore the folder from a "
        f"copy; or remove {FILE}, to go on with what is there."
    )
