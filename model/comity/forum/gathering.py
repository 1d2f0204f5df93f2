"""The opening of a meeting: host, money, agenda, openness, timetable, and who came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from comity.forum.agenda import choose_topics, topic_weights
from comity.forum.choices import MeetingChoices, preset_log
from comity.forum.hosting import ForumMemory
from comity.forum.opening import open_doors
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

    ``moves`` is what people chose for it. ``present`` and ``admitted`` (networks accredited) are bool (n,); ``acts``
    int8 (rounds, n) and ``tables`` int16 (sittings, n) are the log, see
    :func:`comity.forum.sitting.hold_sittings`; ``counts`` float (6, n).
    """

    meeting: Meeting
    forum: Forum
    forum_index: int
    hosts: list[int]
    moves: tuple[Move, ...]
    donors: np.ndarray
    openness: float
    access: float
    topics: tuple[Topic, ...]
    timetable: Timetable
    n_sittings: int
    rooms: list[Room]
    present: np.ndarray
    admitted: np.ndarray
    acts: np.ndarray
    tables: np.ndarray
    counts: np.ndarray
    sitting: int = 0


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
    rates_table: np.ndarray,
    keys: np.ndarray,
) -> Gathering:
    """Open a meeting.

    Order: openness, agenda, money (state-led forums), who comes, accreditation of networks that came, timetable.

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
    opened = openness(world, meeting, forum, rows, gained, scripted, parameters)
    if not scripted and any(entry.phase is Phase.COMMON_SPACE for entry in forum.format):
        spaces = {**meeting.sittings, Phase.COMMON_SPACE: common_space_sittings(opened)}
        meeting = meeting.model_copy(update={"sittings": spaces, "common_space": None})
    eligible = stage.eligible(today, forum)
    topics = _agenda(scenario, stage, world, meeting, forum, hosts, eligible, opened, memory, where, keys)
    brief = stage.brief(meeting, forum, topics)
    donors, present, admitted, acts, tables, counts = open_doors(
        world,
        stage.active_on(today),
        eligible,
        chosen.attends,
        chosen.pledges,
        rows,
        forum_index,
        forum.bindingness,
        forum.state_led,
        accredited_share(opened, parameters) if forum.accreditation else -1.0,
        brief.n_rounds,
        brief.n_sittings,
        brief.issues,
        where,
        rates_table,
        keys,
    )
    preset_log(chosen.moves, stage.population.rows, brief.timetable, acts, tables)
    return Gathering(
        meeting=meeting,
        forum=forum,
        forum_index=forum_index,
        hosts=hosts,
        moves=chosen.moves,
        donors=donors,
        openness=opened,
        access=1.0 if opened >= 1.0 else opened * forum.inside_access,
        topics=topics,
        timetable=brief.timetable,
        n_sittings=brief.n_sittings,
        rooms=brief.rooms,
        present=present,
        admitted=admitted,
        acts=acts,
        tables=tables,
        counts=counts,
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
