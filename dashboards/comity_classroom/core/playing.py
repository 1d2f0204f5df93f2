"""Playing: from the state of a classroom to its stop, by running the model from the start."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator

import numpy as np

from comity.errors import InputError
from comity.forum.calendar import Calendar
from comity.forum.gathering import Gathering
from comity.forum.timetable import Room
from comity.forum.trace import MeetingTrace
from comity.phases import Phase
from comity.record import Record
from comity.scenario.schema import Forum, Scenario
from comity_classroom.core.moves import scenario_of
from comity_classroom.core.state import ClassroomState, Place
from comity_classroom.core.stop import Held, Next, Standing, Stop, Table

__all__ = ["last_held", "reach", "stop_at", "to_come"]

_PHASES = list(Phase)


def reach(model: Calendar, place: Place | None, each: Callable[[Place], None] | None = None) -> None:
    """Hold sittings up to a place; call ``each`` after every one."""
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
            f"classroom: sitting {place.sitting} of {place.meeting} must be held in this scenario, but was not. The "
            "ledger is damaged or from another version. Restore it from a backup."
        )


def stop_at(state: ClassroomState) -> Stop:
    """Return where a class stands. The run is repeated from the start, which takes a moment."""
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
        seats=tuple(seats),
    )


def to_come(state: ClassroomState) -> Iterator[tuple[Place, bool, np.ndarray]]:
    """Yield the future sittings, with the choices that were made for them.

    Yields
    ------
    place, bool, bool (n,)
        The sitting; whether the doors of its meeting open just before it; actors who may come to the meeting.
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
    """Return the meeting of a place, open or closed, with its phases, rounds and acts."""
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
    """Return the forum under whose rules the meeting of a place is held."""
    held = model.gathering
    if held is not None and held.meeting.id == place.meeting:
        return held.forum
    return model.scenario.forum(model.trace.meetings[-1].held_as)


def _eligible(model: Calendar, place: Place) -> np.ndarray:
    return model.stage.eligible(model.scenario.meeting(place.meeting).start, _forum(model, place))


def _doors(model: Calendar) -> Next | None:
    """Return the next opening of doors, by holding one more sitting on a copy of the model."""
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
    """Return the next sitting of the current meeting."""
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
