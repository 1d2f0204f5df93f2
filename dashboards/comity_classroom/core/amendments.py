"""Amendments: what a teacher may inject into future meetings. Past meetings stay as they were held."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from comity.errors import InputError
from comity.scenario.moves import lay_moves
from comity.scenario.schema import Meeting, Scenario
from comity_classroom.bounds import is_blank
from comity_classroom.core.names import visible
from comity_classroom.core.refusal import Refused
from comity_classroom.phrases import Phrases

__all__ = ["amend", "check", "first_touched", "in_order", "in_words", "meetings_to_come", "shock_day"]

KINDS = ("shock", "withdrawn_host", "online", "closed_doors")
_EFFECTS = ("sovereignty", "pressure", "capacity", "attachment")


def meetings_to_come(scenario: Scenario, opened: str) -> list[Meeting]:
    """Return the meetings whose doors have not opened yet, in order.

    Parameters
    ----------
    opened
        The last meeting with open doors, or empty.
    """
    ordered = in_order(scenario)
    ids = [meeting.id for meeting in ordered]
    return ordered[ids.index(opened) + 1 :] if opened else ordered


def in_order(scenario: Scenario) -> list[Meeting]:
    """Return the meetings of a scenario in the order of its calendar."""
    return sorted(scenario.meetings, key=lambda m: (m.start, m.end, m.id))


def check(amendment: Mapping[str, Any], scenario: Scenario, opened: str) -> dict[str, Any]:
    """Return an amendment as it enters the ledger, or refuse it. It may affect future meetings only."""
    kind = amendment.get("kind")
    coming = meetings_to_come(scenario, opened)
    if not coming:
        raise Refused("inject.none_left", "conflict")
    if kind == "shock":
        return _checked_shock(amendment, scenario, opened)
    if kind not in KINDS:
        raise Refused("inject.kind")
    meeting = next((item for item in coming if item.id == amendment.get("meeting")), None)
    if meeting is None:
        raise Refused("inject.meeting", "conflict")
    if kind == "withdrawn_host" and not (meeting.hosts and scenario.forum(meeting.forum).state_led):
        raise Refused("inject.no_host")
    if kind == "withdrawn_host" and _has_withdrawn(meeting, scenario):
        raise Refused("inject.withdrawn")
    if kind == "online" and meeting.venue == "online":
        raise Refused("inject.online")
    if kind == "closed_doors" and not any(
        set(entry.kinds) - {"state", "io"} for entry in scenario.forum(meeting.forum).format
    ):
        raise Refused("inject.without_society")
    if kind == "closed_doors" and meeting.openness == 0 and meeting.common_space == "none":
        raise Refused("inject.closed_already")
    return {"kind": kind, "meeting": meeting.id}


def _has_withdrawn(meeting: Meeting, scenario: Scenario) -> bool:
    """Return whether no planned host of a meeting hosts it."""
    gone = {move.actor for move in scenario.moves if move.meeting == meeting.id and move.hosts is False}
    return set(meeting.hosts) <= gone


def amend(data: dict[str, Any], amendment: Mapping[str, Any]) -> dict[str, Any]:
    """Return the plain data of a scenario with an amendment applied."""
    if amendment["kind"] == "shock":
        return {**data, "shocks": [*data.get("shocks", []), dict(amendment["shock"])]}
    meeting = next((item for item in data["meetings"] if item["id"] == amendment["meeting"]), None)
    if meeting is None or amendment["kind"] not in KINDS:
        raise InputError(f"classroom: unknown amendment {amendment['kind']!r} of meeting {amendment['meeting']!r}.")
    changed = dict(meeting)
    if amendment["kind"] == "online":
        changed["venue"] = "online"
    elif amendment["kind"] == "closed_doors":
        changed |= {"openness": 0.0, "common_space": "none"}
    else:
        withdrawn = [{"actor": host, "meeting": meeting["id"], "hosts": False} for host in meeting["hosts"]]
        return {**data, "moves": lay_moves(data.get("moves", []), withdrawn)}
    return {**data, "meetings": [changed if item is meeting else item for item in data["meetings"]]}


def in_words(amendment: Mapping[str, Any], scenario: Scenario, phrases: Phrases) -> str:
    """Return the amendment as a sentence for the class."""
    is_shock = amendment["kind"] == "shock"
    name = amendment["shock"]["name"] if is_shock else scenario.meeting(amendment["meeting"]).name
    return phrases.say(f"amendments.{amendment['kind']}", name=phrases.name(name))


def first_touched(amendment: Mapping[str, Any], scenario: Scenario) -> str:
    """Return the first meeting that an amendment affects. Once that has closed, the amendment is old news."""
    if amendment["kind"] != "shock":
        return str(amendment["meeting"])
    day = str(amendment["shock"]["date"])
    return next((meeting.id for meeting in in_order(scenario) if meeting.start.isoformat() >= day), "")


def shock_day(scenario: Scenario, opened: str) -> str:
    """Return the day of an injected shock: that of the next opening which falls after the day of the last one."""
    last = scenario.meeting(opened).start if opened else None
    # On the day of the last opening a shock would have come first, and the class has seen that it did not.
    later = [m.start for m in meetings_to_come(scenario, opened) if last is None or m.start > last]
    if not later:
        raise Refused("inject.late", "conflict")
    return f"{later[0]:%Y-%m-%d}"


def _checked_shock(amendment: Mapping[str, Any], scenario: Scenario, opened: str) -> dict[str, Any]:
    given = amendment.get("shock")
    if isinstance(given, str):
        known = next((shock for shock in scenario.shocks if shock.id == given), None)
        if known is None:
            raise Refused("inject.no_shock", "missing")
        if f"{known.date:%Y-%m-%d}" <= shock_day(scenario, opened):
            raise Refused("inject.happens", "conflict")
        if any(item.name == known.name and item.id != known.id for item in scenario.shocks):
            raise Refused("inject.injected", "conflict")
        shock = json.loads(known.model_dump_json())
    elif isinstance(given, Mapping):
        shock = _custom(given)
    else:
        raise Refused("inject.shock")
    taken = {item.id for item in scenario.shocks}
    number = 1
    while f"class-{number}" in taken:
        number += 1
    shock |= {"id": f"class-{number}", "date": shock_day(scenario, opened)}
    return {"kind": "shock", "shock": shock}


def _custom(given: Mapping[str, Any]) -> dict[str, Any]:
    name = given.get("name")
    name = visible(name) if isinstance(name, str) else ""
    if not 1 <= len(name) <= 80 or is_blank(name):
        raise Refused("inject.headline")
    wanted = given.get("roles")
    roles = [role for role in ("origin", "destination", "both") if isinstance(wanted, list) and role in wanted]
    if not roles:
        raise Refused("inject.roles")
    shock: dict[str, Any] = {"name": name, "roles": roles, "source": "injected by the teacher"}
    for effect in _EFFECTS:
        value = given.get(effect, 0)
        low = 0.0 if effect == "pressure" else -0.5
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= 0.5:
            raise Refused(f"inject.{effect}", low=low)
        if value:
            shock[effect] = float(value)
    if not any(effect in shock for effect in _EFFECTS):
        raise Refused("inject.effect")
    return shock
