"""A meeting in words and arrays, as it stands in the course of a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from comity.forum.course import Course
from comity.forum.stage import Programme, Stage
from comity.forum.timetable import Room
from comity.rules.agenda import Topic
from comity.scenario.moves import Move
from comity.scenario.schema import Forum, Meeting
from comity.world.meeting import Log, Timetable

__all__ = ["Gathering", "gathering_of", "log_of", "programme_of"]


@dataclass(kw_only=True)
class Gathering:
    """One meeting that is being held.

    ``moves`` is what people chose for it, ``sitting`` the number of sittings held. Its ``log`` is written to by the
    rules as the meeting goes on.
    """

    meeting: Meeting
    forum: Forum
    hosts: list[int]
    moves: tuple[Move, ...]
    openness: float
    topics: tuple[Topic, ...]
    rooms: list[Room]
    timetable: Timetable
    log: Log
    sitting: int

    @property
    def n_sittings(self) -> int:
        """Number of all its sittings."""
        return len(self.timetable.sittings)

    @property
    def present(self) -> np.ndarray:
        """Who came, bool (n,)."""
        return self.log.present

    @property
    def tables(self) -> np.ndarray:
        """Room of each actor in each sitting, from 0, -1 where it did not sit, int16 (sittings, n)."""
        return self.log.tables


def gathering_of(x: int, stage: Stage, course: Course, moves: Sequence[Move], sitting: int) -> Gathering:
    """Return meeting x of the calendar, whose timetable is settled, with its moves and its number of sittings held."""
    found = course.frame.found[x]
    topics, programme = programme_of(x, stage, course)
    return Gathering(
        meeting=stage.meetings[x],
        forum=stage.scenario.forums[found["forum"]],
        hosts=course.chairs.hosts[x, : found["n_hosts"]].tolist(),
        moves=tuple(moves),
        openness=float(found["openness"]),
        topics=topics,
        rooms=programme.rooms,
        timetable=programme.timetable,
        log=log_of(x, course, programme),
        sitting=sitting,
    )


def programme_of(x: int, stage: Stage, course: Course) -> tuple[tuple[Topic, ...], Programme]:
    """Return the topics of meeting x, whose agenda is settled, and what follows from them."""
    found, meeting, plans = course.frame.found[x], stage.meetings[x], course.frame.meetings[x]
    forum, spaces = course.frame.forums[found["forum"]], None
    if course.frame.setting["openness"][0] and forum["has_spaces"]:
        spaces = int(found["plan"] - plans["plan" if found["forum"] == plans["forum"] else "other_plan"])
    if plans["topics_drawn"]:
        drawn = [stage.categories[c] for c in course.agendas.topics[x, : found["n_topics"]]]
        topics = tuple(Topic(str(number + 1), category, category) for number, category in enumerate(drawn))
    else:
        topics = stage.agendas[meeting.id]
    held_as = stage.scenario.forums[found["forum"]]
    return topics, stage.programme(stage.with_spaces(meeting, spaces), held_as, topics)


def log_of(x: int, course: Course, programme: Programme) -> Log:
    """Return the log of meeting x."""
    kept, meeting = course.proceedings, course.frame.meetings[x]
    first_round, first_sitting = int(meeting["first_round"]), int(meeting["first_sitting"])
    return Log(
        kept.came[x, 0],
        kept.came[x, 1],
        kept.came[x, 2],
        kept.acts[first_round : first_round + programme.n_rounds],
        kept.tables[first_sitting : first_sitting + programme.n_sittings],
        kept.experience[x],
        kept.spoke,
        kept.evidence_before,
        kept.proof_before,
    )
