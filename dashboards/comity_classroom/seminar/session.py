"""A lesson held in browsers: guesses, runs and answers, computed from its ledger. No names are asked for."""

from __future__ import annotations

import csv
import io
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

from comity.errors import InputError
from comity_classroom.bounds import is_blank
from comity_classroom.core.errors import saving
from comity_classroom.core.folder import last_ledger, remove_leftovers
from comity_classroom.core.ledger import Entry, Ledger, read_entries
from comity_classroom.core.refusal import Refused
from comity_classroom.core.secrets import Secrets
from comity_classroom.seminar.steps import Parts, parts_in
from comity_lab.lock import locked

__all__ = ["LONGEST", "LessonClass", "is_lesson"]

LONGEST = 1000
"""Most characters of a guess or an answer."""
_MOST_PEOPLE = 200
_KIND = "lesson"


def is_lesson(folder: Path) -> bool:
    """Return whether a folder of a class holds a lesson; its first entry says so."""
    try:
        return read_entries(last_ledger(folder))[0].kind == _KIND
    except (InputError, LookupError):
        return False


class LessonClass:
    """A lesson of one class, open in one process.

    Attributes
    ----------
    folder
        Holds the ledger and the secrets.
    parts
        The lesson.
    people
        Ids of the devices that joined, in order.
    texts
        What was written, by person and field: ``guess.N``, ``step.N`` and ``after.N``.
    shown
        The choices with which a person ran an action last, by person and key of the action.
    n
        Number of the last entry.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._closing, self._acting = ExitStack(), threading.RLock()
        self._listeners: list[Callable[[], None]] = []
        with saving(folder):
            self._closing.enter_context(locked(folder, "holding a class"))
        try:
            self.ledger = Ledger(last_ledger(folder))
            self._closing.callback(self.ledger.close)
            self.secrets = Secrets(folder / "secrets.json")
            opening = self.ledger.entries[0]
            if opening.kind != _KIND:
                raise InputError(f"{folder}: must be the folder of a lesson, but holds a class. Name another folder.")
            self.language = str(opening.what["language"])
            self.parts: Parts = parts_in(opening.what["lesson"], self.language)
            self.people: list[str] = []
            self.texts: dict[tuple[str, str], str] = {}
            self.shown: dict[tuple[str, str], dict[str, str]] = {}
            self.is_closed = False
            for entry in self.ledger.entries[1:]:
                self._apply(entry)
            if self.is_closed:
                raise InputError(f"{folder}: must be an open lesson, but this one was closed. Open a new one.")
            remove_leftovers(folder)
        except BaseException:
            self._closing.close()
            raise

    @classmethod
    def open(cls, folder: Path, number: int, language: str = "en") -> Self:
        """Open a lesson in a new folder."""
        parts_in(number, language)
        try:
            folder.mkdir(parents=True, mode=0o700)
        except OSError as error:
            raise InputError(f"{folder}: cannot be created: {error.strerror}. Name another --folder.") from None
        Ledger.create(folder / "ledger-1.jsonl", {"kind": _KIND, "lesson": number, "language": language}).close()
        return cls(folder)

    @property
    def n(self) -> int:
        return len(self.ledger.entries)

    def listen(self, listener: Callable[[], None]) -> None:
        """Register a function to call after every change."""
        self._listeners.append(listener)

    def close_files(self) -> None:
        """Close the files and release the folder."""
        self._closing.close()
        if self.is_closed:
            self.secrets.path.unlink(missing_ok=True)

    def join(self) -> tuple[str, str]:
        """Admit a device and return its id and token."""
        with self._acting:
            self._must_be_open()
            if len(self.people) >= _MOST_PEOPLE:
                raise Refused("lesson.full", "conflict", most=_MOST_PEOPLE)
            with saving(self.secrets.path):
                person, token = self.secrets.new_person(self.people)
            self._write("joined", person=person)
            return person, token

    def person_of(self, token: str) -> str | None:
        """Return the person that a token belongs to, or None."""
        person = self.secrets.person_of(token)
        return person if person in self.people else None

    def write(self, person: str, field: object, text: object) -> bool:
        """Keep a guess or an answer; return whether it is another one than before."""
        with self._acting:
            self._must_be_open()
            if not isinstance(field, str) or field not in self.fields:
                raise Refused("lesson.field", "missing")
            if not isinstance(text, str) or is_blank(text):
                raise Refused("lesson.blank", most=LONGEST)
            text = text.strip()
            if len(text) > LONGEST:
                raise Refused("lesson.long", most=LONGEST, n=len(text))
            if self.texts.get((person, field)) == text:
                return False
            self._write("wrote", person=person, field=field, text=text)
            return True

    def show(self, person: str, key: str, choices: Mapping[str, str]) -> None:
        """Keep what a person has run last."""
        with self._acting:
            self._must_be_open()
            if self.shown.get((person, key)) != dict(choices):
                self._write("ran", person=person, action=key, choices=dict(choices))

    def close(self) -> None:
        """Close the lesson for good."""
        with self._acting:
            self._must_be_open()
            self._write("closed")

    @property
    def fields(self) -> dict[str, str]:
        """The fields that students fill in, with their questions."""
        found: dict[str, str] = {}
        for kind in ("guess", "after"):
            found |= {f"{kind}.{n}": text for n, text in enumerate(self.parts.predictions, 1)}
        return found | {f"step.{step.number}": step.text for step in self.parts.steps}

    def has_guessed(self, person: str) -> bool:
        """Return whether a person has written down all predictions."""
        return all((person, f"guess.{n}") in self.texts for n in range(1, len(self.parts.predictions) + 1))

    def csv(self) -> str:
        """Return what was written as CSV: a line for each text, students as numbers."""
        file = io.StringIO()
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["student", "part", "number", "question", "text"])
        questions = self.fields
        for number, person in enumerate(self.people, 1):
            for field, question in questions.items():
                if (text := self.texts.get((person, field))) is not None:
                    part, _, place = field.partition(".")
                    rows.writerow([number, part, place, " ".join(question.split()), _inert(text)])
        return file.getvalue()

    def _must_be_open(self) -> None:
        if self.is_closed:
            raise Refused("lesson.closed", "closed")

    def _write(self, kind: str, **what: Any) -> None:
        self._apply(self.ledger.append(kind, **what))
        for listener in self._listeners:
            listener()

    def _apply(self, entry: Entry) -> None:
        what = entry.what
        match entry.kind:
            case "joined":
                self.people.append(what["person"])
            case "wrote":
                self.texts[what["person"], what["field"]] = what["text"]
            case "ran":
                self.shown[what["person"], what["action"]] = dict(what["choices"])
            case "closed":
                self.is_closed = True


def _inert(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
