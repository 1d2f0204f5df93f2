"""A record as a graph of networkx and as a Dataset of xarray: the numbers are those of its tables."""

from __future__ import annotations

import numpy as np
import pytest

import comity
from comity import InputError


@pytest.fixture(scope="module")
def record():
    return comity.run("teaching", seed=7, keep="trust")


def test_the_graph_has_the_trust_of_the_matrix(record):
    pytest.importorskip("networkx")
    matrix, graph = record.trust_matrix("FORUM1"), record.network("FORUM1", threshold=0.5)
    assert set(graph) == set(matrix.index)
    wanted = {
        (a, b): float(matrix.loc[a, b])
        for a in matrix.index
        for b in matrix.index
        if a != b and matrix.loc[a, b] >= 0.5
    }
    assert {(a, b): weight for a, b, weight in graph.edges(data="weight")} == wanted
    assert 0 < len(wanted) < 12 * 11
    people = record.actors_by_id.set_index("id")
    for name, attributes in graph.nodes(data=True):
        assert attributes == {key: people.loc[name, key] for key in ("name", "kind", "group", "role")}
    assert record.network("start").number_of_edges() == 12 * 11
    assert record.network("start", threshold=1.0).number_of_nodes() == 12


def test_the_graph_is_written_as_graphml_and_read_back(record, tmp_path):
    nx = pytest.importorskip("networkx")
    graph = record.network("DIALOGUE2", threshold=0.4)
    nx.write_graphml(graph, tmp_path / "trust.graphml")
    again = nx.read_graphml(tmp_path / "trust.graphml")
    assert again.is_directed()
    assert dict(again.nodes(data=True)) == dict(graph.nodes(data=True))
    assert {edge: again.edges[edge]["weight"] for edge in again.edges} == {
        e: graph.edges[e]["weight"] for e in graph.edges
    }


@pytest.mark.parametrize("threshold", [-0.1, 1.5, float("nan")])
def test_a_threshold_is_a_share(record, threshold):
    pytest.importorskip("networkx")
    with pytest.raises(InputError, match=r"threshold must be from 0 to 1, got .* Give a share"):
        record.network("FORUM1", threshold)


def test_without_trust_there_is_no_graph():
    pytest.importorskip("networkx")
    with pytest.raises(InputError, match="Run with keep='trust'"):
        comity.run("teaching", seed=7).network("FORUM1")


def test_the_dataset_has_the_numbers_of_the_tables(record):
    pytest.importorskip("xarray", reason="the extra notebook is not installed")
    found = record.to_xarray()
    assert dict(found.sizes) == {"meeting": 4, "actor": 12, "issue": 3, "holder": 12, "partner": 12}
    for row in record.actors.to_dict("records"):
        here = found.sel(meeting=row["meeting"], actor=row["actor"])
        assert float(here["cooperation"]) == row["cooperation"]
        assert bool(here["present"]) == row["present"]
        assert here["date"].to_numpy() == np.datetime64(row["date"])
    for row in record.positions.to_dict("records"):
        here = found["position"].sel(meeting=row["meeting"], actor=row["actor"], issue=row["issue"])
        assert float(here) == row["position"]
    matrix = record.trust_matrix("FORUM1")
    assert (
        float(found["trust"].sel(meeting="FORUM1", holder="CORAL", partner="WESTMARK"))
        == matrix.loc["CORAL", "WESTMARK"]
    )
    assert np.isnan(float(found["trust"].sel(meeting="FORUM1", holder="CORAL", partner="CORAL")))
    assert found["trust"].attrs["units"] == "share"
    by_group = found["trust"].sel(meeting="FORUM1").groupby("holder_group").mean()
    assert "origin" in by_group["holder_group"].to_numpy()


def test_the_dataset_has_no_trust_where_none_was_kept():
    pytest.importorskip("xarray", reason="the extra notebook is not installed")
    assert "trust" not in comity.run("teaching", seed=7).to_xarray()
    with pytest.raises(InputError, match=r"Run again with keep='all'"):
        comity.run("teaching", seed=7, keep="meetings").to_xarray()


@pytest.mark.parametrize(("call", "package"), [("network", "networkx"), ("to_xarray", "xarray")])
def test_a_missing_library_is_one_line(record, call, package, monkeypatch):
    monkeypatch.setattr("comity.extras.importlib.util.find_spec", lambda name: None)
    with pytest.raises(InputError, match=rf"^record\.{call}: needs {package}, which is not installed\. Install it: "):
        getattr(record, call)(*(["FORUM1"] if call == "network" else []))
