"""Figures: what is drawn are the numbers of the tables, with title, unit, n and interval on them."""

from __future__ import annotations

import numpy as np
import pytest

import comity
from comity import InputError

pytest.importorskip("matplotlib", reason="the extra notebook is not installed")


@pytest.fixture(scope="module")
def record():
    return comity.run("teaching", seed=7, keep="trust")


@pytest.fixture(scope="module")
def runs():
    return comity.run_many("teaching", seeds=5)


@pytest.fixture(autouse=True)
def pyplot():
    import matplotlib.pyplot as plt

    plt.switch_backend("agg")
    yield plt
    plt.close("all")


def texts(axes) -> str:
    return " ".join(
        [axes.get_title(loc="left"), axes.get_ylabel(), axes.get_xlabel(), *(t.get_text() for t in axes.texts)]
    )


@pytest.mark.parametrize(
    ("name", "unit"), [("trust", "share"), ("cooperation", "share"), ("attendance", "share"), ("votes", "count")]
)
def test_a_figure_states_title_unit_n_and_interval(record, runs, name, unit):
    draw = getattr(comity.plot, name)
    one, many = texts(draw(record)), texts(draw(runs))
    assert unit in one
    assert "teaching, n = 1 run, seed 7; no interval" in one
    assert "teaching, n = 5 runs, seeds 0 to 4; median and central 90 %" in many
    assert len(one.split(" teaching")[0]) > 4


def test_lines_of_a_record_are_its_table(record):
    lines = {line.get_label(): line.get_ydata() for line in comity.plot.trust(record).lines}
    assert list(lines) == ["origin in destination", "destination in origin", "states in networks"]
    assert lines["origin in destination"].tolist() == record.meetings["trust_origin_destination"].tolist()
    assert lines["states in networks"].tolist() == record.meetings["trust_states_networks"].tolist()


def test_bands_of_runs_are_those_of_the_table(runs):
    axes = comity.plot.cooperation(runs)
    bands = runs.meeting_bands.query("column == 'cooperation_origin'")
    assert axes.lines[0].get_ydata().tolist() == bands["median"].tolist()
    edge = axes.collections[0].get_paths()[0].vertices[:, 1]
    assert edge.min() == pytest.approx(bands["low"].min())
    assert edge.max() == pytest.approx(bands["high"].max())


def test_bars_of_a_vote_are_its_answers(record):
    axes = comity.plot.votes(record)
    height = sum(bar.get_height() for bars in axes.containers for bar in bars)
    assert height == len(record.votes) == 8
    assert "majority; adopted" in axes.get_xlabel()
    with pytest.raises(InputError, match=r"vote must be one that was held, got 'PACT'\. Did you mean 'COMPACT'"):
        comity.plot.votes(record, "PACT")


def test_lines_of_the_network_are_its_edges(record):
    pytest.importorskip("networkx")
    axes = comity.plot.network(record, "FORUM1", threshold=0.5)
    drawn = len(axes.collections[0].get_segments())
    assert drawn == record.network("FORUM1", 0.5).number_of_edges()
    assert f"{drawn} of 132 directed pairs" in axes.get_xlabel()
    points = np.vstack([points.get_offsets() for points in axes.collections[1:]])
    assert len(points) == 12


def test_it_draws_on_given_axes(runs, pyplot):
    _, (left, right) = pyplot.subplots(1, 2)
    assert comity.plot.trust(runs, ax=left) is left
    assert comity.plot.attendance(runs, ax=right) is right


def test_what_cannot_be_drawn_is_one_line(record, monkeypatch):
    early = comity.Record.of(comity.ForumModel("teaching", seed=7))
    with pytest.raises(InputError, match="a meeting to which states came must have been held, got none"):
        comity.plot.trust(early)
    monkeypatch.setattr("comity.extras.importlib.util.find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"^comity\.plot: needs matplotlib, which is not installed\. Install it: "):
        comity.plot.trust(record)
