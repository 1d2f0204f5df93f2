"""What the page of a sweep draws: the numbers of its tables, in plain words, also while it runs."""

from __future__ import annotations

import pytest

import comity_lab
from comity_dashboard.figures.sweep import means_chart, response
from comity_lab.reading import read_sweep

FACTORS = {"parameters.persuasion_rate": [0.0, 0.3], "preset": ["socialisation", "rationalist"]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("sweeps") / "s"
    comity_lab.sweep(comity_lab.Design.of("teaching", FACTORS, replicates=3, seed=1), path, workers=1)
    return path


def cut(folder, n):
    """The tables of a sweep as they were when the first n runs were there."""
    sweep = read_sweep(folder)
    sweep.__dict__["runs"] = sweep.runs.head(n).reset_index(drop=True)
    return sweep


def test_a_response_is_over_the_points_that_belong_to_a_value(folder):
    sweep = read_sweep(folder)
    table = response(sweep, "cooperation", ["parameters.persuasion_rate"]).table
    expected = sweep.runs.groupby("parameters.persuasion_rate")["cooperation"].mean()
    assert list(table["mean"]) == pytest.approx(list(expected))
    assert list(table["n"]) == [3, 3]


def test_values_without_an_order_are_not_joined_by_a_line_and_stand_as_in_the_design(folder):
    option = response(read_sweep(folder), "cooperation", ["preset"]).option
    assert option["xAxis"]["data"] == ["socialisation", "rationalist"]
    assert [point["value"][0] for point in option["series"][-1]["data"]] == ["socialisation", "rationalist"]
    assert option["series"][-1]["lineStyle"]["width"] == 0
    ordered = response(read_sweep(folder), "cooperation", ["parameters.persuasion_rate"]).option
    assert ordered["series"][-1]["lineStyle"]["width"] > 0


def test_while_a_sweep_runs_a_value_waits_for_all_its_points(folder):
    # Points 0 and 1 have the first value; of the second only point 2, under one of two theories, has run.
    found = response(cut(folder, 9), "cooperation", ["parameters.persuasion_rate"])
    assert list(found.table["parameters.persuasion_rate"]) == [0.0]
    assert "missing points are left out" in found.note
    whole = response(read_sweep(folder), "cooperation", ["parameters.persuasion_rate"])
    assert "missing points" not in whole.note
    assert (found.option["xAxis"]["min"], found.option["xAxis"]["max"]) == (0.0, 0.3)
    assert found.table["mean"][0] == whole.table["mean"][0]


def test_means_name_factors_in_plain_words_and_say_how_many_points_are_there(folder):
    found = means_chart(cut(folder, 9), "cooperation", ["preset"])
    assert "3 of 4 points have runs so far." in found.note
    assert found.note.startswith("Disposition of states to cooperate at the end (share, 0 to 1).")
    assert found.option["yAxis"]["data"][-1] == "0: persuasion rate 0, theory socialisation"


def test_points_that_have_run_without_a_value_are_not_said_to_be_missing(folder):
    sweep = read_sweep(folder)
    sweep.__dict__["runs"] = sweep.runs.assign(donors=sweep.runs["donors"].where(sweep.runs["point"] > 0))
    found = means_chart(sweep, "donors", [])
    assert "so far" not in found.note
    assert "At 1 of 4 points no run has a value." in found.note


def test_adoption_is_a_measure_of_a_sweep(folder):
    sweep = read_sweep(folder)
    assert "adopted" in sweep.measures
    figure = means_chart(sweep, "adopted", [])
    assert set(sweep.runs["adopted"]) <= {0.0, 1.0}
    assert figure.table["mean"].mean() == pytest.approx(sweep.runs["adopted"].mean())
    assert "1 if the text of the last vote was adopted" in figure.note
