"""Advancing: which sittings are held when the teacher moves on."""

from __future__ import annotations

import numpy as np

from comity_classroom.core.playing import to_come
from comity_classroom.core.refusal import Refused
from comity_classroom.core.state import ClassroomState, Place
from comity_classroom.core.stop import Stop

__all__ = ["to_hold"]


def to_hold(state: ClassroomState, stop: Stop, how: str, meeting: str) -> tuple[list[Place], str]:
    """Return the sittings that an advance holds, and the meeting that it leaves with open doors, or empty.

    Parameters
    ----------
    how
        ``next`` (the doors or the sitting), ``meeting`` (to its end), ``to`` (the doors of ``meeting``), ``end``.
    """
    if how == "next" and state.planned:
        return _to_plan(state, stop)
    seated = [stop.model.population.rows[seat] for seat in state.seats]
    held: list[Place] = []
    for place, opens, eligible in to_come(state):
        # Meetings that no seat of the class may attend are held without asking for choices.
        playable = not seated or bool(np.asarray(eligible)[seated].any())
        if how == "next" and playable and (held or opens):
            return held, "" if held else place.meeting
        if how == "meeting" and opens and held and playable:
            return held, ""
        if how == "to" and opens and place.meeting == meeting:
            return held, ""
        held.append(place)
    if how == "to":
        raise Refused("not_ahead", "missing")
    return held, ""


def _to_plan(state: ClassroomState, stop: Stop) -> tuple[list[Place], str]:
    """Return the sittings before the next one that the plan plays; all remaining ones after the last."""
    planned = set(state.planned)
    standing = None if stop.next is None else stop.next.place
    held: list[Place] = []
    for place, opens, _ in to_come(state):
        doors = Place(meeting=place.meeting, sitting=0)
        if opens and doors in planned and standing != doors:
            return held, ""
        if place in planned and standing != place:
            return held, place.meeting if opens else ""
        standing = None
        held.append(place)
    return held, ""
