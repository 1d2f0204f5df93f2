"""The model in the EMA workbench and in SALib gives the numbers of a sweep."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

import comity_lab
from comity.errors import InputError
from comity_lab.adapters import PointModel
from comity_lab.analysis import indices, means
from comity_lab.design import design_from

RATE = "parameters.persuasion_rate"


def test_a_point_has_the_means_of_a_sweep(tmp_path):
    design = comity_lab.Design.of(
        "teaching", {RATE: [0.0, 0.1], "preset": ["socialisation", "rationalist"]}, replicates=2, seed=4
    )
    comity_lab.sweep(design, tmp_path / "s", workers=1)
    model = pickle.loads(pickle.dumps(PointModel(design, ["trust_roles", "attendance"])))
    table = means(comity_lab.read_sweep(tmp_path / "s"), ["trust_roles", "attendance"])
    for (rate, preset), rows in table.groupby([RATE, "preset"]):
        found = model(persuasion_rate=rate, preset=preset)
        assert list(found.values()) == pytest.approx(rows["mean"].tolist(), rel=1e-12)


def test_the_ema_workbench_runs_the_model_in_one_line():
    workbench = pytest.importorskip("ema_workbench", reason="the extra discover is not installed")
    factors = {RATE: (0.0, 0.1), "preset": ["socialisation", "rationalist"]}
    model = comity_lab.ema_model("teaching", factors, ["trust_roles"], seed=4)
    experiments, outcomes = workbench.perform_experiments(model, scenarios=3)
    again = PointModel(
        comity_lab.Design.of("teaching", factors, sampler="latin_hypercube", n=1, seed=4), ["trust_roles"]
    )
    for number, row in enumerate(experiments.to_dict("records")):
        values = {name: row[name] for name in ("persuasion_rate", "preset")}
        assert outcomes["trust_roles"][number] == again(**values)["trust_roles"]
    assert experiments["persuasion_rate"].between(0, 0.1).all()
    assert set(experiments["preset"]) == {"socialisation", "rationalist"}


def test_salib_has_the_indices_of_a_sweep(tmp_path):
    factors = [{"name": f"x{i}", "low": 0.0, "high": 2.0} for i in (1, 2)]
    design = design_from(
        {"function": "comity_lab.known:sobol_g", "factors": factors, "sampler": "morris", "trajectories": 6}
    )
    problem, model = comity_lab.salib_problem(design, measures=["y"])
    comity_lab.sweep(design, tmp_path / "s", workers=1)
    sweep = comity_lab.read_sweep(tmp_path / "s")
    problem.set_samples(sweep.runs[["x1", "x2"]].to_numpy()).evaluate(model).analyze_morris()
    # SALib's steps are shares of the range, as in a sweep.
    assert np.asarray(problem.analysis["mu_star"]) == pytest.approx(indices(sweep).table["mu_star"].to_numpy())


def test_lists_and_whole_numbers_are_numbered_for_salib():
    factors = [
        {"name": "x1", "values": [0.25, 0.5, 1.0]},
        {"name": "x2", "low": 2, "high": 4, "integer": True},
        {"name": "x3", "low": 0.0, "high": 0.5},
    ]
    design = design_from(
        {"function": "comity_lab.known:sobol_g", "factors": factors, "sampler": "latin_hypercube", "n": 1}
    )
    problem, model = comity_lab.salib_problem(design, measures=["y"])
    assert problem["bounds"] == [[0.0, 3.0], [2.0, 5.0], [0.0, 0.5]]
    function = PointModel(design, ["y"])
    found = model(np.array([[0.0, 2.0, 0.1], [2.99, 4.99, 0.5], [3.0, 5.0, 0.5]]))
    ends = function(x1=1.0, x2=4, x3=0.5)["y"]
    assert found.tolist() == [function(x1=0.25, x2=2, x3=0.1)["y"], ends, ends]


def test_several_measures_are_columns():
    problem, model = comity_lab.salib_problem("teaching", {RATE: (0.0, 0.1)}, ["trust_roles", "attendance"])
    assert problem["outputs"] == ["trust_roles", "attendance"]
    assert model(np.array([[0.0], [0.1]])).shape == (2, 2)


def test_names_that_two_factors_share_are_written_out():
    factors = [{"name": f"{part}.rate", "values": [1, 2]} for part in "ab"]
    design = design_from({"function": "comity_lab.known:sobol_g", "factors": factors})
    assert list(PointModel(design, ["y"]).names) == ["a_rate", "b_rate"]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: comity_lab.salib_problem("teaching"), "factors must be given with a scenario, got none"),
        (
            lambda: comity_lab.salib_problem("teaching", {RATE: (0.0, 0.1)}, ["cooperatoin"]),
            "Did you mean 'cooperation'",
        ),
        (lambda: comity_lab.salib_problem("teaching", {"persuasion_rate": (0.0, 0.1)}), "must be a dotted path"),
        (
            lambda: comity_lab.salib_problem(comity_lab.Design.of("teaching", {RATE: [0.0]}), {RATE: (0.0, 0.1)}),
            "factors and options must not be given with a design",
        ),
        (
            lambda: comity_lab.salib_problem(
                design_from({"function": "comity_lab.known:sobol_g", "factors": [{"name": "x1", "values": [1]}]})
            ),
            "measures must be given for a function",
        ),
    ],
)
def test_what_no_adapter_can_use_is_refused(call, message):
    with pytest.raises(InputError, match=message):
        call()
