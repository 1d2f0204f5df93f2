"""Reach of a place: which states have a mission there, and how near their capitals are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from comity.errors import InputError
from comity.mechanism import Fixed
from comity.population.table_files import heading, numbers, read_table, refuse_cell
from comity.scenario.own_tables import is_shipped

__all__ = ["EARTH_RADIUS", "HALF_ROUND", "NEAR", "Reach", "Reached", "distances", "nearness", "read_reach"]

EARTH_RADIUS = 6371.0088
"""Mean radius of the earth, km (International Union of Geodesy and Geophysics)."""
HALF_ROUND = np.pi * EARTH_RADIUS
"""The largest distance between two places, km."""
NEAR = Fixed(
    1000.0, 1, 20000, "distance below which nearness falls almost linearly and above which by logarithm", unit="km"
)

Floats = NDArray[np.float64]

_AT, _KM = "mission_", "km_"


def distances(latitude: Floats, longitude: Floats, place: int) -> Floats:
    """Return the great-circle distance of places to one of them, km, by the haversine formula; degrees, shape (n,)."""
    phi, lam = np.radians(latitude), np.radians(longitude)
    half = np.sin((phi - phi[place]) / 2) ** 2 + np.cos(phi) * np.cos(phi[place]) * np.sin((lam - lam[place]) / 2) ** 2
    km: Floats = 2 * EARTH_RADIUS * np.arcsin(np.sqrt(np.minimum(half, 1.0)))
    return km


def nearness(km: Floats) -> Floats:
    """Return 1 - ln(1 + km / 1000) / ln(1 + 20,015 / 1000), a share: 1 at the place, .77 at 1,000 km, 0 at most."""
    near: Floats = 1.0 - np.log1p(km / NEAR.value) / np.log1p(HALF_ROUND / NEAR.value)
    return near


class Reached(NamedTuple):
    """How well each actor reaches a place, shape (n,) each, as a difference from an average pair of states.

    ``missions``: 1 with a resident mission there, 0 without, or a share where it is not known, minus the mean share of
    states in which a state has a mission. ``nearness``: that of its capital, minus the mean over pairs of states.
    Both are 0 for organisations, networks and states without data, and everywhere for a place that is not known.
    """

    missions: Floats
    nearness: Floats


@dataclass(frozen=True)
class Reach:
    """What is known of where states are and where they have missions.

    Attributes
    ----------
    n
        Number of all actors.
    rows
        Rows of the states with data, shape (m,).
    places
        Place of each of them in the arrays that follow, by id.
    missions
        Share of the other states in which it has a resident mission, shape (m,).
    latitude, longitude
        Of the capital, degrees.
    at
        Resident mission, 0 or 1 or the chance of one, by place: the id of a state, or a city in lower case with ``_``
        for blanks.
    km
        Distance of the capital to a city that is no capital, km, by place.
    """

    n: int
    rows: NDArray[np.intp]
    places: dict[str, int]
    missions: Floats
    latitude: Floats
    longitude: Floats
    at: dict[str, Floats]
    km: dict[str, Floats]

    @cached_property
    def average(self) -> tuple[float, float]:
        """Mean share of states with a mission, and mean nearness of ordered pairs of states."""
        m = len(self.rows)
        total = sum(float(self._near_host(host).sum()) - 1.0 for host in range(m))  # without itself
        return float(self.missions.mean()), total / (m * (m - 1)) if m > 1 else 0.0

    def _near_host(self, host: int) -> Floats:
        return nearness(distances(self.latitude, self.longitude, host))

    def to(self, city: str, host: str = "") -> Reached:
        """Return how well each actor reaches a city in a host state.

        Missions: those in the city if there is a column of its own, else those in the host state, else the share of all
        states in which an actor has one, as the chance that the host is among them (assumption). Distance: to the city
        if it has a column, else to the capital of the host.

        Parameters
        ----------
        city
            As a meeting names it; empty or unknown where only the host is known.
        host
            Id of the host state; empty for the UN's own meetings.
        """
        missions, near = np.zeros(self.n), np.zeros(self.n)
        place, seat = city.casefold().replace(" ", "_"), self.places.get(host)
        mean_missions, mean_near = self.average
        if place in self.at or seat is not None:
            missions[self.rows] = self._missions_in(place, host) - mean_missions
        if place in self.km:
            near[self.rows] = nearness(self.km[place]) - mean_near
        elif seat is not None:
            near[self.rows] = self._near_host(seat) - mean_near
        return Reached(missions, near)

    def _missions_in(self, place: str, host: str) -> Floats:
        for name in (place, host):
            if name in self.at:
                return self.at[name]
        there = self.missions.copy()
        there[self.places[host]] = 1.0  # at home
        return there


def read_reach(path: str, actors: pd.DataFrame, notices: list[str]) -> Reach:
    """Return the reach of the states of a table; those that the scenario writes out itself have none.

    Parameters
    ----------
    path
        The table, with ``id``, ``latitude``, ``longitude``, ``missions``, and any ``mission_PLACE`` and ``km_PLACE``.
    actors
        The actors in the order of the world; the column ``written_out`` is true for those of the scenario's own list.
    notices
        Gets a sentence for columns that are not used.

    Raises
    ------
    InputError
        For a state without a line or with two, and for a cell that is no number within its range.
    """
    places = [name for name in heading(path) if name.startswith((_AT, _KM))]
    table = read_table(
        path, ("id", "latitude", "longitude", "missions", *places), ("capital", "imputed", "name"), notices
    )
    for name, low, high in (("latitude", -90, 90), ("longitude", -180, 180), ("missions", 0, 1)):
        table[name] = numbers(path, table, name, low, high)
    for name in places:
        table[name] = numbers(path, table, name, 0, HALF_ROUND if name.startswith(_KM) else 1)
    refuse_cell(path, table, table["id"] == "", "id", "the id of a state", "Fill the cell, or remove the line.")
    counts = table["id"].value_counts()
    is_known = ((actors["kind"] == "state") & ~actors["written_out"]).to_numpy(bool)
    ids = [str(state) for state in actors.loc[is_known, "id"]]
    for state in ids:
        if (count := int(counts.get(state, 0))) != 1:
            what = "Add or remove lines"
            if is_shipped(path):
                what = f"Name a table of your own in population.reach that has a line for {state}"
            raise InputError(
                f"{path}: every state must have one line, {state!r} has {count}. {what}, or write "
                'reach = "" in [population]: missions and distance then have no effect.'
            )
    found = table.set_index("id").reindex(ids)
    columns = {name: found[name].to_numpy(float) for name in ("missions", "latitude", "longitude", *places)}
    return Reach(
        n=len(actors),
        rows=np.flatnonzero(is_known),
        places={state: number for number, state in enumerate(ids)},
        missions=columns["missions"],
        latitude=columns["latitude"],
        longitude=columns["longitude"],
        at={name.removeprefix(_AT): columns[name] for name in places if name.startswith(_AT)},
        km={name.removeprefix(_KM): columns[name] for name in places if name.startswith(_KM)},
    )
