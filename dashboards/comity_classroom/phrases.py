"""Phrases: the texts for people in one language, as data beside the scenarios."""

from __future__ import annotations

import functools
from pathlib import Path

from comity.errors import InputError, nearest
from comity.scenario.locate import scenario_folder
from comity_dashboard.phrases import FILE, Phrases, phrases, read_phrases

__all__ = ["Phrases", "languages", "load_phrases", "shipped", "text_folder"]


def text_folder() -> Path:
    """Return the folder of the shipped languages."""
    return scenario_folder() / "seminar" / "text"


def shipped() -> list[str]:
    """Return the codes of the shipped languages, English first."""
    return sorted((path.parent.name for path in text_folder().glob(f"*/{FILE}")), key=lambda code: (code != "en", code))


def languages() -> dict[str, str]:
    """Return the shipped languages, English first: the name that each gives itself, by code."""
    return {code: load_phrases(code).say("name_of_language") for code in shipped()}


@functools.lru_cache(maxsize=8)
def load_phrases(language: str | Path = "en") -> Phrases:
    """Return a shipped language by its code, or another one by its folder.

    Raises
    ------
    InputError
        If the language does not exist, or its file cannot be read.
    """
    folder = language if isinstance(language, Path) else text_folder() / language
    file = folder / FILE
    try:
        is_there = file.is_file()
    except OSError:  # a name that is too long
        is_there = False
    if not is_there:
        if isinstance(language, Path):
            raise InputError(
                f"{str(folder)[:200]}: must hold {FILE}, but does not. Start from a copy of {text_folder() / 'en'}."
            )
        known = nearest(language, shipped())
        raise InputError(f"language {language[:80]!r} is not one of the shipped languages. {known}")
    if isinstance(language, Path) or language == "en":
        return read_phrases(folder)
    own = read_phrases(folder, load_phrases())
    own.table["names"] = _names(language) | own.table.get("names", {})
    return own


def _names(language: str) -> dict[str, str]:
    """Return what the application calls actors, issues, meetings and texts of the shipped scenarios."""
    table = phrases(language).table
    parts = (table.get("actors", {}), *table.get("model", {}).values())
    return {name: text for part in parts if isinstance(part, dict) for name, text in part.items()}
