"""Chairing: who volunteers, who withdraws, who stands in (ODD 7.14); what a forum remembers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from comity.scenario.schema import Forum, Meeting
from mesa_twin.arithmetic import Decision, logistic
from mesa_twin.between import strengths

if TYPE_CHECKING:
    from mesa_twin.actors import StateAgent
    from mesa_twin.model import TwinModel

__all__ = ["Memory", "donors_of", "find_chair", "remaining_hosts"]


@dataclass
class Memory:
    """Categories of the last meeting and of all, the states that came last, the last chair and the next, openness."""

    last_categories: set[str] = field(default_factory=set)
    discussed: set[str] = field(default_factory=set)
    came: list[StateAgent] = field(default_factory=list)
    last_chair: StateAgent | None = None
    lineup: list[StateAgent] = field(default_factory=list)
    openness: float | None = None


_OPENING, _STAND_IN, _NEXT = 0, 1, 2


def find_chair(model: TwinModel, meeting: Meeting, forum: Forum) -> StateAgent | None:
    """Return the chair of a meeting, if there is one, and designate those to come."""
    memory = model.memory[forum.id]
    memory.lineup = [state for state in memory.lineup if state in model.existing_states()]
    if memory.lineup:
        chair: StateAgent | None = memory.lineup.pop(0)
    else:
        chair = _choose(model, meeting, forum, _OPENING, memory.last_chair, [memory.last_chair])
    wanting = _wanting(model, meeting)
    if chair is not None and _withdraws(model, meeting, forum, chair):
        model.note_chair(meeting, "withdrawal", chair)
        chair = _stand_in(model, meeting, forum, memory.last_chair, [memory.last_chair, chair, *memory.lineup])
    elif wanting and chair not in wanting:
        chair = _best(model, forum, wanting)
    if chair is None:
        return None
    memory.last_chair = chair
    memory.lineup = [state for state in memory.lineup if state is not chair]
    for _ in range(forum.lineup - len(memory.lineup)):
        taken = [chair, *memory.lineup]
        following = _choose(model, meeting, forum, _NEXT, taken[-1], [*taken])
        if following is not None:
            memory.lineup.append(following)
    return chair


def remaining_hosts(model: TwinModel, meeting: Meeting, forum: Forum, hosts: list[StateAgent]) -> list[StateAgent]:
    """Return the hosts of the script that no person withdrew, or a stand-in; nobody if there is none (ODD A.6)."""
    existing = model.existing_states()
    gone = [h for h in hosts if h in existing and model.people.choice(h.id, meeting.id, "hosts") is False]
    for host in gone:
        model.note_chair(meeting, "withdrawal", host)
    if len(gone) < len(hosts):
        return [host for host in hosts if host not in gone]
    stand_in = _stand_in(model, meeting, forum, None, list(hosts))
    return [] if stand_in is None else [stand_in]


def _wanting(model: TwinModel, meeting: Meeting) -> list[StateAgent]:
    return [state for state in model.existing_states() if model.people.choice(state.id, meeting.id, "hosts")]


def _best(model: TwinModel, forum: Forum, states: list[StateAgent]) -> StateAgent:
    existing = model.existing_states()
    return max(states, key=lambda state: state.standing(forum.id, existing))


def _stand_in(
    model: TwinModel, meeting: Meeting, forum: Forum, last: StateAgent | None, excluded: list[StateAgent | None]
) -> StateAgent | None:
    """Return a state that chose to host, else one that volunteers and did not choose not to."""
    wanting = _wanting(model, meeting)
    if wanting:
        return _best(model, forum, wanting)
    refusing = [s for s in model.existing_states() if model.people.choice(s.id, meeting.id, "hosts") is False]
    return _choose(model, meeting, forum, _STAND_IN, last, [*excluded, *refusing])


def donors_of(model: TwinModel, meeting: Meeting, forum: Forum, hosts: list[StateAgent]) -> list[StateAgent]:
    """Return the states that pledge money to a meeting of these hosts."""
    return [s for s in model.existing_states() if s not in hosts and s.pledges(meeting.id, forum.id, hosts)]


def _choose(
    model: TwinModel,
    meeting: Meeting,
    forum: Forum,
    occasion: int,
    last: StateAgent | None,
    excluded: list[StateAgent | None],
) -> StateAgent | None:
    states = model.existing_states()
    willing: dict[StateAgent, float] = {}
    for state in states:
        if state in excluded:
            continue
        standing = state.standing(forum.id, states)
        draw = model.luck.draw(Decision.CHAIR, meeting.id, model.luck.number(occasion), state.address)
        if draw < logistic(model.parameters.chair_selectivity * standing):
            willing[state] = standing
    across = [state for state in willing if last is not None and state.is_developed != last.is_developed]
    return max(across or willing, key=lambda state: willing[state], default=None)


def _withdraws(model: TwinModel, meeting: Meeting, forum: Forum, chair: StateAgent) -> bool:
    chosen = model.people.choice(chair.id, meeting.id, "hosts") if chair in model.existing_states() else None
    if chosen is not None:
        return not chosen
    p = model.parameters
    missing = max(0.0, 1 - len(donors_of(model, meeting, forum, [chair])) / p.donors_needed)
    shaken = sum(
        shock.withdrawal * strengths(shock, model.delegations).get(chair, 0.0)
        for shock in model.given.shocks
        if timedelta(0) <= meeting.start - shock.date <= timedelta(days=365 * shock.years)
    )
    chance = p.withdrawal_rate + (1 - chair.income) * p.withdrawal_unfunded * missing + shaken
    return model.luck.draw(Decision.WITHDRAWAL, meeting.id, actor=chair.address) < chance
