"""Analyses of a sweep: small tables worked out by hand, functions with known indices, and what they refuse."""

from __future__ import annotations

import math
import re

import numpy as np
import pandas as pd
import pytest

import comity_lab
from comity.errors import InputError
from comity.measures import MEASURES
from comity_lab.analysis import differences, indices, means, runs_for_power, runs_for_width, runs_needed
from comity_lab.analysis.means import interval
from comity_lab.analysis.printing import with_half
from comity_lab.analysis.report import methods, report
from comity_lab.analysis.selection import point_of
from comity_lab.analysis.student import t_quantile
from comity_lab.design import design_from
from comity_lab.known import G_WEIGHTS, ISHIGAMI_FIRST, ISHIGAMI_TOTAL

FUNCTIONS = """
Y = {0: [1.0, 2.0, 3.0, 6.0], 1: [2.0, 3.0, 5.0, 8.0]}
seen = {}

def table(values, seed):
    row = seen.setdefault(values["x"], [])
    row.append(seed)
    return {"y": Y[values["x"]][len(row) - 1], "flat": 1.0}

def gappy(values, seed):
    if values["x1"] > 0.9:
        raise RuntimeError("too large")
    return {"y": values["x1"], "sometimes": values["x2"] if values["x1"] < 0.5 else float("nan")}

def lacking(values, seed):
    return {"y": 1 + seed % 7, "one_only": 1 + seed % 7 if values["x"] == 0 else float("nan")}

def chance(values, seed):
    return {"y": values["x1"] + seed % 7}

def noisy(values, seed):
    return {"y": values["x1"] + 2 * values["x2"], "constant": 1.0, "sometimes": values["x2"] if values["x1"] < 0.5 else float("nan")}
"""


@pytest.fixture
def module(tmp_path, monkeypatch):
    name = f"analysed_{tmp_path.name.replace('-', '_')}"
    (tmp_path / f"{name}.py").write_text(FUNCTIONS, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    return name


@pytest.fixture
def swept(tmp_path):
    """Sweep a design in this process and return its tables; its folder is tmp_path/sweep."""

    def do(**data):
        comity_lab.sweep(design_from(data), tmp_path / "sweep", workers=1)
        return comity_lab.read_sweep(tmp_path / "sweep")

    return do


@pytest.fixture
def small(swept, module):
    """Two points with four replicates: y is 1 2 3 6 and 2 3 5 8."""
    return swept(function=f"{module}:table", factors=[{"name": "x", "values": [0, 1]}], replicates=4, name="by hand")


def shares(n):
    return [{"name": f"x{i + 1}", "low": 0.0, "high": 1.0} for i in range(n)]


# --- Means and differences -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("freedom", "quantile"),
    [(1, 12.7062047), (2, 4.30265273), (3, 3.18244631), (10, 2.22813885), (30, 2.04227246), (120, 1.97993041)],
)
def test_quantiles_of_students_distribution_are_those_of_the_tables(freedom, quantile):
    assert t_quantile(0.975, freedom) == pytest.approx(quantile, rel=1e-8)


def test_quantiles_of_students_distribution_are_scipys():
    stats = pytest.importorskip("scipy.stats", reason="scipy is not installed (extra analysis)")
    for probability in (0.5, 0.9, 0.975, 0.995):
        for freedom in (1, 2, 3, 4, 5, 6, 29, 30, 99, 4999, 5000):
            found = t_quantile(probability, freedom)
            assert found == pytest.approx(stats.t.ppf(probability, freedom), rel=1e-10, abs=1e-10)


def test_means_are_those_worked_out_by_hand(small):
    first, second = means(small, ["y"]).to_dict("records")
    # s² = (4 + 1 + 0 + 9) / 3 and (6.25 + 2.25 + 0.25 + 12.25) / 3; t(0.975, 3) = 3.182446
    assert (first["mean"], first["n"], first["n_missing"]) == (3.0, 4, 0)
    assert first["half_width"] == pytest.approx(3.182446 * math.sqrt(14 / 3) / 2, rel=1e-6)
    assert (second["mean"], second["sd"]) == (4.5, pytest.approx(math.sqrt(7)))
    assert second["high"] - second["mean"] == pytest.approx(second["half_width"])
    assert second["mean"] - second["low"] == pytest.approx(second["half_width"])
    assert second["label"] == "x 1"


def test_differences_pair_the_replicates(small):
    (row,) = differences(small, 0, ["y"]).to_dict("records")
    # The differences are 1 1 2 2: mean 1.5, s² = 1/3.
    assert (row["point"], row["n"], row["reference"], row["mean"], row["difference"]) == (1, 4, 3.0, 4.5, 1.5)
    assert row["half_width"] == pytest.approx(3.182446 * math.sqrt(1 / 3) / 2, rel=1e-6)
    (back,) = differences(small, "x=1", ["y"]).to_dict("records")
    assert (back["point"], back["difference"]) == (0, -1.5)


def test_one_replicate_has_a_mean_and_no_interval(swept):
    sweep = swept(function="comity_lab.known:ishigami", sampler="list", points=[{"x1": 0.0, "x2": 0.0, "x3": 0.0}])
    (row,) = means(sweep).to_dict("records")
    assert (row["mean"], row["n"]) == (0.0, 1)
    assert np.isnan(row["half_width"])
    with pytest.raises(InputError, match="has one point, so there is nothing to compare"):
        differences(sweep, 0)


def test_values_that_are_all_equal_have_no_spread():
    # The sum of 25 tenths over 25 is not a tenth in binary.
    values = np.full((2, 25), 0.1)
    values[1, 3:] = np.nan
    found = interval(values)
    assert (found["mean"] == 0.1).all()
    assert (found["sd"] == 0).all()
    assert (found["half_width"] == 0).all()


@pytest.mark.parametrize(
    ("value", "half", "shown"),
    [
        (0.25, math.nan, "0.25"),
        (2e-6, math.nan, "2.0e-06"),
        (-2e-6, 1e-7, "-2.0e-06 ± 1e-07"),
        (2e-6, 0.0, "2e-06 ± 0"),
        (0.0, math.nan, "0"),
        (2e-6, 0.003, "0.0000 ± 0.0030"),
    ],
)
def test_a_small_number_is_not_shown_as_zero(value, half, shown):
    assert with_half(value, half) == shown


def test_a_run_that_failed_is_left_out_and_counted(swept, module):
    factors = [{"name": "x1", "values": [0.25, 0.95]}, {"name": "x2", "values": [0.5]}]
    sweep = swept(function=f"{module}:gappy", factors=factors, replicates=2)
    table = means(sweep, ["y"])
    assert table["n"].tolist() == [2, 0]
    assert table["n_missing"].tolist() == [0, 2]
    assert table["mean"].isna().tolist() == [False, True]
    assert "2 of 4 runs have no result, by point and replicate: 1:0 (failed), 1:1 (failed)" in report(sweep)


@pytest.mark.parametrize(
    ("against", "message"),
    [
        ("7", "the reference point must be from 0 to 3, got 7"),
        ("-1", "the reference point must be from 0 to 3, got -1"),
        ("x1=0", "must be one point, got 'x1=0', which is 2 of 4. Name every factor"),
        ("x1=3", "no point has x1 = 3"),
        ("xx1=0,x2=0", r"must be a number or FACTOR=VALUE, got 'xx1=0'. Did you mean 'x1'\?"),
        ("nonsense", "must be a number or FACTOR=VALUE, got 'nonsense'"),
    ],
)
def test_a_reference_that_does_not_exist(swept, against, message):
    factors = [{"name": "x1", "values": [0, 1]}, {"name": "x2", "values": [0.0, 0.5]}]
    sweep = swept(function="comity_lab.known:sobol_g", factors=factors)
    with pytest.raises(InputError, match=message):
        point_of(sweep, against)
    assert point_of(sweep, "x2=0.5, x1=1") == 3


def test_half_a_name_that_two_factors_share_names_neither(swept, module):
    factors = [{"name": f"{part}.rate", "values": [1, 2]} for part in "ab"] + [{"name": "x", "values": [0]}]
    sweep = swept(function=f"{module}:lacking", factors=factors)
    assert point_of(sweep, "a.rate=1,b.rate=2") == 1
    with pytest.raises(InputError, match=re.escape("must be a number or FACTOR=VALUE, got 'rate=2'")):
        point_of(sweep, "a.rate=1,rate=2")


def test_an_unknown_measure_names_the_nearest(small):
    for analysis in (means, runs_needed, lambda sweep, names: differences(sweep, 0, names)):
        with pytest.raises(InputError, match=r"'flatt' is not a measure of this sweep. Did you mean 'flat'\?"):
            analysis(small, ["flatt"])


# --- Indices ---------------------------------------------------------------------------------------------------------


def test_sobol_indices_of_ishigami_are_the_known_ones(swept):
    factors = [{"name": name, "low": -math.pi, "high": math.pi} for name in ("x1", "x2", "x3")]
    sweep = swept(function="comity_lab.known:ishigami", factors=factors, sampler="sobol", n=1024, seed=7)
    found = indices(sweep, resamples=200).table
    assert found["factor"].tolist() == ["x1", "x2", "x3"]
    assert_within(found, ISHIGAMI_FIRST, ISHIGAMI_TOTAL)


def test_sobol_indices_of_the_g_function_are_the_known_ones(swept):
    # Source: Saltelli et al. (2008): V_i = 1 / (3 (1 + a_i)²), V = Π (1 + V_i) - 1, S_i = V_i / V,
    # ST_i = V_i Π_{j≠i} (1 + V_j) / V.
    n = 5
    parts = np.array([1 / (3 * (1 + a) ** 2) for a in G_WEIGHTS[:n]])
    whole = np.prod(1 + parts) - 1
    first, total = parts / whole, parts / (1 + parts) * np.prod(1 + parts) / whole
    sweep = swept(function="comity_lab.known:sobol_g", factors=shares(n), sampler="sobol", n=1024, seed=7)
    assert_within(indices(sweep, resamples=200).table, first, total)


def assert_within(found, first, total):
    """Within 1.5 times the bootstrapped 95 % half-width, plus 0.001 where that is next to nothing.

    Of six to ten indices one outside a 95 % interval is no news; outside 2.9 standard errors it is, at 0.4 %.
    """
    for name, known in (("first", first), ("total", total)):
        error = np.abs(found[name] - np.array(known))
        allowed = 1.5 * found[f"{name}_half_width"] + 0.001
        assert (error <= allowed).all(), found.assign(known=known)
        assert (found[f"{name}_half_width"] < 0.15).all()


def test_morris_effects_of_a_line_are_its_slopes(swept, module):
    factors = [{"name": "x1", "low": 0.0, "high": 1.0}, {"name": "x2", "low": 10.0, "high": 20.0}]
    sweep = swept(function=f"{module}:noisy", factors=factors, sampler="morris", trajectories=6, seed=5)
    found = indices(sweep)
    table = found.table[found.table["measure"] == "y"]
    np.testing.assert_allclose(table["mu_star"], [1.0, 20.0])  # over the whole range: slope times range
    np.testing.assert_allclose(table["sigma"], 0.0, atol=1e-12)
    assert found.left_out["constant"] == "it is the same at every point"
    assert re.match(r"it has no value in \d+ runs: \d+:0", found.left_out["sometimes"])
    with pytest.raises(InputError, match="constant must vary and have a value in every run, but it is the same"):
        indices(sweep, ["y", "constant"])


def test_second_order_indices_are_those_of_the_pairs(swept):
    factors = [{"name": name, "low": -math.pi, "high": math.pi} for name in ("x1", "x2", "x3")]
    options = {"sampler": "sobol", "n": 1024, "seed": 7, "second_order": True}
    pairs = indices(swept(function="comity_lab.known:ishigami", factors=factors, **options), resamples=100).pairs
    pairs = pairs.set_index(["factor", "other"])
    # Of Ishigami only x1 and x3 interact: all of ST_3.
    assert (
        abs(pairs.loc[("x1", "x3"), "second"] - ISHIGAMI_TOTAL[2]) <= 1.5 * pairs.loc[("x1", "x3"), "second_half_width"]
    )
    assert abs(pairs.loc[("x1", "x2"), "second"]) <= 1.5 * pairs.loc[("x1", "x2"), "second_half_width"]


@pytest.mark.parametrize("scheme", [{"sampler": "sobol", "n": 16}, {"sampler": "morris", "trajectories": 4}])
def test_the_bootstrap_draws_the_same_again(swept, module, scheme):
    sweep = swept(function=f"{module}:noisy", factors=shares(2), **scheme)
    first, again = (indices(sweep, ["y"]).table for _ in range(2))
    pd.testing.assert_frame_equal(first, again)


def test_the_share_of_luck_is_that_of_an_analysis_of_variance(swept, module):
    design = {"sampler": "morris", "trajectories": 2, "replicates": 3, "common_random_numbers": False}
    sweep = swept(function=f"{module}:chance", factors=shares(1), **design)
    y = sweep.runs.pivot(index="point", columns="replicate", values="y")
    rest = y.sub(y.mean(axis=1), axis=0) - y.mean(axis=0) + y.to_numpy().mean()
    # Mean squares of 4 points and 3 replicates, whose ratio is 1 / F.
    ratio = ((rest**2).to_numpy().sum() / (3 * 2)) / (3 * y.mean(axis=1).var(ddof=1))
    assert indices(sweep, ["y"]).table["luck"].iloc[0] == pytest.approx(ratio)


def test_indices_refuse_gaps_and_say_which(swept, module):
    sweep = swept(function=f"{module}:gappy", factors=shares(2), sampler="sobol", n=8, seed=1)
    failed = sweep.failures["point"].tolist()
    assert failed
    with pytest.raises(
        InputError, match=rf"every run must be there .* but {len(failed)} of 32 are not: {failed[0]}:0 \(failed\)"
    ):
        indices(sweep)


def test_indices_of_a_grid_are_refused(small):
    with pytest.raises(InputError, match="sampler must be sobol or morris for sensitivity indices, got 'grid'"):
        indices(small)


def test_a_shard_alone_has_gaps(tmp_path):
    design = design_from({"function": "comity_lab.known:sobol_g", "factors": shares(2), "sampler": "sobol", "n": 4})
    for k in (1, 2):
        comity_lab.sweep(design, tmp_path / str(k), workers=1, shard=(k, 2))
    with pytest.raises(InputError, match=r"8 of 16 are not: 1:0 \(missing\), 3:0 \(missing\)"):
        indices(comity_lab.read_sweep(tmp_path / "1"))
    assert len(indices(comity_lab.read_sweep(tmp_path / "1", tmp_path / "2")).table) == 2


# --- Planning --------------------------------------------------------------------------------------------------------


def test_the_planner_gives_the_textbook_numbers():
    # (1.96 · 15 / 5)² = 34.6; (2.576 + 1.645)² = 17.8 pairs for a difference of one standard deviation; the well-known
    # (1.96 + 0.84)² / 0.5² = 31.4 pairs for half of one at the usual power 0.8 and alpha 0.05.
    assert runs_for_width(15, 5) == 35
    assert runs_for_power(1, 1) == 18
    assert runs_for_power(1, 0.5) == 72
    assert runs_for_power(1, 0.5, power=0.8, alpha=0.05) == 32
    assert runs_for_width(0, 1) == runs_for_power(0, 1) == 2


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: runs_for_width(1, 0), "half_width must be more than 0, got 0"),
        (lambda: runs_for_power(1, -1), "effect must be more than 0, got -1"),
        (lambda: runs_for_power(1, 1, power=1), "power must be between 0 and 1, got 1"),
        (lambda: runs_for_power(1, 1, alpha=0), "alpha must be between 0 and 1, got 0"),
        (lambda: runs_for_width(float("nan"), 1), "standard deviation must be 0 or more, got nan"),
    ],
)
def test_the_planner_refuses_what_has_no_answer(call, message):
    with pytest.raises(InputError, match=message):
        call()


def test_a_pilot_of_few_replicates_is_refused(small):
    with pytest.raises(InputError, match="a pilot must have 5 replicates or more, got 4"):
        runs_needed(small)


@pytest.mark.parametrize("against", [0, 1])
def test_the_planner_has_no_pairs_where_only_one_point_has_values(swept, module, against):
    sweep = swept(function=f"{module}:lacking", factors=[{"name": "x", "values": [0, 1]}], replicates=6)
    row = runs_needed(sweep, ["one_only"], against=against).iloc[0]
    assert row["runs"] > 2
    assert (row["widest"], row["noisiest"]) == ("x 0", "")
    assert row[["sd_difference", "pairs"]].isna().all()


def test_the_planner_takes_the_point_that_needs_most(tmp_path):
    design = comity_lab.Design.of("teaching", {"parameters.trust_learning": [0.0, 1.0]}, replicates=6)
    comity_lab.sweep(design, tmp_path / "sweep", workers=1)
    sweep = comity_lab.read_sweep(tmp_path / "sweep")
    (row,) = runs_needed(sweep, ["trust_roles"], half_width=0.002, effect=0.01).to_dict("records")
    by_point = means(sweep, ["trust_roles"])
    assert row["sd"] == by_point["sd"].max()
    assert row["runs"] == runs_for_width(row["sd"], 0.002)
    assert row["sd_difference"] == differences(sweep, 0, ["trust_roles"])["sd"].iloc[0]
    assert row["pairs"] == runs_for_power(row["sd_difference"], 0.01)
    assert row["widest"] == "trust_learning 1"


# --- Report and commands ---------------------------------------------------------------------------------------------


def assert_self_contained(page):
    assert not re.findall(r"https?:|//[a-z]|@import|<script|<link|<iframe|<img", page)
    assert all(target.startswith("#") for target in re.findall(r'(?:href|src)="([^"]*)"', page))
    ids = re.findall(r'\bid="([^"]*)"', page)
    assert len(ids) == len(set(ids))
    assert {target[1:] for target in re.findall(r'href="(#[^"]*)"', page)} <= set(ids)


def test_the_report_stands_alone(small):
    page = report(small)
    assert_self_contained(page)
    assert page.count(small.plan.hash) >= 4  # methods, design, and under both figures
    for text in (
        "by hand",
        "n = 4 runs a point",
        "n = 4 pairs a point",
        "study seed 0",
        "rules_version",
        "version of SALib",
    ):
        assert text in page
    assert page.count("<svg") == page.count("</svg>") == 2
    assert "Paired differences against point 0 (x 0)" in page
    assert methods(small) in page.replace("&#x27;", "'")
    assert report(small) == page


def test_the_report_of_a_scheme_has_its_indices(swept):
    sweep = swept(function="comity_lab.known:sobol_g", factors=shares(2), sampler="sobol", n=16)
    page = report(sweep)
    assert_self_contained(page)
    assert "Sensitivity indices" in page
    assert "Saltelli et al. (2010)" in page
    assert "bootstrap" in page


def test_names_from_outside_are_escaped_in_the_report(small):
    assert "<b>" not in report(small, title="<b>bold</b>")


def test_each_command_prints_a_table_of_100_columns_and_saves(comity_command, tmp_path, monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    design = comity_lab.Design.of(
        "teaching", {"parameters.trust_learning": [0.0, 1.0], "patch": ["none"]}, replicates=5
    )
    folder, out = tmp_path / "sweep", tmp_path / "out"
    comity_lab.sweep(design, folder, workers=1)
    for words in (["means"], ["differences", "--against", "trust_learning=1,patch=none"], ["plan"]):
        status, text, errors = comity_command("sweep", words[0], folder, *words[1:], "--out", out)
        assert (status, errors) == (0, "")
        assert max(map(len, text.splitlines())) <= 100
        assert "trust_roles" in text
        assert f"design {comity_lab.read_sweep(folder).plan.hash}" in text
        assert len(pd.read_csv(out / f"{words[0]}.csv")) in (len(MEASURES), 2 * len(MEASURES))
    assert {file.name for file in out.glob("*.svg")} == {"means.svg", "differences.svg"}
    assert (out / "means.png").read_bytes()[:4] == b"\x89PNG"
    status, _, errors = comity_command("sweep", "means", folder, "--out", out)
    assert (status, "must not exist yet" in errors) == (2, True)


def test_the_command_sensitivity_prints_its_indices(comity_command, tmp_path):
    design = design_from({"function": "comity_lab.known:sobol_g", "factors": shares(2), "sampler": "sobol", "n": 16})
    comity_lab.sweep(design, tmp_path / "sweep", workers=1)
    status, text, _ = comity_command("sweep", "sensitivity", tmp_path / "sweep", "--out", tmp_path / "out")
    assert status == 0
    assert "first order" in text
    assert "n = 64 points x 1 replicates" in text
    assert (tmp_path / "out" / "sensitivity.svg").exists()


def test_the_command_report_writes_a_new_page(comity_command, tmp_path, small):
    file = tmp_path / "page.html"
    assert comity_command("sweep", "report", tmp_path / "sweep", "--out", file)[0] == 0
    assert_self_contained(file.read_text(encoding="utf-8"))
    status, _, errors = comity_command("sweep", "report", tmp_path / "sweep", "--out", file)
    assert (status, "must not exist yet" in errors) == (2, True)


@pytest.mark.parametrize("command", ["means", "differences", "sensitivity", "plan", "report"])
def test_a_folder_that_is_no_sweep_is_refused(comity_command, tmp_path, command):
    words = ["--out", tmp_path / "page.html"] if command == "report" else []
    status, _, errors = comity_command("sweep", command, tmp_path, *words)
    assert status == 2
    assert errors.startswith("comity: ")
    assert not (tmp_path / "page.html").exists()
