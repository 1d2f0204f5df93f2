"""The folder in which the start page keeps classes: what is in it, and how a class is deleted."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from comity.errors import InputError
from comity_classroom.core.errors import saving
from comity_classroom.core.folder import is_classroom, last_ledger
from comity_classroom.core.ledger import read_entries
from comity_classroom.core.refusal import Refused
from comity_classroom.seminar.lessons import find_lesson
from comity_lab.lock import locked

__all__ = ["Kept", "Shelf"]

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,120}")
_PACKS, _PLANS = "packs", "plans"


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A class in the folder: its name, title and day, the number of people, and whether it is closed or damaged."""

    name: str
    title: str
    day: str
    people: int
    is_lesson: bool
    is_closed: bool
    is_damaged: bool = False


class Shelf:
    """The folder of all classes, with packs and plan files."""

    def __init__(self, folder: Path) -> None:
        if is_classroom(folder):
            raise InputError(
                f"--folder must be a folder for all classes, but {folder} is one class. To continue it: "
                f"comity classroom {folder}"
            )
        self.folder = folder
        with saving(folder):
            for one in (folder, folder / _PACKS, folder / _PLANS):
                one.mkdir(parents=True, exist_ok=True, mode=0o700)

    def classes(self) -> list[Kept]:
        """Return the classes, the newest first."""
        found = [
            self._kept(path) for path in self.folder.iterdir() if _NAME.fullmatch(path.name) and is_classroom(path)
        ]
        return sorted(found, key=lambda kept: (kept.day, kept.name), reverse=True)

    def path(self, name: object) -> Path:
        """Return the folder of a class, or refuse a name that is none."""
        if not isinstance(name, str) or not _NAME.fullmatch(name) or not is_classroom(self.folder / name):
            raise Refused("start.no_class", "missing")
        return self.folder / name

    def delete(self, name: object) -> None:
        """Delete a class with everything in its folder, unless somebody holds it."""
        path = self.path(name)
        with locked(path, "deleting the class"):
            (path / "secrets.json").unlink(missing_ok=True)
        with saving(path):
            shutil.rmtree(path)

    def packs(self) -> list[str]:
        """Return the names of the packs, by name."""
        folders = (self.folder / _PACKS).iterdir()
        return sorted(path.name for path in folders if _NAME.fullmatch(path.name) and (path / "index.html").is_file())

    def new_pack(self, scenario: str) -> Path:
        """Return a new folder for a pack."""
        number = 1
        while (path := self.folder / _PACKS / f"{scenario}-{number}").exists():
            number += 1
        return path

    def delete_pack(self, name: object) -> None:
        """Delete a pack."""
        if name not in self.packs():
            raise Refused("start.no_pack", "missing")
        path = self.folder / _PACKS / str(name)
        with saving(path):
            shutil.rmtree(path)

    def page(self, pack: str, file: str) -> Path:
        """Return a file of a pack, or refuse."""
        if pack in self.packs():
            for path in (self.folder / _PACKS / pack).iterdir():
                if path.name == file and path.is_file() and not path.is_symlink():
                    return path
        raise Refused("no_page", "missing")

    def keep_plan(self, text: str) -> Path:
        """Keep a plan file and return its path; the same text has the same path."""
        import hashlib

        path = self.folder / _PLANS / f"plan-{hashlib.sha256(text.encode()).hexdigest()[:12]}.toml"
        with saving(path):
            path.write_text(text, encoding="utf-8")
        return path

    def _kept(self, path: Path) -> Kept:
        try:
            entries = read_entries(last_ledger(path))
            first = entries[0]
            what: dict[str, Any] = dict(first.what)
            is_lesson = first.kind == "lesson"
            title = (
                find_lesson(str(what["lesson"]), str(what["language"])).title
                if is_lesson
                else str(what["scenario"]["title"])
            )
            day, people = first.at[:10], sum(entry.kind == "joined" for entry in entries)
        except (InputError, LookupError, TypeError):
            return Kept(
                name=path.name, title=path.name, day="", people=0, is_lesson=False, is_closed=False, is_damaged=True
            )
        is_closed = any(entry.kind == "closed" for entry in entries)
        return Kept(name=path.name, title=title, day=day, people=people, is_lesson=is_lesson, is_closed=is_closed)
