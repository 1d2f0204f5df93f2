"""Acts of the teacher: from the request of the page to a method of the classroom, with the answer in words."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from comity_classroom.core.classroom import Classroom
from comity_classroom.core.export import export
from comity_classroom.core.refusal import Refused
from comity_classroom.core.stale import check_act, version_of
from comity_classroom.phrases import Phrases
from comity_classroom.server.learning import learning_act

__all__ = ["teacher_act"]

_ROLES = {"all": ["origin", "destination", "both"], "destination": ["destination", "both"], "origin": ["origin"]}


def teacher_act(classroom: Classroom, data: Mapping[str, Any], exported: dict[Any, Path], phrases: Phrases) -> str:
    """Carry out an act of the teacher and return the message to show, or refuse it.

    Parameters
    ----------
    data
        The request of the page; ``seen`` is the version that it showed.
    exported
        Earlier exports, by moment and kind; the same moment is not exported twice.
    """
    with classroom.acting:
        if not classroom.state.is_closed:
            check_act(classroom, data.get("seen"), seat=data.get("seat"), person=data.get("person"))
        return _done(classroom, data, exported, phrases)


def _done(classroom: Classroom, data: Mapping[str, Any], exported: dict[Any, Path], phrases: Phrases) -> str:
    match data.get("do"):
        case "advance":
            classroom.advance(str(data.get("how", "")), str(data.get("meeting", "")))
        case "pause":
            classroom.pause(_flag(data))
        case "lock":
            classroom.lock(_flag(data))
        case "shut":
            classroom.shut(_flag(data))
        case "timer":
            classroom.set_timer(data.get("seconds"))
        case "mute":
            classroom.mute(data.get("seat"), _flag(data))
        case "free":
            classroom.free(data.get("seat"))
        case "hand":
            classroom.hand(data.get("seat"), data.get("person"))
        case "remove":
            classroom.remove(data.get("person"))
        case "remove away":
            return phrases.say("teacher.done.removed", n=classroom.remove_away())
        case "inject":
            classroom.inject(_amendment(data))
        case "branch":
            classroom.branch(data.get("meeting"))
            return phrases.say("teacher.done.branch")
        case "export":
            return _export(classroom, exported, phrases, names=_flag({"on": data.get("names", False)}))
        case "close":
            written = export(classroom)
            classroom.close()
            return phrases.say("teacher.done.closed", record=written.record)
        case _ if not learning_act(classroom, data):
            raise Refused("page.act")
    return ""


def _export(classroom: Classroom, exported: dict[Any, Path], phrases: Phrases, *, names: bool) -> str:
    moment = (version_of(classroom.state), names)
    before = exported.get(moment)
    if before is not None and before.exists():
        raise Refused("exported", "conflict", path=before)
    written = export(classroom, names=names)
    exported[moment] = written.record
    files = ", ".join(path.name for path in (written.record, written.scenario, written.ledger, written.guesses))
    return phrases.say("teacher.done.exported", files=files, folder=classroom.folder)


def _flag(data: Mapping[str, Any]) -> bool:
    if not isinstance(data.get("on"), bool):
        raise Refused("page.on")
    return bool(data["on"])


def _amendment(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the amendment from a form of the page."""
    match data.get("kind"):
        case "venue":
            change, _, meeting = str(data.get("change", "")).partition("|")
            return {"kind": change, "meeting": meeting or data.get("meeting")}
        case "shock":
            return {"kind": "shock", "shock": str(data.get("shock", ""))}
        case "custom":
            shock: dict[str, Any] = {"name": data.get("name", ""), "roles": _ROLES.get(str(data.get("roles")), [])}
            for effect in ("sovereignty", "pressure"):
                with suppress(TypeError, ValueError, OverflowError):  # what is no number is refused below
                    shock[effect] = data.get(effect, 0)
                    shock[effect] = float(shock[effect])
            return {"kind": "shock", "shock": shock}
        case _:
            raise Refused("inject.kind")
