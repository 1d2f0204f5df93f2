"""Who trusts whom, who talked with whom, and whose practices were copied: a run, stopped before each sitting.

The record keeps counts by actor. A run that stops is the same to the byte as one that does not, so the pairs can be
read from its world, and their sums are the counts of the record.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from comity.forum.calendar import Calendar
from comity.forum.gathering import Gathering
from comity.forum.moments import Moment
from comity.forum.trace import MeetingTrace
from comity.phases import Phase
from comity.population.people import Population
from comity.randomness import Decision, decision_keys, uniform
from comity.rules.act import Act
from comity.rules.corridor import agreement_probability, contact_probability
from comity.scenario.schema import Scenario

__all__ = ["Relations", "relations"]

_CORRIDOR = list(Phase).index(Phase.CORRIDOR)


@dataclass(frozen=True, kw_only=True)
class Relations:
    """The relations of the n actors of a run.

    Attributes
    ----------
    population
        The actors.
    meetings
        ``"start"`` and the ids of the meetings that were held.
    trust
        Trust of each actor (row) in each other one at the start and after each meeting, shares, (meetings, n, n).
    talks
        By meeting and sitting, from 0: the pairs that talked in the corridor, and whether they agreed.
    copied
        Expected number of practices that each actor (row) copied from each speaker, (n, n). A row sums to what the
        actor copied in all. Where several speakers shared at its table, the model keeps only the sum: it is divided
        in proportion to trust at the opening of the sitting, as the chances are.
    sponsored
        Number of sittings in which two actors both cooperated at one table, (n, n).
    """

    population: Population
    meetings: tuple[str, ...]
    trust: np.ndarray
    talks: dict[tuple[int, int], list[tuple[int, int, bool]]]
    copied: np.ndarray
    sponsored: np.ndarray

    @property
    def mutual(self) -> np.ndarray:
        """The lower of the trust of two actors in each other, (meetings, n, n)."""
        lower: np.ndarray = np.minimum(self.trust, self.trust.transpose(0, 2, 1))
        return lower


@dataclass(kw_only=True)
class _Stop:
    """The world just before a sitting."""

    sitting: int
    practices: np.ndarray
    trust: np.ndarray


def relations(scenario: Scenario, seed: int) -> Relations:
    """Return the relations of a run.

    Parameters
    ----------
    scenario, seed
        As for :func:`comity.run`.

    Raises
    ------
    InputError
        If the scenario cannot be run.
    """
    calendar = Calendar(scenario, seed=seed, keep="trust")
    n = len(calendar.population.ids)
    keys = decision_keys(seed)
    talks: dict[tuple[int, int], list[tuple[int, int, bool]]] = {}
    copied, sponsored = np.zeros((n, n)), np.zeros((n, n), dtype=np.int64)
    stops: list[_Stop] = []
    held = 0
    while calendar.running:
        calendar.hold_to(Moment.TALK)
        practices = calendar.world.preferences["practices"].copy()
        if len(calendar.trace.meetings) > held:
            _settle(calendar.trace.meetings[held], stops, practices, copied, sponsored)
            held, stops = len(calendar.trace.meetings), []
        gathering = calendar.gathering
        if gathering is None:
            continue
        stops.append(
            _Stop(sitting=gathering.sitting, practices=practices, trust=calendar.world.trust_in.T.astype(np.float32))
        )
        if gathering.timetable.sittings["phase"][gathering.sitting] == _CORRIDOR:
            talks[held, gathering.sitting] = _pairs(calendar, gathering, keys)
    taken = [calendar.trace.start, *(trace.snapshot for trace in calendar.trace.meetings)]
    trust = np.array([snap.trust for snap in taken if snap is not None])
    return Relations(
        population=calendar.population,
        meetings=("start", *(trace.id for trace in calendar.trace.meetings)),
        trust=trust,
        talks=talks,
        copied=copied,
        sponsored=sponsored,
    )


def _pairs(calendar: Calendar, gathering: Gathering, keys: np.ndarray) -> list[tuple[int, int, bool]]:
    """Return the pairs that will talk in the corridor, by the rule and the luck of the run."""
    world, strengths = calendar.world, calendar.scenario.strengths
    address = gathering.timetable.meeting, gathering.timetable.sittings["address"][gathering.sitting]
    here, found = gathering.tables[gathering.sitting] >= 0, []
    of, cooperation = world.actors["address"], world.actors["cooperation"]
    for t in np.flatnonzero(here[world.ties[:, 0]] & here[world.ties[:, 1]]):
        i, j = world.ties[t].tolist()
        there, back = world.trust_in[j, i], world.trust_in[i, j]
        luck = uniform(keys[Decision.CORRIDOR], *address, of[i], of[j])
        if luck < contact_probability(world.stake[t], there, back, strengths.corridor_rate):
            chance = agreement_probability(there, back, cooperation[i], cooperation[j], strengths.agreement_rate)
            found.append((i, j, bool(uniform(keys[Decision.AGREEMENT], *address, of[i], of[j]) < chance)))
    return found


def _settle(
    trace: MeetingTrace, stops: list[_Stop], after: np.ndarray, copied: np.ndarray, sponsored: np.ndarray
) -> None:
    """Add what was copied and sponsored at a meeting that has closed."""
    first = np.cumsum(trace.rounds) - trace.rounds
    ends: list[Any] = [stop.practices for stop in stops[1:]]
    for stop, end in zip(stops, [*ends, after], strict=True):
        s, gain = stop.sitting, (end - stop.practices).sum(axis=1)
        shared = (trace.acts[first[s] : first[s] + trace.rounds[s]] == Act.COOPERATION).sum(axis=0)
        for room in range(int(trace.tables[s].max(initial=-1)) + 1):
            seated = np.flatnonzero(trace.tables[s] == room)
            speakers = seated[shared[seated] > 0]
            if not len(speakers):
                continue
            sponsored[np.ix_(speakers, speakers)] += 1
            weight = stop.trust[np.ix_(seated, speakers)] * shared[speakers]
            weight[seated[:, None] == speakers[None, :]] = 0.0
            total = weight.sum(axis=1, keepdims=True)
            share = np.divide(weight, total, out=np.zeros_like(weight), where=total > 0)
            copied[np.ix_(seated, speakers)] += gain[seated, None] * share
    np.fill_diagonal(sponsored, 0)
