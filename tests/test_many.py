"""Many runs: their tables below each other, and bands that can be computed by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import comity
from comity import InputError
from comity.measures import MEASURES, measure


@pytest.fixture(scope="module")
def runs():
    return comity.run_many("teaching", seeds=[4, 7, 1])


def test_the_tables_are_those_of_the_single_runs(runs):
    assert runs.seeds == (4, 7, 1)
    for name in ("meetings", "votes", "sessions"):
        table = runs.table(name)
        assert table.columns[0] == "seed"
        for seed in runs.seeds:
            alone = getattr(comity.run("teaching", seed=seed, keep="meetings"), name)
            part = table[table["seed"] == seed].drop(columns="seed").reset_index(drop=True)
            pd.testing.assert_frame_equal(part, alone)
    pd.testing.assert_frame_equal(runs.meetings, runs.table("meetings"))


def test_a_number_of_seeds_is_a_range():
    assert comity.run_many("teaching", 2).seeds == (0, 1)


def test_the_theory_is_that_which_was_asked_for(runs):
    assert comity.run_many("teaching", 1, theory="rationalist").scenario.theory == "rationalist"
    assert comity.run_many(runs.scenario, 1, theory="rationalist").scenario.theory == "rationalist"


def test_bands_of_measures_by_hand(runs):
    values = [measure(comity.run("teaching", seed=seed)) for seed in runs.seeds]
    bands = runs.bands.set_index("measure")
    assert list(bands.index) == [item.name for item in MEASURES]
    for item in MEASURES:
        low, middle, high = sorted(row[item.name] for row in values)
        # Of three values the 5 % quantile is a tenth of the way from the first to the second.
        assert bands.loc[item.name, "median"] == pytest.approx(middle)
        assert bands.loc[item.name, "low"] == pytest.approx(low + 0.1 * (middle - low))
        assert bands.loc[item.name, "high"] == pytest.approx(high - 0.1 * (high - middle))
        assert bands.loc[item.name, "n"] == 3


def test_bands_of_meetings_are_of_the_runs_that_held_them(runs):
    bands = runs.meeting_bands
    assert bands["meeting"].drop_duplicates().tolist() == ["DIALOGUE1", "FORUM1", "DIALOGUE2"]
    assert set(bands["unit"]) == {"share", "count"}
    row = bands.set_index(["meeting", "column"]).loc[("FORUM1", "attendance")]
    assert row["median"] == np.median(runs.meetings.query("meeting == 'FORUM1'")["attendance"])
    nobody_hosts = {"choices.host": "endogenous", "parameters.chair_selectivity": 50.0, "forums.FORUM.attachment": 0.0}
    few = comity.run_many(comity.load("teaching", settings=nobody_hosts), 3)
    held = few.meetings.groupby("meeting")["seed"].nunique()
    for meeting, part in few.meeting_bands.groupby("meeting"):
        assert part.query("column == 'states'")["n"].tolist() == [held[meeting]]


@pytest.mark.parametrize("seeds", [0, [], [3, 3], [1, -1]])
def test_seeds_that_cannot_be_used_are_an_error(seeds):
    with pytest.raises(InputError, match="seed"):
        comity.run_many("teaching", seeds)


def test_a_table_that_was_not_kept_is_an_error(runs):
    with pytest.raises(InputError, match=r"table must be one of meetings, .*, got 'actors'\. With keep='all'"):
        runs.table("actors")
    assert "seed" in comity.run_many("teaching", 1, keep="all").table("actors")


def test_there_is_no_bar_where_nobody_looks(capsys):
    comity.run_many("teaching", 2)
    assert capsys.readouterr() == ("", "")


def test_a_terminal_shows_a_bar_on_standard_error(capsys, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    comity.run_many("teaching", 2)
    out, err = capsys.readouterr()
    assert out == ""
    assert "runs of teaching" in err
    comity.run_many("teaching", 2, quiet=True)
    assert capsys.readouterr().err == ""
