"""Where actors stand in the trust network: by camp, and inside it by bloc. The same for every seed of a scenario."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, sin, sqrt

import numpy as np

from comity.population.people import Population
from comity.world.world import Group

__all__ = ["HEIGHT", "WIDTH", "Layout", "lay_out"]

WIDTH, HEIGHT = 1000.0, 640.0
_GAP = 20.0
"""Distance of neighbours in a bloc."""
_CAMPS: dict[Group, tuple[float, float]] = {
    Group.ORIGIN: (210.0, 320.0),
    Group.BOTH: (560.0, 160.0),
    Group.DESTINATION: (880.0, 300.0),
    Group.ORGANISATION: (520.0, 480.0),
    Group.NETWORK: (740.0, 540.0),
}
"""Middle of each group: origin states on the left, destination states on the right."""
_EDGE = 32.0
"""Margin around all actors."""
_FEWEST = 3
"""States in the smallest bloc that stands apart."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Places of actors.

    Attributes
    ----------
    x, y
        Place of each actor, in a field of ``WIDTH`` by ``HEIGHT``.
    blocs
        Name and place of the label of each bloc; only where the table of states has regions.
    """

    x: tuple[float, ...]
    y: tuple[float, ...]
    blocs: tuple[tuple[str, float, float], ...]


def lay_out(population: Population) -> Layout:
    """Return the places of all actors.

    A bloc is a community of states of one role by the share of blocs that they have in common (Louvain method).
    """
    places = np.zeros((len(population.ids), 2))
    labels: list[tuple[str, float, float]] = []
    for group, middle in _CAMPS.items():
        members = np.flatnonzero(population.world.actors["group"] == group)
        blocs = _blocs(population, members) if group < Group.ORGANISATION else [members]
        radii = [_GAP * sqrt(len(bloc)) * 0.6 + 15 for bloc in blocs]
        tall = 1.2 if group in (Group.ORIGIN, Group.DESTINATION) else 0.75
        for bloc, (x, y), radius in zip(blocs, _pack(radii, tall), radii, strict=True):
            for number, row in enumerate(bloc):
                angle, out = number * pi * (3 - sqrt(5)), _GAP * 0.58 * sqrt(number + 0.5)
                places[row] = middle[0] + x + out * cos(angle), middle[1] + y + out * sin(angle)
            if name := _name(population, bloc):
                labels.append((name, round(middle[0] + x, 1), round(middle[1] + y - radius + 10, 1)))
    low, high = places.min(axis=0), places.max(axis=0)
    scale = (np.array([WIDTH, HEIGHT]) - 2 * _EDGE) / np.maximum(high - low, 1.0)
    x, y = ((places - low) * scale + _EDGE).round(1).T.tolist()
    found = []
    for name, *at in labels:
        across, down = ((np.array(at) - low) * scale + _EDGE).round(1).tolist()
        found.append((name, across, down))
    return Layout(x=tuple(x), y=tuple(y), blocs=tuple(found))


def _blocs(population: Population, members: np.ndarray) -> list[np.ndarray]:
    """Return the blocs of one group of states, the largest first; states of small ones are the last bloc."""
    import networkx as nx  # takes 0.3 s

    world, here = population.world, set(members.tolist())
    graph = nx.Graph()
    graph.add_nodes_from(members.tolist())
    for (a, b), share in zip(world.bloc_pairs.tolist(), world.shared_blocs.tolist(), strict=True):
        if a in here and b in here:
            graph.add_edge(a, b, weight=share * share)
    if not graph.number_of_edges():
        return [members] if len(members) else []
    found = [sorted(bloc) for bloc in nx.community.louvain_communities(graph, seed=0, resolution=1.3)]
    blocs = sorted((bloc for bloc in found if len(bloc) >= _FEWEST), key=lambda bloc: (-len(bloc), bloc))
    rest = sorted(row for bloc in found if len(bloc) < _FEWEST for row in bloc)
    return [np.array(bloc) for bloc in [*blocs, *([rest] if rest else [])]]


def _pack(radii: list[float], tall: float) -> list[tuple[float, float]]:
    """Return the middles of circles around (0, 0) that do not overlap, in an ellipse ``tall`` times as high as wide."""
    placed: list[tuple[float, float, float]] = []
    for radius in radii:
        step = 0
        while True:
            angle, out = step * 0.35, 1.6 * sqrt(step) * 2
            x, y = out * cos(angle) / sqrt(tall), out * sin(angle) * sqrt(tall)
            if all((x - a) ** 2 + (y - b) ** 2 >= (radius + c) ** 2 for a, b, c in placed):
                placed.append((x, y, radius))
                break
            step += 1
    if not placed:
        return []
    left, right = min(x - r for x, _, r in placed), max(x + r for x, _, r in placed)
    top, bottom = min(y - r for _, y, r in placed), max(y + r for _, y, r in placed)
    return [(x - (left + right) / 2, y - (top + bottom) / 2) for x, y, _ in placed]


def _name(population: Population, bloc: np.ndarray) -> str:
    """Return the region of at least half of the states of a bloc, or two of most of them; empty without such."""
    if "region" not in population.actors.columns:
        return ""
    regions = population.actors["region"].iloc[bloc].dropna()
    counts = regions[regions != ""].value_counts(sort=True)
    if not len(counts):
        return ""
    ranked = sorted(counts.items(), key=lambda item: (-item[1], str(item[0])))
    shown = 1 if 2 * ranked[0][1] >= len(bloc) else 2
    enough = sum(count for _, count in ranked[:shown]) >= 0.6 * len(bloc) or shown == 1
    return ", ".join(str(name) for name, _ in ranked[:shown]) if enough and len(bloc) > _FEWEST else ""
