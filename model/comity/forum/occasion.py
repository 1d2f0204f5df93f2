"""An occasion: what the rule of a mechanism of one's own is given, at the moment at which it acts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from comity.compiled import Bools, Floats
from comity.forum.gathering import Gathering
from comity.phases import Moment
from comity.randomness import address, uniforms
from comity.scenario.parameters import Parameters
from comity.scenario.schema import Meeting
from comity.world.world import World

__all__ = ["Occasion"]


@dataclass(kw_only=True)
class Occasion:
    """What a rule is given, and what it may change.

    Attributes
    ----------
    world
        The state of all actors; see :class:`comity.world.world.World`. The rule writes to its arrays. What it has
        changed of the quantities that its mechanism declares is taken over and explained under the mechanism's name.
    parameters
        All parameters that are in force, its own too, by name: ``occasion.parameters.gossip_rate``.
    moment, date
        The moment that comes next, and its day: of a meeting, the first one.
    meeting
        The meeting, None at the end of a year and at a shock.
    gathering
        The meeting as it is held, from ``MONEY`` to ``SNAPSHOT``, else None: who is present, who sat in which room, who
        said what; see :class:`comity.forum.gathering.Gathering`. Not to be written to.
    active
        Which actors exist on the day, bool (n,). Only they may be changed.
    ids
        Ids of all actors, by row.
    place
        Id of the meeting; ``year:2007`` or ``shock:2008-09-15`` elsewhere.
    sitting
        Number of sittings of the meeting that were held.
    memory
        A dictionary of the mechanism's own, empty at the start of each run. A rule keeps what it wants to remember in
        it, never in the module, which other runs use too.
    """

    world: World
    parameters: Parameters
    moment: Moment
    date: date
    meeting: Meeting | None
    gathering: Gathering | None
    active: Bools
    ids: tuple[str, ...]
    memory: dict[str, Any]
    place: str
    sitting: int
    key: np.uint64 = field(repr=False)
    row: int | None = field(default=None, repr=False)

    def rows(self) -> Iterator[int]:
        """Yield the row of each actor that exists; an error of the rule meanwhile names that actor."""
        for row in np.flatnonzero(self.active).tolist():
            self.row = row
            yield row
        self.row = None

    def luck(self, partner: int | None = None) -> Floats:
        """Return a uniform number in [0, 1) for each actor, shape (n,), the same whenever it is asked for.

        Luck belongs to seed, mechanism, meeting (or year, or shock), sitting, actor and, where a row is given, partner:
        an actor that is missing changes nobody else's luck.
        """
        addresses = np.ascontiguousarray(self.world.actors["address"])
        other = np.uint64(0) if partner is None else addresses[partner]
        drawn: Floats = uniforms(self.key, address(self.place), np.uint64(self.sitting), addresses, other)
        return drawn
