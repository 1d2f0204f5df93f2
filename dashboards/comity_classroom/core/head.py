"""The head: a file with the position of the last entry of the newest ledger, which shows a loss at its end.

The checksums of a ledger cannot show that lines at its end are missing. The head names the ledger, and the number and
checksum of its last entry. It is overwritten in place, without a sync, after the entry is on disk. A ledger ahead of
its head is normal after a crash; a ledger behind its head is damaged. This is no protection against tampering: whoever
can write to the folder can compute checksums and head.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from comity.errors import InputError
from comity_classroom.core.errors import must_be_file

__all__ = ["FILE", "Head", "HeadFile"]

FILE = "ledger-head"
_SIZE = 128
"""Size of the file in bytes, smaller than any disk sector, so that a head is never half written."""


@dataclass(frozen=True, kw_only=True)
class Head:
    """The current ledger, and the number and checksum of its last entry."""

    ledger: str
    n: int
    sum: str

    @classmethod
    def read(cls, folder: Path) -> Head | None:
        """Return the head of a folder, or None if there is no readable one."""
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
        """Return whether a truncated last line had been a valid entry; raise InputError if whole lines are missing.

        Parameters
        ----------
        path
            The ledger.
        sums
            The checksums of its complete lines.
        is_cut
            Whether a truncated line follows them.
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
        # Always a new file: an existing one may be a link to a file elsewhere.
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
        """Overwrite the head. Failures are ignored: an old head is what a crash may leave, too."""
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
        f"{path}: must {must}, according to {FILE} beside it, but {but}. The classroom is damaged. Restore the folder "
        f"from a backup, or remove {FILE} to continue with what is left."
    )
