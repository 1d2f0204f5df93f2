"""The seats of a pack: named actors, all actors, or a teaching set chosen by a rule."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from comity.errors import InputError
from comity.population.people import Population
from comity.scenario.schema import Scenario

__all__ = ["ALL", "choose_seats"]

ALL = "all"
"""The word for all actors."""

_SMALL = 24
"""Largest scenario of which all actors get a seat."""
_STATES = {"destination": 5, "origin": 6, "both": 3}
_N_OTHERS = 3
"""Organisations in the teaching set."""


def choose_seats(scenario: Scenario, population: Population, wanted: Sequence[str] | str | None) -> tuple[str, ...]:
    """Return the ids of the seats, in the order of the actor tables.

    By default, a scenario of up to 24 actors gives a seat to every actor that exists at one of its meetings. A larger
    one gets a teaching set of up to 20 actors that exist at its first meeting: five destination states, six origin
    states and three states of both roles. Within a role, states that host most often come first, then the largest
    delegations; regions alternate. The set has three organisations: the agency that states may join, the one with the
    strongest normative mandate, and the largest other one. It has the largest network of each stance. The rule is an
    assumption, made for variety.

    Parameters
    ----------
    wanted
        Ids; ``"all"``; None: the teaching set.

    Raises
    ------
    InputError
        For an unknown or repeated id, an actor that exists at no meeting, or an empty list.
    """
    if wanted is not None and not isinstance(wanted, str):
        return _named(scenario, population, wanted)
    if wanted == ALL:
        return population.ids
    if wanted is None and len(population.ids) <= _SMALL:
        return tuple(actor for actor in population.ids if _exists_at_all(scenario, population, actor))
    if wanted is not None:
        raise InputError(f"seats must be a list of ids, or {ALL!r}, got {wanted!r}. Name actors by id.")
    chosen = _teaching_set(scenario, population)
    return tuple(actor for actor in population.ids if actor in chosen)


def _named(scenario: Scenario, population: Population, wanted: Sequence[str]) -> tuple[str, ...]:
    for actor in wanted:
        population.index(actor)
        if not _exists_at_all(scenario, population, actor):
            raise InputError(f"seats: {actor!r} must exist at a meeting of the calendar, but does not. Remove it.")
        if wanted.count(actor) > 1:
            raise InputError(f"seats: every seat must be named once, got {actor!r} twice. Remove one.")
    if not wanted:
        raise InputError("seats must be at least one, got none. Name actors by id, such as NORTHLAND.")
    return tuple(actor for actor in population.ids if actor in wanted)


def _teaching_set(scenario: Scenario, population: Population) -> set[str]:
    actors = population.actors.assign(hosted=_hosted(scenario, population))
    day = min(meeting.start for meeting in scenario.meetings)
    actors = actors[_exists(population, day)]
    ranked = actors.sort_values(["hosted", "capacity", "id"], ascending=[False, False, True], kind="stable")
    chosen: set[str] = set()
    for role, n in _STATES.items():
        chosen |= set(_spread(ranked[(ranked["kind"] == "state") & (ranked["role"] == role)], n))
    organisations = ranked[ranked["kind"] == "io"]
    strictest = organisations.sort_values("normative_mandate", ascending=False, kind="stable")
    for members in (organisations[organisations["id"] == scenario.institutions.agency], strictest):
        chosen |= set(members["id"].head(1))
    left = organisations[~organisations["id"].isin(chosen)]
    chosen |= set(left["id"].head(_N_OTHERS - int(organisations["id"].isin(chosen).sum())))
    networks = ranked[~ranked["kind"].isin(["state", "io"])]
    for _, members in networks.groupby("stance", sort=True):
        chosen |= set(members["id"].head(1))
    return chosen


def _exists_at_all(scenario: Scenario, population: Population, actor: str) -> bool:
    row = population.rows[actor]
    first, last = population.active_from[row], population.active_to[row]
    return any(first <= meeting.start.toordinal() <= last for meeting in scenario.meetings)


def _hosted(scenario: Scenario, population: Population) -> list[int]:
    return [sum(actor in meeting.hosts for meeting in scenario.meetings) for actor in population.ids]


def _exists(population: Population, day: date) -> pd.Series:
    number = day.toordinal()
    there = (population.active_from <= number) & (population.active_to >= number)
    return pd.Series(there, index=population.actors.index)


def _spread(ranked: pd.DataFrame, n: int) -> list[str]:
    """Return the first n actors, one of each region before a second of any; without regions, the first n."""
    if "region" not in ranked:
        return list(ranked["id"].head(n))
    turn = ranked.groupby("region", sort=False).cumcount()
    return list(ranked.assign(turn=turn).sort_values("turn", kind="stable")["id"].head(n))
