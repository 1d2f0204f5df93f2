"""Who hosts a meeting: scripted, or by designation, withdrawal and stand-in."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from comity.forum.chairing import choose_chair, withdraws
from comity.forum.funding import pledges
from comity.forum.stage import Stage
from comity.forum.timetable import Topic
from comity.population.world import World
from comity.randomness import address
from comity.scenario.schema import Forum, Meeting, Scenario

__all__ = ["ForumMemory", "settle_hosts"]

_SHOCK_YEARS = 2
"""Years for which a shock adds to the chance that a chair withdraws (the field of the scenario says so)."""


@dataclass(kw_only=True)
class ForumMemory:
    """What a forum remembers of its meetings: last agenda, all topics discussed, who came last, its chairs."""

    last: set[str] = field(default_factory=set)
    discussed: set[str] = field(default_factory=set)
    came: np.ndarray | None = None
    last_chair: int | None = None
    designated: int | None = None

    def remember(self, topics: tuple[Topic, ...], present: np.ndarray, is_state: np.ndarray) -> None:
        """Remember the agenda and the participants of a meeting; one without states leaves the last ones in mind."""
        self.last = {topic.category for topic in topics}
        self.discussed |= self.last
        if (present & is_state).any():
            self.came = present


def settle_hosts(
    *,
    scenario: Scenario,
    stage: Stage,
    world: World,
    meeting: Meeting,
    forum: Forum,
    active: np.ndarray,
    memory: ForumMemory,
    keys: np.ndarray,
    rates_table: np.ndarray,
) -> tuple[list[int], str, list[tuple[str, str]]]:
    """Settle who hosts a meeting.

    Scripted, or a meeting that is not state-led: the hosts of the scenario. Else the state designated at the last
    meeting takes the chair; before the first one is chosen. It can withdraw; then a stand-in is asked; if nobody
    volunteers the chair is vacant. Whoever takes the chair designates its successor: past, present and future chair.

    Returns
    -------
    list of int, str, list of (str, str)
        Rows of the hosts; why the meeting is not held, if it is not; what happened, as event and id of the state.
    """
    if scenario.choices.host == "scripted" or not forum.state_led:
        rows = stage.population.rows
        return [rows[host] for host in meeting.hosts if host in rows], "", []
    index, where, parameters = stage.forum_index[forum.id], address(meeting.id), scenario.strengths

    def choose(side: int | None, excluded: set[int], round_number: int) -> int | None:
        return choose_chair(world, active, index, side, excluded, where, round_number, keys, parameters)

    events: list[tuple[str, str]] = []
    side = None if memory.last_chair is None else int(world.actors["developed"][memory.last_chair])
    excluded = set() if memory.last_chair is None else {memory.last_chair}
    chair, event = memory.designated, "chair"
    if chair is None:
        chair = choose(side, excluded, 0)
    if chair is not None:
        donors = int(pledges(world, active, index, np.array([chair]), where, keys, rates_table).sum())
        if withdraws(world, chair, donors, _recent_shocks(scenario, stage, meeting, chair), where, keys, parameters):
            events.append(("withdrawal", stage.population.ids[chair]))
            excluded.add(chair)
            chair, event = choose(side, excluded, 1), "stand-in"
    if chair is None:
        memory.designated = None
        return [], "no state took the chair", [*events, ("vacancy", "")]
    events.append((event, stage.population.ids[chair]))
    memory.last_chair = chair
    memory.designated = choose(int(world.actors["developed"][chair]), {chair}, 2)
    return [chair], "", events


def _recent_shocks(scenario: Scenario, stage: Stage, meeting: Meeting, chair: int) -> float:
    """Return what the shocks of the last two years add to the chance that a chair withdraws."""
    return sum(
        shock.withdrawal * float(stage.shock_exposures[shock.id][chair])
        for shock in scenario.shocks
        if 0 <= (meeting.start - shock.date).days <= 365 * _SHOCK_YEARS
    )
