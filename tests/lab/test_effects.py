"""Effects of a factorial design: a planted interaction worked out by hand, and what is no factorial."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t, ttest_ind

import comity_lab
from comity.errors import InputError
from comity_lab.analysis import effects
from comity_lab.analysis.report import report
from comity_lab.design import design_from

FUNCTIONS = """
def luck(seed):
    return (seed * 2654435761 % 1000) / 1000

def planted(values, seed):
    a, b, c = values["a"], values["b"], values.get("c", 0)
    return {"y": 10 + 2 * a + 3 * b - 4 * a * b + 0.5 * c + luck(seed) * (1 + a), "flat": 0.1}

def threefold(values, seed):
    return {"y": values["a"] * values["b"] * values["c"]}

def steps(values, seed):
    return {"y": {0: 1.0, 1: 4.0, 5: 2.0}[values["a"]] + (7.0 if values["patch"] == "on" else 0.0)}

def gappy(values, seed):
    if values["a"] == 1 and luck(seed) > 0.5:
        raise RuntimeError("unlucky")
    return {"y": values["a"] + luck(seed)}
"""


@pytest.fixture
def sweep_of(tmp_path, monkeypatch):
    """Sweep a function of this file over a design in this process, and return the tables."""
    name = f"factorial_{tmp_path.name.replace('-', '_')}"
    (tmp_path / f"{name}.py").write_text(FUNCTIONS, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)

    def do(function, over=None, **data):
        given = {} if over is None else {"factors": [{"name": key, "values": v} for key, v in over.items()]}
        comity_lab.sweep(design_from({"function": f"{name}:{function}", **given, **data}), tmp_path / "s", workers=1)
        return comity_lab.read_sweep(tmp_path / "s")

    return do


TWO = [0, 1]


def row_of(table, factor, other="", measure="y"):
    (row,) = table[(table["measure"] == measure) & (table["factor"] == factor) & (table["other"] == other)].to_dict(
        "records"
    )
    return row


def test_a_planted_interaction_is_found_as_worked_out_by_hand(sweep_of):
    sweep = sweep_of("planted", {"a": TWO, "b": TWO, "c": TWO}, replicates=5)
    table = effects(sweep, ["y"]).table
    # y = 10 + 2 a + 3 b - 4 a b + c / 2 + u (1 + a): by replicate, a has the effect 2 - 4 / 2 + u, b 3 - 4 / 2.
    u = np.array([(seed * 2654435761 % 1000) / 1000 for seed in sweep.runs[sweep.runs["point"] == 0]["seed"]])
    a = row_of(table, "a")
    assert a["effect"] == pytest.approx(u.mean())
    assert a["half_width"] == pytest.approx(2.776445 * u.std(ddof=1) / math.sqrt(5), rel=1e-6)  # t(0.975, 4)
    assert (a["low"], a["high"]) == (a["effect"] - a["half_width"], a["effect"] + a["half_width"])
    assert row_of(table, "b")["effect"] == pytest.approx(1.0)
    assert row_of(table, "c")["effect"] == pytest.approx(0.5)
    both = row_of(table, "a", "b")
    assert both["effect"] == pytest.approx(-4.0)
    assert both["half_width"] == 0.0  # under common luck nothing of u is left in a difference of differences
    assert (both["change"], both["other_change"], both["n"]) == ("0 → 1", "0 → 1", 5)
    assert (row_of(table, "a", "c")["effect"], row_of(table, "b", "c")["effect"]) == (0.0, 0.0)


def test_shares_are_sums_of_squares_and_what_is_left_belongs_to_three_factors(sweep_of):
    # a b c over the corners of a cube is 1 at one corner: each of the seven contrasts has a seventh of the variance.
    found = effects(sweep_of("threefold", {"a": TWO, "b": TWO, "c": TWO}))
    assert found.table["share"].tolist() == pytest.approx([1 / 7] * 6)
    assert found.rest["y"] == pytest.approx(1 / 7)
    assert found.table["effect"].tolist() == [0.25] * 3 + [0.5] * 3
    assert found.table["half_width"].isna().all()  # one replicate has no interval


def test_one_effect_and_one_interval_recomputed_from_the_table_of_runs(sweep_of):
    sweep = sweep_of("planted", {"a": TWO, "b": TWO}, replicates=6, common_random_numbers=False)
    found = effects(sweep, ["y"])
    assert not found.is_paired
    y = {key: part["y"].to_numpy() for key, part in sweep.runs.groupby(["a", "b"])}
    effect = y[1, 1].mean() - y[0, 1].mean() - y[1, 0].mean() + y[0, 0].mean()
    parts = np.array([part.var(ddof=1) / 6 for part in y.values()])
    freedom = parts.sum() ** 2 / (parts**2 / 5).sum()
    row = row_of(found.table, "a", "b")
    assert row["effect"] == pytest.approx(effect)
    assert row["half_width"] == pytest.approx(t.ppf(0.975, freedom) * math.sqrt(parts.sum()))


def test_without_common_luck_the_interval_of_one_factor_is_that_of_welch(sweep_of):
    sweep = sweep_of("planted", {"a": TWO, "b": [1]}, replicates=7, common_random_numbers=False)
    (row,) = effects(sweep, ["y"]).table.to_dict("records")
    y = [part["y"] for _, part in sweep.runs.groupby("a")]
    known = ttest_ind(y[1], y[0], equal_var=False).confidence_interval(0.95)
    assert (row["low"], row["high"]) == pytest.approx((known.low, known.high))


def test_each_value_is_compared_with_the_first(sweep_of):
    found = effects(sweep_of("steps", {"a": [0, 1, 5], "patch": ["off", "on"]}))
    main = found.table[found.table["other"] == ""]
    assert main["change"].tolist() == ["0 → 1", "0 → 5", "off → on"]
    assert main["effect"].tolist() == pytest.approx([3.0, 1.0, 7.0])
    pairs = found.table[found.table["other"] != ""]
    assert pairs["effect"].tolist() == pytest.approx([0.0, 0.0])
    # Sums of squares over 6 points: 2 (16 + 25 + 1) / 9 · 1 for a; 6 · 3.5² for patch.
    squares = np.array([2 * ((4 / 3) ** 2 + (5 / 3) ** 2 + (1 / 3) ** 2), 6 * 3.5**2])
    assert main["share"].tolist()[1:] == pytest.approx((squares / squares.sum()).tolist())


def test_a_measure_that_never_changes_has_no_effect_and_no_share(sweep_of):
    table = effects(sweep_of("planted", {"a": TWO, "b": TWO}, replicates=3), ["flat"]).table
    assert (table["effect"] == 0).all()
    assert (table["half_width"] == 0).all()
    assert table["share"].isna().all()


def test_a_list_of_all_combinations_is_a_factorial(sweep_of):
    points = [{"a": a, "b": b} for a, b in ((1, 1), (0, 0), (0, 1), (1, 0))]
    table = effects(sweep_of("planted", sampler="list", points=points), ["y"]).table
    # The first value is the first that the list names.
    assert row_of(table, "a", "b")["effect"] == pytest.approx(-4.0)
    assert row_of(table, "b")["change"] == "1 → 0"


def test_a_replicate_with_a_failed_run_is_left_out(sweep_of):
    sweep = sweep_of("gappy", {"a": TWO}, replicates=12)
    failed = int((sweep.runs["status"] != "ok").sum())
    assert 0 < failed < 12
    (row,) = effects(sweep).table.to_dict("records")
    assert (row["n"], row["effect"]) == (12 - failed, pytest.approx(1.0))


RANGES = [{"name": name, "low": 0.0, "high": 1.0} for name in "ab"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"sampler": "sobol", "n": 2, "factors": RANGES}, r"got 'sobol', .* Use comity sweep sensitivity; or sweep"),
        ({"sampler": "morris", "trajectories": 2, "factors": RANGES}, r"got 'morris', .* Use comity sweep sensitivity"),
        (
            {"sampler": "latin_hypercube", "n": 4, "factors": RANGES},
            r"sampler must be grid \(or a list of all combinations\) for effects, got 'latin_hypercube', whose points "
            r"are no factorial\. Use comity sweep means or comity sweep discover; or sweep a design with sampler = \"grid",
        ),
        (
            {"sampler": "list", "points": [{"a": 0, "b": 0}, {"a": 1, "b": 0}, {"a": 0, "b": 1}]},
            r"must have all 4 combinations of the values for effects, got a list \(sampler 'list'\) of 3",
        ),
        ({"factors": [{"name": "a", "values": [1]}, {"name": "b", "values": [1]}]}, "must vary a factor for effects"),
    ],
)
def test_what_is_no_factorial_is_refused(sweep_of, data, message):
    sweep = sweep_of("planted", **data)
    with pytest.raises(InputError, match=message):
        effects(sweep)


def test_the_command_prints_and_saves_the_effects_of_a_scenario(comity_command, tmp_path, monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    factors = {"parameters.trust_learning": [0.0, 1.0], "parameters.persuasion_rate": [0.0, 0.1]}
    comity_lab.sweep(comity_lab.Design.of("teaching", factors, replicates=3), tmp_path / "s", workers=1)
    words = ("sweep", "effects", tmp_path / "s", "-m", "trust_roles", "--out", tmp_path / "out")
    status, text, errors = comity_command(*words)
    assert (status, errors) == (0, "")
    assert max(map(len, text.splitlines())) <= 100
    assert "trust_learning 0 → 1 × persuasion_rate 0 → 0.1" in text
    assert "by how much the effect of the first change differs after the second" in text
    saved = pd.read_csv(tmp_path / "out" / "effects.csv")
    assert saved["effect"].tolist() == pytest.approx(
        effects(comity_lab.read_sweep(tmp_path / "s"), ["trust_roles"]).table["effect"]
    )
    assert {file.suffix for file in (tmp_path / "out").iterdir()} == {".csv", ".svg", ".png"}
    status, _, errors = comity_command(*words)
    assert (status, "must not exist yet" in errors) == (2, True)


def test_the_report_of_a_factorial_has_its_effects(sweep_of):
    sweep = sweep_of("planted", {"a": TWO, "b": TWO, "c": [0]}, replicates=2)
    page = report(sweep, measures=["y"])
    assert page.count("<svg") == page.count("</svg>") == 3
    assert "<h2>Effects</h2>" in page
    assert "<td>0 → 1</td>" in page


def test_the_report_of_one_factor_or_of_a_part_of_a_factorial_has_none(sweep_of, tmp_path):
    points = [{"a": 0, "b": 0}, {"a": 1, "b": 0}, {"a": 0, "b": 1}]
    assert "<h2>Effects</h2>" not in report(sweep_of("planted", sampler="list", points=points), measures=["y"])
