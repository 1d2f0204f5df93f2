"""A meeting that is being held, and how it is prepared: openness, agenda, timetable."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from comity.forum.agenda import choose_topics, topic_weights
from comity.forum.choices import MeetingChoices, preset_log
from comity.forum.hosting import ForumMemory
from comity.forum.log import Log, empty_log
from comity.forum.opening import Doors
from comity.forum.openness import accredited_share, common_space_sittings, is_coded, openness, trust_in_networks
from comity.forum.stage import Stage
from comity.forum.timetable import Room, Timetable, Topic
from comity.population.world import World
from comity.randomness import address
from comity.scenario.moves import Move
from comity.scenario.phases import Phase
from comity.scenario.schema import Forum, Meeting, Scenario

__all__ = ["Gathering", "open_gathering"]


@dataclass(kw_only=True)
class Gathering:
    """One meeting that is being held.

    ``moves`` is what people chose for it; ``part`` what comes next, in the numbers of
    :func:`comity.meeting.hold_meeting`. What happens is written into the ``log``.
    """

    meeting: Meeting
    forum: Forum
    forum_index: int
    hosts: list[int]
    moves: tuple[Move, ...]
    openness: float
    access: float
    topics: tuple[Topic, ...]
    timetable: Timetable
    n_sittings: int
    rooms: list[Room]
    doors: Doors
    log: Log
    part: int = 0

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
    scenario: Scenario,
    stage: Stage,
    world: World,
    meeting: Meeting,
    forum: Forum,
    hosts: list[int],
    chosen: MeetingChoices,
    today: date,
    memory: ForumMemory,
    keys: np.ndarray,
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
    parameters, choices = scenario.strengths, scenario.choices
    forum_index = stage.forum_index[forum.id]
    where = address(meeting.id)
    rows = np.array(hosts, dtype=np.int64)
    scripted = choices.openness == "scripted"
    gained = 0.0
    if forum.accreditation and not is_coded(meeting, scripted):
        gained = trust_in_networks(world) - stage.first_trust
    opened = openness(world, meeting, forum, hosts, gained, scripted, parameters)
    if not scripted and any(entry.phase is Phase.COMMON_SPACE for entry in forum.format):
        spaces = {**meeting.sittings, Phase.COMMON_SPACE: common_space_sittings(opened)}
        meeting = meeting.model_copy(update={"sittings": spaces, "common_space": None})
    eligible = stage.eligible(today, forum)
    topics = _agenda(scenario, stage, world, meeting, forum, hosts, eligible, opened, memory, where, keys)
    brief = stage.brief(meeting, forum, topics)
    log = empty_log(brief.n_rounds, brief.n_sittings, world.n)
    preset_log(chosen.moves, stage.population.rows, brief.timetable, log)
    return Gathering(
        meeting=meeting,
        forum=forum,
        forum_index=forum_index,
        hosts=hosts,
        moves=chosen.moves,
        openness=opened,
        access=1.0 if opened >= 1.0 else opened * forum.inside_access,
        topics=topics,
        timetable=brief.timetable,
        n_sittings=brief.n_sittings,
        rooms=brief.rooms,
        doors=Doors(
            active=stage.active_on(today),
            eligible=eligible,
            attends=chosen.attends,
            pledges=chosen.pledges,
            hosts=rows,
            forum=forum_index,
            bindingness=forum.bindingness,
            is_state_led=forum.state_led,
            admitted_share=accredited_share(opened, parameters) if forum.accreditation else -1.0,
            issues=brief.issues,
        ),
        log=log,
    )


def _agenda(
    scenario: Scenario,
    stage: Stage,
    world: World,
    meeting: Meeting,
    forum: Forum,
    hosts: list[int],
    eligible: np.ndarray,
    opened: float,
    memory: ForumMemory,
    where: np.uint64,
    keys: np.ndarray,
) -> tuple[Topic, ...]:
    count = meeting.session_count or len(meeting.sessions)
    if scenario.choices.agenda == "scripted" or not count:
        return stage.agendas[meeting.id]
    came = np.flatnonzero(stage.is_state & (eligible if memory.came is None else memory.came))
    weights = topic_weights(
        scenario, world, forum, hosts, came, opened, memory.last, memory.discussed, scenario.strengths
    )
    return choose_topics(weights, count, where, keys)
