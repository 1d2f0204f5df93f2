"""Rewinding: the entries with which the ledger of a new branch begins."""

from __future__ import annotations

from collections.abc import Sequence

from comity_classroom.room.amendments import in_order
from comity_classroom.room.ledger import Entry
from comity_classroom.room.playing import Stop, to_come
from comity_classroom.room.refusal import Refused
from comity_classroom.room.state import Place, RoomState, follow

__all__ = ["entries_before"]


def entries_before(ledger: Sequence[Entry], stop: Stop, meeting: object) -> list[Entry]:
    """Return the entries of a ledger that ends where the doors of a meeting come next.

    They are those up to the advance that led there. Where one advance went past these doors, it is cut short: what
    it held before them stays held.
    """
    order = {item.id: number for number, item in enumerate(in_order(stop.scenario))}
    opened = stop.opened
    if not isinstance(meeting, str) or meeting not in order or not opened or order[meeting] > order[opened]:
        raise Refused("Choose a meeting that has been played, or whose doors are open.", "missing")
    state = came = before = RoomState()
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
