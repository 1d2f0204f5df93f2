"""A meeting that is being held, and how it is prepared: openness, agenda, timetable."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from comity.forum.choices import MeetingChoices, preset_log
from comity.forum.doors import Doors
from comity.forum.hosting import ForumMemory
from comity.forum.log import Log, empty_log
from comity.forum.meeting import Held
from comity.forum.stage import Stage
from comity.forum.timetable import Room, Timetable
from comity.phases import Phase
from comity.randomness import address
from comity.rules.accreditation import accredited_share
from comity.rules.agenda import Topic, choose_topics, topic_weights
from comity.rules.openness import common_space_sittings, is_coded, openness, trust_in_networks
from comity.scenario.moves import Move
from comity.scenario.schema import Forum, Meeting
from comity.world.world import Run

__all__ = ["Gathering", "open_gathering"]


@dataclass(kw_only=True)
class Gathering:
    """One meeting that is being held.

    ``moves`` is what people chose for it; ``part`` what comes next, in the numbers of
    :func:`comity.forum.meeting.hold_meeting`. ``held`` is the meeting for the rules, which write what happens into its
    log.
    """

    meeting: Meeting
    forum: Forum
    hosts: list[int]
    moves: tuple[Move, ...]
    openness: float
    topics: tuple[Topic, ...]
    n_sittings: int
    rooms: list[Room]
    held: Held
    part: int = 0

    @property
    def timetable(self) -> Timetable:
        """Its sittings and rooms."""
        return self.held.timetable

    @property
    def log(self) -> Log:
        """What happened so far."""
        return self.held.log

    @property
    def is_open(self) -> bool:
        """Whether its doors are open, so that it is known who came."""
        return self.part > 0

    @property
    def sitting(self) -> int:
        """Number of sittings held."""
        return max(self.part - 1, 0)

    @property
    def present(self) -> np.ndarray:
        """Who came, bool (n,)."""
        return self.log.present

    @property
    def tables(self) -> np.ndarray:
        """Room of each actor in each sitting, from 0, -1 where it did not sit, int16 (sittings, n)."""
        return self.log.tables


def open_gathering(
    *,
    stage: Stage,
    meeting: Meeting,
    forum: Forum,
    hosts: list[int],
    chosen: MeetingChoices,
    today: date,
    memory: ForumMemory,
    run: Run,
) -> Gathering:
    """Prepare a meeting, up to the opening of its doors.

    Order: openness, agenda, timetable, what people chose.

    Parameters
    ----------
    forum
        The forum under whose rules the meeting is held.
    hosts
        Rows of the host states.
    chosen
        What people chose for this meeting.
    today
        Day of the opening, which decides who exists.
    """
    forum_index = stage.forum_index[forum.id]
    scripted = stage.scenario.choices.openness == "scripted"
    gained = 0.0
    if forum.accreditation and not is_coded(meeting, scripted):
        gained = trust_in_networks(run.world) - stage.first_trust
    opened = openness(meeting, forum, hosts, gained, memory.openness, scripted, run)
    if not scripted and any(entry.phase is Phase.COMMON_SPACE for entry in forum.format):
        spaces = {**meeting.sittings, Phase.COMMON_SPACE: common_space_sittings(opened)}
        meeting = meeting.model_copy(update={"sittings": spaces, "common_space": None})
    eligible = stage.eligible(today, forum)
    topics = _agenda(stage, meeting, forum, hosts, eligible, opened, memory, run)
    programme = stage.programme(meeting, forum, topics)
    log = empty_log(programme.n_rounds, programme.n_sittings, run.world.n)
    preset_log(chosen.moves, stage.population.rows, programme.timetable, log)
    doors = Doors(
        active=stage.active_on(today),
        eligible=eligible,
        attends=chosen.attends,
        pledges=chosen.pledges,
        hosts=np.array(hosts, dtype=np.int64),
        forum=forum_index,
        bindingness=forum.bindingness,
        is_state_led=forum.state_led,
        admitted_share=accredited_share(opened, forum.openness, run) if forum.accreditation else -1.0,
        issues=programme.issues,
        reach=stage.reach(meeting, hosts),
    )
    access = 1.0 if opened >= 1.0 else opened * forum.inside_access
    return Gathering(
        meeting=meeting,
        forum=forum,
        hosts=hosts,
        moves=chosen.moves,
        openness=opened,
        topics=topics,
        n_sittings=programme.n_sittings,
        rooms=programme.rooms,
        held=Held(doors=doors, timetable=programme.timetable, access=access, log=log),
    )


def _agenda(
    stage: Stage,
    meeting: Meeting,
    forum: Forum,
    hosts: list[int],
    eligible: np.ndarray,
    opened: float,
    memory: ForumMemory,
    run: Run,
) -> tuple[Topic, ...]:
    """Return the scripted agenda, or topics drawn by weight, for which the states ask that came last."""
    count = meeting.session_count or len(meeting.sessions)
    if stage.scenario.choices.agenda == "scripted" or not count:
        return stage.agendas[meeting.id]
    came = np.flatnonzero(stage.is_state & (eligible if memory.came is None else memory.came))
    weights = topic_weights(stage.scenario.issues, forum, hosts, came, opened, memory.agendas, run)
    themes = (meeting.themes, forum.theme_issues) if meeting.themes else (count, 1)
    return choose_topics(stage.scenario.issues, weights, count, themes, address(meeting.id), run)
