"""Patches: a what-if as a few lines over a base scenario."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from comity.errors import InputError, nearest
from comity.scenario.inert import check_chairs
from comity.scenario.merging import merge

__all__ = ["apply_patch", "patch_schema"]

_REMOVABLE = ("meetings", "forums", "actors", "shocks", "chairs", "moves")
_SELECTABLE = {"meetings": ("id", "forum"), "forums": ("id",), "issues": ("id",), "shocks": ("id",)}
"""Lists of which ``[[each]]`` changes several items, and the fields that it may choose them by: fields that every file
writes out, so that a choice is the same before and after defaults are filled in."""
_LISTS = (*_SELECTABLE, "moves")
"""Lists of tables in which a patch looks for ids before the scenario as a whole is checked."""


def apply_patch(base: dict[str, Any], patch: dict[str, Any], where: str) -> dict[str, Any]:
    """Return the base with a patch laid over it.

    Tables and lists merge by the rule of :mod:`comity.scenario.merging`. ``[[each]]`` then changes or removes
    all items of a list that a selection names, so that one patch fits calendars of different length: ``of``
    is the list, ``where`` the selection (values by field, one or several; without it all items), ``set`` what
    is merged into each item, or ``remove = true``. ``[remove]`` last takes out by id meetings (with those
    linked to them), forums (all their meetings), actors, shocks, or, by id of the meeting, chairs. Moves go with
    their meeting and their actor, and ``remove.moves`` takes out all moves of an actor.
    """
    laid = {key: value for key, value in patch.items() if key not in ("extends", "remove", "each")}
    _check_shapes({**base, **laid}, where)
    merged = merge(base, laid, where)
    check_chairs(laid.get("chairs"), merged.get("meetings", []), where)
    each = patch.get("each", [])
    if not isinstance(each, list):
        raise InputError(f"{where}: each must be a list of tables, got {each!r}. Write [[each]] above every change.")
    for number, change in enumerate(each):
        merged = _change_each(merged, change, laid, f"{where}: each[{number}]")
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
    _check_kept(laid, remove, where)
    merged = _remove_meetings(merged, remove, where)
    if "chairs" in remove:
        merged["chairs"] = _without_chairs(merged.get("chairs", []), remove["chairs"], where)
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
        population["remove"] = list(dict.fromkeys([*population.get("remove", []), *remove["actors"]]))
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


def _change_each(data: dict[str, Any], change: Any, laid: dict[str, Any], where: str) -> dict[str, Any]:
    of, selection, values = _read_change(change, where)
    items = data.get(of, [])
    _check_selection(data, of, selection, where)
    chosen = [item for item in items if all(item.get(field) in wanted for field, wanted in selection.items())]
    if not chosen:
        known = [str(item.get(field)) for field in selection for item in items]
        missed = next((str(name) for wanted in selection.values() for name in wanted), "")
        raise InputError(f"{where}: where chooses none of the {of} of the base. {nearest(missed, known)}")
    if values is not None:
        _check_untouched(chosen, laid.get(of, []), values, where)
        return {**data, of: [merge(item, values, where, "set") if item in chosen else item for item in items]}
    names = [str(item.get("id")) for item in chosen]
    if of == "meetings":
        return _remove_meetings(data, {"meetings": names}, where)
    return {**data, of: _without(items, names, where, of.removesuffix("s"))}


def _check_selection(data: dict[str, Any], of: str, selection: dict[str, list[Any]], where: str) -> None:
    """Raise InputError for a name that matches nothing; meetings and shocks may be those of a longer calendar."""
    for field, kind in (("forum", "forums"), *((("id", of),) if of in ("forums", "issues") else ())):
        known = [item.get("id") for item in data.get(kind, [])]
        for name in selection.get(field, []):
            if known and name not in known:
                raise InputError(
                    f"{where}: where.{field} names {name!r}, which chooses none of the {of} of the base. "
                    f"{nearest(str(name), map(str, known))}"
                )


def _check_untouched(chosen: list[Any], laid: list[Any], values: dict[str, Any], where: str) -> None:
    """Raise InputError where an item is given one value by its own block of the patch, and another by each."""
    own = {item.get("id"): item for item in laid if isinstance(item, dict)}
    for item in chosen:
        for key in own.get(item.get("id"), {}).keys() & values.keys():
            if own[item["id"]][key] != values[key]:
                raise InputError(
                    f"{where}: set.{key} must not change what the block of {item['id']!r} says, "
                    f"{own[item['id']][key]!r}, got {values[key]!r}. Choose other items in where, or leave one out."
                )


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
    if values is not None and (not isinstance(values, dict) or "id" in values or not values):
        raise InputError(f"{where}: set must be a table without id, got {values!r}. Give the fields to be changed.")
    return of, {key: value if isinstance(value, list) else [value] for key, value in selection.items()}, values


def _without(items: list[dict[str, Any]], names: list[str], where: str, what: str) -> list[dict[str, Any]]:
    known = [str(item.get("id")) for item in items]
    for name in names:
        if name not in known:
            raise InputError(
                f"{where}: remove names {what} {name!r}, which the base does not have. {nearest(name, known)}"
            )
    return [item for item in items if item.get("id") not in names]


def _check_kept(laid: dict[str, Any], remove: dict[str, list[str]], where: str) -> None:
    """Raise InputError where a patch changes or adds what it also removes."""
    for key, names in remove.items():
        items = laid.get("population", {}).get("actors", []) if key == "actors" else laid.get(key, [])
        given = {item.get("id") for item in items if isinstance(item, dict)}
        for name in names:
            if name in given:
                raise InputError(
                    f"{where}: {name!r} must not be both in {key} and in remove.{key}. Leave one of them out."
                )


def _without_chairs(events: list[Any], names: list[str], where: str) -> list[Any]:
    known = [str(event.get("meeting", "")) for event in events if isinstance(event, dict)]
    for name in names:
        if name not in known:
            raise InputError(
                f"{where}: remove.chairs must name meetings that chairs are of, got {name!r}. "
                f"{nearest(name, filter(None, known))} All chairs go with chairs = []."
            )
    return [event for event in events if not (isinstance(event, dict) and event.get("meeting") in names)]


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
