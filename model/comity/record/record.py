"""The record: what a run leaves, as tidy tables that pandas opens."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from comity.cards import card, number_of, rows
from comity.errors import InputError
from comity.forum.calendar import Calendar
from comity.forum.trace import Keep, Trace
from comity.population.people import Population
from comity.record.provenance import Held, Provenance
from comity.record.shapes import network, to_xarray
from comity.record.storage import save_record
from comity.record.tables import by_actor, by_meeting, by_pair, outcomes
from comity.scenario.schema import Scenario

if TYPE_CHECKING:
    import networkx as nx
    import xarray as xr

    from comity.mesa_model import ForumModel

__all__ = ["DETAILED_TABLES", "DRAFTS", "MOVES", "TABLES", "Record"]

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

DRAFTS = "drafts"
"""Table of records in which people said something of the wording of a text."""

DETAILED_TABLES = ("actors", "positions", "trust_by_group", "sittings", "cooperation_by_pair")
"""Tables that need ``keep="all"``."""


class Record:
    """One run: its scenario, its seed and its tables, made when they are first asked for.

    :func:`comity.dictionary` says what the columns of each table mean.

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

    def __repr__(self) -> str:
        """Return what was run, in a line."""
        return (
            f"{type(self).__name__} of {self.scenario.name or self.scenario.title!r}, seed {self.seed}: "
            f"{number_of(len(self.meetings), 'meeting')}, {number_of(len(self.actors_by_id), 'actor')}, "
            f"theory {self.scenario.theory}, keep {self.keep!r}"
        )

    def _repr_html_(self) -> str:
        """Return what was run as HTML, for a notebook."""
        kinds = self.actors_by_id["group"].value_counts(sort=False)
        facts = {
            "scenario": f"{self.scenario.name} (hash {self.scenario.hash})",
            "seed": self.seed,
            "theory": self.scenario.theory,
            "keep": self.keep,
            "actors": ", ".join(f"{count} {group}" for group, count in kinds.items()),
            "tables": ", ".join((*self.names, "actors_by_id")),
        }
        first, second, _ = self.scenario.subject.role_ids
        shown = ["meeting", "date", "states", "attendance", "spoke", "cooperative", f"trust_{first}_{second}"]
        table = self.meetings.assign(date=self.meetings["date"].astype(str))[shown]
        meetings = rows(number_of(len(table), "meeting"), shown, table.itertuples(index=False))
        return card(f"Record: {self.scenario.title}", facts, meetings)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return all tables that this level of detail has, by name; ``moves``, ``drafts`` only where people chose."""
        return {name: getattr(self, name) for name in self.names}

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all tables that this level of detail has."""
        names = TABLES if self.keep == "meetings" else (*TABLES, *DETAILED_TABLES)
        names = (*names, MOVES) if self.scenario.moves else names
        return (*names, DRAFTS) if any(move.draft is not None for move in self.scenario.moves) else names

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

    def save(self, folder: str | Path, command: str = "", *, csv: bool = False) -> Path:
        """Write the record as a new folder of Parquet tables; see :func:`comity.record.storage.save_record`."""
        return save_record(self, folder, command, csv=csv)

    @cached_property
    def actors_by_id(self) -> pd.DataFrame:
        """Who the actors are, one row each, with the attributes from which a run starts."""
        return self.population.actors.copy()

    @cached_property
    def seat_counts(self) -> np.ndarray:
        """Seats by meeting, phase, group and act (silence, statement, cooperation, contestation): (M, 9, 5, 4)."""
        return by_meeting.seat_counts(self)

    @cached_property
    def meetings(self) -> pd.DataFrame:
        """One row per meeting: who came, what was done, and means of states at its close."""
        return by_meeting.meetings(self)

    @cached_property
    def interventions(self) -> pd.DataFrame:
        """Seats and acts by meeting, phase and group."""
        return by_meeting.interventions(self)

    @cached_property
    def trust(self) -> pd.DataFrame:
        """Mean trust by meeting and pair of groups."""
        return by_meeting.trust(self)

    @cached_property
    def sessions(self) -> pd.DataFrame:
        """One row per room of a sitting: session, seats and interventions."""
        return by_meeting.sessions(self)

    @cached_property
    def support(self) -> pd.DataFrame:
        """Support for organisations by meeting, with their rank."""
        return outcomes.support(self)

    @cached_property
    def memberships(self) -> pd.DataFrame:
        """Memberships in treaty and agency at the end of each year, by role of states."""
        return outcomes.memberships(self)

    @cached_property
    def joiners(self) -> pd.DataFrame:
        """Who joined what when, one row per state and treaty."""
        return outcomes.joiners(self)

    @cached_property
    def arenas(self) -> pd.DataFrame:
        """What each state thinks of the arenas, after meetings that ask for it."""
        return outcomes.arenas(self)

    @cached_property
    def votes(self) -> pd.DataFrame:
        """Answers and probabilities, one row per vote and state."""
        return outcomes.votes(self)

    @cached_property
    def chairs(self) -> pd.DataFrame:
        """The chain of chairs, and the meetings that were not held."""
        return outcomes.chairs(self)

    @cached_property
    def moves(self) -> pd.DataFrame:
        """What people chose, in the order in which it came up, and whether it was carried out."""
        return outcomes.moves(self)

    @cached_property
    def drafts(self) -> pd.DataFrame:
        """The texts of votes as they were drafted, one row per vote and paragraph."""
        return outcomes.drafts(self)

    @cached_property
    def actors(self) -> pd.DataFrame:
        """Every actor when each meeting closed, and the parts of its changes; first come the rows of the start."""
        return by_actor.actors(self)

    @cached_property
    def positions(self) -> pd.DataFrame:
        """Every actor's position on every issue when each meeting closed, and the parts of its changes."""
        return by_actor.positions(self)

    @cached_property
    def trust_by_group(self) -> pd.DataFrame:
        """Mean trust of each actor in each group when each meeting closed, and the parts of its changes."""
        return by_actor.trust_by_group(self)

    @cached_property
    def sittings(self) -> pd.DataFrame:
        """Who sat where and what they did, one row per sitting, round and actor."""
        return by_actor.sittings(self)

    @cached_property
    def cooperation_by_pair(self) -> pd.DataFrame:
        """Cooperative speech by meeting and pair of groups, in the rooms in which both sit.

        All sittings with a floor count, the plenary too, the corridor not; a pair has no row where the first group did
        not speak.
        """
        return by_pair.cooperation_by_pair(self)

    def trust_matrix(self, meeting: str) -> pd.DataFrame:
        """Return trust among all actors when a meeting closed, float32 (n, n), row the holder.

        ``"start"`` is before the first meeting. InputError without ``keep="trust"``, or where it was not held.
        """
        return by_actor.trust_matrix(self, meeting)

    def network(self, meeting: str, threshold: float = 0.0) -> nx.DiGraph:
        """Return trust when a meeting closed as a directed graph of networkx; see :func:`comity.record.shapes.network`.

        >>> networkx.write_graphml(record.network("HLD2013", threshold=0.6), "trust.graphml")
        """
        return network(self, meeting, threshold)

    def to_xarray(self) -> xr.Dataset:
        """Return positions and trust as arrays with named dimensions; see :func:`comity.record.shapes.to_xarray`."""
        return to_xarray(self)
