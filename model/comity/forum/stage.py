"""The stage: all that runs share whatever their parameters, prepared once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from threading import RLock

import numpy as np

from comity.compiled import Floats
from comity.forum.schedule import Schedule, lay_out
from comity.forum.timetable import Room, build_timetable
from comity.phases import Phase
from comity.population.people import Population, build_population
from comity.rules.agenda import N_SALIENT, Topic, civil_society_topics
from comity.rules.attendance import host_reach
from comity.rules.openness import trust_in_networks
from comity.rules.shocks import shock_exposure
from comity.scenario.checks import refuse_texts_without_class
from comity.scenario.schema import Forum, Meeting, Scenario, Vote
from comity.world.meeting import Timetable
from comity.world.world import STANCES, Group, Kind

__all__ = ["Programme", "Stage", "prepare"]


@dataclass(frozen=True, kw_only=True)
class Programme:
    """What a meeting's agenda entails: its timetable, the rooms in words, and the topic drawn of each room, or -1."""

    timetable: Timetable
    n_sittings: int
    n_rounds: int
    rooms: list[Room]
    drawn: np.ndarray


class Stage:
    """Population, invitations and timetables of a scenario.

    Attributes
    ----------
    population
        The actors and the world from which each run starts.
    issues
        Ids of the issues.
    is_state_led
        Which forums are state-led, bool (F,).
    meetings
        All meetings in the order in which they are held.
    issue_index, categories
        Issue that gathers each agenda category; the categories, issue by issue.
    forum_index
        Column of each forum in attachment, by id.
    invited
        Who may come to a meeting of each forum, bool (n,), by id.
    is_state, is_network
        Which actors are states, and networks, bool (n,).
    states
        Rows of the states.
    first_trust
        Mean trust of states in networks before the first meeting.
    shock_exposures
        How strongly each shock hits each actor, (n,), by id of the shock.
    agendas
        Scripted agenda of each meeting, by id.
    network_ranking
        Issues in the order in which networks care about them, as category names.
    """

    def __init__(self, scenario: Scenario) -> None:
        refuse_texts_without_class(scenario)
        self.scenario = scenario
        self.population: Population = build_population(scenario)
        self.issues = [issue.id for issue in scenario.issues]
        self.is_state_led = np.array([forum.state_led for forum in scenario.forums])
        self.meetings = sorted(scenario.meetings, key=lambda m: (m.start, m.end, m.id))
        self.issue_index = {category: k for k, issue in enumerate(scenario.issues) for category in issue.categories}
        self.categories = list(self.issue_index)
        self.forum_index = {forum.id: f for f, forum in enumerate(scenario.forums)}
        world = self.population.world
        self.is_state = world.actors["kind"] == Kind.STATE
        self.states = np.flatnonzero(self.is_state)
        self.voters = {vote.id: self._voters(vote) for meeting in scenario.meetings for vote in meeting.votes}
        self.is_network = world.actors["group"] == Group.NETWORK
        self.first_trust = trust_in_networks(world)
        self.population = replace(self.population, world=world.closed())  # it is shared by all runs
        self.shock_exposures = {shock.id: shock_exposure(shock, self.population.actors) for shock in scenario.shocks}
        self.invited = {forum.id: self._invited(forum) for forum in scenario.forums}
        demand = world.salience[self.is_network if self.is_network.any() else slice(None)].mean(axis=0)
        self.network_ranking = [scenario.issues[k].categories[0] for k in np.argsort(-demand, kind="stable")]
        self.agendas = {meeting.id: self._agenda(meeting) for meeting in scenario.meetings}
        self._active: dict[date, np.ndarray] = {}
        self._programmes: dict[tuple[object, ...], Programme] = {}
        self._with_spaces: dict[tuple[str, int], Meeting] = {}

    def _voters(self, vote: Vote) -> np.ndarray:
        """Return which states may vote on a text, should they exist, bool (n,)."""
        if not vote.members:
            return np.asarray(self.is_state)
        named = [self.population.rows[member] for member in vote.members if member in self.population.rows]
        return np.asarray(self.is_state & np.isin(np.arange(len(self.is_state)), named))

    def _invited(self, forum: Forum) -> np.ndarray:
        """Return who may come: kinds that sit somewhere in the format, networks of the forum's stances."""
        world = self.population.world
        codes = [int(Kind[kind.upper()]) for entry in forum.format for kind in entry.kinds]
        stances = [STANCES.index(stance) for stance in forum.stances]
        may_sit = np.isin(world.actors["kind"], codes)
        invited: np.ndarray = may_sit & (~self.is_network | np.isin(world.actors["stance"], stances))
        return invited

    def active_on(self, day: date) -> np.ndarray:
        """Return which actors exist on a day, bool (n,); not to be written to."""
        if day not in self._active:
            ordinal = day.toordinal()
            self._active[day] = (self.population.active_from <= ordinal) & (ordinal <= self.population.active_to)
        return self._active[day]

    def _agenda(self, meeting: Meeting) -> tuple[Topic, ...]:
        """Return the scripted agenda; without one what is voted on, or the three issues salient to those invited."""
        if meeting.sessions:
            return tuple(Topic(s.code, s.title, s.category, s.cochairs) for s in meeting.sessions)
        voted = [Topic("theme", vote.text, category) for vote in meeting.votes for category in vote.categories]
        if voted:
            return tuple(voted)
        invited = self.invited[meeting.forum]
        salience = self.population.world.salience[invited if invited.any() else slice(None)].mean(axis=0)
        ranked = np.argsort(-salience, kind="stable")[: N_SALIENT.count]
        text = meeting.theme or meeting.name
        return tuple(Topic("theme", text, self.scenario.issues[k].categories[0]) for k in ranked)

    def eligible(self, day: date, forum: Forum) -> np.ndarray:
        """Return who may come to a meeting of a forum on a day, bool (n,)."""
        eligible: np.ndarray = self.active_on(day) & self.invited[forum.id]
        return eligible

    def reach(self, meeting: Meeting) -> Floats:
        """Return how far each actor reaches a meeting as planned, minus the mean reach, shape (n,).

        A meeting in the hands of other hosts than planned is in their capital. Nobody travels to one online.
        """
        if meeting.venue == "online":
            return np.zeros(len(self.population.ids))
        hosts = [self.population.rows[name] for name in meeting.hosts if name in self.population.rows]
        return self._reach_of(meeting.city, hosts)

    def _reach_of(self, city: str, hosts: list[int]) -> Floats:
        known, ids = self.population.reach, self.population.ids
        if known is None:
            return np.zeros(len(ids))
        found = [host_reach(*known.to(city, name)) for name in [ids[host] for host in hosts] or [""]]
        reached: Floats = np.mean(found, axis=0)
        return reached

    def with_spaces(self, meeting: Meeting, spaces: int | None) -> Meeting:
        """Return a meeting with so many sittings of the common space instead of those scripted; None: as it is."""
        if spaces is None:
            return meeting
        if (meeting.id, spaces) not in self._with_spaces:
            sittings = {**meeting.sittings, Phase.COMMON_SPACE: spaces}
            changed = meeting.model_copy(update={"sittings": sittings, "common_space": None})
            self._with_spaces[meeting.id, spaces] = changed
        return self._with_spaces[meeting.id, spaces]

    @cached_property
    def schedule(self) -> Schedule:
        """The order of events as arrays."""
        return lay_out(self)

    @cached_property
    def capitals(self) -> Floats:
        """How far each actor reaches the capital of each state, (n, n), row the host; zeros for others."""
        n = len(self.population.ids)
        return np.array([self._reach_of("", [row]) if self.is_state[row] else np.zeros(n) for row in range(n)])

    def programme(self, meeting: Meeting, forum: Forum, topics: tuple[Topic, ...]) -> Programme:
        """Return what follows from a meeting, its forum and its agenda; the same question is answered from memory."""
        asked = None if topics is self.agendas[meeting.id] else topics  # the scripted one need not be compared
        question = (meeting.id, meeting.sittings.get(Phase.COMMON_SPACE), forum.id, asked)
        found = self._programmes.get(question)
        if found is None:
            if len(self._programmes) > 4096:
                self._programmes.clear()
            mirrored = civil_society_topics(meeting, topics, self.network_ranking)
            timetable, rooms, drawn = build_timetable(
                self.scenario, meeting, forum, topics, mirrored, self.population.rows
            )
            found = self._programmes[question] = Programme(
                timetable=timetable,
                n_sittings=timetable.n_sittings,
                n_rounds=timetable.n_rounds,
                rooms=rooms,
                drawn=drawn,
            )
        return found


_STAGES: dict[str, Stage] = {}
_PREPARING = RLock()


def prepare(scenario: Scenario) -> Stage:
    """Return the stage of a scenario; the last few are kept, since scenarios that differ in parameters share one.

    Threads that ask for the same stage at the same time get one and the same.
    """
    key = scenario.setting_hash
    with _PREPARING:
        if key not in _STAGES:
            while len(_STAGES) >= 4:
                _STAGES.pop(next(iter(_STAGES)))
            _STAGES[key] = Stage(scenario)
        return _STAGES[key]
