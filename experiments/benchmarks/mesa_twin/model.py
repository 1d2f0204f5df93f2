"""TwinModel: the calendar; one step is one meeting of it."""

from __future__ import annotations

import math
from collections import deque
from datetime import date
from typing import Any

import mesa

from comity.population.people import Population, build_population
from comity.scenario.schema import Forum, Meeting, Scenario, Shock
from mesa_twin.actors import ROLES, NetworkAgent, OrganisationAgent, StateAgent
from mesa_twin.arena import agreed_arena, put_first, utilities
from mesa_twin.arithmetic import Luck, mean
from mesa_twin.between import pass_year, strike
from mesa_twin.chairing import Memory, find_chair, remaining_hosts
from mesa_twin.delegation import Belief, Delegation
from mesa_twin.meeting import HeldMeeting
from mesa_twin.people import People
from mesa_twin.summary import COLUMNS, summary
from mesa_twin.voting import hold_vote

__all__ = ["TwinModel"]

_VOTES = ["meeting", "vote", "actor", "answer", "decision", "adopted", "p_yes", "p_abstain", "p_no", "p_absent"]


class TwinModel(mesa.Model):
    """The recurring forums of global migration governance, one object for each actor.

    Parameters
    ----------
    scenario
        What is to be simulated.
    seed
        Seed of all luck of the run.
    population
        The actors of the scenario, to save building them again for each run.

    Attributes
    ----------
    given
        The scenario; Mesa 3.5 keeps the name ``scenario`` for a property of its own.
    meeting
        The meeting that was held last.
    not_held, chairs
        Ids of meetings that were not held; what happened in the chain of chairs: meeting, event, state.
    opinions
        For each meeting after which states ranked the arenas, the utilities by state.
    """

    def __init__(self, scenario: Scenario, seed: int = 0, population: Population | None = None) -> None:
        super().__init__(rng=seed % 2**32)
        self.given = scenario
        self.parameters = scenario.strengths
        self.luck = Luck(seed)
        self.people = People(scenario.moves)
        self.today = scenario.start
        self.issues = {issue.id: issue for issue in scenario.issues}
        self._issue_of = {category: issue.id for issue in scenario.issues for category in issue.categories}
        self.memory = {forum.id: Memory() for forum in scenario.forums}
        self.arena = "informal"
        self.meeting: HeldMeeting | None = None
        self.not_held: list[str] = []
        self.chairs: list[tuple[str, str, str]] = []
        self.opinions: dict[str, dict[str, dict[str, float]]] = {}
        self._populate(build_population(scenario) if population is None else population)
        # Mesa 3.3 keeps every model alive in a class-wide table of id counters; 3.5 has no such table.
        getattr(mesa.Agent, "_ids", {}).pop(self, None)
        self.first_trust_in_networks = self.trust_in_networks()
        self._calendar = deque(sorted(scenario.meetings, key=lambda meeting: (meeting.start, meeting.end, meeting.id)))
        self._events = deque(_events(scenario))
        self.summary: dict[str, Any] = {}
        self.datacollector = mesa.DataCollector(
            model_reporters={name: lambda model, name=name: model.summary[name] for name in COLUMNS},
            agent_reporters={name: name for name in ("id", "cooperation", "sovereignty", "capacity", "authority")},
            tables={
                "support": ["meeting", "organisation", *(f"support_{role}" for role in ROLES)],
                "votes": _VOTES,
                "memberships": ["year", "actor", "crmw", "iom"],
            },
        )

    def _populate(self, population: Population) -> None:
        kinds = {"state": StateAgent, "io": OrganisationAgent}
        self.reach = population.reach
        self.delegations: list[Delegation] = []
        days = zip(population.active_from.tolist(), population.active_to.tolist(), strict=True)
        for index, (row, (first, last)) in enumerate(zip(population.actors.to_dict("records"), days, strict=True)):
            agent = kinds.get(row["kind"], NetworkAgent)(self, {str(k): v for k, v in row.items()}, index, first, last)
            self.delegations.append(agent)
        self.by_id = {delegation.id: delegation for delegation in self.delegations}
        self.states = [agent for agent in self.delegations if isinstance(agent, StateAgent)]
        self.organisations = [agent for agent in self.delegations if isinstance(agent, OrganisationAgent)]
        self.networks = [agent for agent in self.delegations if isinstance(agent, NetworkAgent)]
        if isinstance(agency := self.by_id.get(self.given.institutions.agency), OrganisationAgent):
            agency.count_members([state for state in self.states if state.first_day <= self.today.toordinal()])
        weight = self.parameters.prior_weight
        for holder, priors in zip(self.delegations, population.world.trust.tolist(), strict=True):
            for partner, prior in zip(self.delegations, priors, strict=True):
                if partner is not holder:
                    holder.trust[partner] = Belief(prior, weight)
        pairs = zip(population.world.ties.tolist(), population.world.stake.tolist(), strict=True)
        everybody = self.delegations
        self.ties = [
            (one, other, stake)
            for (a, b), stake in pairs
            if isinstance(one := everybody[a], StateAgent) and isinstance(other := everybody[b], StateAgent)
        ]

        blocs = zip(population.world.bloc_pairs.tolist(), population.world.shared_blocs.tolist(), strict=True)
        for (a, b), shared in blocs:
            one, other = everybody[a], everybody[b]
            if isinstance(one, StateAgent) and isinstance(other, StateAgent):
                one.partners[other] = other.partners[one] = shared

    # What others ask

    def issue_of(self, category: str) -> str:
        """Return the issue that gathers a category."""
        return self._issue_of[category]

    def existing_states(self) -> list[StateAgent]:
        """Return the states that exist today."""
        return [state for state in self.states if state.exists(self.today)]

    def trust_in_networks(self) -> float:
        """Return the mean trust of all states in all networks."""
        return mean(state.trust[network].mean for state in self.states for network in self.networks)

    def kinds_of(self, forum: Forum) -> set[str]:
        """Return the kinds of actors that sit somewhere in the format of a forum."""
        return {kind for line in forum.format for kind in line.kinds}

    def invites(self, forum: Forum, delegation: Delegation) -> bool:
        """Return whether a forum wants a delegation, by its kind and its stance."""
        is_wanted = not delegation.stance or delegation.stance in forum.stances
        return is_wanted and delegation.kind in self.kinds_of(forum)

    def note_chair(self, meeting: Meeting, event: str, state: StateAgent) -> None:
        """Note an event in the chain of chairs."""
        self.chairs.append((meeting.id, event, state.id))

    # The calendar (ODD 3.1)

    def step(self) -> None:
        """Let time pass until the next meeting, and hold it; after the last one let the rest pass."""
        if not self._calendar:
            self._pass_time(self.given.end)
            self.running = False
            return
        plan = self._calendar.popleft()
        self._pass_time(plan.start)
        self.today = max(self.today, plan.start)
        meeting = self._open(plan)
        if meeting is None or not (meeting.sittings or plan.votes):
            return
        meeting.hold()
        self.today = max(self.today, plan.end)
        self._close(meeting)

    def run(self) -> TwinModel:
        """Run to the end."""
        while self.running:
            self.step()
        return self

    def _pass_time(self, until: date) -> None:
        while self._events and self._events[0][0] <= until:
            day, event = self._events.popleft()
            self.today = max(self.today, day)
            if isinstance(event, Shock):
                strike(self, event)
            else:
                pass_year(self, event)

    def _open(self, plan: Meeting) -> HeldMeeting | None:
        forum: Forum | None = self.given.forum(plan.forum)
        if forum is not None and forum.state_led and self.arena != "informal":
            un = next(item for item in self.given.forums if item.decides_arena)
            forum = un if self.arena == "un" else None
        hosts = [host for name in plan.hosts if isinstance(host := self.by_id.get(name), StateAgent)]
        if forum is not None and plan.linked_to in self.not_held:
            forum = None
        if forum is not None and forum.state_led and self.given.choices.host == "endogenous":
            chair = find_chair(self, plan, forum)
            hosts = [] if chair is None else [chair]
            forum = forum if hosts else None
        elif forum is not None and forum.state_led and hosts:
            hosts = remaining_hosts(self, plan, forum, hosts)
            forum = forum if hosts else None
        if forum is None:
            self.not_held.append(plan.id)
            return None
        return HeldMeeting(self, plan, forum, hosts)

    def _close(self, meeting: HeldMeeting) -> None:
        self.meeting = meeting
        meeting.close()
        states = self.existing_states()
        if meeting.forum.decides_arena:
            opinions = {state.id: utilities(self, state, meeting.forum) for state in states}
            for state in states:
                put_first(opinions[state.id], self.people.arena(state.id, meeting.id))
            self.opinions[meeting.id] = opinions
            if self.given.choices.arena == "endogenous":
                self.arena = agreed_arena([(state.role, opinions[state.id]) for state in states])
        if meeting.forum.decides_arena or meeting.forum.state_led:
            self._report_support(meeting, states)
        for vote in meeting.plan.votes:
            for row in hold_vote(self, vote, meeting.id, states):
                self.datacollector.add_table_row("votes", row)
        self.summary = summary(meeting)
        self.datacollector.collect(self)

    def _report_support(self, meeting: HeldMeeting, states: list[StateAgent]) -> None:
        for organisation in self.organisations:
            if organisation.exists(self.today):
                row: dict[str, Any] = {"meeting": meeting.id, "organisation": organisation.id}
                for role in ROLES:
                    given = (state.support_for(organisation) for state in states if state.role == role)
                    row[f"support_{role}"] = mean(given, empty=math.nan)
                self.datacollector.add_table_row("support", row)


def _events(scenario: Scenario) -> list[tuple[date, Shock | int]]:
    years = range(scenario.start.year, scenario.end.year + 1)
    ends: list[tuple[date, Shock | int]] = [
        (date(year, 12, 31), year) for year in years if scenario.start < date(year, 12, 31) <= scenario.end
    ]
    return sorted([*ends, *((shock.date, shock) for shock in scenario.shocks)], key=lambda event: event[0])
