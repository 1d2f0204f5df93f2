"""The rooms of one run, as a schedule that any other library can be given: who sits where, sitting by sitting."""

from __future__ import annotations

import comity
from comity_bench.replay import SCENARIO

__all__ = ["Schedule", "schedule"]

Schedule = list[list[list[int]]]
"""Rows of the actors in each room of each sitting."""


def schedule(scenario: str = SCENARIO) -> tuple[int, Schedule]:
    """Return the number of actors and the rooms in which somebody could take the floor, sitting by sitting."""
    record = comity.run(scenario, seed=1)
    rows = record.population.rows
    seats = record.sittings
    seats = seats[~seats["phase"].isin(["corridor", "vote"]) & (seats["round"] == 1)]
    sittings: Schedule = []
    for _, sitting in seats.groupby(["meeting", "sitting"], sort=False):
        sittings.append([[rows[actor] for actor in room["actor"]] for _, room in sitting.groupby("room")])
    return len(rows), sittings
