"""Scenario discovery: a box worked out by hand, boxes equal to those of the EMA workbench, and what is refused."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import warnings

import numpy as np
import pandas as pd
import pytest

import comity_lab
from comity.errors import InputError
from comity_lab.analysis import discover
from comity_lab.analysis.boxes import Box, cart_boxes, prim_boxes, quasi_p
from comity_lab.analysis.criterion import read_criterion
from comity_lab.design import design_from

pytest.importorskip("ema_workbench", reason="the extra discover is not installed")

FUNCTIONS = """
def ladder(values, seed):
    return {"y": values["x"], "z": values["x"] if values["x"] < 11 else float("nan")}

def planted(values, seed):
    good = values["a"] > 0.6 and values["b"] < 0.4 and values["p"] != "w"
    return {"y": float(good), "always": 1.0}

def one_of_many(values, seed):
    return {"y": float(values["p"] == "v"), "coin": float(seed % 2)}
"""


@pytest.fixture
def sweep_of(tmp_path, monkeypatch):
    """Sweep a function of this file over a design in this process, and return the tables."""
    name = f"discovered_{tmp_path.name.replace('-', '_')}"
    (tmp_path / f"{name}.py").write_text(FUNCTIONS, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)

    def do(function, **data):
        comity_lab.sweep(design_from({"function": f"{name}:{function}", **data}), tmp_path / "s", workers=1)
        return comity_lab.read_sweep(tmp_path / "s")

    return do


def share(name):
    return {"name": name, "low": 0.0, "high": 1.0}


PLANTED = {
    "factors": [share("a"), share("b"), share("idle"), {"name": "p", "values": ["u", "v", "w"]}],
    "sampler": "latin_hypercube",
    "n": 300,
    "seed": 5,
}


def test_a_box_worked_out_by_hand(sweep_of):
    # 20 cases in a row, of which the last 4 succeed. A peel takes a case from the lower end, to the middle of two.
    sweep = sweep_of("ladder", factors=[{"name": "x", "values": list(range(1, 21))}])
    found = discover(sweep, "y >= 17")
    assert (found.n_runs, found.n_success, found.success) == (20, 4, "y >= 17")
    for row in found.table.to_dict("records"):
        assert (row["coverage"], row["density"], row["mass"], row["n"], row["n_success"]) == (1.0, 1.0, 0.2, 4, 4)
        assert (row["factor"], row["rule"], row["limit"]) == ("x", "at least 17", 17.0)
        assert row["quasi_p"] == pytest.approx(0.2**4)  # 4 of 4 where 4 of 20 succeed without the rule
    assert found.table["method"].tolist() == ["PRIM", "CART"]
    assert found.sentences[0] == (
        "PRIM 1: with x at least 17, 4 of 4 runs succeed (density 1.00). These are 100% of all successes (coverage) in "
        "20% of the runs (mass)."
    )


def test_a_rule_names_a_value_of_the_design(sweep_of):
    sweep = sweep_of("ladder", factors=[{"name": "x", "values": list(range(1, 41))}])
    low, high = (discover(sweep, criterion) for criterion in ("y <= 8", "y > 30"))
    assert low.table["rule"].tolist() == ["at most 8", "at most 8"]
    assert high.table["rule"].tolist() == ["at least 31", "at least 31"]


def test_a_later_box_is_found_among_the_runs_that_the_first_leaves():
    # 20 x 20 cases. The four lowest columns of a succeed, and of the others the three highest rows of b.
    x = np.array([(a, b) for a in range(1, 21) for b in range(1, 21)], dtype=float)
    y = (x[:, 0] <= 4) | (x[:, 1] >= 18)
    for find in (prim_boxes, cart_boxes):
        boxes = find(x, [False, False], y, 0.9, 0.05, 4)
        assert len(boxes) == 2
        first, second = (box.holds(x) for box in boxes)
        assert (int(first.sum()), int((second & ~first).sum())) == (80, 48)
        assert y[first | second].all()


def ema(x, y, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from ema_workbench.analysis.prim import Prim

        try:
            search = Prim(x, y.astype(int), threshold=0.8, **options)
        except TypeError:  # from version 3 on, it has no threshold
            search = Prim(x, y.astype(int), **options)
        return search.find_box()


def test_a_box_of_prim_is_that_of_the_ema_workbench(sweep_of):
    sweep = sweep_of("planted", **PLANTED)
    table = discover(sweep, "y >= 1", density=0.8).table
    table = table[(table["method"] == "PRIM") & (table["box"] == 1)]
    box = ema(sweep.runs[["a", "b", "idle", "p"]], (sweep.runs["y"] >= 1).to_numpy())
    way = box.peeling_trajectory
    place = way[way["density"] >= 0.8].sort_values(["coverage", "density"], ascending=False, kind="stable").index[0]
    for name in ("coverage", "density", "mass"):
        assert table[name].unique() == pytest.approx([way.loc[place, name]])
    limits, p = box.box_lims[place], getattr(box, "qp", None) or box.p_values
    rules = {(row["factor"], row["rule"].split()[1]): row for row in table.to_dict("records")}
    assert rules["a", "least"]["limit"] == limits["a"][0]
    assert rules["b", "most"]["limit"] == limits["b"][1]
    assert set(rules["p", "or"]["limit"].split(",")) == limits["p"][0] == {"u", "v"}
    assert rules["a", "least"]["quasi_p"] == pytest.approx(p[place]["a"][0])
    assert rules["b", "most"]["quasi_p"] == pytest.approx(p[place]["b"][1])
    assert rules["p", "or"]["quasi_p"] == pytest.approx(p[place]["p"][0])
    assert len(rules) == 3


def test_a_tree_finds_the_planted_box(sweep_of):
    table = discover(sweep_of("planted", **PLANTED), "y >= 1").table
    cart = table[table["method"] == "CART"]
    a, b = (cart[cart["factor"] == name]["limit"].astype(float) for name in "ab")
    assert a.between(0.55, 0.65).all()
    assert b.between(0.35, 0.45).all()


def test_a_value_of_four_is_a_rule_of_both_methods(sweep_of):
    values = [{"name": "p", "values": ["u", "v", "w", "x"]}, {"name": "q", "values": list(range(10))}]
    rows = discover(sweep_of("one_of_many", factors=values), "y == 1").table
    assert rows["rule"].tolist() == ["v", "v"]
    assert (rows["coverage"] == 1).all()
    assert (rows["density"] == 1).all()


def test_quasi_p_by_hand():
    # 5 of 10 succeed; in the box with x <= 3 all 3 do: P(X >= 3 | 3, 1/2) = 1/8.
    x = np.arange(1.0, 11.0).reshape(-1, 1)
    y = np.array([1, 1, 1, 0, 0, 0, 0, 0, 1, 1], dtype=bool)
    box = Box({}, {0: 3.0}, {})
    ((kind, i, without),) = box.restrictions()
    assert (kind, i) == ("high", 0)
    assert quasi_p(box, without, x, y) == pytest.approx(0.125)


def test_boxes_do_not_depend_on_the_process():
    script = (
        "import numpy as np\nfrom comity_lab.analysis.boxes import prim_boxes\n"
        "g = np.random.default_rng(3)\nx = g.integers(0, 6, (200, 4)).astype(float)\n"
        "y = (x[:, 0] < 3) & (g.random(200) < 0.7)\nprint(prim_boxes(x, [True] * 4, y, 0.9, 0.05, 4))\n"
    )
    said = {
        subprocess.run(
            [sys.executable, "-W", "ignore", "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1
    assert "among" in said.pop()


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("adopted >= 1", ("adopted", ">=", 1.0)),
        ("x<-2.5e-1", ("x", "<", -0.25)),
        (" trust in networks != 0 ", ("trust in networks", "!=", 0.0)),
    ],
)
def test_a_criterion_is_read(text, parts):
    found = read_criterion(text)
    assert (found.measure, found.sign, found.number) == parts


@pytest.mark.parametrize("text", ["adopted", "adopted => 1", "adopted >= many", ">= 1", "a >= b >= 1", "x > nan", ""])
def test_what_is_no_criterion_is_refused(text):
    with pytest.raises(InputError, match="success: must be a measure, one of >= <= == != > <, and a number, got"):
        read_criterion(text)


@pytest.mark.parametrize(
    ("success", "options", "message"),
    [
        ("yy >= 1", {}, r"'yy' is not a measure of this sweep"),
        ("y > 1", {}, r"some runs must succeed, but y > 1 holds in none of 300"),
        ("always == 1", {}, r"holds in 300 of 300 runs, which is the density of 0.8 without any rule"),
        ("y >= 1", {"density": 1.5}, r"density must be more than 0 and at most 1, got 1.5"),
        ("y >= 1", {"mass": 0.0}, r"mass must be more than 0 and at most 0.5, got 0"),
        ("y >= 1", {"mass": 0.001}, r"0.001 of the 300 runs are none. Let the sweep have 1000 runs or more"),
    ],
)
def test_what_has_no_boxes_is_refused(sweep_of, success, options, message):
    with pytest.raises(InputError, match=message):
        discover(sweep_of("planted", **PLANTED), success, **options)


def test_runs_without_a_value_are_left_out(sweep_of):
    sweep = sweep_of("ladder", factors=[{"name": "x", "values": list(range(1, 41))}])
    assert discover(sweep, "z >= 9", mass=0.1).n_runs == 10


def test_the_command_prints_boxes_in_words_and_saves(comity_command, tmp_path, sweep_of, monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    sweep_of("planted", **PLANTED)
    words = ("sweep", "discover", tmp_path / "s", "--success", "y >= 1")
    status, text, errors = comity_command(*words, "--success", "always < 2", "--out", tmp_path / "out")
    assert (status, errors) == (0, "")
    assert max(map(len, text.splitlines())) <= 100
    assert "Where y >= 1 and always < 2: " in text
    assert "PRIM 1: with a at least " in text
    assert "quasi-p: probability of as many successes" in text
    assert {"PRIM", "CART"} == set(pd.read_csv(tmp_path / "out" / "discovery.csv")["method"])
    _, text, _ = comity_command(*words, "--density", "1", "--mass", "0.4")
    assert "PRIM finds no box with density 1; its densest is shown." in text


def test_a_missing_extra_is_one_line(comity_command, tmp_path, sweep_of, monkeypatch):
    sweep_of("planted", **PLANTED)
    there = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "ema_workbench" else there(name))
    status, _, errors = comity_command("sweep", "discover", tmp_path / "s", "--success", "y >= 1")
    assert status == 2
    assert errors.startswith("comity: discover: needs ema_workbench, which is not installed. Install it: ")
    assert errors.count("\n") == 1
