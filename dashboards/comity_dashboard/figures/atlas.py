"""The world as a background for lines between states: one outline, and a place for each state."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

__all__ = ["background", "places_of", "world"]

_POINT = re.compile(r"(-?[\d.]+),(-?[\d.]+)")


@lru_cache(maxsize=1)
def world() -> dict[str, Any]:
    """Return the outlines that ship with the application: ``width``, ``height``, ``paths`` and ``points`` by code."""
    text = (Path(__file__).parents[1] / "world" / "world.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def background() -> dict[str, Any]:
    """Return ``width``, ``height`` and the ``outline`` of all states as one path. It is the same for all runs."""
    known = world()
    return {"width": known["width"], "height": known["height"], "outline": "".join(known["paths"].values())}


@lru_cache(maxsize=1)
def _middles() -> dict[str, tuple[float, float]]:
    middles = {state: _middle(path) for state, path in world()["paths"].items()}
    return middles | {state: (x, y) for state, (x, y) in world()["points"].items()}


def places_of(ids: list[str]) -> list[list[float] | None]:
    """Return the place of each actor on the map, pixels; None for actors that are on no map."""
    known = _middles()
    return [list(known[one]) if one in known else None for one in ids]


def _middle(path: str) -> tuple[float, float]:
    """Return the centre of mass of the largest ring of an outline."""
    best, largest = (0.0, 0.0), -1.0
    for ring in path.split("M")[1:]:
        points = [(float(x), float(y)) for x, y in _POINT.findall(ring)]
        area = across = down = 0.0
        for (a, b), (c, d) in zip(points, [*points[1:], *points[:1]], strict=True):
            part = a * d - c * b
            area, across, down = area + part, across + (a + c) * part, down + (b + d) * part
        if abs(area) > largest and area:
            best, largest = (round(across / (3 * area), 1), round(down / (3 * area), 1)), abs(area)
    return best
