"""The calendar: the order of events of a run, meeting by meeting."""

from __future__ import annotations

from collections import deque
from datetime import date
from pathlib import Path

import numpy as np

from comity.errors import InputError, nearest
from comity.forum import effects
from comity.forum.choices import MeetingChoices, choices_by_meeting, clear_log
from comity.forum.closing import close_meeting
from comity.forum.gathering import Gathering, open_gathering
from comity.forum.hosting import empty_memories, settle_hosts
from comity.forum.meeting import hold_meeting
from comity.forum.next_sitting import NextSitting, look_ahead
from comity.forum.snapshot import take_snapshot
from comity.forum.stage import prepare
from comity.forum.stock import Stock, empty_stock
from comity.forum.trace import ChairEntry, Keep, Snapshot, Trace, YearTrace
from comity.forum.year import pass_year
from comity.population.verbs import Steps
from comity.randomness import address, decision_keys, read_seed
from comity.rules.arena import agreed_arena
from comity.rules.shocks import apply_shock
from comity.scenario.loading import load
from comity.scenario.parameters import table_of
from comity.scenario.schema import Forum, Meeting, Scenario, Shock
from comity.world.world import Run

__all__ = ["Calendar"]


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
        self.today = self.scenario.start
        self.gathering: Gathering | None = None
        self.running = True
        self.ways: set[str] = set()
        self.steps_from_outside = Steps()
        self._run = Run(self.world, table_of(self.scenario.strengths), decision_keys(self.run_seed))
        rights, agency = self.scenario.institutions.rights_issue, self.scenario.institutions.agency
        self._rights = self.stage.issues.index(rights) if rights else -1
        self._agency = self.population.rows.get(agency, -1)
        self._agenda = deque(sorted(self.scenario.meetings, key=lambda m: (m.start, m.end, m.id)))
        self._events = deque(sorted(_calendar_events(self.scenario), key=lambda event: event[0]))
        self._forums = {forum.id: forum for forum in self.scenario.forums}
        self._memory = empty_memories(self.scenario.forums)
        self._chosen = choices_by_meeting(self.scenario, self.population)
        self._arena = "informal"
        self._not_held: set[str] = set()
        for event in self.scenario.chairs if self.scenario.choices.host == "scripted" else ():
            self.trace.chairs.append(
                ChairEntry(
                    date=event.date, meeting=event.meeting, event=event.event, state=event.state, text=event.text
                )
            )
        self._told = self.world.trust_parts
        if keep != "meetings":
            self._told = self._told.copy()
            self.trace.start = self._snapshot()

    @property
    def is_over(self) -> bool:
        """Whether the calendar is at its end."""
        return self.gathering is None and not self._agenda and self.today >= self.scenario.end

    def step(self) -> None:
        """Hold one sitting: open the next meeting if none is being held, close it after its last sitting."""
        self._begin("step()")
        if self.gathering is None:
            self._open_next()
        if self.gathering is not None:
            self._hold(self.gathering.sitting + 1)
            if self.gathering.sitting == self.gathering.n_sittings:
                self._hold_all()

    def run(self) -> Calendar:
        """Hold all that is left, one compiled call for each meeting, and return the calendar."""
        self._begin("run()")
        while self.running:
            if self.gathering is None:
                self._open_next()
            if self.gathering is not None:
                self._hold_all()
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
        if not self._is_ahead(meeting) and not self._is_held_now(meeting):
            raise InputError(f"run_to: meeting must be yet to come, but {meeting!r} is past. Begin a new run.")
        while not self._is_held_now(meeting):
            if not self._is_ahead(meeting):
                why = dict(self.trace.cancelled).get(meeting, "it has no sitting")
                raise InputError(f"run_to: meeting {meeting!r} is not held: {why}. Name another meeting.")
            if self.gathering is None:
                self._open_next()
            else:
                self._hold_all()
        held = self.gathering
        assert held is not None
        if not isinstance(sitting, int) or not held.sitting <= sitting <= held.n_sittings:
            raise InputError(
                f"run_to: sitting of {meeting!r} must be in {held.sitting} to {held.n_sittings}, got {sitting!r}. "
                "Name one of these; for what is past begin a new run."
            )
        if sitting == held.n_sittings:
            self._hold_all()
        else:
            self._hold(sitting)
        return self

    def _begin(self, way: str) -> None:
        """Keep by which method the run goes on."""
        if self.running:
            self.ways.add(way)

    def _is_held_now(self, meeting: str) -> bool:
        return self.gathering is not None and self.gathering.meeting.id == meeting

    def _is_ahead(self, meeting: str) -> bool:
        return any(item.id == meeting for item in self._agenda)

    def next_sitting(self) -> NextSitting | None:
        """Return what the next sitting of the meeting that is being held will be, without holding it.

        None between meetings; ``run_to(meeting, 0)`` opens one. Nothing that belongs to the run is changed.
        """
        if self.gathering is None:
            return None
        return look_ahead(self.gathering, self.today, self.stage, self._run)

    def _hold_all(self) -> None:
        """Hold what is left of the meeting, and close it."""
        held = self.gathering
        assert held is not None
        if held.moves:
            self._hold(held.n_sittings)
        active, stock = self.stage.active_on(max(self.today, held.meeting.end)), empty_stock()
        self._hold_parts(held, held.n_sittings + 2, active, stock)
        self._close(active, stock)

    def _hold(self, last: int) -> None:
        """Open the doors if they are closed, and hold the sittings up to the one of that number."""
        held = self.gathering
        assert held is not None
        active, stock = self._active(), empty_stock()
        if not held.is_open:
            self._hold_parts(held, 1, active, stock)
            if held.moves:
                self.trace.moves += effects.at_opening(held, self.stage, active)
        first = held.sitting
        if last == first:
            return
        self._hold_parts(held, last + 1, active, stock)
        if held.moves:
            clear_log(held.timetable, held.log, first, last)
            self.trace.moves += effects.in_sittings(held, first, last, self.stage)

    def _hold_parts(self, held: Gathering, last: int, active: np.ndarray, stock: Stock) -> None:
        """Go on with a meeting up to the part of that number, not included; see :func:`hold_meeting`."""
        hold_meeting(held.part, last, held.held, self._run, active, stock)
        held.part = last

    def _active(self) -> np.ndarray:
        """Return which actors exist today, bool (n,)."""
        return self.stage.active_on(self.today)

    def _pass_time(self, until: date) -> None:
        while self._events and self._events[0][0] <= until:
            day, event = self._events.popleft()
            self.today = max(self.today, day)
            if isinstance(event, Shock):
                exposure = self.stage.shock_exposures[event.id]
                apply_shock(event, exposure, self.stage.issues, self.stage.is_state_led, self._run)
            else:
                self._pass_year(event)
        self.today = max(self.today, until)

    def _pass_year(self, year: int) -> None:
        where = address(f"year:{year}")
        pass_year(self._active(), self._rights, self._agency, where, self._run)
        self.trace.years.append(
            YearTrace(
                year=year,
                crmw_party=self.world.actors["crmw_party"].copy(),
                iom_member=self.world.actors["iom_member"].copy(),
            )
        )

    def _open_next(self) -> None:
        """Let time pass up to the next meeting that is held, and open it; at the end of the calendar, to the end."""
        while self._agenda:
            meeting = self._agenda.popleft()
            self._pass_time(meeting.start)
            forum, cancelled = self._arena_of(self._forums[meeting.forum])
            if meeting.linked_to in self._not_held:
                cancelled = "the meeting that it accompanies is not held"
            hosts: list[int] = []
            chosen = self._chosen.get(meeting.id, self._chosen[""])
            is_asked = not cancelled
            if is_asked:
                hosts, cancelled = self._find_hosts(meeting, forum, chosen)
            if cancelled:
                self._not_held.add(meeting.id)
                self.trace.cancelled.append((meeting.id, cancelled))
                self.trace.moves += effects.without_meeting(chosen.moves, cancelled, is_asked=is_asked)
                continue
            gathering = open_gathering(
                stage=self.stage,
                meeting=meeting,
                forum=forum,
                hosts=hosts,
                chosen=chosen,
                today=self.today,
                memory=self._memory[forum.id],
                run=self._run,
            )
            if gathering.n_sittings:
                self.gathering = gathering
                return
            self.trace.moves += effects.without_meeting(chosen.moves, "it has no sitting", is_asked=is_asked)
        self._pass_time(self.scenario.end)
        self.running = False

    def _find_hosts(self, meeting: Meeting, forum: Forum, chosen: MeetingChoices) -> tuple[list[int], str]:
        """Settle who hosts a meeting, keep what happened, and return the rows of the hosts or why it is cancelled."""
        hosts, cancelled, events = settle_hosts(
            stage=self.stage,
            meeting=meeting,
            forum=forum,
            active=self._active(),
            chosen=chosen,
            memory=self._memory[forum.id],
            run=self._run,
        )
        self.trace.chairs += [event.entry(meeting) for event in events]
        if chosen.moves:
            asked = meeting.hosts if self.scenario.choices.host == "scripted" else ()
            self.trace.moves += effects.of_hosting(chosen.moves, forum, asked, hosts, self.stage, self._active())
        return hosts, cancelled

    def _arena_of(self, forum: Forum) -> tuple[Forum, str]:
        """Return the forum under whose rules a meeting is held, and why it is cancelled if it is."""
        if not forum.state_led or self._arena == "informal":
            return forum, ""
        if self._arena == "nowhere":
            return forum, "states chose no forum at all"
        return next((item for item in self.scenario.forums if item.decides_arena), forum), ""

    def _close(self, active: np.ndarray, stock: Stock) -> None:
        """Do what follows from a meeting, and keep what it left."""
        held = self.gathering
        assert held is not None
        self.gathering = None
        self.today = max(self.today, held.meeting.end)
        self._memory[held.forum.id].remember(held.openness, held.topics, held.present, self.stage.is_state)
        trace = close_meeting(held, stock, self.stage, active, self._run)
        if trace.arena is not None and self.scenario.choices.arena == "endogenous":
            there = self.stage.states[active[self.stage.is_state]]
            self._arena = agreed_arena(trace.arena[active[self.stage.is_state]], self.world.actors["group"][there])
        if held.moves:
            self.trace.moves += effects.at_close(held, self.stage, active)
        self.trace.meetings.append(trace if self.keep == "meetings" else trace._replace(snapshot=self._snapshot()))
        if not self._agenda:
            self._pass_time(self.scenario.end)
            self.running = False

    def _snapshot(self) -> Snapshot:
        taken = take_snapshot(self.world, self._told, self.steps_from_outside.take(), self.keep == "trust")
        self._told = self.world.trust_parts.copy()
        return taken


def _calendar_events(scenario: Scenario) -> list[tuple[date, Shock | int]]:
    """Return what happens between meetings: the end of each year, on 31 December, and the shocks."""
    years = range(scenario.start.year, scenario.end.year + 1)
    ends = [(date(year, 12, 31), year) for year in years if scenario.start < date(year, 12, 31) <= scenario.end]
    return [*ends, *((shock.date, shock) for shock in scenario.shocks)]
