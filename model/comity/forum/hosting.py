"""Who hosts a meeting: scripted, or by designation, withdrawal and stand-in; or as people chose."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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

__all__ = ["ChairChange", "ForumMemory", "empty_memories", "settle_hosts"]

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
    """What a forum remembers of its meetings: what it discussed, who came last, its openness, its chairs.

    ``came`` is None before the first meeting, and after one to which no state came. ``lineup`` are the rows of the
    chairs designated for the meetings to come, the next one first. ``founder`` is the memory of the forum that founded
    it, if another did.
    """

    discussed: Discussed = field(default_factory=Discussed)
    came: np.ndarray | None = None
    last_chair: int | None = None
    lineup: list[int] = field(default_factory=list)
    openness: float | None = None
    founder: ForumMemory | None = None

    @property
    def agendas(self) -> Discussed:
        """What it has discussed; before its first meeting its last agenda is its founder's, the founding mandate."""
        if self.founder is not None and not self.discussed.ever:
            return Discussed(last=self.founder.discussed.last)
        return self.discussed

    def remember(self, openness: float, topics: tuple[Topic, ...], present: np.ndarray, is_state: np.ndarray) -> None:
        """Remember the openness and agenda of a meeting, and who was present, bool (n,), if at least one state was."""
        self.openness = openness
        last = {topic.category for topic in topics}
        self.discussed = Discussed(last=last, ever=self.discussed.ever | last)
        self.came = present if (present & is_state).any() else None


def empty_memories(forums: Sequence[Forum]) -> dict[str, ForumMemory]:
    """Return the memory of each forum before its first meeting, by id."""
    memories = {forum.id: ForumMemory() for forum in forums}
    for forum in forums:
        memories[forum.id].founder = memories.get(forum.founded_by)
    return memories


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

    Scripted, or a meeting that is not state-led: the hosts of the scenario. Else the first of the line-up takes the
    chair; where there is no line-up one is chosen. It can withdraw; then a stand-in is asked; if nobody volunteers the
    chair is vacant. When a state takes the chair the line-up is filled again, alternating between developed and
    developing states, as far as there are volunteers.

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
    memory.lineup = [row for row in memory.lineup if active[row]]
    return _by_choice(memory, forum.lineup, run.world.actors["developed"], wanting, choose, change, is_out)


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
    n_ahead: int,
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
    line, event = memory.lineup, "chair"
    chair = line.pop(0) if line else choose(side, excluded, _OPENING)
    if chair is not None and is_out(chair):
        events.append(change("withdrawal", chair))
        chair, event = choose(side, (excluded | {chair, *line}) - wanting, _STAND_IN), "stand-in"
    elif wanting and chair not in wanting:
        chair = choose(side, set(), _STAND_IN)
    if chair is None:
        return [], _VACANT, [*events, ChairChange("vacancy", "")]
    events.append(change(event, chair))
    memory.last_chair = chair
    if chair in line:  # a person made it take the chair early
        line.remove(chair)
    while len(line) < n_ahead:
        after = line[-1] if line else chair
        following = choose(int(developed[after]), {chair, *line}, _NEXT)
        if following is None:
            break
        line.append(following)
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
