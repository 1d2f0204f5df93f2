"""The one rule by which a patch, a file that extends another, a setting and a factor are laid over a scenario.

Tables merge key by key. Lists of tables that carry an ``id`` merge by id: a known id changes the fields given, an
unknown id is appended; a list that names all items of the base also gives their order. Moves are added to those of the
base, or replace them where they are on the same thing; ids of actors left out, and mechanisms, are added. A list
without items empties any list. Any other value replaces. What would be lost, such as the first of two blocks with the
same id, is refused; so is a list in a setting that names some items only, since it may mean to keep the others or to
drop them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from comity.errors import InputError, nearest
from comity.scenario.moves import lay_moves
from comity.scenario.plain import check_plain

__all__ = ["flat_settings", "is_keyed", "lay_settings", "merge", "overlapping", "set_path", "settings_tree"]


def _united(base: list[Any], patch: list[Any]) -> list[Any]:
    return base + [item for item in patch if item not in base]


_ADDED = {"moves": lay_moves, "population.remove": _united, "mechanisms": _united}
"""Lists without ids to which a patch adds; an empty list empties them, too."""


def merge(base: Any, patch: Any, where: str, place: str = "", *, by_path: bool = False) -> Any:
    """Return the base with a patch laid over it, or raise InputError where something would be lost.

    Parameters
    ----------
    where, place
        The file, and the place in it, for messages.
    by_path
        Whether a table may stand for a list of tables with ids, as in the path ``meetings.FORUM1.openness``.
    """
    if isinstance(base, dict) and isinstance(patch, Mapping):
        merged = dict(base)
        for key, value in patch.items():
            there = f"{place}.{key}" if place else str(key)
            merged[key] = merge(base.get(key), value, where, there, by_path=by_path)
        return merged
    if by_path and isinstance(patch, Mapping) and base is not None:
        if not is_keyed(base):
            raise _no_table(base, patch, where, place)
        return _by_path(base, patch, where, place)
    if isinstance(patch, list):
        _check_ids(patch, where, place)
        if place in _ADDED and isinstance(base, list) and patch:
            return _ADDED[place](base, patch)
        if is_keyed(base) and patch and all(isinstance(item, dict) for item in patch):
            return _merge_items(base, patch, where, place, whole=by_path)
        return patch
    if isinstance(patch, Mapping) and is_keyed(base):
        raise InputError(
            f"{where}: {place} must be a list of tables, got {dict(patch)!r:.80}. Write [[{place}]] above each item, "
            "with its id."
        )
    if isinstance(patch, Mapping):
        # Nothing is there yet: lists in it are checked, too.
        return {key: merge(None, value, where, f"{place}.{key}", by_path=by_path) for key, value in patch.items()}
    return patch


def _merge_items(
    base: list[dict[str, Any]], patch: list[dict[str, Any]], where: str, place: str, *, whole: bool
) -> list[Any]:
    if not is_keyed(patch):
        raise InputError(f"{where}: {place}: every item must have an id, got one without. Give it one.")
    before, changes = ({item["id"]: item for item in side} for side in (base, patch))
    if whole and (left := [name for name in before if name not in changes]):
        raise InputError(
            f"{where}: {place} must name all items that there are, got none of {', '.join(left[:5])}: whether they "
            f"stay is not said. Write {place}.ID.KEY for a single value; add and remove items in a patch."
        )
    order = changes if before.keys() <= changes.keys() else before | changes
    return [
        merge(before[name], changes.get(name, {}), where, f"{place}.{name}") if name in before else changes[name]
        for name in order
    ]


def _by_path(base: list[dict[str, Any]], patch: Mapping[str, Any], where: str, place: str) -> list[dict[str, Any]]:
    ids = [item["id"] for item in base]
    for name, value in patch.items():
        if name not in ids:
            raise InputError(f"{where}: {place + '.' + name!r}: {place} has no item {name!r}. {nearest(name, ids)}")
        if not isinstance(value, Mapping):
            raise InputError(
                f"{where}: {place + '.' + name!r} must be a table, got {value!r}. Name a key in it, such as "
                f"{place}.{name}.KEY."
            )
        if "id" in value:
            raise InputError(
                f"{where}: {place}.{name}.id must stay {name!r}, got {value['id']!r}. An id names an item; add a new "
                "item instead."
            )
    return [
        merge(item, patch[item["id"]], where, f"{place}.{item['id']}", by_path=True) if item["id"] in patch else item
        for item in base
    ]


def _no_table(base: Any, patch: Mapping[str, Any], where: str, place: str) -> InputError:
    name = place.rpartition(".")[2]
    first = str(next(iter(patch), ""))
    if isinstance(base, list):
        return InputError(f"{where}: {place + '.' + first!r}: {name} has no item {first!r}. Give the list.")
    return InputError(f"{where}: {place + '.' + first!r}: {name} is a value, not a table. Shorten the path.")


def is_keyed(value: Any) -> bool:
    """Return whether a value is a list of tables that all have an id, and has one at least."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(item, dict) and isinstance(item.get("id"), str) for item in value)
    )


def _check_ids(items: list[Any], where: str, place: str) -> None:
    """Raise InputError where an id is there twice, in a list or in the lists of its items."""
    seen: set[str] = set()
    for item in items:
        if not isinstance(item, dict):
            continue
        name = item.get("id")
        if isinstance(name, str):
            if name in seen:
                raise InputError(
                    f"{where}: {place}: every id must occur only once, got {name!r} twice. Write one block of {name!r} "
                    "with all its fields."
                )
            seen.add(name)
        for key, inner in item.items():
            if isinstance(inner, list):
                _check_ids(inner, where, f"{place}.{name or ''}.{key}")


def set_path(data: dict[str, Any], path: str, value: Any, where: str) -> dict[str, Any]:
    """Return the data with one value laid over them, by a dotted path; items of lists go by their id.

    ``parameters.persuasion_rate``, ``choices.host`` and ``meetings.GFMD2010.openness`` are paths.
    """
    return lay_settings(data, {path: value}, where)


def lay_settings(data: dict[str, Any], settings: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Return the data with values laid over them, by dotted path, by table, or both.

    ``{"choices.host": "endogenous"}`` and ``{"choices": {"host": "endogenous"}}`` say the same: so a path may stand
    in a TOML file with or without quotes. The rule is that of a patch (:func:`merge`).

    Raises
    ------
    InputError
        For a path that is no path or that the data do not have, and where two settings name the same place.
    """
    merged: dict[str, Any] = merge(data, settings_tree(settings, where), where, by_path=True)
    return merged


def settings_tree(settings: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Return settings as nested tables, or raise InputError where two of them name the same place."""
    if not isinstance(settings, Mapping):
        raise InputError(
            f"{where}: settings must be a table of values by path, got {settings!r:.80}. Write "
            '{"parameters.persuasion_rate": 0.1}.'
        )
    check_plain(dict(settings), where)
    tree: dict[str, Any] = {}
    for path, value in _leaves(settings, "", where):
        *way, last = path.split(".")
        node = tree
        for key in way:
            node = node.setdefault(key, {})
            if not isinstance(node, dict):
                raise _twice(path, where)
        if last in node:
            raise _twice(path, where)
        node[last] = value
    return tree


def flat_settings(settings: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Return settings by dotted path, or raise InputError where two of them name the same place."""
    settings_tree(settings, where)
    return dict(_leaves(settings, "", where))


def _twice(path: str, where: str) -> InputError:
    return InputError(f"{where}: every value must be set once, got {path!r} twice, or with a part of it. Keep one.")


def _leaves(settings: Mapping[str, Any], before: str, where: str) -> Iterator[tuple[str, Any]]:
    for key, value in settings.items():
        path = f"{before}{key}"
        if not all(path.split(".")):
            raise InputError(f"{where}: {path!r} must be a dotted path such as parameters.persuasion_rate. Correct it.")
        if isinstance(value, Mapping):
            if not value:
                raise InputError(f"{where}: {path!r} must set something, got an empty table. Name a key in it.")
            yield from _leaves(value, f"{path}.", where)
        else:
            yield path, value


def overlapping(paths: list[str]) -> tuple[str, str] | None:
    """Return the first two dotted paths of which one is the other, or lies within it; None where there are none."""
    ordered = sorted(path.split(".") for path in paths)
    for one, other in pairwise(ordered):
        if other[: len(one)] == one:
            return ".".join(one), ".".join(other)
    return None
