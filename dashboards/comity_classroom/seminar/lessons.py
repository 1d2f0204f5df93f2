"""The lessons of the seminar: one folder each, with a page and the scenarios it needs.

Not to be confused with :mod:`comity.scenario.lessons`, the comment at the top of a what-if.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from comity.errors import InputError
from comity.scenario.locate import scenario_folder

__all__ = ["DOUBT", "SECTIONS", "SeminarLesson", "doubting_page", "find_lesson", "seminar_lessons"]

DOUBT = "doubt"
"""Name of the page on using and doubting the model, for ``comity lesson``."""

SECTIONS = ("Question", "Reading", "Predict first", "Steps", "Look at", "Discussion", "Answers for the instructor")
"""The headings of a page in English. A translation has its own in the same order."""

_PAGE = "lesson.md"
_FOLDER = re.compile(r"([0-9]+)_\w+")


@dataclass(frozen=True, kw_only=True)
class SeminarLesson:
    """One session: its page in Markdown.

    Attributes
    ----------
    number, title, minutes
        Number in the seminar, title, and duration in minutes.
    question
        The first paragraph under the heading Question.
    path
        File of the page.
    """

    number: int
    title: str
    minutes: int
    question: str
    path: Path

    @property
    def text(self) -> str:
        """The page, in Markdown."""
        return self.path.read_text(encoding="utf-8")


def seminar_lessons(language: str = "en") -> list[SeminarLesson]:
    """Return the shipped lessons, in order; in English where there is no page in a language.

    Raises
    ------
    InputError
        If a page lacks its title, minutes or question.
    """
    pages = [path for path in (scenario_folder() / "seminar").glob(f"*/{_PAGE}") if _FOLDER.fullmatch(path.parent.name)]
    return sorted((_read(_in(path, language)) for path in pages), key=lambda lesson: lesson.number)


def doubting_page(language: str = "en") -> Path:
    """Return the file of the page on using and doubting the model."""
    return _in(scenario_folder() / "seminar" / "using_and_doubting.md", language)


def _in(page: Path, language: str) -> Path:
    """Return the translation of a page, which lies beside it as NAME.LANGUAGE.md; itself without one."""
    translated = page.with_name(f"{page.stem}.{language}.md")
    return translated if translated.is_file() else page


def find_lesson(which: str, language: str = "en") -> SeminarLesson:
    """Return a lesson by its number."""
    lessons = seminar_lessons(language)
    found = next((lesson for lesson in lessons if str(lesson.number) == which.strip()), None)
    if found is None:
        known = f"{lessons[0].number} to {lessons[-1].number}" if lessons else "none here"
        raise InputError(f"lesson must be a number, {known}, or {DOUBT!r}, got {which!r}. comity lesson lists them.")
    return found


def _read(path: Path) -> SeminarLesson:
    text = path.read_text(encoding="utf-8")
    parts = {
        "title": re.search(r"^# (.+)$", text, re.MULTILINE),
        "minutes": re.search(r"^\w+\s?: ([0-9]+)$", text, re.MULTILINE),
        "question": re.search(r"^## .+\n\n((?:.+\n)+)", text, re.MULTILINE),
    }
    values = {}
    for name, match in parts.items():
        if match is None:
            raise InputError(f"{path}: the page must have a {name}, but has none. Write it as in the other lessons.")
        values[name] = " ".join(match[1].split())
    return SeminarLesson(
        number=int(path.parent.name.partition("_")[0]),
        title=values["title"],
        minutes=int(values["minutes"]),
        question=values["question"],
        path=path,
    )
