"""Who hosts a meeting: scripted, or by designation, withdrawal and stand-in; or as people chose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from comity.forum.choices import MeetingChoices
from comity.forum.doors import Doors
from comity.forum.stage import Stage
from comity.forum.trace import ChairEntry
from comity.randomness import address
from comity.rules.agenda import Discussed, Topic
from comity.rules.chairing import choose_chair, shock_on_chair, withdraws
from comity.rules.funding import pledges
from comity.scenario.schema import Forum, Meeting
from comity.world.world import Run

__all__ = ["ChairChange", "ForumMemory", "settle_hosts"]

_OPENING, _STAND_IN, _NEXT = 0, 1, 2
_VACANT = "no state took the chair"

Choose = Callable[[int | None, set[int], int], int | None]
"""Choose a chair: the side of the last one, rows that may not be asked, the occasion."""


class ChairChange(NamedTuple):
    """What happened to the chair: chair, withdrawal, stand-in or vacancy; which state; whether a person chose so."""

    event: str
    state: str
    by_person: bool = False

    def entry(self, meeting: Meeting) -> ChairEntry:
        """Return what the run keeps of it."""
        return ChairEntry(
            date=meeting.start,
            meeting=meeting.id,
            event=self.event,
            state=self.state,
            text=f"chosen by {'a person' if self.by_person else 'the model'}",
        )


@dataclass(kw_only=True)
class ForumMemory:
    """What a forum remembers of its meetings: what it discussed, who came last, its chairs.

    ``came`` is None before the first meeting, and after one to which no state came.
    """

    discussed: Discussed = field(default_factory=Discussed)
    came: np.ndarray | None = None
    last_chair: int | None = None
    designated: int | None = None

    def remember(self, topics: tuple[Topic, ...], present: np.ndarray, is_state: np.ndarray) -> None:
        """Remember the agenda of a meeting, and who was present, bool (n,), if at least one state was."""
        last = {topic.category for topic in topics}
        self.discussed = Discussed(last=last, ever=self.discussed.ever | last)
        self.came = present if (present & is_state).any() else None


def settle_hosts(
    *,
    stage: Stage,
    meeting: Meeting,
    forum: Forum,
    active: np.ndarray,
    chosen: MeetingChoices,
    memory: ForumMemory,
    run: Run,
) -> tuple[list[int], str, list[ChairChange]]:
    """Settle who hosts a meeting.

    Scripted, or a meeting that is not state-led: the hosts of the scenario. Else the state designated at the last
    meeting takes the chair; before the first one is chosen. It can withdraw; then a stand-in is asked; if nobody
    volunteers the chair is vacant. Whoever takes the chair designates its successor: past, present and future chair.

    A host for which a person chose not to host withdraws, also from a script: where no host of the script is left, a
    stand-in is asked. One for which a person chose to host does not withdraw, and takes over a chair that the model
    gave to another.

    Returns
    -------
    list of int, str, list of ChairChange
        Rows of the hosts; why the meeting is not held, if it is not; what happened.
    """
    scenario = stage.scenario
    is_scripted = scenario.choices.host == "scripted" or not forum.state_led
    rows = stage.population.rows
    named = [rows[host] for host in meeting.hosts if host in rows] if is_scripted else []
    if is_scripted and not (chosen.moves and forum.state_led):
        return named, "", []
    where = address(meeting.id)
    doors = _doors(stage, forum, active, chosen)
    hosting = np.where(active & stage.is_state, chosen.hosts, -1) if chosen.moves else chosen.hosts

    def choose(side: int | None, excluded: set[int], occasion: int) -> int | None:
        asked = hosting if occasion == _STAND_IN else np.full_like(hosting, -1)
        return choose_chair(doors, asked, side, excluded, occasion, where, run)

    def change(event: str, row: int) -> ChairChange:
        return ChairChange(event, stage.population.ids[row], hosting[row] == (event != "withdrawal"))

    def is_out(chair: int) -> bool:
        if hosting[chair] >= 0:
            return not hosting[chair]
        donors = int(pledges(doors, np.array([chair]), where, run).sum())
        shock = shock_on_chair(scenario.shocks, stage.shock_exposures, chair, meeting.start)
        return withdraws(chair, donors, shock, where, run)

    if is_scripted:
        return _by_script(named, hosting, choose, change)
    wanting = set(np.flatnonzero(hosting == 1).tolist())
    return _by_choice(memory, run.world.actors["developed"], wanting, choose, change, is_out)


def _by_script(
    named: list[int], hosting: np.ndarray, choose: Choose, change: Callable[[str, int], ChairChange]
) -> tuple[list[int], str, list[ChairChange]]:
    """Return the hosts of the script that a person did not withdraw, or a stand-in."""
    left = [row for row in named if hosting[row] != 0]
    events = [change("withdrawal", row) for row in named if row not in left]
    if left or not events:
        return left, "", events
    stand_in = choose(None, set(named), _STAND_IN)
    if stand_in is None:
        return [], _VACANT, [*events, ChairChange("vacancy", "")]
    return [stand_in], "", [*events, change("stand-in", stand_in)]


def _by_choice(
    memory: ForumMemory,
    developed: np.ndarray,
    wanting: set[int],
    choose: Choose,
    change: Callable[[str, int], ChairChange],
    is_out: Callable[[int], bool],
) -> tuple[list[int], str, list[ChairChange]]:
    """Return the chair that the model or, among those ``wanting``, a person chose."""
    events: list[ChairChange] = []
    side = None if memory.last_chair is None else int(developed[memory.last_chair])
    excluded = set() if memory.last_chair is None else {memory.last_chair}
    chair, event = memory.designated, "chair"
    if chair is None:
        chair = choose(side, excluded, _OPENING)
    if chair is not None and is_out(chair):
        events.append(change("withdrawal", chair))
        chair, event = choose(side, (excluded | {chair}) - wanting, _STAND_IN), "stand-in"
    elif wanting and chair not in wanting:
        chair = choose(side, set(), _STAND_IN)
    if chair is None:
        memory.designated = None
        return [], _VACANT, [*events, ChairChange("vacancy", "")]
    events.append(change(event, chair))
    memory.last_chair = chair
    memory.designated = choose(int(developed[chair]), {chair}, _NEXT)
    return [chair], "", events


def _doors(stage: Stage, forum: Forum, active: np.ndarray, chosen: MeetingChoices) -> Doors:
    """Return the doors of a meeting whose host is not settled: who exists, who pledges, and the forum."""
    return Doors(
        active=active,
        eligible=active & stage.invited[forum.id],
        attends=chosen.attends,
        pledges=chosen.pledges,
        hosts=np.empty(0, dtype=np.int64),
        forum=stage.forum_index[forum.id],
        bindingness=forum.bindingness,
        is_state_led=forum.state_led,
        admitted_share=-1.0,
        issues=np.empty(0, dtype=np.int64),
        reach=np.zeros(len(active)),
    )
