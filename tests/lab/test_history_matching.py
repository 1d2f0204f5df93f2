"""History matching: implausibility by hand, an emulator that knows its error, and a region whose volume is known."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from comity import InputError
from comity_lab.calibration.calibrating import calibrate
from comity_lab.calibration.emulator import fit
from comity_lab.calibration.files import save
from comity_lab.calibration.implausibility import facts_missed, implausibility, largest, misfit, summarise
from comity_lab.calibration.problem import Moved, Problem
from comity_lab.calibration.region import Pool, Region, spread
from comity_lab.calibration.simulating import Simulator
from comity_lab.calibration.tables import parameters, targets
from comity_lab.calibration.target import Target, planted
from comity_lab.calibration.waves import match
from comity_lab.reading import read_sweep

NUMBER = Target(key="n.1", fact="n", low=10, high=10, sd=2)
AT_LEAST = Target(key="a", fact="a", low=0, high=math.inf, sd=1)
AT_MOST = Target(key="m", fact="m", low=-math.inf, high=5, sd=1)
BETWEEN = Target(key="b", fact="b", low=1, high=3, sd=1)

CROSSING = (
    Target(key="sum", fact="A", low=1, high=1, sd=0.02),
    Target(key="difference", fact="B", low=0.2, high=0.2, sd=0.02),
    Target(key="bounded", fact="C", low=0.7, high=math.inf, sd=0.1),
)
"""Known answer: x1 = 0.6, x2 = 0.4; x3 is anything."""


def crossing(targets=CROSSING, n_inputs=3, **options):
    moved = tuple(Moved(name=f"x{i}", low=0, high=2, default=0.5) for i in range(1, n_inputs + 1))
    return Problem(
        base={"function": "comity_lab.known:crossing"},
        moved=moved,
        targets=targets,
        **{"points": 60, "replicates": 2, "seed": 1, **options},
    )


def test_distances_are_zero_within_what_was_observed():
    values = np.array([-1.0, 2.0, 10.0, np.nan])
    assert NUMBER.distance(values).tolist()[:3] == [11, 8, 0]
    assert AT_LEAST.distance(values).tolist()[:3] == [1, 0, 0]
    assert AT_MOST.distance(values).tolist()[:3] == [0, 0, 5]
    assert BETWEEN.distance(values).tolist()[:3] == [2, 0, 7]
    assert all(math.isnan(target.distance(values)[3]) for target in (NUMBER, AT_LEAST, AT_MOST, BETWEEN))


def test_implausibility_by_hand():
    outputs = np.array([[[13.0, -2.0], [17.0, -2.0]]])  # one point, two replicates; variance 8 of the first, 0
    found = implausibility(summarise(outputs), (NUMBER, AT_LEAST), discrepancy=1.0)
    # |15 - 10| / √(2² + 2² + 8 (1 + 1/2)) and 2 / √(1 + 1)
    assert found[0].tolist() == pytest.approx([5 / math.sqrt(20), 2 / math.sqrt(2)])
    exact = implausibility(summarise(outputs), (NUMBER, AT_LEAST), discrepancy=0.0)
    assert exact[0].tolist() == pytest.approx([5 / math.sqrt(16), 2])


def test_the_variance_of_a_point_leans_on_that_of_all():
    outputs = np.array(
        [[[0.0], [0.0]], [[1.0], [3.0]]]
    )  # squares 0 and 2, one degree each; pooled 1; four from the pool
    assert summarise(outputs).variance[:, 0].tolist() == pytest.approx([4 / 5, 6 / 5])


def test_a_point_without_a_value_is_ruled_out_and_one_with_some_is_not():
    outputs = np.full((2, 2, 1), np.nan)
    outputs[1, 0] = 10.0
    found = implausibility(summarise(outputs), (NUMBER,), discrepancy=0.0)
    assert found[:, 0].tolist() == [math.inf, 0.0]


def test_largest_missed_and_misfit_by_hand():
    pair = Target(key="n.2", fact="n", low=0, high=0, sd=1)
    found = np.array([[1.0, 4.0, 2.0], [9.0, 0.0, 0.0]])
    three = (NUMBER, pair, AT_LEAST)  # n has two targets, a has one
    assert largest(found).tolist() == [4, 9]
    assert largest(found, 2).tolist() == [2, 0]
    assert facts_missed(found, three, 3.0).tolist() == [1, 1]
    # facts count once each: √(((1 + 16) / 2 + 4) / 2); 9 counts as 6
    assert misfit(found, three, 3.0).tolist() == pytest.approx([math.sqrt(12.5 / 2), math.sqrt(18 / 2)])


@pytest.mark.parametrize(
    ("target", "value", "low", "high"),
    [
        (NUMBER, 4.0, 4, 4),
        (AT_LEAST, 1.0, 0, math.inf),
        (AT_LEAST, -1.0, -math.inf, 0),
        (AT_MOST, 6.0, 5, math.inf),
        (BETWEEN, 2.0, 1, 3),
        (BETWEEN, 7.0, 6, 8),
    ],
)
def test_a_planted_target_is_met_by_what_was_planted(target, value, low, high):
    found = planted(target, value)
    assert (found.low, found.high) == (low, high)
    assert found.distance(np.array([value]))[0] == 0


def test_the_emulator_knows_a_plane_and_the_luck_around_it():
    rng = np.random.default_rng(1)
    points = rng.random((150, 4))
    plane, luck = points @ [1.0, -2.0, 0.0, 0.5], rng.normal(0, 0.1, 150)
    emulator = fit(points, np.column_stack([plane, plane + luck]))
    fresh = rng.random((100, 4))
    truth = fresh @ [1.0, -2.0, 0.0, 0.5]
    found = emulator.predict(fresh)
    assert np.abs(found[:, 0] - truth).max() < 1e-3
    assert emulator.variance[1] == pytest.approx(luck.var(), rel=0.15)  # five coefficients of 150 points: 7 % more
    assert np.abs(found[:, 1] - truth).max() < 0.1


def test_the_error_that_the_emulator_states_is_that_on_fresh_points():
    rng = np.random.default_rng(2)

    def curved(x):
        return 1 / (1 + np.exp(-12 * (x[:, 0] - 0.5))) + x[:, 1] * x[:, 2]

    points, fresh = rng.random((200, 6)), rng.random((2000, 6))
    emulator = fit(points, curved(points)[:, None])
    error = ((emulator.predict(fresh)[:, 0] - curved(fresh)) ** 2).mean()
    assert emulator.explained[0] > 0.98
    assert error / emulator.variance[0] == pytest.approx(1, abs=0.7)


def test_what_is_hardly_ever_there_is_not_emulated():
    outputs = np.full((30, 2), 1.0)
    outputs[5:, 1] = np.nan
    emulator = fit(np.random.default_rng(3).random((30, 2)), outputs)
    assert np.isnan(emulator.predict(np.full((1, 2), 0.5))[0]).tolist() == [False, True]


def test_spread_points_are_even():
    rng = np.random.default_rng(4)

    def triangle(x):
        return ((x >= 0) & (x <= 1)).all(axis=1) & (x.sum(axis=1) <= 1)

    seeds = rng.random((400, 2))
    found = spread(seeds[triangle(seeds)], 4000, triangle, rng)
    # means of an even triangle are 1/3 with variance 1/18; chains of 40 steps from 200 seeds: tolerance 5 errors of 400
    assert found.mean(axis=0) == pytest.approx([1 / 3, 1 / 3], abs=5 * math.sqrt(1 / 18 / 400))
    assert (found.max(axis=1) < 0.5).mean() == pytest.approx(0.5, abs=0.08)


def test_the_region_of_the_crossing_is_found_with_its_volume(tmp_path):
    history = match(Simulator(problem=crossing(), folder=tmp_path, workers=1), 3)
    values = history.region
    assert values.mean(axis=0)[:2] == pytest.approx([0.6, 0.4], abs=0.03)
    # |sum - 1| and |difference - 0.2| within 3 · 0.02 √2: a square of half the area, of the ranges 2 x 2
    known = (6 * 0.02 * math.sqrt(2)) ** 2 / 2 / 4
    assert history.last.pool.volume == pytest.approx(known, rel=0.5)
    assert history.last.reached.all()
    assert history.last.level == history.problem.cutoff
    assert np.quantile(values[:, 2], 0.95) - np.quantile(values[:, 2], 0.05) > 1.5  # nothing but a bound knows x3
    table = history.table()
    assert table["kept"].iloc[-1] >= 20
    assert table["volume_left"].is_monotonic_decreasing


def test_a_target_out_of_reach_is_set_aside_and_said(tmp_path):
    far = (CROSSING[0], Target(key="difference", fact="B", low=50, high=50, sd=0.1), CROSSING[2])
    history = match(Simulator(problem=crossing(targets=far), folder=tmp_path, workers=1), 2)
    assert history.last.reached.tolist() == [True, False, True]
    assert (history.table()["kept_all"] == 0).all()
    assert history.region[:, :2].sum(axis=1).mean() == pytest.approx(1, abs=0.1)  # the sum still says what it knows


@dataclass(frozen=True)
class Nowhere:
    """A layer that rules everything out, the higher the first coordinate the more."""

    level: float = math.inf

    def implausibility(self, points):
        return 10 + points[:, 0]


def test_a_region_is_never_closed_more_than_a_wave_may():
    rng = np.random.default_rng(5)
    region, pool = Region().shrunk(Nowhere(), Pool(rng.random((1000, 2)), 1.0), 3.0, rng)
    assert pool.volume == pytest.approx(1e-3, rel=0.05)
    assert region.layers[0].level == pytest.approx(10.001, abs=0.0005)
    assert (pool.points[:, 0] <= 0.0015).all()


def test_a_calibration_chooses_prints_and_writes(tmp_path):
    found = calibrate(crossing(), tmp_path / "out", waves=2, workers=1)
    table = parameters(found)
    assert table["chosen"].iloc[0] == pytest.approx(0.6, abs=0.1)
    assert found.choice.chosen != 0
    assert table["identifiable"].tolist() == [True, True, False]
    assert targets(found)["not_ruled_out"].all()
    names = save(found, tmp_path / "out", "A test", {})
    assert "calibration.toml" not in names  # of a function there is nothing to patch
    written = pd.read_csv(tmp_path / "out" / "calibration.csv")
    assert written["chosen"].tolist() == table["chosen"].tolist()
    assert (tmp_path / "out" / "region.svg").read_text(encoding="utf-8").count("seed 1") == 1


def test_a_good_default_is_not_replaced_by_luck(tmp_path):
    moved = tuple(Moved(name=f"x{i}", low=0, high=2, default=d) for i, d in ((1, 0.6), (2, 0.4), (3, 1.0)))
    problem = Problem(
        base={"function": "comity_lab.known:crossing"}, moved=moved, targets=CROSSING, points=30, replicates=2, seed=2
    )
    found = calibrate(problem, tmp_path / "out", waves=1, workers=1)
    assert found.choice.chosen == 0


def test_the_same_calibration_again_simulates_nothing_and_gives_the_same(tmp_path):
    first = calibrate(crossing(), tmp_path / "out", waves=2, workers=1)
    stamps = {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*.parquet")}
    again = calibrate(crossing(), tmp_path / "out", waves=2, workers=1)
    assert {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*.parquet")} == stamps
    pd.testing.assert_frame_equal(parameters(first), parameters(again))
    elsewhere = calibrate(crossing(), tmp_path / "other", waves=2, workers=1)
    pd.testing.assert_frame_equal(parameters(first), parameters(elsewhere))
    more = calibrate(crossing(), tmp_path / "out", waves=3, workers=1)
    assert [wave.number for wave in more.history.waves] == [1, 2, 3]


def test_points_of_a_wave_share_no_luck_and_candidates_share_all(tmp_path):
    calibrate(crossing(points=10), tmp_path, waves=1, workers=1)
    wave, choice = (read_sweep(tmp_path / name).runs for name in ("wave1", "choice1"))
    assert wave["seed"].nunique() == len(wave) == 20
    assert choice["seed"].nunique() == choice["replicate"].nunique() == 30
    final = read_sweep(tmp_path / "final1").runs
    assert final["seed"].nunique() == final["replicate"].nunique() == 100
    assert final["point"].nunique() == 6
    assert not set(final["seed"]) & set(choice["seed"])


def test_the_folder_of_another_problem_is_refused(tmp_path):
    calibrate(crossing(points=10), tmp_path / "out", waves=1, workers=1)
    with pytest.raises(InputError, match="must hold a calibration with the same problem"):
        calibrate(crossing(points=11), tmp_path / "out", waves=1, workers=1)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").touch()
    with pytest.raises(InputError, match="must be new, empty, or hold this calibration"):
        calibrate(crossing(points=10), tmp_path / "full", waves=1, workers=1)


def test_more_parameters_than_facts_are_refused_before_anything_is_written(tmp_path):
    with pytest.raises(InputError, match=r"got 3 parameters and 2 facts \(2 targets\)"):
        calibrate(crossing(targets=CROSSING[:2]), tmp_path / "out", workers=1)
    series = tuple(
        Target(key=target.key, fact="one", low=target.low, high=target.high, sd=target.sd) for target in CROSSING
    )
    with pytest.raises(InputError, match=r"got 3 parameters and 1 facts \(3 targets\)"):
        calibrate(crossing(targets=series), tmp_path / "out", workers=1)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"replicates": 1}, "replicates must be 2 or more, got 1"),
        ({"points": 9}, "points must be 10 or more, got 9"),
        ({"targets": (*CROSSING, CROSSING[0])}, "key must be unique, got 'sum' twice"),
        ({"targets": (Target(key="sum", fact="A", low=1, high=1, sd=0.0),)}, "sd must be more than 0, got 0.0"),
        ({"targets": (Target(key="sum", fact="A", low=2, high=1, sd=1.0),)}, "low must not be above high"),
    ],
)
def test_what_cannot_be_compared_is_refused(change, message):
    with pytest.raises(InputError, match=message):
        crossing(**change)


def test_planted_values_are_found_again_and_the_unseen_one_is_not_claimed(tmp_path):
    found = calibrate(crossing(), tmp_path / "out", waves=3, recover=4, workers=1)
    table = parameters(found)
    assert table["recovered"].all()
    assert found.history.last.region.contains(found.planted[None]).all()
    assert table["identifiable"].tolist() == [True, True, False]
    assert found.problem.targets[0].low == pytest.approx(table["planted"][0] + table["planted"][1])
    names = save(found, tmp_path / "out", "A recovery", {})
    assert names[0] == "recovery.csv"
    assert not (tmp_path / "out" / "calibration.toml").exists()
