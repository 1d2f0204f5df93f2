"""The trust network as plain data for the browser: places, and the trust of every pair after every meeting."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np

from comity.world.world import Group
from comity_dashboard.figures.atlas import places_of
from comity_dashboard.layout import Layout, lay_out
from comity_dashboard.phrases import ENGLISH, Phrases
from comity_dashboard.relations import Relations

__all__ = ["SCALE", "network_of", "talks_by_moment"]

SCALE = 200
"""Steps of trust from 0 to 1."""
_TIES_EACH = 2
"""Ties for each actor that are drawn at first, at most, after the last meeting."""


def network_of(found: Relations, layout: Layout | None = None, words: Phrases = ENGLISH) -> dict[str, Any]:
    """Return the actors with their places, and the mutual trust of all pairs.

    ``ties`` has a byte for each pair i < j, row by row: of the start, then the change by each meeting. ``threshold`` is
    the least trust of which at most two ties for each actor remain after the last meeting; ``threshold_across``, the
    same for ties of origin with destination states alone, 0 where there are none. ``map`` has places on the world map.
    """
    places = lay_out(found.population) if layout is None else layout
    first, second = np.triu_indices(len(found.population.ids), 1)
    steps = np.round(found.mutual[:, first, second] * SCALE).astype(np.uint8)
    group = found.population.world.actors["group"]
    camps = np.isin(group, (Group.ORIGIN, Group.DESTINATION))
    across = camps[first] & camps[second] & (group[first] != group[second])
    change = np.concatenate([steps[:1], steps[1:] - steps[:-1]])  # modulo 256
    return {
        "ids": list(found.population.ids),
        "names": [words.term("actors", str(name)) for name in found.population.actors["name"]],
        "groups": [int(code) for code in group],
        "x": list(places.x),
        "y": list(places.y),
        "blocs": [{"name": _bloc(name, words), "x": x, "y": y} for name, x, y in places.blocs],
        "meetings": list(found.meetings),
        "scale": SCALE,
        "threshold": _threshold(steps[-1], len(group)),
        "threshold_across": _threshold(steps[-1, across], int(camps.sum())) if across.any() else 0,
        "map": places_of(list(found.population.ids)),
        "ties": base64.b64encode(change.tobytes()).decode(),
    }


def _bloc(regions: str, words: Phrases) -> str:
    return ", ".join(words.term("model.regions", region) for region in regions.split(", "))


def _threshold(last: np.ndarray, n: int) -> float:
    """Return the lowest hundredth at which few enough ties remain."""
    for percent in range(30, 100):
        if (last >= percent * SCALE / 100).sum() <= _TIES_EACH * n:
            return percent / 100
    return 0.99


def talks_by_moment(found: Relations, moments: list[list[int]]) -> list[list[list[int]]]:
    """Return, for each moment, the pairs that talked in the corridor: two rows, and 1 if they agreed."""
    return [[[i, j, int(agreed)] for i, j, agreed in found.talks.get((m, s), ())] for m, s in moments]
