"""Draws of a posterior in designs, scores and calibrations."""

from __future__ import annotations

import numpy as np
import pytest

from comity.facts import load_facts
from comity.posterior import read_posterior
from comity.scenario.loading import load
from comity_lab.calibration.posterior import _effective, _temper, _weights
from comity_lab.design import Design
from comity_lab.plan import plan_of
from comity_lab.reading import read_sweep
from comity_lab.scoring import run_ensembles
from comity_lab.seeds import seeds_of
from comity_lab.sweeping import sweep


@pytest.fixture
def draws(tmp_path):
    file = tmp_path / "posterior.csv"
    file.write_text("persuasion_rate,trust_learning\n0.0,1.5\n0.2,0.5\n", encoding="utf-8")
    return file


def test_replicates_of_every_point_have_the_draws_in_turn(tmp_path, draws):
    patch = tmp_path / "deaf.toml"
    patch.write_text("[parameters]\npersuasion_rate = 0.0\n", encoding="utf-8")
    design = Design.of(
        "teaching",
        {"patch": ["none", str(patch)], "parameters.trust_learning": [1.0]},
        replicates=3,
        posterior=str(draws),
    )
    recipe = plan_of(design).recipe
    plain = {"patch": "none", "parameters.trust_learning": 1.0}
    found = [recipe.scenario(plain, replicate).parameters for replicate in range(3)]
    assert [item.persuasion_rate for item in found] == [0.0, 0.2, 0.0]
    assert {item.trust_learning for item in found} == {1.0}  # a factor prevails
    deaf = recipe.scenario({**plain, "patch": str(patch)}, 1)
    assert deaf.parameters.persuasion_rate == 0.0  # and so does a patch


def test_a_sweep_keeps_its_draws_and_another_posterior_is_another_sweep(tmp_path, draws):
    design = Design.of("teaching", {"parameters.mimicry_rate": [0.1, 0.2]}, replicates=2, posterior=str(draws))
    plan = plan_of(design)
    sweep(plan, tmp_path / "s", workers=1, quiet=True)
    tables = read_sweep(tmp_path / "s")
    assert tables.plan.hash == plan.hash
    assert tables.runs["scenario_hash"].nunique() == 4
    assert plan_of(design.model_copy(update={"posterior": ""})).hash != plan.hash
    other = tmp_path / "other.csv"
    other.write_text("persuasion_rate,trust_learning\n0.0,1.5\n0.2,0.6\n", encoding="utf-8")
    assert plan_of(design.model_copy(update={"posterior": str(other)})).hash != plan.hash


def test_a_score_runs_over_the_draws(draws):
    scenario, facts = load("teaching"), load_facts()
    over = run_ensembles(scenario, facts, seeds=seeds_of(0, 2), workers=1, draws=read_posterior(draws), quiet=True)[
        0
    ].observations
    for replicate, draw in enumerate(read_posterior(draws)):
        alone = run_ensembles(
            scenario.with_parameters(**draw), facts, seeds=[seeds_of(0, 2)[replicate]], workers=1, quiet=True
        )[0].observations
        np.testing.assert_array_equal(over.iloc[replicate], alone.iloc[0])


def test_weights_are_tempered_until_enough_points_count():
    squares = np.array([0.0, 0.0, 100.0, 100.0])
    assert _effective(_weights(squares, 1.0)) == pytest.approx(2.0)
    assert _temper(squares, 2.0) == 1.0
    temper = _temper(squares, 3.0)
    assert 0 < temper < 1
    assert _effective(_weights(squares, temper)) == pytest.approx(3.0, abs=1e-6)
    # exp(-tau/2 * 2) = 1/e for the second point at tau 1.
    assert _weights(np.array([0.0, 2.0]), 1.0) == pytest.approx(np.array([1, np.exp(-1)]) / (1 + np.exp(-1)))
