"""The estimation of the vote: hand-computed probabilities, lines and maxima; forecasts that see earlier votes only."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.special import logit

from comity.errors import InputError
from comity_lab.voting.command import END, estimate_vote
from comity_lab.voting.estimating import Estimates, Sample, estimate, intervals
from comity_lab.voting.forecasting import forecast, level_of_agreed
from comity_lab.voting.likelihood import answer_chances, maximise
from comity_lab.voting.records import NOT_ELIGIBLE, RollCall, read_agreed, read_roll_calls, read_states


@pytest.fixture(scope="module")
def states():
    return read_states()


@pytest.fixture(scope="module")
def calls(states):
    return read_roll_calls(states)


def test_two_cutpoints_give_three_answers():
    chances = answer_chances(np.array([0.0, np.log(3)]), np.log(3))
    assert chances == pytest.approx(np.array([[1 / 2, 1 / 4, 1 / 4], [3 / 4, 3 / 20, 1 / 10]]))


def test_level_and_width_alone_give_the_observed_shares():
    answers = np.repeat([0, 1, 2], [6, 3, 1])
    fit = maximise(np.ones((10, 1)), answers, np.ones(10), free=np.array([True]))
    assert fit.coefficients[0] == pytest.approx(logit(0.6), abs=1e-3)
    assert fit.width == pytest.approx(-logit(0.1) - logit(0.6), abs=1e-3)
    assert fit.log_likelihood == pytest.approx(6 * np.log(0.6) + 3 * np.log(0.3) + np.log(0.1), abs=1e-6)


def test_a_count_of_two_is_the_row_twice():
    rng = np.random.default_rng(2)
    design, answers = np.column_stack([np.ones(40), rng.normal(size=40)]), rng.integers(0, 3, 40)
    counts = rng.integers(0, 3, 40)
    free = np.array([True, True])
    once = maximise(design, answers, counts, free=free)
    twice = maximise(np.repeat(design, counts, axis=0), np.repeat(answers, counts), np.ones(counts.sum()), free=free)
    assert once.coefficients == pytest.approx(twice.coefficients, abs=1e-4)
    assert once.width == pytest.approx(twice.width, abs=1e-4)


def test_planted_parameters_are_found_again(states, calls):
    """Answers drawn from the model without a line give its level, weights and widths back, and no line."""
    planted = Estimates(
        vote_contested=2.5, vote_agreed=3.0, vote_position=3.0, vote_sovereignty=1.0, vote_habit=0.8, vote_bloc=0.0,
        vote_abstention_contested=3.0, vote_abstention_agreed=2.0, absence_intercept=0.2, absence_record=0.9,
        absence_capacity=1.5,
    )  # fmt: skip
    rng = np.random.default_rng(3)

    def drawn(call: RollCall) -> RollCall:
        chances = planted.chances(call, states).cumsum(axis=1)
        answers = (rng.random((len(chances), 1)) > chances).sum(axis=1)
        return replace(call, answers=np.where(call.eligible, answers, NOT_ELIGIBLE))

    everybody = [replace(call, answers=np.zeros(len(states.table), dtype=int)) for call in calls] * 8
    agreed = [replace(call, is_agreed=True, issues=()) for call in everybody]
    found = estimate(Sample([drawn(call) for call in everybody], [drawn(call) for call in agreed], states))
    known = vars(planted)
    for name in ("vote_habit", "vote_abstention_contested", "vote_abstention_agreed", "absence_record"):
        assert vars(found)[name] == pytest.approx(known[name], rel=0.15), name
    # Position and sovereignty are nearly collinear: what both give the mean state is found, each alone is not.
    at_mean = {
        kind: e["vote_contested"] - e["vote_position"] * 0.4 - e["vote_sovereignty"] * 0.4
        for kind, e in (("planted", known), ("found", vars(found)))
    }
    assert at_mean["found"] == pytest.approx(at_mean["planted"], abs=0.15)
    assert found.vote_bloc < 0.5


def test_habit_spreads_agreed_texts_only_and_moves_nobody_on_contested_ones(states, calls):
    sample = Sample(calls, read_agreed(states, END)[0], states)
    found = estimate(sample)
    none = replace(found, vote_habit=0.0)
    contested, agreed = calls[1], calls[0]
    assert np.array_equal(found.chances(contested, states), none.chances(contested, states))
    assert not np.allclose(found.chances(agreed, states), none.chances(agreed, states))


def test_recorded_votes_have_the_official_totals(calls):
    totals = {call.name: np.bincount(call.answers[call.eligible], minlength=4).tolist() for call in calls}
    assert totals["GFMD2008VOTE"] == [86, 55, 2, 49]
    assert totals["IMD2012"] == [129, 49, 3, 12]
    assert totals["HRC2011"] == [32, 0, 14, 0]
    assert totals["R55_92"] == [165, 8, 0, 16]
    assert [call.name for call in calls if call.is_agreed] == ["R55_92"]
    assert [call.date for call in calls] == sorted(call.date for call in calls)


def test_agreed_texts_are_later_than_those_that_habits_are_counted_from(states):
    agreed, others = read_agreed(states, "2009-01-01")
    days = [call.date for call in [*agreed, *others]]
    assert min(days) >= "2006-01-01"
    assert max(days) < "2009-01-01"
    level = level_of_agreed(agreed, others)
    assert level["yes"].iloc[0] > level["yes"].iloc[1] + 0.1


def test_a_forecast_takes_earlier_votes_only(states, calls):
    with pytest.raises(ValueError, match="must learn from earlier votes only, got 'HRC2011'"):
        forecast(calls[-2], calls[:-1], states)


def test_the_outcome_of_a_vote_does_not_enter_its_forecast(states, calls):
    vote = calls[-1]
    turned = replace(vote, answers=np.where(vote.answers == 0, 1, np.where(vote.answers == 1, 0, vote.answers)))
    earlier = [call for call in calls if call.date < "2009"]
    assert (
        forecast(vote, earlier, states).counts["expected"].equals(forecast(turned, earlier, states).counts["expected"])
    )


def test_2012_is_foretold_from_2008_better_than_by_its_own_base_rate(states, calls):
    found = forecast(calls[-1], [call for call in calls if call.date < "2009"], states)
    scores = found.scores.pivot(index="source", columns="score", values="value")
    assert scores.at["base rate of this vote", "Brier"] == pytest.approx(129 / 181 * 52 / 181)
    assert scores.at["model", "Brier"] < 0.10
    assert scores.at["model", "AUC"] > 0.9


def test_intervals_hold_their_estimate_and_repeat_with_the_seed(states, calls):
    sample = Sample(calls, read_agreed(states, END)[0], states)
    table = intervals(sample, resamples=12, seed=5)
    assert (table["low"] <= table["high"]).all()
    pd.testing.assert_frame_equal(table, intervals(sample, resamples=12, seed=5))


def test_a_forecast_is_saved_with_date_and_checksum_and_never_overwritten(tmp_path, comity_command):
    out = tmp_path / "forecast.csv"
    words = ("forecast-vote", "COMPACT", "--scenario", "teaching", "--replicates", 2, "--out", out)
    status, said, _ = comity_command(*words)
    assert status == 0
    made = json.loads(out.with_suffix(".json").read_text(encoding="utf-8"))
    assert made["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
    assert made["sha256"] in said
    table = pd.read_csv(out, index_col="iso3")
    assert table.sum(axis=1).to_list() == pytest.approx([1.0] * 8, abs=1e-5)
    assert made["expected"]["p_yes"] == pytest.approx(table["p_yes"].sum(), abs=0.01)
    status, _, error = comity_command(*words)
    assert status == 2
    assert "must not exist yet" in error


def test_a_forecast_of_no_vote_is_refused(tmp_path, comity_command):
    out = tmp_path / "f.csv"
    status, _, error = comity_command("forecast-vote", "COMPAKT", "--scenario", "teaching", "--out", out)
    assert status == 2
    assert "must name a vote of the scenario, got 'COMPAKT'. Did you mean 'COMPACT'?" in error


def test_a_number_of_samples_that_is_none_is_refused():
    with pytest.raises(InputError, match=r"^--resamples must be from 0 to 100000, got -1\. Give a number within\.$"):
        estimate_vote(resamples=-1, seed=0, out=None)


def test_tables_are_saved_and_not_overwritten(tmp_path, capsys):
    estimate_vote(resamples=2, seed=0, out=tmp_path)
    said = capsys.readouterr().out
    assert "Coded in the other class" in " ".join(said.split())
    estimates = pd.read_csv(tmp_path / "estimates.csv", index_col=0)
    assert list(estimates.columns) == ["estimate", "low", "high"]
    assert set(pd.read_csv(tmp_path / "forecasts.csv")["vote"]) == {"IMD2012", "GFMD2008VOTE"}
    with pytest.raises(InputError, match="estimates"):
        estimate_vote(resamples=2, seed=0, out=tmp_path)
