"""Phrases: the texts for people in one language, as data.

A language is a folder. Its file ``phrases.toml`` has the phrases that are used everywhere; any other file, such as
``history.toml``, has the table of that name. The pages of the application have theirs beside them; the seminar has its
own beside the scenarios.
"""

from __future__ import annotations

import functools
import re
import string
import tomllib
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from comity.errors import InputError, nearest

__all__ = ["ENGLISH", "FILE", "Phrases", "languages", "phrases", "read_phrases"]

FILE = "phrases.toml"
_FOLDER = Path(__file__).parent / "text"


@dataclass(frozen=True, kw_only=True)
class Phrases:
    """One language: a folder with ``phrases.toml``, further files of phrases, and the templates of the pages.

    Attributes
    ----------
    folder
        The folder of the phrases and templates.
    language
        BCP 47 code, such as ``en``, which pages declare for screen readers.
    table
        The phrases, nested as in the files.
    """

    folder: Path
    language: str
    table: dict[str, Any] = field(repr=False, hash=False, compare=False)

    def has(self, path: str) -> bool:
        """Return whether there is a phrase at a dotted path."""
        return isinstance(self._find(path), str)

    def say(self, path: str, /, **values: object) -> str:
        """Return the phrase at a dotted path with its ``{placeholders}`` filled. Numbers follow the language.

        Raises
        ------
        InputError
            If the phrase is missing, is not text, or has an unknown placeholder.
        """
        phrase, file = self._find(path), self._file_of(path)
        if phrase is None:
            raise InputError(f"{file}: the phrase {path!r} is missing. {nearest(path, self._paths())}")
        if not isinstance(phrase, str):
            raise InputError(f"{file}: the phrase {path!r} must be text, got {phrase!r}. Put it in quotes.")
        shown = {name: self.number(value) if isinstance(value, float) else value for name, value in values.items()}
        try:
            unknown = [place for _, place, _, _ in string.Formatter().parse(phrase) if place and place not in shown]
            if not unknown:
                return phrase.format(**shown)
        except (ValueError, IndexError) as error:  # such as an unclosed brace or a placeholder without a name
            raise InputError(
                f"{file}: the phrase {path!r} must be text with names in braces, got {phrase!r} ({error}). "
                "Correct it; write a literal brace twice."
            ) from None
        raise InputError(f"{file}: the phrase {path!r} may use only {sorted(shown)}, got {{{unknown[0]}}}. Correct it.")

    def count(self, path: str, n: int, **values: object) -> str:
        """Return a phrase with a number ``{n}``: the one at ``path.none``, ``path.one`` or ``path.many``.

        Without a phrase for none, many are said.
        """
        form = {0: "none", 1: "one"}.get(n, "many")
        return self.say(f"{path}.{form if form != 'none' or self.has(f'{path}.none') else 'many'}", n=n, **values)

    def term(self, table: str, name: str, text: str | None = None) -> str:
        """Return the words of the language for something of the model or a scenario, and its own words without any.

        Parameters
        ----------
        table
            Dotted path of a table of translations, such as ``model.issues``. English needs none.
        name
            Name in the table: the words themselves, or an id.
        text
            The own words, if ``name`` is an id.
        """
        found = (self._find(table) or {}).get(name)
        return found if isinstance(found, str) else name if text is None else text

    def day(self, day: date) -> str:
        """Return a date with a short month, such as 9 Jul 2007."""
        return f"{day.day} {self.table['months'][day.month - 1]} {day.year}"

    def number(self, value: float, decimals: int = 2) -> str:
        """Return a number in the notation of the language."""
        rounded = round(value, decimals) + 0.0  # no minus sign before zero
        return f"{rounded:.{decimals}f}".replace(".", str(self.table.get("decimal", ".")))

    def signed(self, value: float, decimals: int = 2) -> str:
        """Return a number with its sign, in the notation of the language."""
        rounded = round(value, decimals) + 0.0
        return ("+" if rounded > 0 else "−" if rounded < 0 else "") + self.number(abs(rounded), decimals)

    def month(self, day: date) -> str:
        """Return the month and the year of a day, such as *July 2007*."""
        return self.say("months.and_year", month=self.say(f"months.m{day.month}"), year=day.year)

    def name(self, text: str) -> str:
        """Return a proper name of a scenario in this language, by the table ``names``; itself if it has none there."""
        return self.term("names", text)

    def short_name(self, text: str) -> str:
        """Return the name of an actor in this language without the part in brackets."""
        return self.name(text).partition(" (")[0]

    def sorting(self, text: str) -> tuple[str, ...]:
        """Return a key that sorts names in the order of the language.

        Accents and case do not count, except for letters that the language lists in ``own_letters`` with the letter
        that they follow, such as ñ after n in Spanish.
        """
        own = self.table.get("own_letters", {})
        found = []
        for sign in unicodedata.normalize("NFC", text).casefold():
            if sign in own:
                found.append(f"{own[sign]}\U0010ffff{sign}")
            else:
                found += [part for part in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(part)]
        return (*found, "", text)

    def listing(self, words: list[str]) -> str:
        """Return words as a list in a sentence: *a, b and c*.

        A language may have another word before some sounds, in ``and_before``: in Spanish *e* before i, not *y*.
        """
        if len(words) < 2:
            return "".join(words)
        both = next(
            (word for start, word in self.table.get("and_before", {}).items() if re.match(start, words[-1])), ""
        )
        return f"{', '.join(words[:-1])} {both or self.say('and')} {words[-1]}"

    def _file_of(self, path: str) -> Path:
        own = self.folder / f"{path.partition('.')[0]}.toml"
        return own if own.is_file() else self.folder / FILE

    def _find(self, path: str) -> Any:
        found: Any = self.table
        for part in path.split("."):
            found = found.get(part) if isinstance(found, dict) else None
        return found

    def _paths(self) -> list[str]:
        paths: list[str] = []

        def walk(table: dict[str, Any], above: str) -> None:
            for name, value in table.items():
                if isinstance(value, dict):
                    walk(value, f"{above}{name}.")
                else:
                    paths.append(above + name)

        walk(self.table, "")
        return paths


def read_phrases(folder: Path, over: Phrases | None = None) -> Phrases:
    """Return the language in a folder.

    Parameters
    ----------
    folder
        Holds ``phrases.toml`` and any further files of phrases.
    over
        The language whose phrases are used where this one has none. Without it a missing phrase is an error when it is
        said.

    Raises
    ------
    InputError
        If a file cannot be read, the first one does not name its language, or two files have the same table.
    """
    table = _read(folder / FILE)
    if not isinstance(code := table.get("language"), str) or not code:
        raise InputError(f"{folder / FILE}: 'language' must be a code such as \"en\", got {code!r}. Add it.")
    for file in sorted(folder.glob("*.toml")):
        if file.name != FILE:
            if file.stem in table:
                raise InputError(f"{file}: {FILE} has a table {file.stem!r} too. Keep one of them.")
            table[file.stem] = _read(file)
    return Phrases(folder=folder, language=code, table=table if over is None else _laid_over(over.table, table))


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(f"{file}: must be TOML in UTF-8, got: {error}. Correct the file.") from None


def _laid_over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Return the phrases of one table, with those of another in their place where it has them."""
    found = dict(below)
    for name, value in above.items():
        under = found.get(name)
        found[name] = _laid_over(under, value) if isinstance(under, dict) and isinstance(value, dict) else value
    return found


@functools.lru_cache(maxsize=8)
def phrases(language: str = "en") -> Phrases:
    """Return the phrases of the pages of the application in a shipped language; English ones where it has none."""
    return read_phrases(_FOLDER / language, None if language == "en" else phrases("en"))


@functools.lru_cache(maxsize=1)
def languages() -> dict[str, str]:
    """Return the shipped languages, English first: the name that each gives itself, by code."""
    codes = sorted((path.parent.name for path in _FOLDER.glob(f"*/{FILE}")), key=lambda code: (code != "en", code))
    return {code: phrases(code).say("name_of_language") for code in codes}


ENGLISH = phrases()
"""The language of those who have chosen none."""
