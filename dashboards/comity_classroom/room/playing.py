"""Playing: from the state of a room to the model, what was held last, and what comes next."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from comity.errors import InputError
from comity.forum.calendar import Calendar
from comity.forum.gathering import Gathering
from comity.forum.stage import Stage
from comity.forum.timetable import Room
from comity.forum.trace import MeetingTrace, Trace
from comity.phases import Phase
from comity.population.people import Population
from comity.record import Record
from comity.rules.act import Act
from comity.scenario.loading import from_data
from comity.scenario.moves import lay_moves
from comity.scenario.schema import Forum, Scenario
from comity.world.world import World
from comity_classroom.room.amendments import amend
from comity_classroom.room.state import Place, RoomState

__all__ = [
    "Held", "Next", "Standing", "Stop", "Table", "acts_of", "last_held", "moves_of", "reach", "scenario_of",
    "stop_at", "to_come",
]  # fmt: skip

_PHASES = list(Phase)


@dataclass(frozen=True, kw_only=True)
class Table:
    """One room of a sitting: its number from 1, title, name of the issue, and the rows of those who sit in it."""

    number: int
    title: str
    issue: str
    seated: np.ndarray


@dataclass(frozen=True, kw_only=True)
class Held:
    """A sitting that was held.

    Attributes
    ----------
    place, phase
        Which it was, and what kind.
    tables
        Its rooms.
    acts
        What each actor did, int8 (rounds, n): -1 where it did not sit.
    change
        What the trust of each actor in each offered seat changed by since the sitting before, float (n, seats).
    """

    place: Place
    phase: Phase
    tables: tuple[Table, ...]
    acts: np.ndarray
    change: np.ndarray

    def table_of(self, row: int) -> Table | None:
        """Return the table at which an actor sat, or None."""
        return next((table for table in self.tables if row in table.seated), None)


@dataclass(frozen=True, kw_only=True)
class Next:
    """What comes next: the doors of a meeting (sitting 0), or a sitting.

    Attributes
    ----------
    place
        Which.
    phase, tables, rounds, n_sittings
        Of the sitting; where the model would seat everybody. Of the doors: the first sitting.
    present
        Who is there, bool (n,); of the doors: who would come.
    hosts
        Rows of the hosts.
    eligible
        Who may come to this meeting, bool (n,).
    may_sit
        Who may sit in this sitting by kind, bool (n,).
    vote
        Id of the vote, empty where none is taken.
    asks_arena
        Whether states say after it where they would like to go on talking.
    """

    place: Place
    phase: Phase
    tables: tuple[Table, ...]
    rounds: int
    n_sittings: int
    present: np.ndarray
    hosts: tuple[int, ...]
    eligible: np.ndarray
    may_sit: np.ndarray
    vote: str
    asks_arena: bool

    @property
    def is_doors(self) -> bool:
        """Whether the doors have not opened yet."""
        return self.place.sitting == 0


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What a model holds at a stop: who the actors are, what can be said before a run, the world, what is left behind
    so far, and the meeting that is being held; see :class:`comity.forum.calendar.Calendar`."""

    population: Population
    stage: Stage
    world: World
    trace: Trace
    gathering: Gathering | None


@dataclass(frozen=True, kw_only=True)
class Stop:
    """Where a room stands.

    Attributes
    ----------
    scenario, seed
        With amendments and all choices up to here.
    record
        The record so far, of the meetings that have closed.
    model
        What the model holds there that is not in a record.
    passed
        The sittings that were held at the last advance, in order.
    next
        What comes next; None when all is over.
    opened
        The last meeting whose doors have opened, or empty.
    trust
        Trust of each actor in each offered seat now, float (n, seats).
    """

    scenario: Scenario
    seed: int
    record: Record
    model: Standing
    passed: tuple[Held, ...]
    next: Next | None
    opened: str
    trust: np.ndarray


def moves_of(state: RoomState, *, up_to_now: bool = False) -> list[dict[str, Any]]:
    """Return the moves of a scenario that the choices of a room stand for, in a fixed order.

    Parameters
    ----------
    up_to_now
        Leave out what was chosen for doors that have not opened and for sittings that have not been held yet.
    """
    calendar = sorted(state.scenario["meetings"], key=lambda m: (m["start"], m["end"], m["id"]))
    order = {meeting["id"]: number for number, meeting in enumerate(calendar)}
    now = (-1, 0) if state.held is None else (order[state.held.meeting], state.held.sitting)
    moves = []
    for seat, meeting, sitting in sorted(state.choices, key=lambda key: (order[key[1]], key[2], key[0])):
        to_come = sitting > now[1] if order[meeting] == now[0] else order[meeting] > now[0]
        if up_to_now and to_come and not (sitting == 0 and state.doors == meeting):
            continue
        choice = state.choices[seat, meeting, sitting]
        for name in sorted(choice):
            # One that stays away from a sitting says nothing in it, whatever it had chosen to say.
            if name == "on" or (name == "act" and choice.get("table") == 0):
                continue
            move: dict[str, Any] = {"actor": seat, "meeting": meeting, name: choice[name]}
            if name in ("table", "act"):
                move["sitting"] = sitting
            if name == "vote":
                move["on"] = choice["on"]
            moves.append(move)
    return moves


def scenario_of(state: RoomState, *, up_to_now: bool = False) -> Scenario:
    """Return the scenario that a room plays: its base, amended, with the moves of the class."""
    data = json.loads(json.dumps(dict(state.scenario)))
    data["moves"] = lay_moves(data.get("moves", []), moves_of(state, up_to_now=up_to_now))
    # The teacher's word comes last: a host that was withdrawn does not host, whatever its seat chose.
    for amendment in state.amendments:
        data = amend(data, amendment)
    return from_data(data, "the room")


def reach(model: Calendar, place: Place | None, each: Callable[[Place], None] | None = None) -> None:
    """Hold sittings until a place has been held; ``each`` is told of every one."""
    while place is not None and model.running:
        model.step()
        here = last_held(model)
        if here is None:
            continue
        if each is not None:
            each(here)
        if here == place:
            return
    if place is not None:
        raise InputError(
            f"room: sitting {place.sitting} of {place.meeting} must be held in this scenario, but it was not. The "
            "ledger belongs to another version of comity, or is damaged."
        )


def stop_at(state: RoomState) -> Stop:
    """Return where a room stands: everything is played again from the start, which takes a moment."""
    scenario = scenario_of(state, up_to_now=True)
    model = Calendar(scenario, seed=state.seed, keep="all")
    reach(model, state.before)
    if state.doors_before:
        model.run_to(state.doors_before, 0)
    seats = [model.population.rows[seat] for seat in state.offered]
    trust = model.world.trust.copy()[:, seats]
    passed: list[Held] = []

    def each(place: Place) -> None:
        nonlocal trust
        now = model.world.trust.copy()[:, seats]
        passed.append(_held(model, place, now - trust))
        trust = now

    if state.held != state.before:
        reach(model, state.held, each)
    if state.doors and model.gathering is None:
        model.run_to(state.doors, 0)
        trust = model.world.trust.copy()[:, seats]
    return Stop(
        scenario=scenario,
        seed=state.seed,
        record=Record.of(model, by="classroom"),
        model=Standing(
            population=model.population,
            stage=model.stage,
            world=model.world,
            trace=model.trace,
            gathering=model.gathering,
        ),
        passed=tuple(passed),
        next=_doors(model) if model.gathering is None else _sitting(model),
        opened=state.doors or (state.held.meeting if state.held else ""),
        trust=trust,
    )


def to_come(state: RoomState) -> Iterator[tuple[Place, bool, np.ndarray]]:
    """Yield the sittings that are still to be held, with all that was chosen for them.

    Yields
    ------
    place, bool, bool (n,)
        Which sitting; whether the doors of its meeting have to open for it first; who may come to that meeting.
    """
    model = Calendar(scenario_of(state), seed=state.seed, keep="meetings")
    reach(model, state.held)
    while model.running:
        before, was_open = last_held(model), model.gathering is not None
        model.step()
        place = last_held(model)
        if place is None or place == before:
            return
        yield place, not was_open and state.doors != place.meeting, _eligible(model, place)


def last_held(model: Calendar) -> Place | None:
    if model.gathering is not None:
        return Place(meeting=model.gathering.meeting.id, sitting=model.gathering.sitting)
    if not model.trace.meetings:
        return None
    last = model.trace.meetings[-1]
    return Place(meeting=last.id, sitting=len(last.phases))


def _table(scenario: Scenario, number: int, room: Room, rooms_of_actors: np.ndarray) -> Table:
    return Table(
        number=number,
        title=room.title,
        issue=scenario.issues[scenario.issue_of(room.category)].name,
        seated=np.flatnonzero(rooms_of_actors == number - 1),
    )


def _meeting(model: Calendar, place: Place) -> tuple[Gathering | MeetingTrace, np.ndarray, np.ndarray, np.ndarray]:
    """Return the meeting of a place, held or closed, with its phases, its rounds and its acts."""
    held = model.gathering
    if held is not None and held.meeting.id == place.meeting:
        return held, held.timetable.sittings["phase"], held.timetable.sittings["rounds"], held.log.acts
    trace = model.trace.meetings[-1]
    return trace, trace.phases, trace.rounds, trace.acts


def _held(model: Calendar, place: Place, change: np.ndarray) -> Held:
    meeting, phases, rounds, acts = _meeting(model, place)
    first = int(rounds[: place.sitting - 1].sum())
    return Held(
        place=place,
        phase=_PHASES[phases[place.sitting - 1]],
        tables=tuple(
            _table(model.scenario, number, room, meeting.tables[place.sitting - 1])
            for number, room in enumerate((room for room in meeting.rooms if room.sitting == place.sitting - 1), 1)
        ),
        acts=acts[first : first + int(rounds[place.sitting - 1])].copy(),
        change=change,
    )


def _forum(model: Calendar, place: Place) -> Forum:
    """Return the forum under whose rules the meeting of a place is or was held."""
    held = model.gathering
    if held is not None and held.meeting.id == place.meeting:
        return held.forum
    return model.scenario.forum(model.trace.meetings[-1].held_as)


def _eligible(model: Calendar, place: Place) -> np.ndarray:
    return model.stage.eligible(model.scenario.meeting(place.meeting).start, _forum(model, place))


def _doors(model: Calendar) -> Next | None:
    """Return the doors that open next, by holding one sitting more on a copy."""
    if not model.running:
        return None
    ahead = copy.deepcopy(model)
    ahead.step()
    place = last_held(ahead)
    if place is None or place == last_held(model):
        return None
    meeting, phases, rounds, _ = _meeting(ahead, place)
    found = Next(
        place=Place(meeting=place.meeting, sitting=0),
        phase=_PHASES[phases[0]],
        tables=(),
        rounds=int(rounds[0]),
        n_sittings=len(phases),
        present=meeting.present.copy(),
        hosts=tuple(int(row) for row in meeting.hosts),
        eligible=_eligible(ahead, place),
        may_sit=meeting.present.copy(),
        vote="",
        asks_arena=False,
    )
    return found


def _sitting(model: Calendar) -> Next:
    """Return the sitting that comes next in the meeting that is being held."""
    held, seen = model.gathering, model.next_sitting()
    assert held is not None
    assert seen is not None
    place = Place(meeting=seen.meeting, sitting=seen.sitting)
    s = seen.sitting - 1
    phases = held.timetable.sittings["phase"]
    kinds = np.asarray(model.world.actors["kind"], dtype=np.int64)
    n_votes = int((phases[: s + 1] == phases[s]).sum()) if seen.phase is Phase.VOTE else 0
    return Next(
        place=place,
        phase=seen.phase,
        tables=tuple(_table(model.scenario, number, room, seen.tables) for number, room in enumerate(seen.rooms, 1)),
        rounds=seen.rounds,
        n_sittings=seen.n_sittings,
        present=seen.present,
        hosts=tuple(held.hosts),
        eligible=_eligible(model, place),
        may_sit=(held.timetable.sittings["kinds"][s] >> kinds & 1).astype(bool),
        vote=held.meeting.votes[n_votes - 1].id if n_votes else "",
        asks_arena=held.forum.decides_arena and seen.sitting == seen.n_sittings,
    )


def acts_of(held: Held, row: int) -> list[str]:
    """Return what an actor did in a sitting, round by round: silence, statement, cooperation, contestation."""
    return [Act(int(act)).name.lower() for act in held.acts[:, row] if act >= 0]
