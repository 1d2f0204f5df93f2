"""The next sitting, seen before it is held: who will sit where, and on which issue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from comity.forum.course import Course
from comity.forum.gathering import Gathering
from comity.forum.moments import Moment, Until
from comity.forum.order import hold
from comity.forum.stage import Stage
from comity.forum.timetable import Room
from comity.phases import Phase
from comity.world.world import Run

__all__ = ["NextSitting", "look_ahead"]


@dataclass(frozen=True, kw_only=True)
class NextSitting:
    """A sitting that is about to be held. Who sits does not depend on what is done in it.

    Attributes
    ----------
    meeting, date, sitting, n_sittings
        Id of the meeting, day of its opening, number of the sitting within it, from 1, and of all its sittings.
    phase
        What it is.
    rooms, issues
        Its rooms in words, and the id of the issue that each discusses.
    rounds
        Times that everybody may take the floor; 0 where nobody does, in the corridor and at a vote.
    tables
        Room of each actor, from 0, or -1, int16 (n,).
    cochairs
        Rows of the co-chairs of each room, or -1, int64 (rooms, 3).
    present
        Who came to the meeting, bool (n,).
    """

    meeting: str
    date: date
    sitting: int
    n_sittings: int
    phase: Phase
    rooms: tuple[Room, ...]
    issues: tuple[str, ...]
    rounds: int
    tables: np.ndarray
    cochairs: np.ndarray
    present: np.ndarray


def look_ahead(held: Gathering, today: date, stage: Stage, course: Course, run: Run) -> NextSitting:
    """Return the next sitting of a meeting that is being held; nothing that belongs to the run is changed.

    The run goes on until everybody sits, and is set back.
    """
    s, frame, kept = held.sitting, course.frame, course.proceedings
    sitting = held.timetable.sittings[s]
    place, chosen, chairs = frame.place.copy(), held.tables[s].copy(), kept.chairs.copy()
    kept.chairs.fill(-1)
    hold(Until(int(place["event"][0]), Moment.TALK + 2 * s, np.zeros(len(Moment), dtype=np.bool_)), course, run)
    tables, cochairs = held.tables[s].copy(), kept.chairs[: sitting["n_rooms"]].copy()
    frame.place[:], held.tables[s], kept.chairs[:] = place, chosen, chairs
    phase = list(Phase)[sitting["phase"]]
    issues = held.timetable.issue[sitting["first_room"] : sitting["first_room"] + sitting["n_rooms"]]
    for array in (tables, cochairs):
        array.flags.writeable = False
    return NextSitting(
        meeting=held.meeting.id,
        date=today,
        sitting=s + 1,
        n_sittings=held.n_sittings,
        phase=phase,
        rooms=tuple(room for room in held.rooms if room.sitting == s),
        issues=tuple(stage.scenario.issues[k].id for k in issues),
        rounds=0 if phase in (Phase.CORRIDOR, Phase.VOTE) else int(sitting["rounds"]),
        tables=tables,
        cochairs=cochairs,
        present=held.present.copy(),
    )
