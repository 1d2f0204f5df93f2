"""Drawn worlds of any size: the synthetic scenario with more actors, more meetings, or larger rooms."""

from __future__ import annotations

from datetime import date

import comity
from comity.scenario.loading import from_data
from comity.scenario.schema import Scenario

__all__ = ["settings_of_size", "world_of_meetings", "world_of_seats", "world_of_size"]


def settings_of_size(n: int) -> dict[str, int]:
    """Return the settings for n actors, in the proportions of the scenario: about 82 states in 100."""
    organisations, networks = round(0.08 * n), round(0.1 * n)
    sizes = {"states": n - organisations - networks, "organisations": organisations, "networks": networks}
    return {f"population.synthetic.{name}": size for name, size in sizes.items()}


def world_of_size(n: int) -> Scenario:
    """Return the drawn world with n actors and the rooms as they are: more of them stay outside."""
    return comity.load("synthetic", settings=settings_of_size(n))


def world_of_meetings(meetings: int) -> Scenario:
    """Return the drawn world with so many meetings, an even number: a dialogue and a forum each year."""
    data = comity.load("synthetic").to_json()
    first, second = data["meetings"][:2]
    held = []
    for number in range(meetings // 2):
        year = 2006 + number
        for meeting in (first, second):
            start = date.fromisoformat(str(meeting["start"])).replace(year=year).isoformat()
            end = date.fromisoformat(str(meeting["end"])).replace(year=year).isoformat()
            held.append(meeting | {"id": f"{meeting['forum']}{year}", "start": start, "end": end})
    return from_data(data | {"meetings": held, "end": f"{2006 + meetings // 2 - 1}-12-31"})


def world_of_seats(n: int, factor: float) -> Scenario:
    """Return the drawn world with n actors whose rooms have ``factor`` times as many seats."""
    data = world_of_size(n).to_json()
    for forum in data["forums"]:
        for entry in forum["format"]:
            entry["seats"] = round(entry["seats"] * factor)
    return from_data(data)
