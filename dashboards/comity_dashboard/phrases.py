"""Phrases: the texts for people in one language, as data.

The pages of the application have theirs beside them; the seminar has its own beside the scenarios.
"""

from __future__ import annotations

import functools
import string
import tomllib
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from comity.errors import InputError, nearest

__all__ = ["FILE", "Phrases", "phrases", "read_phrases"]

FILE = "phrases.toml"
_FOLDER = Path(__file__).parent / "text"


@dataclass(frozen=True, kw_only=True)
class Phrases:
    """One language: a folder with ``phrases.toml`` and the templates of the pages.

    Attributes
    ----------
    folder
        The folder of the phrases and templates.
    language
        BCP 47 code, such as ``en``, which pages declare for screen readers.
    table
        The phrases, nested as in the file.
    """

    folder: Path
    language: str
    table: dict[str, Any] = field(repr=False, hash=False, compare=False)

    def has(self, path: str) -> bool:
        """Return whether there is a phrase at a dotted path."""
        return isinstance(self._find(path), str)

    def say(self, path: str, **values: object) -> str:
        """Return the phrase at a dotted path with its ``{placeholders}`` filled. Numbers follow the language.

        Raises
        ------
        InputError
            If the phrase is missing, is not text, or has an unknown placeholder.
        """
        phrase = self._find(path)
        if phrase is None:
            raise InputError(f"{self._file}: the phrase {path!r} is missing. {nearest(path, self._paths())}")
        if not isinstance(phrase, str):
            raise InputError(f"{self._file}: the phrase {path!r} must be text, got {phrase!r}. Put it in quotes.")
        shown = {name: self.number(value) if isinstance(value, float) else value for name, value in values.items()}
        try:
            unknown = [place for _, place, _, _ in string.Formatter().parse(phrase) if place and place not in shown]
            if not unknown:
                return phrase.format(**shown)
        except (ValueError, IndexError) as error:  # such as an unclosed brace or a placeholder without a name
            raise InputError(
                f"{self._file}: the phrase {path!r} must be text with names in braces, got {phrase!r} ({error}). "
                "Correct it; write a literal brace twice."
            ) from None
        raise InputError(
            f"{self._file}: the phrase {path!r} may use only {sorted(shown)}, got {{{unknown[0]}}}. Correct it."
        )

    def number(self, value: float, decimals: int = 2) -> str:
        """Return a number in the notation of the language."""
        rounded = round(value, decimals) + 0.0  # no minus sign before zero
        return f"{rounded:.{decimals}f}".replace(".", str(self.table.get("decimal", ".")))

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
        """Return words as a list in a sentence: *a, b and c*."""
        if len(words) < 2:
            return "".join(words)
        return f"{', '.join(words[:-1])} {self.say('and')} {words[-1]}"

    @property
    def _file(self) -> Path:
        return self.folder / FILE

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


def read_phrases(folder: Path) -> Phrases:
    """Return the language in a folder.

    Raises
    ------
    InputError
        If the file cannot be read, or does not name its language.
    """
    file = folder / FILE
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(f"{file}: must be TOML in UTF-8, got: {error}. Correct the file.") from None
    if not isinstance(code := table.get("language"), str) or not code:
        raise InputError(f"{file}: 'language' must be a code such as \"en\", got {code!r}. Add it.")
    return Phrases(folder=folder, language=code, table=table)


@functools.lru_cache(maxsize=8)
def phrases(language: str = "en") -> Phrases:
    """Return the phrases of the pages of the application."""
    return read_phrases(_FOLDER / language)
