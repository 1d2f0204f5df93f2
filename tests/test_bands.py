"""Bands over a posterior: quantiles by hand, states at moments, and what comity run prints and saves."""

from __future__ import annotations

import math

import pandas as pd
import pytest

import comity
from comity.bands import Band, Cell, band_of, band_table, drawn, moments_of, state_of
from comity.cli import main
from comity.errors import InputError
from comity.posterior import calibrated_scenario, read_posterior


@pytest.fixture
def draws(tmp_path):
    file = tmp_path / "posterior.csv"
    file.write_text("# scenario: teaching until 2008, abc\ntrust_learning\n0.2\n2.0\n", encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def record():
    return comity.run("teaching", seed=7)


def test_a_band_by_hand():
    found = band_of([3.0, 1.0])
    assert (found.low, found.median, found.high, found.n) == pytest.approx((1.1, 2.0, 2.9, 2))
    assert band_of([math.nan, 4.0]) == Band(low=4.0, median=4.0, high=4.0, n=1)
    empty = band_of([math.nan])
    assert empty.n == 0
    assert math.isnan(empty.median)


def test_a_table_of_bands_counts_the_runs_that_have_a_cell():
    one, two = Cell("cooperation", "origin", "start"), Cell("cooperation", "origin", "end")
    table = band_table([{one: 0.2, two: 0.4}, {one: 0.4}])
    assert list(table.columns) == ["quantity", "role", "moment", "low", "median", "high", "n"]
    assert table["n"].tolist() == [2, 1]
    assert table["median"].tolist() == pytest.approx([0.3, 0.4])
    assert table["high"].tolist() == pytest.approx([0.39, 0.4])


def test_moments_are_years_of_the_replay_and_meetings_elsewhere():
    assert [(m.name, str(m.until)) for m in moments_of(comity.load("hld_gfmd"))] == [
        ("start", "None"),
        ("end of 2013", "2013-12-31"),
        ("end of 2018", "2018-12-31"),
    ]
    teaching = comity.load("teaching")
    assert [m.name for m in moments_of(teaching)] == ["start", "middle", "end"]
    assert moments_of(teaching)[1].until == teaching.meeting("FORUM1").start


def test_states_at_a_moment_are_those_of_the_tables(record):
    found, last = state_of(record), record.meetings.iloc[-1]
    middle = record.meetings.iloc[1]
    people = record.actors_by_id.set_index("id")
    positions = record.positions[record.positions["meeting"] == last["meeting"]]
    by_actor = positions.groupby("actor")["position"].mean()
    before = record.trust_by_group[record.trust_by_group["meeting"] == "start"]
    for role in ("origin", "destination", "both"):
        ids = people.index[people["group"] == role]
        for quantity in ("cooperation", "sovereignty"):
            assert found[Cell(quantity, role, "end")] == pytest.approx(last[f"{quantity}_{role}"])
            assert found[Cell(quantity, role, "middle")] == pytest.approx(middle[f"{quantity}_{role}"])
        assert found[Cell("position", role, "end")] == pytest.approx(by_actor[ids].mean())
        trust = before[before["actor"].isin(ids) & (before["partner"] == "network")]["trust"].mean()
        assert found[Cell("trust_in_networks", role, "start")] == pytest.approx(trust)
    for holder, partner in (("origin", "destination"), ("destination", "origin")):
        value = found[Cell("trust_in_other_role", holder, "end")]
        assert value == pytest.approx(last[f"trust_{holder}_{partner}"])
        start = found[Cell("trust_in_other_role", holder, "start")]
        assert found[Cell("trust_in_other_role", holder, "change")] == pytest.approx(value - start)
    rights = positions[positions["issue"] == "rights"].set_index("actor")["position"]
    ids = people.index[people["group"] == "origin"]
    assert found[Cell("position_rights", "origin", "end")] == pytest.approx(rights[ids].mean())


def test_every_draw_has_a_seed_of_its_own_also_after_the_largest():
    scenario = comity.load("teaching")
    found = list(drawn(scenario, [{"trust_learning": 0.2}, {"trust_learning": 2.0}], 2**63 - 1))
    assert [seed for _, seed in found] == [2**63 - 1, 0]
    assert [other.parameters.trust_learning for other, _ in found] == [0.2, 2.0]


def test_states_need_the_state_of_every_actor():
    with pytest.raises(InputError, match="must be kept, got keep='meetings'"):
        state_of(comity.run("teaching", keep="meetings"))


def test_a_run_prints_and_saves_bands_and_its_record_is_still_repeated(draws, tmp_path, capsys):
    out = tmp_path / "kept"
    assert main(["run", "teaching", "--seed", "3", "--posterior", str(draws), "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    bands = printed[printed.index("Bands over 2 draws") : printed.index("Tables, scenario")]
    assert max(map(len, bands.splitlines())) <= 100
    assert "…" not in bands
    scenario = comity.load("teaching")
    states = [
        state_of(comity.run(scenario.with_parameters(**draw), seed=3 + number))
        for number, draw in enumerate(read_posterior(draws))
    ]
    cell = Cell("trust_in_other_role", "origin", "end")
    low, high = sorted(state[cell] for state in states)
    table = pd.read_csv(tmp_path / "kept_bands.csv").set_index(["quantity", "role", "moment"])
    row = table.loc[tuple(cell)]
    assert row["low"] == pytest.approx(low + 0.05 * (high - low), abs=1e-5)
    assert row["high"] == pytest.approx(low + 0.95 * (high - low), abs=1e-5)
    assert row["median"] == pytest.approx((low + high) / 2, abs=1e-5)
    assert row["n"] == 2
    assert f"{row['median']:.3f} [{row['low']:.3f}, {row['high']:.3f}]" in printed
    assert "adopted" in table.index.get_level_values("quantity")
    assert main(["rerun", str(out)]) == 0
    assert "same bytes" in capsys.readouterr().out
    assert main(["run", "teaching", "--posterior", str(draws), "--out", str(out)]) == 2


def test_bands_are_never_overwritten(draws, tmp_path, capsys):
    (tmp_path / "kept_bands.csv").write_text("mine")
    assert main(["run", "teaching", "--posterior", str(draws), "--out", str(tmp_path / "kept")]) == 2
    assert "kept_bands.csv: the file of the bands must not exist yet" in " ".join(capsys.readouterr().err.split())
    assert not (tmp_path / "kept").exists()


def test_a_quiet_run_saves_bands_too(draws, tmp_path, capsys):
    words = ["run", "teaching", "--posterior", str(draws), "--out", str(tmp_path / "kept"), "--quiet"]
    assert main(words) == 0
    assert capsys.readouterr().out == ""
    assert (tmp_path / "kept_bands.csv").is_file()


def test_a_posterior_names_its_scenario(draws, tmp_path):
    assert calibrated_scenario(draws) == "teaching"
    (tmp_path / "bare.csv").write_text("trust_learning\n1\n")
    assert calibrated_scenario(tmp_path / "bare.csv") == ""
