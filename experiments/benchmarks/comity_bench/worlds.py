"""Synthetic worlds of any size: the shipped synthetic scenario with more actors or more meetings."""

from __future__ import annotations

from datetime import date

import comity
from comity.scenario.loading import from_data
from comity.scenario.schema import Scenario

__all__ = ["world_of_meetings", "world_of_size"]


def world_of_size(n: int) -> Scenario:
    """Return the synthetic world with n actors, of whom about 82 % are states; rooms keep their number of seats."""
    organisations, networks = round(0.08 * n), round(0.1 * n)
    sizes = {"states": n - organisations - networks, "organisations": organisations, "networks": networks}
    return comity.load("synthetic", settings={f"population.synthetic.{name}": size for name, size in sizes.items()})


def world_of_meetings(meetings: int) -> Scenario:
    """Return the synthetic world with an even number of meetings: a dialogue and a forum each year."""
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
