"""What the teacher's page asks for, as a verb of the room; and the answer in words."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from comity_classroom.room.classroom import Classroom
from comity_classroom.room.export import export
from comity_classroom.room.refusal import Refused
from comity_classroom.room.seen import check_act, seen_now

__all__ = ["teacher_act"]

_ROLES = {"all": ["origin", "destination", "both"], "destination": ["destination", "both"], "origin": ["origin"]}


def teacher_act(room: Classroom, data: Mapping[str, Any], exported: dict[Any, Path]) -> str:
    """Do what a teacher asks for and return what to say, or refuse it.

    Parameters
    ----------
    data
        What the page sends; ``seen`` is the number that stands for the moment that it showed.
    exported
        Records that were exported, by moment and kind: the same is not written twice.
    """
    with room.acting:
        if not room.state.is_closed:
            check_act(room, data.get("seen"), seat=data.get("seat"), person=data.get("person"))
        return _done(room, data, exported)


def _done(room: Classroom, data: Mapping[str, Any], exported: dict[Any, Path]) -> str:
    match data.get("do"):
        case "advance":
            room.advance(str(data.get("how", "")), str(data.get("meeting", "")))
        case "pause":
            room.pause(_flag(data))
        case "lock":
            room.lock(_flag(data))
        case "shut":
            room.shut(_flag(data))
        case "timer":
            room.set_timer(data.get("seconds"))
        case "mute":
            room.mute(data.get("seat"), _flag(data))
        case "free":
            room.free(data.get("seat"))
        case "hand":
            room.hand(data.get("seat"), data.get("person"))
        case "remove":
            room.remove(data.get("person"))
        case "remove away":
            return f"Removed: {room.remove_away()}. Whoever of them is of the class comes in again by the join code."
        case "inject":
            room.inject(_amendment(data))
        case "branch":
            room.branch(data.get("meeting"))
            return "A new branch begins here. What was played before is kept in the older ledger."
        case "export":
            return _export(room, exported, names=_flag({"on": data.get("names", False)}))
        case "close":
            written = export(room)
            room.close()
            return f"Closed. What was played is in {written.record}."
        case _:
            raise Refused("The room does not know how to do that.")
    return ""


def _export(room: Classroom, exported: dict[Any, Path], *, names: bool) -> str:
    moment = (seen_now(room.state), names)
    before = exported.get(moment)
    if before is not None and before.exists():
        raise Refused(f"Nothing has happened since this was exported: it is in {before}.", "conflict")
    written = export(room, names=names)
    exported[moment] = written.record
    return f"Written: {written.record.name}, {written.scenario.name}, {written.ledger.name} in {room.folder}."


def _flag(data: Mapping[str, Any]) -> bool:
    if not isinstance(data.get("on"), bool):
        raise Refused("Say on or off.")
    return bool(data["on"])


def _amendment(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a form of the page injects, as the room takes it."""
    match data.get("kind"):
        case "venue":
            return {"kind": data.get("change"), "meeting": data.get("meeting")}
        case "shock":
            return {"kind": "shock", "shock": str(data.get("shock", ""))}
        case "custom":
            shock: dict[str, Any] = {"name": data.get("name", ""), "roles": _ROLES.get(str(data.get("roles")), [])}
            for effect in ("sovereignty", "pressure"):
                try:
                    shock[effect] = float(data.get(effect, 0))
                except (TypeError, ValueError, OverflowError):
                    raise Refused(f"The effect on {effect} must be a number.") from None
            return {"kind": "shock", "shock": shock}
        case _:
            raise Refused("What is injected must be a shock, a withdrawn host, or a closed venue.")
