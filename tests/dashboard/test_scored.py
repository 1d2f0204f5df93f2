"""Scoring in the application is the scoring of the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import comity
from comity.commands.choice import Choice
from comity.errors import InputError
from comity_dashboard.figures.scores import read_scores
from comity_dashboard.scoring import n_runs, run_scores
from comity_lab.scoring.command import RollCall, score_choice


def command(replicates: int, out: Path) -> None:
    score_choice(
        Choice(scenario="teaching", patches=(), settings=(), theory=None), replicates=replicates, seed="5", workers=1,
        facts_file=None, roll_call=RollCall(), out=out, quiet=True,
    )  # fmt: skip


def test_the_scores_are_those_of_the_command(tmp_path):
    command(3, tmp_path / "card")
    told = []
    found = run_scores(comity.load("teaching"), 3, 5, lambda runs: told.append(runs) or True)
    saved = read_scores(tmp_path / "card")
    for name in ("totals", "targets"):
        assert getattr(found, name)().csv() == getattr(saved, name)().csv()
        assert json.dumps(getattr(found, name)().props(), allow_nan=False)
    assert (found.title, found.rule, found.sentences) == (saved.title, saved.rule, saved.sentences)
    assert told == [3, 6, 9]


@pytest.mark.parametrize("replicates", [30, 60])
def test_scoring_ends_when_it_is_told_to_in_this_process_and_in_others(replicates):
    told = []
    assert run_scores(comity.load("teaching"), replicates, 0, lambda runs: told.append(runs)) is None
    assert told == [10]


def test_a_wrong_number_of_replicates_is_said_as_on_the_command_line(tmp_path):
    said = []
    for ask in (lambda: n_runs(comity.load("teaching"), 0), lambda: command(0, tmp_path / "card")):
        with pytest.raises(InputError, match="must be from 1 to 100000, got 0") as caught:
            ask()
        said.append(str(caught.value))
    assert said[0] == said[1]
