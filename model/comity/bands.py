"""Bands over a posterior: one run per draw, and quantiles of what the runs say about groups of states."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd

from comity.errors import InputError
from comity.forum.trace import Snapshot
from comity.posterior import Draw
from comity.record import Record
from comity.scenario.schema import Scenario
from comity.world.world import GROUPS, Group

__all__ = ["CHANGE", "INTERVAL", "Band", "Cell", "Moment", "band_of", "band_table", "drawn", "moments_of", "state_of"]

INTERVAL = (0.05, 0.95)
"""Quantiles at the ends of a band: the central 90 %."""

CHANGE = "change"
"""Name of the change from the first moment to the last one of the same run."""

_YEARS = (2013, 2018)
"""Years whose ends are moments in a calendar with meetings in both: the last year of observed facts, and that of the
compact."""


class Moment(NamedTuple):
    """A point in time: its name, and the last day on which a meeting before it may begin; None for the start."""

    name: str
    until: date | None


class Cell(NamedTuple):
    """What a number is: a quantity, the group of states that it is about, and the name of the moment."""

    quantity: str
    role: str
    moment: str


@dataclass(frozen=True, kw_only=True)
class Band:
    """Ends and median of a band, in the unit of the values, and the number of values; nan without any."""

    low: float
    median: float
    high: float
    n: int


def drawn(scenario: Scenario, draws: Iterable[Draw], seed: int) -> Iterator[tuple[Scenario, int]]:
    """Yield a scenario and a seed for each draw. Draw number k, from 0, has the seed ``seed + k``: luck differs too.

    After the largest seed comes 0.
    """
    for number, draw in enumerate(draws):
        yield scenario.with_parameters(**draw), (seed + number) % 2**63


def band_of(values: Sequence[float] | np.ndarray) -> Band:
    """Return the band of the values that are known; quantiles are interpolated linearly."""
    numbers = np.asarray(values, dtype=float)
    known = numbers[np.isfinite(numbers)]
    if not len(known):
        return Band(low=np.nan, median=np.nan, high=np.nan, n=0)
    low, median, high = np.quantile(known, (INTERVAL[0], 0.5, INTERVAL[1]))
    return Band(low=float(low), median=float(median), high=float(high), n=len(known))


def moments_of(scenario: Scenario) -> tuple[Moment, ...]:
    """Return the start and two later moments: the ends of 2013 and 2018, or the middle meeting and the last one.

    The years are taken where the calendar has meetings in both of them.
    """
    days = sorted(meeting.start for meeting in scenario.meetings)
    if set(_YEARS) <= {day.year for day in days}:
        later = [Moment(f"end of {year}", date(year, 12, 31)) for year in _YEARS]
    else:
        later = [Moment("middle", days[(len(days) - 1) // 2]), Moment("end", scenario.end)] if days else []
    return (Moment("start", None), *later)


def state_of(record: Record) -> dict[Cell, float]:
    """Return means of states at the moments of the scenario, and their changes from the first moment to the last.

    Quantities, all shares from 0 to 1: ``cooperation``, ``sovereignty`` and ``position`` (mean over issues; also
    ``position_…`` by issue) by role, over the states that exist then; ``trust_in_other_role``, of one
    side in the other and the other way, and ``trust_in_networks`` by role, over all pairs of actors.

    Parameters
    ----------
    record
        Kept with ``"all"`` or more.

    Raises
    ------
    InputError
        For a record without the state of every actor.
    """
    if record.trace.start is None:
        raise InputError("record: the state of all actors must be kept, got keep='meetings'. Run with keep='all'.")
    moments = moments_of(record.scenario)
    found: dict[Cell, float] = {}
    for name, until in moments:
        snapshot, active = _at(record, until)
        for (quantity, role), value in _means(record, snapshot, active).items():
            found[Cell(quantity, role, name)] = value
    first, last = moments[0].name, moments[-1].name
    ends = [cell for cell in found if cell.moment == last]
    changes = {
        cell._replace(moment=CHANGE): found[cell] - found[cell._replace(moment=first)]
        for cell in ends
        if len(moments) > 1
    }
    return found | changes


def band_table(rows: Sequence[Mapping[Cell, float]]) -> pd.DataFrame:
    """Return the bands over runs, one row per cell: quantity, role, moment, low, median, high, n (runs)."""
    columns = [*Cell._fields, *Band.__dataclass_fields__]
    cells = dict.fromkeys(cell for row in rows for cell in row)
    found = [{**cell._asdict(), **vars(band_of([row.get(cell, np.nan) for row in rows]))} for cell in cells]
    return pd.DataFrame(found, columns=columns)


def _at(record: Record, until: date | None) -> tuple[Snapshot, np.ndarray]:
    """Return the state after the last meeting that began by a day, and which actors exist then; None for the start."""
    people, start = record.population, record.trace.start
    assert start is not None
    held = [] if until is None else [trace for trace in record.trace.meetings if trace.start <= until]
    if held and held[-1].snapshot is not None:
        return held[-1].snapshot, held[-1].active
    day = record.scenario.start.toordinal()
    return start, (people.active_from <= day) & (day <= people.active_to)


def _means(record: Record, snapshot: Snapshot, active: np.ndarray) -> dict[tuple[str, str], float]:
    group = record.population.world.actors["group"]
    sizes = np.bincount(group, minlength=len(GROUPS))
    actors, positions = snapshot.actors, snapshot.preferences["position"]
    found: dict[tuple[str, str], float] = {}
    by_actor = {name: actors[name] for name in ("cooperation", "sovereignty")} | {"position": positions.mean(axis=1)}
    by_actor |= {f"position_{issue}": positions[:, k] for k, issue in enumerate(record.issues)}
    for quantity, values in by_actor.items():
        for g, role in enumerate(record.scenario.subject.role_ids):
            chosen = active & (group == g)
            if chosen.any():
                found[quantity, role] = float(values[chosen].mean())
    for quantity, holders, partner in (
        ("trust_in_other_role", (Group.ORIGIN,), Group.DESTINATION),
        ("trust_in_other_role", (Group.DESTINATION,), Group.ORIGIN),
        ("trust_in_networks", (Group.ORIGIN, Group.DESTINATION, Group.BOTH), Group.NETWORK),
    ):
        for g in holders:
            role = record.scenario.subject.groups[g]
            pairs = sizes[g] * sizes[partner]
            if pairs:
                found[quantity, role] = float(snapshot.trust_held[group == g, partner].sum() / pairs)
    return found
