"""Samplers: the matrix of each, against numbers worked out by hand and against SALib."""

from __future__ import annotations

import numpy as np
import pytest

from comity_lab import Factor
from comity_lab.design import design_from
from comity_lab.plan import plan_of
from comity_lab.sampling import count_points, problem, sample

X1 = {"name": "x1", "low": -1.0, "high": 3.0}
X2 = {"name": "x2", "low": 10.0, "high": 20.0}
NAMES = {"name": "kind", "values": ["a", "b", "c"]}
FUNCTION = "comity_lab.known:ishigami"


def design(factors=(X1, X2), **options):
    return design_from({"function": FUNCTION, "factors": list(factors), **options})


def test_a_grid_takes_all_combinations_the_last_factor_fastest():
    made = design([{**X1, "steps": 3}, NAMES])
    expected = [[x, k] for x in (-1, 1, 3) for k in (0, 1, 2)]
    assert sample(made).tolist() == expected
    assert plan_of(made).values(4) == {"x1": 1.0, "kind": "b"}


def test_a_grid_without_factors_is_the_scenario_itself():
    plan = plan_of(design_from({"scenario": "teaching", "replicates": 4}))
    assert (plan.n_points, plan.n_runs, plan.values(0)) == (1, 4, {})


def test_a_list_keeps_its_points_in_order():
    points = [{"x": 2.5, "who": "b"}, {"x": 1, "who": "a"}, {"x": 2.5, "who": "a"}]
    made = plan_of(design_from({"function": FUNCTION, "sampler": "list", "points": points}))
    assert [made.values(i) for i in range(3)] == points
    assert made.points()["who"].tolist() == ["b", "a", "a"]
    assert made.points()["x"].tolist() == [2.5, 1, 2.5]


def test_a_latin_hypercube_has_one_point_in_each_stratum():
    matrix = sample(design(sampler="latin_hypercube", n=20, seed=3))
    assert matrix.shape == (20, 2)
    for column, (low, high) in enumerate([(-1, 3), (10, 20)]):
        strata = np.floor((matrix[:, column] - low) / (high - low) * 20)
        assert sorted(strata) == list(range(20))


def test_a_latin_hypercube_takes_each_value_of_a_list_equally_often():
    matrix = sample(design([X1, NAMES], sampler="latin_hypercube", n=30))
    assert np.bincount(matrix[:, 1].astype(int)).tolist() == [10, 10, 10]


@pytest.mark.parametrize(("second", "n_points"), [(False, 8 * 4), (True, 8 * 6)])
def test_sobol_stands_in_the_order_of_saltelli(second, n_points):
    made = design(sampler="sobol", n=8, second_order=second)
    matrix = sample(made)
    assert matrix.shape == (n_points, 2)
    block = n_points // 8
    for row in range(8):  # A, then A with one column of B each, …, then B
        a, ab1, ab2, b = (
            matrix[row * block],
            matrix[row * block + 1],
            matrix[row * block + 2],
            matrix[(row + 1) * block - 1],
        )
        assert (ab1[0], ab1[1]) == (b[0], a[1])
        assert (ab2[0], ab2[1]) == (a[0], b[1])
    assert problem(made)["names"] == ["x1", "x2"]


def test_morris_changes_one_factor_at_a_time_by_the_same_step():
    matrix = sample(design(sampler="morris", trajectories=5, levels=4))
    assert matrix.shape == (15, 2)
    shares = (matrix - [-1, 10]) / [4, 10]
    for trajectory in shares.reshape(5, 3, 2):
        steps = np.abs(np.diff(trajectory, axis=0))
        assert np.allclose(np.sort(steps, axis=1), [[0, 2 / 3], [0, 2 / 3]])


@pytest.mark.parametrize(
    "options",
    [
        {"sampler": "latin_hypercube", "n": 7},
        {"sampler": "sobol", "n": 4},
        {"sampler": "sobol", "n": 4, "second_order": True},
        {"sampler": "morris", "trajectories": 3},
    ],
)
def test_the_same_seed_gives_the_same_sample_and_the_count_is_right(options):
    made = design(seed=1, **options)
    assert np.array_equal(sample(made), sample(made))
    assert not np.array_equal(sample(made), sample(design(seed=2, **options)))
    assert len(sample(made)) == count_points(made)


def test_whole_numbers_are_taken_equally_often():
    factor = Factor(name="n", low=2, high=5, integer=True)
    assert factor.scaled(np.array([0.0, 0.2499, 0.25, 0.74, 0.75, 1.0])).tolist() == [2, 2, 3, 4, 5, 5]
    assert factor.value(3.0) == 3
    assert isinstance(factor.value(3.0), int)


def test_columns_of_values_have_the_kind_of_the_values():
    kinds = {"i": (1, 2), "f": (1, 2.5), "b": (True, False), "O": ("a", ["b", "c"])}
    for kind, values in kinds.items():
        column = Factor(name="x", values=values).column([1, 0])
        assert column.dtype.kind == kind
    assert column.tolist() == ['["b", "c"]', "a"]
