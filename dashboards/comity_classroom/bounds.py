"""How long the texts of a scenario may be that a class is to read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from comity.errors import InputError
from comity.scenario.schema import Scenario

__all__ = ["LONGEST_NAME", "LONGEST_TEXT", "check_texts"]

LONGEST_NAME, LONGEST_TEXT = 1_000, 20_000
"""Signs in a title or name, which stand on every page; in any other text."""

_NAMES = ("title", "name", "id")


def check_texts(scenario: Scenario, actors: pd.DataFrame) -> None:
    """Raise InputError where a scenario has a text that no page can show, before anything is written or served.

    Parameters
    ----------
    actors
        Table of its actors, with their ``id`` and ``name``.
    """
    where = scenario.name or "scenario"
    for path, key, text in _texts(scenario.to_json(), ""):
        most = LONGEST_NAME if key in _NAMES else LONGEST_TEXT
        if len(text) > most:
            shown = path if len(path) <= 80 else f"{path[:80]}..."
            raise InputError(f"{where[:80]}: {shown!r} must have at most {most} signs, got {len(text)}. Shorten it.")
    for column in ("id", "name"):
        longest = actors[column].astype(str).str.len()
        if (longest > LONGEST_NAME).any():
            raise InputError(
                f"{where[:80]}: the {column} of actor {int(longest.to_numpy().argmax()) + 1} must have at most "
                f"{LONGEST_NAME} signs, got {int(longest.max())}. Shorten it in the table of actors."
            )


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
