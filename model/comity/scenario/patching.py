"""Patches: a what-if as a few lines over a base scenario."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from comity.errors import InputError, nearest
from comity.scenario.moves import lay_moves

__all__ = ["apply_patch", "patch_schema", "set_path"]

_REMOVABLE = ("meetings", "forums", "actors", "shocks", "chairs", "moves")
_SELECTABLE = {"meetings": ("id", "forum"), "forums": ("id",), "issues": ("id",), "shocks": ("id",)}
"""Lists of which ``[[each]]`` changes several items, and the fields that it may choose them by: fields that every file
writes out, so that a choice is the same before and after defaults are filled in."""
_LISTS = (*_SELECTABLE, "moves")
"""Lists of tables in which a patch looks for ids before the scenario as a whole is checked."""


def apply_patch(base: dict[str, Any], patch: dict[str, Any], where: str) -> dict[str, Any]:
    """Return the base with a patch laid over it.

    Tables merge key by key. A list of tables that carry an ``id`` merges by id: a known id changes the
    fields given, an unknown id is appended. Any other value replaces. ``[[each]]`` then changes or removes
    all items of a list that a selection names, so that one patch fits calendars of different length: ``of``
    is the list, ``where`` the selection (values by field, one or several; without it all items), ``set`` what
    is merged into each item, or ``remove = true``. ``[remove]`` last takes out by id meetings (with those
    linked to them), forums (all their meetings), actors, shocks, or all chairs. Moves are appended to those of
    the base, or replace them where they are on the same thing; they go with their meeting and their actor, and
    ``remove.moves`` takes out all moves of an actor.
    """
    merged = _merge(base, {key: value for key, value in patch.items() if key not in ("extends", "remove", "each")})
    _check_shapes(merged, where)
    if isinstance(patch.get("moves"), list) and patch["moves"]:
        merged["moves"] = lay_moves(base.get("moves", []), patch["moves"])
    each = patch.get("each", [])
    if not isinstance(each, list):
        raise InputError(f"{where}: each must be a list of tables, got {each!r}. Write [[each]] above every change.")
    for number, change in enumerate(each):
        merged = _change_each(merged, change, f"{where}: each[{number}]")
    remove = patch.get("remove", {})
    if not isinstance(remove, dict):
        raise InputError(
            f'{where}: remove must be a table of lists, got {remove!r}. Write [remove] and below it meetings = ["ID"].'
        )
    for key in remove:
        if key not in _REMOVABLE:
            raise InputError(f"{where}: remove.{key} is not a list that can be shortened. {nearest(key, _REMOVABLE)}")
    for key, names in remove.items():
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise InputError(f'{where}: remove.{key} must be a list of ids, got {names!r}. Write {key} = ["ID"].')
    merged = _remove_meetings(merged, remove, where)
    if "shocks" in remove:
        merged["shocks"] = _without(merged.get("shocks", []), remove["shocks"], where, "shock")
    if "moves" in remove:
        known = [str(move.get("actor")) for move in merged.get("moves", []) if isinstance(move, dict)]
        for name in remove["moves"]:
            if name not in known:
                raise InputError(f"{where}: remove.moves names {name!r}, who has no move. {nearest(name, known)}")
        merged = _without_moves(merged, "actor", remove["moves"])
    if "actors" in remove:
        merged = _without_moves(merged, "actor", remove["actors"])
        population = dict(merged.get("population", {}))
        population["remove"] = [*population.get("remove", []), *remove["actors"]]
        merged["population"] = population
    return merged


def patch_schema() -> dict[str, Any]:
    """Return the JSON schema of what only a patch, or a file that extends another, may hold: each and remove."""
    names = {"type": "array", "items": {"type": "string"}}
    item = {
        "type": "object",
        "additionalProperties": False,
        "required": ["of"],
        "properties": {
            "of": {"enum": [*_SELECTABLE], "description": "list whose items are changed"},
            "where": {
                "type": "object",
                "description": "which items, by id or, of meetings, by forum; without it all",
                "additionalProperties": False,
                "properties": {field: {"anyOf": [{"type": "string"}, names]} for field in _SELECTABLE["meetings"]},
            },
            "set": {"type": "object", "description": "fields that are merged into each item"},
            "remove": {"type": "boolean", "description": "true: the items are taken out, meetings with those linked"},
        },
    }
    return {
        "each": {"type": "array", "items": item, "description": "changes of all items that a selection names"},
        "remove": {
            "type": "object",
            "description": "ids that are taken out",
            "additionalProperties": False,
            "properties": {name: names for name in _REMOVABLE},
        },
    }


def set_path(data: dict[str, Any], path: str, value: Any, where: str) -> dict[str, Any]:
    """Return the data with one value set, by a dotted path; items of lists go by their id.

    ``parameters.persuasion_rate``, ``choices.host`` and ``meetings.GFMD2010.openness`` are paths.
    """
    keys = path.split(".")
    if not all(keys):
        raise InputError(f"{where}: {path!r} must be a dotted path such as parameters.persuasion_rate. Correct it.")
    return _set(data, keys, value, where, path)


def _set(data: dict[str, Any], keys: list[str], value: Any, where: str, path: str) -> dict[str, Any]:
    key, rest = keys[0], keys[1:]
    result = dict(data)
    if not rest:
        result[key] = value
        return result
    inner = data.get(key, {})
    if isinstance(inner, list):
        ids = [str(item.get("id")) for item in inner if isinstance(item, dict)]
        if rest[0] not in ids or len(rest) < 2:
            raise InputError(f"{where}: {path!r}: {key} has no item {rest[0]!r}. {nearest(rest[0], ids)}")
        result[key] = [_set(item, rest[1:], value, where, path) if item["id"] == rest[0] else item for item in inner]
    elif isinstance(inner, dict):
        result[key] = _set(inner, rest, value, where, path)
    else:
        raise InputError(f"{where}: {path!r}: {key} is a value, not a table. Shorten the path.")
    return result


def _check_shapes(data: dict[str, Any], where: str) -> None:
    """Raise InputError where what a patch looks into is not the list or the table that it takes it for."""
    for key in _LISTS:
        items = data.get(key, [])
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise InputError(
                f"{where}: {key} must be a list of tables, got {items!r}. Write [[{key}]] above each item, with its id."
            )
        for item in items:
            if not isinstance(item.get("id", ""), str):
                raise InputError(f"{where}: {key}: id must be a text, got {item['id']!r}. Write one id, in quotes.")
    population = data.get("population", {})
    if not isinstance(population, dict):
        raise InputError(f"{where}: population must be a table, got {population!r}. Write [population].")
    if not isinstance(population.get("remove", []), list):
        raise InputError(
            f'{where}: population.remove must be a list of ids, got {population["remove"]!r}. Write remove = ["ID"].'
        )


def _change_each(data: dict[str, Any], change: Any, where: str) -> dict[str, Any]:
    of, selection, values = _read_change(change, where)
    items = data.get(of, [])
    chosen = [item for item in items if all(item.get(field) in wanted for field, wanted in selection.items())]
    if not chosen:
        known = [str(item.get(field)) for field in selection for item in items]
        missed = next((str(name) for wanted in selection.values() for name in wanted), "")
        raise InputError(f"{where}: where chooses none of the {of} of the base. {nearest(missed, known)}")
    if values is not None:
        return {**data, of: [_merge(item, values) if item in chosen else item for item in items]}
    names = [str(item.get("id")) for item in chosen]
    if of == "meetings":
        return _remove_meetings(data, {"meetings": names}, where)
    return {**data, of: _without(items, names, where, of.removesuffix("s"))}


def _read_change(change: Any, where: str) -> tuple[str, dict[str, list[Any]], dict[str, Any] | None]:
    """Return the list, the selection and the values of one ``[[each]]``; values None: remove what is chosen."""
    keys = ("of", "where", "set", "remove")
    if not isinstance(change, dict):
        raise InputError(f"{where} must be a table with {', '.join(keys)}, got {change!r}. Write it as [[each]].")
    for key in change:
        if key not in keys:
            raise InputError(f"{where}: {key} is not a known key. {nearest(key, keys)}")
    of = change.get("of", "")
    if not isinstance(of, str) or of not in _SELECTABLE:
        raise InputError(
            f"{where}: of must be one of {', '.join(_SELECTABLE)}, got {of!r}. {nearest(str(of), _SELECTABLE)}"
        )
    selection = change.get("where", {})
    if not isinstance(selection, dict):
        raise InputError(f'{where}: where must be a table of values, got {selection!r}. Write {{ forum = "GFMD" }}.')
    for field in selection:
        if field not in _SELECTABLE[of]:
            raise InputError(
                f"{where}: where must choose {of} by {' or '.join(_SELECTABLE[of])}, got {field!r}. Name that field."
            )
    is_removal, values = change.get("remove", False), change.get("set")
    if is_removal not in (True, False) or is_removal is (values is not None):
        raise InputError(f"{where}: must have either set or remove = true, not both and not neither. Keep one.")
    if values is not None and (not isinstance(values, dict) or "id" in values):
        raise InputError(f"{where}: set must be a table without id, got {values!r}. Give the fields to be changed.")
    return of, {key: value if isinstance(value, list) else [value] for key, value in selection.items()}, values


def _merge(base: Any, patch: Any) -> Any:
    if isinstance(base, dict) and isinstance(patch, dict):
        merged = dict(base)
        for key, value in patch.items():
            merged[key] = _merge(base[key], value) if key in base else value
        return merged
    if _is_keyed(base) and _is_keyed(patch):
        changes = {item["id"]: item for item in patch}
        known = {item["id"] for item in base}
        kept = [_merge(item, changes[item["id"]]) if item["id"] in changes else item for item in base]
        return kept + [item for item in patch if item["id"] not in known]
    return patch


def _is_keyed(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(i, dict) and isinstance(i.get("id"), str) for i in value)
    )


def _without(items: list[dict[str, Any]], names: list[str], where: str, what: str) -> list[dict[str, Any]]:
    known = [str(item.get("id")) for item in items]
    for name in names:
        if name not in known:
            raise InputError(
                f"{where}: remove names {what} {name!r}, which the base does not have. {nearest(name, known)}"
            )
    return [item for item in items if item.get("id") not in names]


def _remove_meetings(data: dict[str, Any], remove: dict[str, list[str]], where: str) -> dict[str, Any]:
    meetings = _without(data.get("meetings", []), remove.get("meetings", []), where, "meeting")
    forums = [forum.get("id") for forum in data.get("forums", [])]
    for forum in remove.get("forums", []):
        if forum not in forums:
            raise InputError(f"{where}: remove.forums names {forum!r}, which is not defined. {nearest(forum, forums)}")
    meetings = [meeting for meeting in meetings if meeting.get("forum") not in remove.get("forums", [])]
    gone = {meeting.get("id") for meeting in data.get("meetings", [])} - {meeting.get("id") for meeting in meetings}
    # As texts: what is no text is a mistake that the check of the whole scenario names, and may not be hashable.
    while any(str(meeting.get("linked_to")) in gone for meeting in meetings):
        gone |= {meeting.get("id") for meeting in meetings if str(meeting.get("linked_to")) in gone}
        meetings = [meeting for meeting in meetings if meeting.get("id") not in gone]
    return _without_moves({**data, "meetings": meetings}, "meeting", gone)


def _without_moves(data: dict[str, Any], field: str, names: Iterable[str]) -> dict[str, Any]:
    """Return the data without the moves of these actors or at these meetings."""
    moves, gone = data.get("moves"), set(names)
    if not moves or not gone or not isinstance(moves, list):
        return data
    return {**data, "moves": [move for move in moves if not (isinstance(move, dict) and move.get(field) in gone)]}
