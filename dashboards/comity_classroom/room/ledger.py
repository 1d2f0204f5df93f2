"""The ledger: what happened in a room, one line an entry, appended, synced, and summed so that damage is seen.

The room *is* this file. An entry counts when it is on disk; the same entries give the same room. Each line is a JSON
object whose ``sum`` is a digest of the line and of the sum before it, so that damage is noticed: a line that is another
one, missing or moved; :mod:`comity_classroom.room.head` notices lines that are missing at the end. A line without its
end is set aside: it was being written when the server died, and nobody was told that it counts, unless the head knows
it. Sums are no protection against a person who may write to the folder, since anybody can compute them.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from comity.errors import InputError
from comity_classroom.room.errors import keeping, must_be_file
from comity_classroom.room.head import FILE as HEAD
from comity_classroom.room.head import Head, HeadFile

__all__ = ["Entry", "Ledger", "read_entries"]

_DIGITS = 16
_NOTHING = "0" * _DIGITS


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing that happened.

    Attributes
    ----------
    n
        Its number, from 1.
    at
        When it was written, UTC, to the second.
    kind
        What it is: opened, joined, seated, chosen, advanced, ...; see :mod:`comity_classroom.room.state`.
    what
        The rest, plain data.
    """

    n: int
    at: str
    kind: str
    what: Mapping[str, Any]


class Ledger:
    """An open ledger: its entries so far, and the file that grows.

    Attributes
    ----------
    path
        The file.
    entries
        All entries, in order.
    cut
        File into which a line that was cut in the middle has been set aside, or None.
    cut_counted
        Whether that line had been whole: its entry counted, and is lost.
    has_head
        Whether a head could be read, so that lines missing at the end would have been noticed.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        raw = _bytes_of(path)
        whole = raw.rfind(b"\n") + 1
        self.entries, sums = _entries(raw[:whole], path)
        head = Head.read(path.parent)
        self.has_head = head is not None
        self.cut_counted = head is not None and head.check(path, sums, is_cut=whole < len(raw))
        if not self.entries:
            raise InputError(f"{path}: must hold the opening of a room, got an empty ledger. Open a new room.")
        self._sum, self._size, self._is_sound = sums[-1], whole, True
        with keeping(path):
            self.cut = _set_aside(path, raw[whole:], whole) if whole < len(raw) else None
            # No buffer: what a failed write has left is in the file, where it can be taken back, and nowhere else.
            self._file = os.open(path, os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0))
        with keeping(path.with_name(HEAD)):
            self._head = HeadFile(path.parent, self._where())

    @classmethod
    def create(cls, path: Path, opening: Mapping[str, Any], before: Iterable[Entry] = ()) -> Ledger:
        """Write a new ledger and open it; it is there whole or not at all.

        Parameters
        ----------
        path
            A file that must not exist yet.
        opening
            The first entry, or, of a branch, the entry that follows those from ``before``; its ``kind`` and the rest.
        before
            Entries that it begins with, from another ledger.

        Raises
        ------
        NotKept
            If it cannot be written; there is no new ledger then.
        """
        if path.exists():
            raise InputError(f"{path}: must not exist yet, but it does. Name another folder.")
        text, total, n = "", _NOTHING, 0
        for entry in before:
            n = entry.n
            line, total = _line(entry, total)
            text += line
        line, total = _line(_now(n + 1, opening), total)
        aside = path.with_name(f".{path.name}.new")
        with keeping(path):
            try:
                with aside.open("wb") as file:
                    file.write((text + line).encode())
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(aside, path)
                sync_folder(path.parent)
                return cls(path)
            except BaseException:
                aside.unlink(missing_ok=True)
                path.unlink(missing_ok=True)
                raise

    def following(self, kind: str, **what: Any) -> Entry:
        """Return the entry that would be appended next, to see what it leads to before it is written."""
        return _now(len(self.entries) + 1, {"kind": kind, **what})

    def append(self, kind: str, **what: Any) -> Entry:
        """Append an entry and return it once it is on disk.

        Raises
        ------
        NotKept
            If it cannot be written; nothing is appended then, and a later entry may be.
        """
        return self.add(self.following(kind, **what))

    def add(self, entry: Entry) -> Entry:
        """Append an entry that :meth:`following` returned; see :meth:`append`."""
        line, total = _line(entry, self._sum)
        raw = line.encode()
        with keeping(self.path):
            if not self._is_sound:
                self._undo()
            self._must_be_there()
            self._is_sound = False
            try:
                left = memoryview(raw)
                while left:
                    left = left[os.write(self._file, left) :]
                os.fsync(self._file)
            except BaseException:
                with suppress(OSError):  # undone before the next entry then; the reason is told for the write
                    self._undo()
                raise
            self._is_sound = True
        self._size += len(raw)
        self._sum = total
        self.entries.append(entry)
        self._write_head()
        return entry

    def close(self) -> None:
        """Close the files."""
        if self._file >= 0:
            if not self._is_sound:
                with suppress(OSError):
                    self._undo()
            os.close(self._file)
            self._file = -1
            self._head.close()

    def _must_be_there(self) -> None:
        """Raise OSError where the open file is not that of its path: what went into it would be lost with it."""
        here, there = os.fstat(self._file), os.stat(self.path)
        if (here.st_dev, here.st_ino) != (there.st_dev, there.st_ino):
            raise OSError(errno.ESTALE, "the file was replaced while the room is open")

    def _undo(self) -> None:
        """Take back what a failed write may have left, so that the next entry does not follow half a line."""
        os.ftruncate(self._file, self._size)
        os.fsync(self._file)
        self._is_sound = True

    def _write_head(self) -> None:
        self._head.write(self._where())

    def _where(self) -> Head:
        return Head(ledger=self.path.name, n=len(self.entries), sum=self._sum)


def read_entries(path: Path) -> list[Entry]:
    """Return the whole entries of a ledger, without changing the file; a cut last line is passed over."""
    raw = _bytes_of(path)
    return _entries(raw[: raw.rfind(b"\n") + 1], path)[0]


def sync_folder(folder: Path) -> None:
    """Make sure that a file that was created or renamed is found after a loss of power, where the system can."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def write_synced(path: Path, text: str) -> None:
    """Write a new file and wait until it is on disk."""
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def written_line(entry: Entry, change: Callable[[dict[str, Any]], dict[str, Any]], total: str) -> tuple[str, str]:
    """Return the line of a changed entry, and its sum; for a copy of the ledger that leaves something out."""
    return _line(Entry(n=entry.n, at=entry.at, kind=entry.kind, what=change(dict(entry.what))), total)


def _now(n: int, data: Mapping[str, Any]) -> Entry:
    what = {key: value for key, value in data.items() if key != "kind"}
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    # Read back, so that a room that lives and one that is replayed hold the same values.
    return Entry(n=n, at=at, kind=data["kind"], what=MappingProxyType(json.loads(json.dumps(what, allow_nan=False))))


def _line(entry: Entry, total: str) -> tuple[str, str]:
    data = {"n": entry.n, "at": entry.at, "kind": entry.kind, **entry.what}
    digest = _digest(data, total)
    return json.dumps({**data, "sum": digest}, separators=(",", ":")) + "\n", digest


def _digest(data: Mapping[str, Any], total: str) -> str:
    text = json.dumps(data, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{total}{text}".encode()).hexdigest()[:_DIGITS]


def _entries(raw: bytes, path: Path) -> tuple[list[Entry], list[str]]:
    """Return the entries of whole lines, and the sum of each."""
    entries: list[Entry] = []
    sums: list[str] = []
    total = _NOTHING
    for number, line in enumerate(raw.split(b"\n")[:-1], 1):
        try:
            data = json.loads(line)
            found = data.pop("sum")
            n, at, kind = data["n"], data["at"], data["kind"]
            total = _digest(data, total)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise _damaged(path, number, "it is not an entry") from None
        if found != total or n != number or not isinstance(kind, str):
            raise _damaged(path, number, "it, or a line before it, is damaged")
        what = {key: value for key, value in data.items() if key not in ("n", "at", "kind")}
        entries.append(Entry(n=n, at=at, kind=kind, what=MappingProxyType(what)))
        sums.append(total)
    return entries, sums


def _damaged(path: Path, line: int, why: str) -> InputError:
    whole = f", or keep the lines before it: head -n {line - 1} {path.name} > NEW, in a new folder, named {path.name}"
    return InputError(
        f"{path}: line {line} must be as it was written, but {why}. "
        f"Restore the file from a copy{whole if line > 1 else ''}."
    )


def _bytes_of(path: Path) -> bytes:
    try:
        if path.is_symlink():  # what is added to it would go into a file of another folder
            raise OSError(errno.EINVAL, "Is a link to another file")
        must_be_file(path)
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}. Name the folder of a room.") from None


def _set_aside(path: Path, rest: bytes, whole: int) -> Path:
    """Move what follows the last whole line into a file of its own and shorten the ledger."""
    number = 1
    while (aside := path.with_name(f"{path.stem}.cut-{number}")).exists():
        number += 1
    aside.write_bytes(rest)
    with path.open("r+b") as file:
        file.truncate(whole)
        file.flush()
        os.fsync(file.fileno())
    return aside
