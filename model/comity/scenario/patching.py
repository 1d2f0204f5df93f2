"""Patches: a what-if as a few lines over a base scenario."""

from __future__ import annotations

from typing import Any

from comity.errors import InputError, nearest

__all__ = ["apply_patch", "set_path"]

_REMOVABLE = ("meetings", "forums", "actors", "shocks", "chairs")


def apply_patch(base: dict[str, Any], patch: dict[str, Any], where: str) -> dict[str, Any]:
    """Return the base with a patch laid over it.

    Tables merge key by key. A list of tables that carry an ``id`` merges by id: a known id changes the
    fields given, an unknown id is appended. Any other value replaces. ``[remove]`` takes out by id
    meetings (with those linked to them), forums (all their meetings), actors, shocks, or all chairs.
    """
    merged = _merge(base, {key: value for key, value in patch.items() if key not in ("extends", "remove")})
    remove = patch.get("remove", {})
    for key in remove:
        if key not in _REMOVABLE:
            raise InputError(f"{where}: remove.{key} is not a list that can be shortened. {nearest(key, _REMOVABLE)}")
    for key, names in remove.items():
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise InputError(f'{where}: remove.{key} must be a list of ids, got {names!r}. Write {key} = ["ID"].')
    merged = _remove_meetings(merged, remove, where)
    if "shocks" in remove:
        merged["shocks"] = _without(merged.get("shocks", []), remove["shocks"], where, "shock")
    if "actors" in remove:
        population = dict(merged.get("population", {}))
        population["remove"] = [*population.get("remove", []), *remove["actors"]]
        merged["population"] = population
    return merged


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
        ids = [item.get("id") for item in inner]
        if rest[0] not in ids or len(rest) < 2:
            raise InputError(f"{where}: {path!r}: {key} has no item {rest[0]!r}. {nearest(rest[0], ids)}")
        result[key] = [_set(item, rest[1:], value, where, path) if item["id"] == rest[0] else item for item in inner]
    elif isinstance(inner, dict):
        result[key] = _set(inner, rest, value, where, path)
    else:
        raise InputError(f"{where}: {path!r}: {key} is a value, not a table. Shorten the path.")
    return result


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
    return isinstance(value, list) and bool(value) and all(isinstance(i, dict) and "id" in i for i in value)


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
    while any(meeting.get("linked_to") in gone for meeting in meetings):
        gone |= {meeting.get("id") for meeting in meetings if meeting.get("linked_to") in gone}
        meetings = [meeting for meeting in meetings if meeting.get("id") not in gone]
    return {**data, "meetings": meetings}
