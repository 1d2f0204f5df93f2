"""Whether an index is settled: the rule worked out by hand, and what the command says of a sample that is too small."""

from __future__ import annotations

import numpy as np
import pytest

import comity_lab
from comity_lab.analysis import indices
from comity_lab.analysis.settled import unsettled
from comity_lab.design import design_from

NAN = float("nan")


@pytest.mark.parametrize(
    ("value", "half_width", "before", "found"),
    [
        ([0.6, 0.3], [0.025, 0.02], [0.5, 0.4], ["", ""]),
        ([0.6, 0.3], [0.0251, 0.02], [0.5, 0.4], ["width", ""]),
        ([0.6, 0.3], [0.01, 0.01], [0.4, 0.5], ["rank", "rank"]),
        # Below 0.05 in both samples a rank means nothing; 0.06 before is enough to count.
        ([0.6, 0.02, 0.01], [0.01, 0.01, 0.01], [0.5, 0.01, 0.02], ["", "", ""]),
        ([0.6, 0.02, 0.01], [0.01, 0.01, 0.01], [0.5, 0.01, 0.06], ["", "", ""]),
        ([0.6, 0.07, 0.01], [0.01, 0.01, 0.01], [0.5, 0.01, 0.06], ["", "rank", "rank"]),
        ([0.6, 0.3], [0.1, NAN], [NAN, NAN], ["width, rank", "width, rank"]),
    ],
)
def test_the_rule_by_hand(value, half_width, before, found):
    assert unsettled(np.array(value), np.array(half_width), np.array(before)) == found


def shares(n):
    return [{"name": f"x{i + 1}", "low": 0.0, "high": 1.0} for i in range(n)]


def swept(folder, **data):
    comity_lab.sweep(design_from({"function": "comity_lab.known:sobol_g", **data}), folder, workers=1)
    return comity_lab.read_sweep(folder)


def test_the_rank_of_the_first_half_is_that_of_half_the_sample(tmp_path):
    # The points of n / 2 are the first ones of n, so that a sweep of n / 2 has the index that is compared.
    options = {"factors": shares(3), "sampler": "sobol", "seed": 3}
    small, large = (indices(swept(tmp_path / str(n), n=n, **options), resamples=50).table for n in (8, 16))
    again = unsettled(*(large[name].to_numpy() for name in ("total", "total_half_width")), small["total"].to_numpy())
    assert large["unsettled"].tolist() == again
    assert "width" in large["unsettled"].iloc[0]


def test_effects_that_do_not_vary_are_settled_after_four_trajectories(tmp_path, monkeypatch):
    (tmp_path / "a_plane.py").write_text("def f(values, seed):\n    return {'y': values['x1'] + 3 * values['x2']}\n")
    monkeypatch.syspath_prepend(tmp_path)
    data = {"function": "a_plane:f", "factors": shares(2), "sampler": "morris"}
    assert indices(swept(tmp_path / "s", trajectories=4, **data)).table["unsettled"].tolist() == ["", ""]
    few = indices(swept(tmp_path / "few", trajectories=3, **data)).table
    assert few["unsettled"].tolist() == ["rank", "rank"]  # half of three is one, which has no spread


def test_the_command_warns_of_indices_that_are_not_settled(comity_command, tmp_path):
    swept(tmp_path / "s", factors=shares(2), sampler="sobol", n=8)
    status, text, errors = comity_command("sweep", "sensitivity", tmp_path / "s")
    assert status == 0
    assert "no: width" in text
    assert "(Sarrazin and others 2016)" in text
    assert "warning: 2 of 2 indices are not settled at this n. Sweep again with twice the n." in errors
