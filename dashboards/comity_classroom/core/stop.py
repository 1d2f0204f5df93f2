"""The stop: where a class stands between two acts of the teacher, as a value."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from comity.forum.gathering import Gathering
from comity.forum.stage import Stage
from comity.forum.trace import Trace
from comity.phases import Phase
from comity.population.people import Population
from comity.record import Record
from comity.rules.act import Act
from comity.scenario.schema import Scenario
from comity.world.world import World
from comity_classroom.core.state import Place

__all__ = ["Held", "Next", "Standing", "Stop", "Table"]


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table of a sitting: number from 1, title, name of the issue, and the rows of the actors who sit at it."""

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
        The sitting and its phase.
    tables
        Its tables; a plenary or corridor has one.
    acts
        Acts by round and actor, int8 (rounds, n); -1 for actors who did not sit.
    change
        Change of the trust of each actor in each offered seat during the sitting; shares, shape (n, seats).
    """

    place: Place
    phase: Phase
    tables: tuple[Table, ...]
    acts: np.ndarray
    change: np.ndarray

    def table_of(self, row: int) -> Table | None:
        """Return the table at which an actor sat, or None."""
        return next((table for table in self.tables if row in table.seated), None)

    def acts_of(self, row: int) -> list[str]:
        """Return the acts of an actor, round by round: silence, statement, cooperation, contestation."""
        return [Act(int(act)).name.lower() for act in self.acts[:, row] if act >= 0]


@dataclass(frozen=True, kw_only=True)
class Next:
    """The next step: the opening of the doors of a meeting (sitting 0), or a sitting.

    Attributes
    ----------
    place
        The meeting and sitting.
    phase, tables, rounds, n_sittings
        Of the sitting, with the seating of the model. At the doors: of the first sitting, without tables.
    present
        Actors at the meeting, bool (n,). At the doors: actors who would come.
    hosts
        Rows of the hosts.
    eligible
        Actors who may come to this meeting, bool (n,).
    may_sit
        Actors whose kind this sitting admits, bool (n,).
    vote
        Id of the vote, or empty.
    asks_arena
        Whether states name an arena after this sitting.
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
        """Whether the next step is the opening of the doors."""
        return self.place.sitting == 0


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The parts of a :class:`comity.forum.calendar.Calendar` that pages read."""

    population: Population
    stage: Stage
    world: World
    trace: Trace
    gathering: Gathering | None


@dataclass(frozen=True, kw_only=True)
class Stop:
    """Where a class stands.

    Attributes
    ----------
    scenario, seed
        The scenario with amendments and all choices so far, and the seed.
    record
        The record of the meetings that have closed.
    model
        State of the model that is not in the record.
    passed
        The sittings of the last advance, in order.
    next
        The next step; None after the last meeting.
    opened
        Id of the last meeting with open doors, or empty.
    trust
        Trust of each actor in each offered seat now; shares, shape (n, seats).
    seats
        Rows of the offered seats.
    """

    scenario: Scenario
    seed: int
    record: Record
    model: Standing
    passed: tuple[Held, ...]
    next: Next | None
    opened: str
    trust: np.ndarray
    seats: tuple[int, ...]
