"""Seats: which actors people may play, and the order in which seats are dealt."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from comity.errors import InputError, nearest
from comity.scenario.schema import Scenario
from comity.world.world import KINDS

__all__ = ["default_seats", "next_to_deal", "read_seats"]

_ALL_UP_TO, _OF_MANY = 40, 30
_GROUPS = ("destination", "origin", "both", *KINDS[1:])
_SHARES = {"destination": 10, "origin": 10, "both": 4, "io": 3, "cso": 3}


def read_seats(text: str, actors: pd.DataFrame) -> tuple[str, ...]:
    """Return the ids in a list such as ``MEX,PHL,DEU``, or raise InputError.

    Parameters
    ----------
    actors
        Table of the actors, with their ``id``.
    """
    known = set(actors["id"])
    found = list(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))
    for seat in found:
        if seat not in known:
            raise InputError(f"--seats must name actors of the scenario, got {seat!r}. {nearest(seat, known)}")
    if not found:
        raise InputError("--seats must name at least one actor, got none. Write ids with commas, such as MEX,PHL,DEU.")
    return tuple(found)


def default_seats(scenario: Scenario, actors: pd.DataFrame) -> tuple[str, ...]:
    """Return the default seats: all actors of a small world, thirty of a large one.

    In a large world, each role has a fixed number of seats. Hosts of a meeting and the agency that states may join come
    first, then the largest delegations.
    """
    if len(actors) <= _ALL_UP_TO:
        return tuple(actors["id"])
    hosts = {host for meeting in scenario.meetings for host in meeting.hosts} | {scenario.institutions.agency}
    # Many have the same capacity: ties go to the widest mandate.
    mandate = actors[[name for name in actors.columns if name.startswith("mandate_")]].sum(axis=1)
    ranked = actors.assign(
        group=_groups(actors), is_host=actors["id"].isin(hosts), mandate=mandate, row=range(len(actors))
    ).sort_values(["is_host", "capacity", "mandate", "row"], ascending=[False, False, False, True], kind="stable")
    chosen = {
        actor for group, share in _SHARES.items() for actor in ranked.loc[ranked["group"] == group, "id"].head(share)
    }
    return tuple(actor for actor in actors["id"] if actor in chosen)[:_OF_MANY]


def next_to_deal(people: Mapping[str, int], actors: pd.DataFrame, team: int = 1) -> str | None:
    """Return the next seat to deal, or None if all are full: balanced between camps, and then within a camp.

    It is in the camp with the fewest people for its seats, and there the first of the seats with the fewest people. No
    seat gets a second person before all have one.

    Parameters
    ----------
    people
        Number of people in each offered seat, in the order of the seats.
    team
        Most people in one seat.
    """
    group = dict(zip(actors["id"], _groups(actors), strict=True))
    fewest = min(people.values(), default=team)
    if fewest >= team:
        return None

    def fullness(seat: str) -> float:
        mine = [n for other, n in people.items() if group[other] == group[seat]]
        return sum(mine) / len(mine)

    free = [seat for seat, n in people.items() if n == fewest]
    return min(free, key=lambda seat: (fullness(seat), _GROUPS.index(group[seat]), free.index(seat)))


def _groups(actors: pd.DataFrame) -> list[str]:
    return [role if kind == "state" else kind for kind, role in zip(actors["kind"], actors["role"], strict=True)]
