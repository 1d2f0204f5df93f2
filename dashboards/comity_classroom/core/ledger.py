"""The ledger: the history of a classroom as a file, one line for each entry, appended, synced and checksummed.

The state of a classroom is computed from this file alone. An entry is valid once it is on disk. Each line is a JSON
object; its ``sum`` is a digest of the line and of the previous ``sum``, which shows a line that was changed, removed or
moved. :mod:`comity_classroom.core.head` shows lines that are missing at the end. A truncated last line is moved to a
file of its own: the server died while writing it, before confirming it, unless the head knows the entry. Checksums
are no protection against tampering: anybody can compute them.
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
from comity_classroom.core.errors import must_be_file, saving
from comity_classroom.core.head import FILE as HEAD
from comity_classroom.core.head import Head, HeadFile

__all__ = ["Entry", "Ledger", "read_entries"]

_DIGITS = 16
_NOTHING = "0" * _DIGITS


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One event in a classroom.

    Attributes
    ----------
    n
        Its number, from 1.
    at
        When it was written, UTC, to the second.
    kind
        Such as opened, joined, seated, chosen, advanced; see :mod:`comity_classroom.core.state`.
    what
        The other fields, plain data.
    """

    n: int
    at: str
    kind: str
    what: Mapping[str, Any]


class Ledger:
    """An open ledger: its entries so far, and the file to which new ones are appended.

    Attributes
    ----------
    path
        The file.
    entries
        All entries, in order.
    cut
        The file with a truncated last line, or None.
    cut_counted
        Whether that line had been a valid entry, which is now lost.
    has_head
        Whether a head was found, so that missing lines at the end would have been noticed.
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
            raise InputError(
                f"{path}: must begin with an opening entry, but the ledger is empty. Open a new classroom."
            )
        self._sum, self._size, self._is_sound = sums[-1], whole, True
        with saving(path):
            self.cut = _set_aside(path, raw[whole:], whole) if whole < len(raw) else None
            # No buffer: the rest of a failed write must be in the file, where it can be undone, and nowhere else.
            self._file = os.open(path, os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0))
        with saving(path.with_name(HEAD)):
            self._head = HeadFile(path.parent, self._where())

    @classmethod
    def create(cls, path: Path, opening: Mapping[str, Any], before: Iterable[Entry] = ()) -> Ledger:
        """Write a new ledger and open it. It is written completely or not at all.

        Parameters
        ----------
        path
            A new file.
        opening
            ``kind`` and fields of the first entry; in a branch, of the entry after ``before``.
        before
            Entries of another ledger to begin with.

        Raises
        ------
        NotSaved
            If it cannot be written. No new ledger is left behind.
        """
        if path.exists():
            raise InputError(f"{path}: must be a new file, but it exists. Name another folder.")
        text, total, n = "", _NOTHING, 0
        for entry in before:
            n = entry.n
            line, total = _line(entry, total)
            text += line
        line, total = _line(_now(n + 1, opening), total)
        aside = path.with_name(f".{path.name}.new")
        with saving(path):
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
        """Return the next entry without writing it, so that its effect can be checked first."""
        return _now(len(self.entries) + 1, {"kind": kind, **what})

    def append(self, kind: str, **what: Any) -> Entry:
        """Append an entry and return it once it is on disk.

        Raises
        ------
        NotSaved
            If it cannot be written. Nothing is appended then; a later entry may succeed.
        """
        return self.add(self.following(kind, **what))

    def add(self, entry: Entry) -> Entry:
        """Append an entry that :meth:`following` returned; see :meth:`append`."""
        line, total = _line(entry, self._sum)
        raw = line.encode()
        with saving(self.path):
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
                with suppress(
                    OSError
                ):  # undone before the next entry instead; the error of the write is the one to raise
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
        """Raise OSError if the file at the path was replaced: entries in the open file would be lost."""
        here, there = os.fstat(self._file), os.stat(self.path)
        if (here.st_dev, here.st_ino) != (there.st_dev, there.st_ino):
            raise OSError(errno.ESTALE, "the file was replaced while the classroom was open")

    def _undo(self) -> None:
        """Truncate the rest of a failed write, so that the next entry does not follow half a line."""
        os.ftruncate(self._file, self._size)
        os.fsync(self._file)
        self._is_sound = True

    def _write_head(self) -> None:
        self._head.write(self._where())

    def _where(self) -> Head:
        return Head(ledger=self.path.name, n=len(self.entries), sum=self._sum)


def read_entries(path: Path) -> list[Entry]:
    """Return the complete entries of a ledger without changing the file; a truncated last line is ignored."""
    raw = _bytes_of(path)
    return _entries(raw[: raw.rfind(b"\n") + 1], path)[0]


def sync_folder(folder: Path) -> None:
    """Sync a folder, so that a new or renamed file survives a power loss (POSIX only)."""
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
    """Return the line of a changed entry and its checksum, for a copy of the ledger that leaves something out."""
    return _line(Entry(n=entry.n, at=entry.at, kind=entry.kind, what=change(dict(entry.what))), total)


def _now(n: int, data: Mapping[str, Any]) -> Entry:
    what = {key: value for key, value in data.items() if key != "kind"}
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    # Parsed again, so that a running classroom and a replayed one hold the same values.
    return Entry(n=n, at=at, kind=data["kind"], what=MappingProxyType(json.loads(json.dumps(what, allow_nan=False))))


def _line(entry: Entry, total: str) -> tuple[str, str]:
    data = {"n": entry.n, "at": entry.at, "kind": entry.kind, **entry.what}
    digest = _digest(data, total)
    return json.dumps({**data, "sum": digest}, separators=(",", ":")) + "\n", digest


def _digest(data: Mapping[str, Any], total: str) -> str:
    text = json.dumps(data, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{total}{text}".encode()).hexdigest()[:_DIGITS]


def _entries(raw: bytes, path: Path) -> tuple[list[Entry], list[str]]:
    """Return the entries of complete lines, and their checksums."""
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
            raise _damaged(path, number, "it is not a valid entry") from None
        if found != total or n != number or not isinstance(kind, str):
            raise _damaged(path, number, "it, or a line before it, is damaged")
        what = {key: value for key, value in data.items() if key not in ("n", "at", "kind")}
        entries.append(Entry(n=n, at=at, kind=kind, what=MappingProxyType(what)))
        sums.append(total)
    return entries, sums


def _damaged(path: Path, line: int, why: str) -> InputError:
    whole = f", or keep only the earlier lines: head -n {line - 1} {path.name} > NEW/{path.name}"
    return InputError(
        f"{path}: line {line} must be unchanged, but {why}. Restore the file from a backup{whole if line > 1 else ''}."
    )


def _bytes_of(path: Path) -> bytes:
    try:
        if path.is_symlink():  # appending would write to a file in another folder
            raise OSError(errno.EINVAL, "Is a link to another file")
        must_be_file(path)
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}. Name the folder of a classroom.") from None


def _set_aside(path: Path, rest: bytes, whole: int) -> Path:
    """Move a truncated last line to a file of its own, and truncate the ledger."""
    number = 1
    while (aside := path.with_name(f"{path.stem}.cut-{number}")).exists():
        number += 1
    aside.write_bytes(rest)
    with path.open("r+b") as file:
        file.truncate(whole)
        file.flush()
        os.fsync(file.fileno())
    return aside
