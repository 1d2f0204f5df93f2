"""Changes: how one scenario differs from another, place by place."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from comity.scenario.moves import Move
from comity.scenario.schema import Scenario

__all__ = ["Change", "changes", "differences", "shown"]

_WORDS = ("name", "title", "description", "references")
_MISSING = object()
_SHOWN_ITEMS, _SHOWN_TEXTS, _SHOWN_IDS = 4, 12, 4


@dataclass(frozen=True, kw_only=True)
class Change:
    """One place at which a scenario differs from another.

    Attributes
    ----------
    path
        Dotted path without the ids of items: ``meetings.openness``; of an item that came or went, its list.
    ids
        Ids of the items of a list that differ there alike, in their order; empty where the path passes no list.
    kind
        ``"removed"``, ``"added"`` (items) or ``"set"`` (a value).
    before, after
        Values that are there and that are set, one each for every id, None where there was or is none.
    """

    path: str
    ids: tuple[str, ...] = ()
    kind: str = "set"
    before: tuple[Any, ...] = ()
    after: Any = None

    def line(self) -> str:
        """Return the change in one line."""
        if self.kind != "set":
            return f"{self.path}: {', '.join(self.ids)} {self.kind}"
        was, now = ", ".join(dict.fromkeys(shown(value) for value in self.before)), shown(self.after)
        if was == now:  # six digits do not tell the values apart
            was, now = ", ".join(dict.fromkeys(repr(value) for value in self.before)), repr(self.after)
        if len(self.ids) < 2:
            place = ".".join([self.path.partition(".")[0], *self.ids, *self.path.split(".")[1:]])
            return f"{place}: {was}, now {now}"
        named = ", ".join(self.ids)
        if len(self.ids) > _SHOWN_IDS:
            named = f"{len(self.ids)} from {self.ids[0]} to {self.ids[-1]}"
        return f"{self.path} of {named}: {was}, now {now}"


def changes(base: Scenario, scenario: Scenario) -> list[Change]:
    """Return how a scenario differs from a base; titles and references do not count.

    Items of a list that differ alike in a field are one change.
    """
    before, after = ({k: v for k, v in side.to_json().items() if k not in _WORDS} for side in (base, scenario))
    found = list(_compare(before, after, "", ()))
    merged: dict[tuple[str, str, str], Change] = {}
    for change in found:
        key = (change.path, change.kind, repr(change.after) if change.ids else "")
        if key in merged and change.kind == "set":
            one = merged[key]
            change = Change(
                path=one.path, ids=one.ids + change.ids, before=one.before + change.before, after=change.after
            )
        merged[key] = change
    return list(merged.values())


def differences(base: Scenario, scenario: Scenario) -> list[str]:
    """Return how a scenario differs from a base, one line for each change."""
    return [change.line() for change in changes(base, scenario)]


def shown(value: Any) -> str:
    """Return a value of a scenario as a line shows it."""
    if value is None or value in ([], "", {}):
        return "none"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, dict):
        return ", ".join(f"{key} {shown(item)}" for key, item in value.items())
    if isinstance(value, list):
        names = [_named(item) for item in value]
        if all(isinstance(item, dict) for item in value):
            counted = [f"{count} {name}" if count > 1 else name for name, count in Counter(names).items()]
            return f"{len(value)} items ({', '.join(counted[:_SHOWN_TEXTS])}{', …' * (len(counted) > _SHOWN_TEXTS)})"
        if len(value) > _SHOWN_ITEMS:
            return ", ".join(names) if len(names) <= _SHOWN_TEXTS else f"{len(value)} items"
    return str(value)


def _named(item: Any) -> str:
    """Return what an item of a list is called: its id, phase or agenda category, a move in words, or itself."""
    if isinstance(item, dict) and "python" in item:
        return f"{item['name']} ({hashlib.sha256(item['python'].encode()).hexdigest()[:8]})"
    if isinstance(item, dict) and "actor" in item:
        move = Move.model_validate(item)
        return f"{move.actor} at {move.meeting} {move.words()}"
    if isinstance(item, dict):
        return str(next((item[key] for key in ("id", "phase", "category", "code", "date") if key in item), item))
    return str(item)


def _compare(before: Any, after: Any, path: str, ids: tuple[str, ...]) -> Iterator[Change]:
    if before == after:
        return
    if _is_keyed(before, after):
        first, second = ({item["id"]: item for item in side} for side in (before, after))
        for kind, here, there in (("removed", first, second), ("added", second, first)):
            names = tuple(key for key in here if key not in there)
            if names:
                yield Change(path=path, ids=names, kind=kind)
        if [key for key in first if key in second] != [key for key in second if key in first]:
            yield Change(path=f"{path}.order", before=(", ".join(first),), after=", ".join(second))
        for key in first:
            if key in second:
                yield from _compare(first[key], second[key], path, (*ids, key))
    elif isinstance(before, dict) and isinstance(after, dict):
        for key in sorted(before.keys() | after.keys()):
            inner = f"{path}.{key}" if path else key
            old, new = before.get(key, _MISSING), after.get(key, _MISSING)
            if old is _MISSING or new is _MISSING:
                old, new = (None if value is _MISSING else value for value in (old, new))
                yield Change(path=inner, ids=ids, before=(old,), after=new)
            else:
                yield from _compare(old, new, inner, ids)
    else:
        yield Change(path=path, ids=ids, before=(before,), after=after)


def _is_keyed(before: Any, after: Any) -> bool:
    """Return whether both sides are lists of items with ids, of which one may be empty."""
    sides = (before, after)
    return all(isinstance(side, list) for side in sides) and all(
        isinstance(item, dict) and "id" in item for side in sides for item in side
    )
