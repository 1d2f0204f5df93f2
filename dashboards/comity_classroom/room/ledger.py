"""The ledger: what happened in a room, one line an entry, appended, synced, and summed so that damage is seen.

The room *is* this file. An entry counts when it is on disk; the same entries give the same room. Each line is a JSON
object whose ``sum`` is a digest of the line and of the sum before it, so that a line that was changed, removed or moved
is noticed. A line without its end was being written when the server died: nobody was told that it counts, and it is set
aside.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from comity.errors import InputError

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
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        raw = _bytes_of(path)
        whole = raw.rfind(b"\n") + 1
        self.entries, self._sum = _entries(raw[:whole], path)
        if not self.entries:
            raise InputError(f"{path}: must hold the opening of a room, got an empty ledger. Open a new room.")
        self.cut = _set_aside(path, raw[whole:], whole) if whole < len(raw) else None
        self._size = whole
        self._file = path.open("ab")

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
        with aside.open("wb") as file:
            file.write((text + line).encode())
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, path)
        sync_folder(path.parent)
        return cls(path)

    def append(self, kind: str, **what: Any) -> Entry:
        """Append an entry and return it once it is on disk; where that fails, nothing is appended."""
        entry = _now(len(self.entries) + 1, {"kind": kind, **what})
        line, total = _line(entry, self._sum)
        raw = line.encode()
        try:
            self._file.write(raw)
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            self._undo()
            raise InputError(
                f"{self.path}: cannot be written: {error.strerror or error}. Nothing has changed; free space."
            ) from None
        self._size += len(raw)
        self._sum = total
        self.entries.append(entry)
        return entry

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _undo(self) -> None:
        """Take back what a failed write may have left, so that the next entry does not follow half a line."""
        try:
            self._file.close()
        except OSError:
            pass  # the buffer could not be written, which is what has just been reported
        os.truncate(self.path, self._size)
        self._file = self.path.open("ab")


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


def _entries(raw: bytes, path: Path) -> tuple[list[Entry], str]:
    entries: list[Entry] = []
    total = _NOTHING
    for number, line in enumerate(raw.split(b"\n")[:-1], 1):
        try:
            data = json.loads(line)
            found = data.pop("sum")
            n, at, kind = data["n"], data["at"], data["kind"]
        except (ValueError, KeyError, TypeError, AttributeError):
            raise _damaged(path, number, "it is not an entry") from None
        total = _digest(data, total)
        if found != total or n != number:
            raise _damaged(path, number, "it, or a line before it, was changed after it was written")
        what = {key: value for key, value in data.items() if key not in ("n", "at", "kind")}
        entries.append(Entry(n=n, at=at, kind=kind, what=MappingProxyType(what)))
    return entries, total


def _damaged(path: Path, line: int, why: str) -> InputError:
    return InputError(
        f"{path}: line {line} must be as it was written, but {why}. Restore the file from a copy, or keep the lines "
        f"before it: head -n {line - 1} {path.name} > NEW, in a new folder, named {path.name}."
    )


def _bytes_of(path: Path) -> bytes:
    try:
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
