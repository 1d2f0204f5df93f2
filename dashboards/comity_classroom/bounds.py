"""Checks of the texts of a scenario before a class reads them: visible, and of limited length."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from comity.errors import InputError
from comity.scenario.schema import Scenario
from comity.scenario.subject import MIGRATION

__all__ = ["LONGEST_NAME", "LONGEST_TEXT", "check_texts", "is_blank"]

LONGEST_NAME, LONGEST_TEXT = 1_000, 20_000
"""Most characters in a title or name; in any other text."""

_UNSEEN = "\u115f\u1160\u3164\uffa0\u2800"
"""Blank letters and symbols: Hangul fillers and the empty braille pattern."""

_NAMES = ("title", "name", "id")


def check_texts(scenario: Scenario, actors: pd.DataFrame) -> None:
    """Raise InputError if a text of a scenario is too long for a page, or blank where a sentence needs it, or if the
    scenario is not about migration.

    Parameters
    ----------
    actors
        Table of the actors, with ``id`` and ``name``.
    """
    where = scenario.name or "scenario"
    if scenario.subject != MIGRATION:
        raise InputError(
            f"{where[:80]}: subject must be migration for a class, got {scenario.subject.topic!r}: role sheets have "
            "words for no other. Use comity run, comity explain and comity dashboard."
        )
    for path, text in _in_sentences(scenario):
        if is_blank(text):
            raise InputError(f"{where[:80]}: {path} must have a visible character, got {text[:80]!r}. Give it a name.")
    for path, key, text in _texts(scenario.to_json(), ""):
        most = LONGEST_NAME if key in _NAMES else LONGEST_TEXT
        if len(text) > most:
            shown = path if len(path) <= 80 else f"{path[:80]}..."
            raise InputError(
                f"{where[:80]}: {shown!r} must have at most {most} characters, got {len(text)}. Shorten it."
            )
    for actor, name in zip(actors["id"], actors["name"].astype(str), strict=True):
        if is_blank(name):
            raise InputError(
                f"{where[:80]}: actor {actor!r} must have a visible name, got a blank one. Give it a name."
            )
    for column in ("id", "name"):
        longest = actors[column].astype(str).str.len()
        if (longest > LONGEST_NAME).any():
            raise InputError(
                f"{where[:80]}: the {column} of actor {int(longest.to_numpy().argmax()) + 1} must have at most "
                f"{LONGEST_NAME} characters, got {int(longest.max())}. Shorten it in the table of actors."
            )


def _in_sentences(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """Yield the texts that appear in sentences, with a description of their place."""
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
    """Return whether a text has no visible character."""
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
