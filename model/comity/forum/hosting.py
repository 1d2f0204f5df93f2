"""Who hosts a meeting: scripted, or by designation, withdrawal and stand-in; or as people chose."""

from __future__ import annotations

from typing import Any

import numpy as np

from comity.compiled import Bools, Flag, Int8s, Ints, Whole, apart, lean
from comity.forum.course import Chairs, Change, Frame, Outcome, era_of
from comity.rules.chairing import choose_chair, shock_on_chair, withdraws
from comity.rules.funding import pledge
from comity.world.meeting import Doors
from comity.world.room import Floor
from comity.world.world import Kind, Opened

__all__ = ["settle_hosts"]

_NO_SIDE: Any = np.int64(-1)
_NOBODY: Any = np.int64(-1)
_OPENING, _STAND_IN, _NEXT = np.uint64(0), np.uint64(1), np.uint64(2)


@apart
def settle_hosts(x: Whole, frame: Frame, chairs: Chairs, run: Opened, floor: Floor) -> Outcome:
    """Settle who hosts meeting x, and return what became of it: ``HELD``, or ``VACANT`` where no state takes the chair.

    Scripted, or a meeting that is not state-led: the hosts of the scenario. Else the first of the line-up takes the
    chair, or the first meeting chooses one; who withdraws is replaced by a stand-in; the line-up is filled again by
    choice of the next chair, each on the other side of the line between developed and developing states, as far as
    there are volunteers.

    A host for which a person chose not to host withdraws, also from a script: where no host of the script is left, a
    stand-in is asked. One for which a person chose to host does not withdraw, and takes over a chair that the model
    gave to another. The ``floor`` is working space.
    """
    meeting, found, choice = frame.meetings[x], frame.found[x], chairs.choice[x]
    forum, wishes = (frame.forums[found.forum], chairs.wishes[choice if frame.forums.is_state_led[found.forum] else 0])
    is_scripted = not frame.setting.host[0] or not forum.is_state_led
    named = chairs.scripted[meeting.first_host : meeting.first_host + (meeting.n_hosts if is_scripted else 0)]
    doors = Doors(
        frame.existing[era_of(found.opened, frame)],
        floor.speaks,
        chairs.pledges[choice],
        chairs.pledges[choice],
        named,
        found.forum,
        forum.bindingness,
        forum.is_state_led,
        -1.0,
        named,
        floor.pull,
    )
    for host in named:
        if _choice(host, wishes, doors, run) == 0:
            _note(x, Change.WITHDRAWAL, host, True, frame, chairs)
        else:
            chairs.hosts[x, found.n_hosts] = host
            found.n_hosts += 1
    if is_scripted and (found.n_hosts > 0 or len(named) == 0):
        return Outcome.HELD
    excluded, chair = floor.aimed, _NOBODY
    for i in range(len(excluded)):
        excluded[i] = False
    if is_scripted:
        for host in named:
            excluded[host] = True
        chair = choose_chair(doors, wishes, _NO_SIDE, excluded, _STAND_IN, np.uint64(meeting.address), run, floor)
        if chair >= 0:
            _note(x, Change.STAND_IN, chair, _choice(chair, wishes, doors, run) == 1, frame, chairs)
    else:
        chair = _take_turns(x, frame, chairs, doors, wishes, run, floor)
    if chair < 0:
        _note(x, Change.VACANCY, -1, False, frame, chairs)
        return Outcome.VACANT
    chairs.hosts[x, 0] = chair
    found.n_hosts = 1
    return Outcome.HELD


@lean
def _choice(row: Whole, wishes: Int8s, doors: Doors, run: Opened) -> Any:
    """Return whether a person chose to host (1) or not to (0) for a state that exists; -1 where nobody did."""
    return wishes[row] if doors.active[row] and run.world.actors.kind[row] == Kind.STATE else -1


@apart
def _take_turns(x: Whole, frame: Frame, chairs: Chairs, doors: Doors, wishes: Int8s, run: Opened, floor: Floor) -> Any:
    """Return the chair of the line-up, or that the model or, among those who want to host, a person chose; or -1.

    ``wishes`` (n,): what people chose. The ``floor`` is working space; its ``aimed`` comes empty.
    """
    meeting, memory, excluded, n = frame.meetings[x], chairs.memory[doors.forum], floor.aimed, len(wishes)
    where, line, developed = np.uint64(meeting.address), chairs.lineup[doors.forum], run.world.actors.developed
    memory.n_lineup = _keep(line, memory.n_lineup, doors.active)
    side, event = _NO_SIDE, Change.CHAIR
    if memory.last_chair >= 0:
        side = np.int64(developed[memory.last_chair])
        excluded[memory.last_chair] = True
    if memory.n_lineup > 0:
        chair = line[0]
        memory.n_lineup = _drop(line, memory.n_lineup, chair)
    else:
        chair = choose_chair(doors, chairs.wishes[0], side, excluded, _OPENING, where, run, floor)
    n_wanting = 0
    for i in range(n):
        n_wanting += _choice(i, wishes, doors, run) == 1
    if chair >= 0 and _is_out(chair, x, frame, chairs, doors, wishes, run, floor):
        _note(x, Change.WITHDRAWAL, chair, _choice(chair, wishes, doors, run) == 0, frame, chairs)
        _exclude(chair, line, memory.n_lineup, excluded)
        for i in range(n):
            excluded[i] = excluded[i] and _choice(i, wishes, doors, run) != 1
        chair, event = choose_chair(doors, wishes, side, excluded, _STAND_IN, where, run, floor), Change.STAND_IN
    elif n_wanting > 0 and (chair < 0 or _choice(chair, wishes, doors, run) != 1):
        for i in range(n):
            excluded[i] = False
        chair = choose_chair(doors, wishes, side, excluded, _STAND_IN, where, run, floor)
    if chair < 0:
        return chair
    _note(x, event, chair, _choice(chair, wishes, doors, run) == 1, frame, chairs)
    memory.last_chair = chair
    memory.n_lineup = _drop(line, memory.n_lineup, chair)  # a person made it take the chair early
    for i in range(n):
        excluded[i] = False
    _exclude(chair, line, memory.n_lineup, excluded)
    while memory.n_lineup < frame.forums.lineup[doors.forum]:
        after = line[memory.n_lineup - 1] if memory.n_lineup > 0 else chair
        side = np.int64(developed[after])
        following = choose_chair(doors, chairs.wishes[0], side, excluded, _NEXT, where, run, floor)
        if following < 0:
            break
        line[memory.n_lineup] = following
        excluded[following] = True
        memory.n_lineup += 1
    return chair


@lean
def _is_out(
    chair: Whole, x: Whole, frame: Frame, chairs: Chairs, doors: Doors, wishes: Int8s, run: Opened, floor: Floor
) -> bool:
    """Return whether a designated chair withdraws, by its own rule or because a person chose so."""
    choice, where = _choice(chair, wishes, doors, run), np.uint64(frame.meetings.address[x])
    if choice >= 0:
        return bool(choice == 0)
    chairs.hosts[x, 0] = chair
    alone, donors, n_donors = chairs.hosts[x, :1], floor.speaks, 0
    pledge(doors, alone, where, run, floor.draw_1, donors)
    for i in range(len(donors)):
        n_donors += donors[i]
    shock = shock_on_chair(chairs.shocks, chairs.shock_exposures, chair, frame.meetings.start[x])
    return withdraws(chair, n_donors, shock, where, run)


@lean
def _exclude(chair: Whole, line: Ints, n: Whole, excluded: Bools) -> None:
    """Exclude a chair and those of a line-up of n from being asked, bool (n,)."""
    excluded[chair] = True
    for place in range(n):
        excluded[line[place]] = True


@lean
def _keep(line: Ints, n: Whole, active: Bools) -> int:
    """Take out of a line-up of n those that exist no more, and return how many are left."""
    left = 0
    for place in range(n):
        line[left] = line[place]
        left += active[line[place]]
    return left


@lean
def _drop(line: Ints, n: Whole, chair: Whole) -> int:
    """Take a chair out of a line-up of n, if it stands there, and return how many are left."""
    left = 0
    for place in range(n):
        row = line[place]
        line[left] = row
        left += row != chair
    return left


@lean
def _note(x: Whole, event: Whole, row: Whole, by_person: Flag, frame: Frame, chairs: Chairs) -> None:
    """Note what happened to the chair of meeting x: to which state, -1 for none, and whether a person chose so."""
    place = frame.place[0]
    change = chairs.changes[place.chairs]
    change.meeting, change.event, change.row, change.by_person = x, event, row, by_person
    place.chairs += 1
