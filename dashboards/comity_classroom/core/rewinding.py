"""Rewinding: the entries with which the ledger of a new branch begins."""

from __future__ import annotations

from collections.abc import Sequence

from comity_classroom.core.amendments import in_order
from comity_classroom.core.ledger import Entry
from comity_classroom.core.playing import to_come
from comity_classroom.core.refusal import Refused
from comity_classroom.core.state import ClassroomState, Place, follow
from comity_classroom.core.stop import Stop

__all__ = ["entries_before"]


def entries_before(ledger: Sequence[Entry], stop: Stop, meeting: object) -> list[Entry]:
    """Return the entries up to the point at which the doors of a meeting come next.

    An advance that went past these doors is shortened, so that the sittings before them stay held.
    """
    order = {item.id: number for number, item in enumerate(in_order(stop.scenario))}
    opened = stop.opened
    if not isinstance(meeting, str) or meeting not in order or not opened or order[meeting] > order[opened]:
        raise Refused("not_held", "missing")
    state = came = before = ClassroomState()
    past = ledger[-1]
    for entry in ledger:
        before, state = state, follow(state, entry)
        latest = state.doors or (state.held.meeting if state.held else "")
        if latest and order[latest] >= order[meeting]:
            past = entry
            break
        if entry.kind in ("opened", "advanced", "branched"):
            came = state
    held: list[Place] = []
    for place, _, _ in to_come(before):
        if order[place.meeting] >= order[meeting]:
            break
        held.append(place)
    if not held:
        return list(ledger[: came.n])
    silenced = [item for item in past.what["silenced"] if Place(meeting=item[1], sitting=item[2]) in held]
    last = {"meeting": held[-1].meeting, "sitting": held[-1].sitting, "doors": "", "silenced": silenced}
    shortened = Entry(n=past.n, at=past.at, kind="advanced", what={**past.what, **last})
    return [*ledger[: past.n - 1], shortened]
