"""The calendar: the order of events of a run, meeting by meeting."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from comity.errors import InputError, nearest
from comity.forum.acting import OwnMechanisms
from comity.forum.beginning import begin_course
from comity.forum.choices import lay_choices, moves_by_meeting
from comity.forum.gathering import Gathering, gathering_of
from comity.forum.late import refuse_late, take_late
from comity.forum.moments import Moment, Until, number_of
from comity.forum.next_sitting import NextSitting, look_ahead
from comity.forum.order import hold
from comity.forum.snapshot import take_snapshot
from comity.forum.stage import prepare
from comity.forum.telling import Telling
from comity.forum.trace import ChairEntry, Keep, Snapshot, Trace
from comity.population.verbs import Steps
from comity.randomness import decision_keys, read_seed
from comity.scenario.loading import load
from comity.scenario.moves import Move
from comity.scenario.parameters import table_of
from comity.scenario.schema import Scenario
from comity.world.world import Run

__all__ = ["Calendar"]

_number_of = number_of.py_func  # type: ignore[attr-defined]


class Calendar:
    """The calendar of a run: meetings, and between them the years and the shocks.

    ``run()`` holds everything that is left, ``step()`` one sitting, ``run_to()`` all up to one sitting. However they
    are combined the run is the same, to the byte.

    Parameters
    ----------
    scenario
        A scenario, or the name or path of one.
    seed
        Seed of all luck of the run; 0 is a seed.
    keep
        ``"meetings"`` (sweeps), ``"all"`` (also every actor and sitting) or ``"trust"`` (also trust matrices).

    Raises
    ------
    InputError
        Where the scenario, the seed or the level of detail cannot be used.

    Attributes
    ----------
    world
        State of all actors, as the rules read and write it.
    today
        Day up to which time has passed.
    gathering
        The meeting that is being held, or None between meetings.
    running
        Whether there is anything left to hold.
    trace
        What the run has left so far.
    ways
        Methods by which it was held.
    steps_from_outside
        What verbs have changed; see :class:`comity.population.verbs.WorldView`.
    """

    def __init__(self, scenario: Scenario | str | Path = "hld_gfmd", *, seed: int = 0, keep: Keep = "all") -> None:
        self.run_seed = read_seed(seed)
        if keep not in ("meetings", "all", "trust"):
            raise InputError(f"keep must be 'meetings', 'all' or 'trust', got {keep!r}. Choose one of them.")
        self.scenario = scenario if isinstance(scenario, Scenario) else load(scenario)
        self.keep: Keep = keep
        self.stage = prepare(self.scenario)
        self.population = self.stage.population
        self.world = self.population.world.begin(self.scenario.strengths.prior_weight)
        self.trace = Trace()
        self.running = True
        self.ways: set[str] = set()
        self.steps_from_outside = Steps()
        self._run = Run(self.world, table_of(self.scenario.strengths), decision_keys(self.run_seed))
        self._moves = moves_by_meeting(self.scenario, self.population)
        chosen = lay_choices(self.stage.meetings, self._moves, self.population.rows, self.stage.issues)
        schedule = self.stage.schedule
        if any(move.hosts is not None for move in self.scenario.moves):
            schedule = schedule._replace(capitals=self.stage.capitals)
        self._course = begin_course(schedule, chosen, self.scenario.start.toordinal())
        self._telling = Telling(self.stage, self._course, self._moves, self.trace)
        for event in self.scenario.chairs if self.scenario.choices.host == "scripted" else ():
            self.trace.chairs.append(
                ChairEntry(
                    date=event.date, meeting=event.meeting, event=event.event, state=event.state, text=event.text
                )
            )
        self._own = OwnMechanisms(self.scenario, self.stage, self.run_seed)
        self._told = self.world.trust_parts
        if keep != "meetings":
            self._told = self._told.copy()
            self.trace.start = self._snapshot()

    @property
    def today(self) -> date:
        """Day up to which time has passed."""
        return date.fromordinal(int(self._course.frame.place["today"][0]))

    @property
    def gathering(self) -> Gathering | None:
        """The meeting that is being held, or None between meetings."""
        if not Moment.MONEY <= self._place["moment"] < Moment.SNAPSHOT or self._is_at_end:
            return None
        x, sitting = self._course.frame.events["index"][self._place["event"]], int(self._place["sitting"])
        return gathering_of(x, self.stage, self._course, self._moves.get(self.stage.meetings[x].id, ()), sitting)

    @property
    def is_over(self) -> bool:
        """Whether the calendar is at its end."""
        return self._is_at_end and self.today >= self.scenario.end

    def step(self) -> None:
        """Hold one sitting: open the next meeting if none is being held, close it after its last sitting."""
        self._begin("step()")
        if self._place["moment"] < Moment.SEATING or self.gathering is None:
            self._go_on(moments=(Moment.SEATING,))
        if self.running:
            event = int(self._place["event"])
            self._go_on(event + 1, moments=(Moment.SEATING,))
            self._finish()

    def run(self) -> Calendar:
        """Hold all that is left, as one compiled call where nothing but meetings is kept, and return the calendar."""
        self._begin("run()")
        if self.running:
            self._go_on()
        return self

    def hold_to(self, *moments: Moment) -> Calendar:
        """Hold all up to the next time that one of some moments comes, or to the end, and return the calendar.

        ``step()``, ``run()`` and the others go on from there. A record that is taken there says which sittings were
        held, and is repeated up to the last of them.
        """
        self._begin("hold_to()")
        if self.running:
            self._go_on(moments=moments)
        return self

    def run_to(self, meeting: str, sitting: int) -> Calendar:
        """Hold all up to and including a sitting of a meeting, stop there, and return the calendar.

        ``step()`` and ``run()`` go on from there; the run is the same, to the byte, as one that was never stopped.

        Parameters
        ----------
        meeting
            Id of the meeting.
        sitting
            Number of the sitting within the meeting, from 1, as in the record; 0 only opens the meeting. After its
            last sitting a meeting is closed.

        Raises
        ------
        InputError
            For a meeting that is not in the calendar, is past, or is not held, and for a sitting that is past or that
            the meeting does not have. Up to there all has been held then.
        """
        self._begin("run_to()")
        ids = [item.id for item in self.scenario.meetings]
        if meeting not in ids:
            raise InputError(f"run_to: meeting must be one of the scenario, got {meeting!r}. {nearest(meeting, ids)}")
        event = self._event_of(meeting)
        if (event, Moment.MONEY) > (self._place["event"], self._place["moment"]):
            self._go_on(event, Moment.MONEY)
            if self._place["event"] > event:
                why = dict(self.trace.cancelled).get(meeting, "it has no sitting")
                raise InputError(f"run_to: meeting {meeting!r} is not held: {why}. Name another meeting.")
        held = self.gathering
        if held is None or held.meeting.id != meeting:
            raise InputError(f"run_to: meeting must be yet to come, but {meeting!r} is past. Begin a new run.")
        if not isinstance(sitting, int) or not held.sitting <= sitting <= held.n_sittings:
            raise InputError(
                f"run_to: sitting of {meeting!r} must be in {held.sitting} to {held.n_sittings}, got {sitting!r}. "
                "Name one of these; for what is past begin a new run."
            )
        if sitting == held.n_sittings:
            self._go_on(event + 1)
            self._finish()
        else:
            self._go_on(event, Moment.SEATING + 2 * sitting)
        return self

    def choose(self, moves: Sequence[Move]) -> Calendar:
        """Let people choose rooms and acts for the sitting that comes next, and return the calendar.

        The run must stand before a sitting, as after ``hold_to(Moment.SEATING)``. It goes on as if the moves had stood
        in the scenario from the start; the scenario of the record has them.

        Parameters
        ----------
        moves
            Moves with ``table`` or ``act`` for that sitting.

        Raises
        ------
        InputError
            Where the run does not stand before a sitting, or a move cannot be carried out. Nothing is chosen then.
        """
        held = self.gathering
        if held is None or self._place["moment"] != Moment.SEATING:
            raise InputError("choose: must be called before a sitting. Call hold_to(Moment.SEATING) first.")
        refuse_late(moves, held, self.population.rows, self._moves.get(held.meeting.id, ()))
        if moves:
            place, choice = self._course.frame.events["index"][self._place["event"]], self._course.proceedings.choice
            if choice[place] == 0:
                choice[place] = len(self._course.proceedings.attends) - 1
            take_late(moves, held, self.population.rows)
            self._moves.setdefault(held.meeting.id, []).extend(moves)
            self.scenario = self.scenario.replaced(moves=(*self.scenario.moves, *moves))
        return self

    def _begin(self, way: str) -> None:
        """Keep by which method the run goes on."""
        if self.running:
            self.ways.add(way)

    @property
    def _place(self) -> Any:
        return self._course.frame.place[0]

    @property
    def _is_at_end(self) -> bool:
        return bool(self._place["event"] == len(self._course.frame.events))

    def _event_of(self, meeting: str) -> int:
        """Return which event of the schedule a meeting is."""
        events, x = self._course.frame.events, [item.id for item in self.stage.meetings].index(meeting)
        return int(np.flatnonzero((events["first"] == Moment.ARENA) & (events["index"] == x))[0])

    def next_sitting(self) -> NextSitting | None:
        """Return what the next sitting of the meeting that is being held will be, without holding it.

        None between meetings; ``run_to(meeting, 0)`` opens one. Nothing that belongs to the run is changed.
        """
        if self.gathering is None:
            return None
        return look_ahead(self.gathering, self.today, self.stage, self._course, self._run)

    def _go_on(self, event: int | None = None, number: int = 0, moments: Sequence[Moment] = ()) -> None:
        """Hold all up to the moment of a number of an event, or to the end, or the next time that a moment comes.

        A snapshot is taken on the way after each meeting, where snapshots are kept. Mechanisms of one's own act when
        their moments come, before a stop there and before a snapshot.
        """
        keeps, n_events = self.keep != "meetings", len(self._course.frame.events)
        until = Until(n_events if event is None else event, int(number), np.zeros(len(Moment), dtype=np.bool_))
        until.moments[[*moments, *self._own.moments, *[Moment.SNAPSHOT] * keeps]] = True
        while True:
            self._act()
            hold(until, self._course, self._run)
            self._telling.go_on()
            self._act()
            moment = self._place["moment"]
            if keeps and moment == Moment.SNAPSHOT and not self._is_at_end:
                self.trace.meetings[-1] = self.trace.meetings[-1]._replace(snapshot=self._snapshot())
            elif moment not in self._own.moments:
                break
            if self._is_at_end or moment in moments or self._is_past(until):
                break
        self.running = not self._is_at_end

    def _act(self) -> None:
        """Let mechanisms of one's own act, if a moment of theirs comes next."""
        if self._own.moments:
            self._own.act(self.world, self._course, self.steps_from_outside, self._moves)

    def _is_past(self, until: Until) -> bool:
        """Return whether the run is where it was to stop, or beyond."""
        place = self._place
        return (int(place["event"]), int(_number_of(place["moment"], place["sitting"]))) >= until[:2]

    def _finish(self) -> None:
        """After the last meeting let what is left of the calendar pass."""
        if not (self._course.frame.events["first"][self._place["event"] :] == Moment.ARENA).any():
            self._go_on()

    def _snapshot(self) -> Snapshot:
        taken = take_snapshot(self.world, self._told, self.steps_from_outside.take(), self.keep == "trust")
        self._told = self.world.trust_parts.copy()
        return taken
