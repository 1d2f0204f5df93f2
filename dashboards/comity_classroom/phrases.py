"""Phrases: the texts for people in one language, as data beside the scenarios."""

from __future__ import annotations

import functools
from pathlib import Path

from comity.errors import InputError, nearest
from comity.scenario.locate import scenario_folder
from comity_dashboard.phrases import FILE, Phrases, read_phrases

__all__ = ["Phrases", "load_phrases", "text_folder"]


def text_folder() -> Path:
    """Return the folder of the shipped languages."""
    return scenario_folder() / "seminar" / "text"


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
        known = sorted(path.parent.name for path in text_folder().glob(f"*/{FILE}"))
        raise InputError(f"language {language[:80]!r} is not one of the shipped languages. {nearest(language, known)}")
    return read_phrases(folder, None if isinstance(language, Path) or language == "en" else load_phrases())
