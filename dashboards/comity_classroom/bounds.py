"""What the texts of a scenario must be like that a class is to read: seen, and not without end."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from comity.errors import InputError
from comity.scenario.schema import Scenario

__all__ = ["LONGEST_NAME", "LONGEST_TEXT", "check_texts", "is_blank"]

LONGEST_NAME, LONGEST_TEXT = 1_000, 20_000
"""Signs in a title or name, which stand on every page; in any other text."""

_UNSEEN = "\u115f\u1160\u3164\uffa0\u2800"
"""Letters and symbols without a shape: fillers of Hangul, and braille without a dot."""

_NAMES = ("title", "name", "id")


def check_texts(scenario: Scenario, actors: pd.DataFrame) -> None:
    """Raise InputError where a scenario has a text that no page can show, or none where a sentence needs one.

    Parameters
    ----------
    actors
        Table of its actors, with their ``id`` and ``name``.
    """
    where = scenario.name or "scenario"
    for path, text in _in_sentences(scenario):
        if is_blank(text):
            raise InputError(f"{where[:80]}: {path} must have a sign that can be seen, got {text[:80]!r}. Name it.")
    for path, key, text in _texts(scenario.to_json(), ""):
        most = LONGEST_NAME if key in _NAMES else LONGEST_TEXT
        if len(text) > most:
            shown = path if len(path) <= 80 else f"{path[:80]}..."
            raise InputError(f"{where[:80]}: {shown!r} must have at most {most} signs, got {len(text)}. Shorten it.")
    for actor, name in zip(actors["id"], actors["name"].astype(str), strict=True):
        if is_blank(name):
            raise InputError(f"{where[:80]}: actor {actor!r} must have a name that can be seen. Name it.")
    for column in ("id", "name"):
        longest = actors[column].astype(str).str.len()
        if (longest > LONGEST_NAME).any():
            raise InputError(
                f"{where[:80]}: the {column} of actor {int(longest.to_numpy().argmax()) + 1} must have at most "
                f"{LONGEST_NAME} signs, got {int(longest.max())}. Shorten it in the table of actors."
            )


def _in_sentences(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """Yield what is read out in sentences, which would be about nothing without it."""
    yield "title", scenario.title
    for what, items in (("issue", scenario.issues), ("forum", scenario.forums), ("meeting", scenario.meetings)):
        for item in items:
            yield f"the name of {what} {item.id!r}", item.name
    for shock in scenario.shocks:
        yield f"the name of shock {shock.id!r}", shock.name
    for meeting in scenario.meetings:
        for vote in meeting.votes:
            yield f"the text of vote {vote.id!r}", vote.text


def is_blank(text: str) -> bool:
    """Return whether nothing of a text can be seen."""
    return all(unicodedata.category(sign)[0] in "CZM" or sign in _UNSEEN for sign in text)


def _texts(value: Any, path: str, key: str = "") -> Iterator[tuple[str, str, str]]:
    if isinstance(value, str):
        yield path, key, value
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield f"a key below {path}" if path else "a key", "name", str(name)
            yield from _texts(item, f"{path}.{name}" if path else str(name), str(name))
    elif isinstance(value, (list, tuple)):
        for number, item in enumerate(value):
            yield from _texts(item, f"{path}.{number}", key)
