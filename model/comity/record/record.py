"""The record: what a run leaves, as tidy tables that pandas opens."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from comity.errors import InputError
from comity.forum.calendar import Calendar
from comity.forum.trace import Keep, Trace
from comity.population.people import Population
from comity.record.provenance import Held, Provenance
from comity.record.storage import save_record
from comity.record.tables import by_actor, by_meeting, by_pair, outcomes
from comity.scenario.schema import Scenario

if TYPE_CHECKING:
    from comity.mesa_model import ForumModel

__all__ = ["DETAILED_TABLES", "MOVES", "TABLES", "Record"]

TABLES = (
    "meetings",
    "interventions",
    "trust",
    "sessions",
    "support",
    "memberships",
    "joiners",
    "arenas",
    "votes",
    "chairs",
)
"""Tables of every record."""

MOVES = "moves"
"""Table of records in which people chose something."""

DETAILED_TABLES = ("actors", "positions", "trust_by_group", "sittings", "cooperation_by_pair")
"""Tables that need ``keep="all"``."""


class Record:
    """One run: its scenario, its seed and its tables, made when they are first asked for.

    Attributes
    ----------
    scenario, seed, keep
        What was run, with which luck and level of detail.
    held
        How it was held: by what, until when, and whether the world was edited.
    """

    scenario: Scenario
    seed: int
    keep: Keep
    population: Population
    trace: Trace
    issues: list[str]
    held: Held

    def __init__(
        self, scenario: Scenario, seed: int, keep: Keep, population: Population, trace: Trace, held: Held | None = None
    ) -> None:
        issues = [issue.id for issue in scenario.issues]
        self.__dict__.update(scenario=scenario, seed=seed, keep=keep, population=population, trace=trace)
        self.__dict__.update(issues=issues, held=Held() if held is None else held)

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse: a record is what a run left."""
        raise InputError(
            f"record: {name} must not be set, since a record holds what a run left. Work on a copy: "
            "table = record.meetings.copy()."
        )

    @classmethod
    def of(cls, model: Calendar | ForumModel, by: str = "") -> Record:
        """Return the record of a run, also of one that is not at its end; ``by`` is what held it."""
        if not isinstance(model, Calendar):
            model.refuse_missing_agents()
        return cls(model.scenario, model.run_seed, model.keep, model.population, model.trace, Held.of(model, by))

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return all tables that this level of detail has, by name; ``moves`` only where people chose something."""
        return {name: getattr(self, name) for name in self.names}

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all tables that this level of detail has."""
        names = TABLES if self.keep == "meetings" else (*TABLES, *DETAILED_TABLES)
        return (*names, MOVES) if self.scenario.moves else names

    @property
    def matrices(self) -> tuple[str, ...]:
        """Names for :meth:`trust_matrix`: ``"start"`` and the meetings that were held; empty without ``"trust"``."""
        return ("start", *(meeting.id for meeting in self.trace.meetings)) if self.keep == "trust" else ()

    def provenance(self, command: str = "") -> Provenance:
        """Return what made this record."""
        return Provenance.now(self, command)

    def as_left(self, name: str) -> pd.DataFrame:
        """Return a table as the run left it, or raise InputError where the one of this record was edited since."""
        table: pd.DataFrame = getattr(type(self), name).func(self)
        if name in self.__dict__ and not self.__dict__[name].equals(table):
            raise InputError(
                f"record: table {name!r} was edited after the run, and a record is saved as the run left it. Save your "
                f'own table beside, such as record.{name}.to_parquet("{name}.parquet"), and take the record again.'
            )
        return table

    def save(self, folder: str | Path, command: str = "") -> Path:
        """Write the record as a new folder of Parquet tables; see :func:`comity.record.storage.save_record`."""
        return save_record(self, folder, command)

    @cached_property
    def actors_by_id(self) -> pd.DataFrame:
        """Who the actors are: id, name, kind, role, group and the attributes that a run starts from."""
        return self.population.actors.copy()

    @cached_property
    def seat_counts(self) -> np.ndarray:
        """Seats by meeting, phase, group and act (silence, statement, cooperation, contestation): (M, 9, 5, 4)."""
        return by_meeting.seat_counts(self)

    @cached_property
    def meetings(self) -> pd.DataFrame:
        """One row per meeting.

        meeting, name, forum, held_as (forum whose rules held), date, city, hosts (ids), states, origin, destination,
        organisations, networks: who came, networks if accredited (counts); attendance (share of the states that
        existed); spoke: states that took the floor (count); silent_origin, silent_destination: share of seats at
        round tables, preparation and common space without an intervention; statements, cooperative, contesting:
        interventions (counts); topics (categories, ;-separated); rights_share, economic_share of government sessions;
        openness (share); donors (count); contacts, agreements: bilateral (counts); practices copied so far (count);
        cooperation_origin, …_destination, …_both, sovereignty_…: means of states; trust_origin_destination,
        trust_destination_origin, trust_states_networks: mean trust (share).
        """
        return by_meeting.meetings(self)

    @cached_property
    def interventions(self) -> pd.DataFrame:
        """Seats and acts by meeting, phase and group: seats, silence, statement, cooperation, contestation (counts)."""
        return by_meeting.interventions(self)

    @cached_property
    def trust(self) -> pd.DataFrame:
        """Mean trust by meeting and pair of groups: meeting, date, holder, partner, trust (share)."""
        return by_meeting.trust(self)

    @cached_property
    def sessions(self) -> pd.DataFrame:
        """One row per room.

        meeting, sitting, phase, room, code, title, category, issue, seats, speakers, state_speakers (counts),
        organisation_share (of interventions), cooperative, contesting (counts).
        """
        return by_meeting.sessions(self)

    @cached_property
    def support(self) -> pd.DataFrame:
        """Support for organisations by meeting.

        meeting, organisation, normative_mandate, support (mean over states), rank, support_origin, support_….
        """
        return outcomes.support(self)

    @cached_property
    def memberships(self) -> pd.DataFrame:
        """Memberships at the end of each year: year, treaty (crmw, iom), group, members (count)."""
        return outcomes.memberships(self)

    @cached_property
    def joiners(self) -> pd.DataFrame:
        """Who joined what when: actor, treaty, year."""
        return outcomes.joiners(self)

    @cached_property
    def arenas(self) -> pd.DataFrame:
        """What each state thinks of the arenas after a dialogue: meeting, actor, group, first (un, informal, nowhere),
        utility of un, informal, nowhere and of a norm-setting body."""
        return outcomes.arenas(self)

    @cached_property
    def votes(self) -> pd.DataFrame:
        """Answers and probabilities: meeting, vote, actor, group, answer, decision (rule of the vote), adopted (what
        came of it, the same for all), p_yes, p_abstain, p_no, p_absent."""
        return outcomes.votes(self)

    @cached_property
    def chairs(self) -> pd.DataFrame:
        """The chain of chairs and the meetings that were not held: date, meeting, event, state, text."""
        return outcomes.chairs(self)

    @cached_property
    def moves(self) -> pd.DataFrame:
        """What people chose, in the order in which it came up: actor, meeting, sitting, round (0: no single one),
        choice, value (text), effect (whether it was carried out), reason (why not)."""
        return outcomes.moves(self)

    @cached_property
    def actors(self) -> pd.DataFrame:
        """Every actor when each meeting closed, the first row of each being the start.

        meeting, date, actor, present, seats, interventions, cooperative; cooperation, sovereignty, capacity, authority,
        pressure, members and outreach (of organisations), practices, attachment (to the forum whose rules held),
        trust_held (mean in all others); and the parts of the change since the row before: cooperation_by_…,
        sovereignty_by_…, trust_by_….
        """
        return by_actor.actors(self)

    @cached_property
    def positions(self) -> pd.DataFrame:
        """Positions when each meeting closed, the first row of each being the start: meeting, date, actor, issue,
        position (share), domestic anchor (share), lent (expertise of organisations at the meeting, share), and the
        parts of the changes of position and anchor: by_persuasion, by_domestic_pull, by_shock;
        anchor_by_internalisation, anchor_by_advocacy, anchor_by_shock."""
        return by_actor.positions(self)

    @cached_property
    def trust_by_group(self) -> pd.DataFrame:
        """Mean trust of each actor in each group: meeting, date, actor, partner, trust, and its parts by_…."""
        return by_actor.trust_by_group(self)

    @cached_property
    def sittings(self) -> pd.DataFrame:
        """Who sat where and what they did: meeting, sitting, phase, round, room, actor, act."""
        return by_actor.sittings(self)

    @cached_property
    def cooperation_by_pair(self) -> pd.DataFrame:
        """Cooperative speech by meeting and pair of groups, in the rooms in which both sit.

        meeting, date, speaker, listener (groups); interventions of actors of the first group in rooms in which an
        actor of the second sits, another one where both groups are the same (count); cooperative: those in which they
        shared a practice or made an offer (count); share: cooperative of all interventions, 0 to 1. All sittings with
        a floor count, the plenary too, the corridor not; a pair has no row where the first group did not speak.
        """
        return by_pair.cooperation_by_pair(self)

    def trust_matrix(self, meeting: str) -> pd.DataFrame:
        """Return trust among all actors when a meeting closed, float32 (n, n), row the holder.

        ``"start"`` is before the first meeting. InputError without ``keep="trust"``, or where it was not held.
        """
        return by_actor.trust_matrix(self, meeting)
