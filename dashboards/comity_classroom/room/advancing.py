"""Advancing: which sittings are held when a teacher goes on."""

from __future__ import annotations

import numpy as np

from comity_classroom.room.playing import Stop, to_come
from comity_classroom.room.refusal import Refused
from comity_classroom.room.state import Place, RoomState

__all__ = ["to_hold"]


def to_hold(state: RoomState, stop: Stop, how: str, meeting: str) -> tuple[list[Place], str]:
    """Return the sittings that an advance holds, and the meeting whose doors it leaves open, if any.

    Parameters
    ----------
    how
        ``next`` (doors or sitting), ``meeting`` (to its end), ``to`` (the doors of ``meeting``), ``end``.
    """
    seated = [stop.model.population.rows[seat] for seat in state.seats]
    held: list[Place] = []
    for place, opens, eligible in to_come(state):
        # Meetings to which nobody of the class may come are held without asking anybody.
        playable = not seated or bool(np.asarray(eligible)[seated].any())
        if how == "next" and playable and (held or opens):
            return held, "" if held else place.meeting
        if how == "meeting" and opens and held and playable:
            return held, ""
        if how == "to" and opens and place.meeting == meeting:
            return held, ""
        held.append(place)
    if how == "to":
        raise Refused("That meeting is not to come.", "missing")
    return held, ""
