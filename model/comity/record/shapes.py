"""A record in the shapes of other libraries: trust as a graph of networkx, states of actors as a Dataset of xarray."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from comity.errors import InputError
from comity.extras import needs

if TYPE_CHECKING:
    import networkx as nx
    import xarray as xr

    from comity.record import Record

__all__ = ["network", "to_xarray"]

_ATTRIBUTES = ("name", "kind", "group", "role")
_BY_ACTOR = ("cooperation", "sovereignty", "present")
_BY_ISSUE = ("position", "anchor")
_SIDES = ("holder", "partner")


def network(record: Record, meeting: str, threshold: float = 0.0) -> nx.DiGraph:
    """Return trust when a meeting closed as a directed graph: an edge from who trusts to who is trusted.

    Nodes are ids of actors and have ``name``, ``kind``, ``group`` and ``role`` (empty unless a state). Edges have
    ``weight``, the trust, a share. ``networkx.write_graphml`` writes the graph.

    Parameters
    ----------
    record
        Kept with ``"trust"``.
    meeting
        Id of the meeting; ``"start"``: before the first.
    threshold
        Least trust of an edge, a share. Nodes without edges stay.

    Raises
    ------
    InputError
        networkx is not installed, the matrix was not kept, or the threshold is not from 0 to 1.
    """
    needs("record.network", "notebook", "networkx")
    import networkx as nx

    if not 0 <= threshold <= 1:
        raise InputError(
            f"record.network: threshold must be from 0 to 1, got {threshold!r}. Give a share, such as 0.6."
        )
    trust = record.trust_matrix(meeting)
    graph = nx.DiGraph(scenario=record.scenario.name, seed=record.seed, meeting=meeting, threshold=float(threshold))
    for row in record.actors_by_id.set_index("id").loc[trust.index, list(_ATTRIBUTES)].itertuples():
        graph.add_node(row.Index, **{name: str(getattr(row, name)) for name in _ATTRIBUTES})
    values = trust.to_numpy()
    trusts = values >= threshold
    np.fill_diagonal(trusts, False)
    ids = trust.index.to_list()
    graph.add_weighted_edges_from((ids[i], ids[j], float(values[i, j])) for i, j in np.argwhere(trusts))
    return graph


def to_xarray(record: Record) -> xr.Dataset:
    """Return the states of actors as arrays with named dimensions.

    ``cooperation``, ``sovereignty`` and ``present`` by meeting and actor; ``position`` and ``anchor`` by meeting, actor
    and issue; with ``keep="trust"``, ``trust`` by meeting, holder and partner, nan on the diagonal. The first
    meeting is ``start``. Coordinates ``date``, ``group``, ``holder_group`` and ``partner_group`` go along; units and
    meanings are attributes of variables.

    Raises
    ------
    InputError
        xarray is not installed, or the record was kept with ``"meetings"``.
    """
    needs("record.to_xarray", "notebook", "xarray")
    import xarray as xr

    from comity.record.dictionary import entry

    actors, positions = record.actors, record.positions
    meetings, ids = list(dict.fromkeys(actors["meeting"])), record.actors_by_id["id"].tolist()
    shape = (len(meetings), len(ids))
    by_actor = {name: (("meeting", "actor"), actors[name].to_numpy().reshape(shape)) for name in _BY_ACTOR}
    by_issue = {
        name: (("meeting", "actor", "issue"), positions[name].to_numpy().reshape(*shape, len(record.issues)))
        for name in _BY_ISSUE
    }
    dates = pd.DatetimeIndex(actors["date"].to_numpy()[:: len(ids)])
    groups = record.actors_by_id["group"].to_numpy(object)
    found = xr.Dataset(
        by_actor | by_issue,
        coords={"meeting": meetings, "actor": ids, "issue": record.issues, "date": ("meeting", dates)},
        attrs={"scenario": record.scenario.name, "hash": record.scenario.hash, "seed": record.seed},
    ).assign_coords(group=("actor", groups))
    if record.matrices:
        matrices = np.stack([record.trust_matrix(name).to_numpy() for name in record.matrices])
        matrices[:, np.arange(len(ids)), np.arange(len(ids))] = np.nan
        found = found.assign_coords({side: ids for side in _SIDES})
        found = found.assign_coords({f"{side}_group": (side, groups) for side in _SIDES})
        found["trust"] = (("meeting", *_SIDES), matrices)
    for name in found.data_vars:
        table = "trust" if name == "trust" else "actors" if name in _BY_ACTOR else "positions"
        if about := entry(table, str(name), record.scenario.subject):
            found[name].attrs = {"units": about.unit, "long_name": about.meaning}
    return found
