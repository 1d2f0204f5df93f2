"""Degenerate data: no variation, no value, one replicate, one state; never nan, a warning, or a sentence about nobody."""

from __future__ import annotations

import json
import re
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import comity
from comity import InputError
from comity.facts import load_facts, observe
from comity_lab import read_sweep, sweep
from comity_lab.design import design_from
from comity_lab.scoring.about import foreign
from comity_lab.scoring.ensemble import Ensemble
from comity_lab.scoring.roll_call import read_roll_call
from comity_lab.scoring.scorecard import score
from comity_lab.scoring.vote_card import score_vote

FUNCTIONS = """
NAN = float("nan")
def constant(values, seed): return {"y": 1.0, "z": 0.0}
def missing(values, seed): return {"y": NAN, "z": 2.0}
def one_point(values, seed): return {"y": values["x"] if values["x"] < 0.3 else NAN}
def luck(values, seed): return {"y": seed % 7}
def large(values, seed): return {"y": 1e149 * (1 + values["x"] / 10 + seed % 3), "z": 1e-320, "w": 1e15 + values["x"]}
def infinite(values, seed): return {"y": float("inf")}
def none(values, seed): return {}
def failing(values, seed): raise ValueError("no such thing.")
def named(values, seed): return {"x": 1.0}
"""
SAMPLERS = {
    "grid": {"factors": [{"name": "x", "values": [0.1, 0.2, 0.9]}]},
    "one": {"factors": [{"name": "x", "values": [0.1]}]},
    "sobol": {"sampler": "sobol", "n": 4, "factors": [{"name": name, "low": 0, "high": 1} for name in "xu"]},
    "morris": {"sampler": "morris", "trajectories": 3, "factors": [{"name": n, "low": 0, "high": 1} for n in "xu"]},
}


@pytest.fixture
def make(functions, tmp_path):
    """Sweep a degenerate function and return the folder."""
    (tmp_path / f"{functions}.py").write_text(FUNCTIONS, encoding="utf-8")

    def make(function: str, sampler: str, replicates: int) -> Path:
        folder = tmp_path / f"{function}-{sampler}-{replicates}"
        data = {"function": f"{functions}:{function}", "replicates": replicates, **SAMPLERS[sampler]}
        sweep(design_from(data), folder, workers=1)
        return folder

    return make


@pytest.mark.parametrize("replicates", [1, 2, 5])
@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("function", ["constant", "missing", "one_point", "luck", "large"])
def test_every_command_answers_degenerate_data_without_nan_or_warning(
    comity_command, make, tmp_path, function, sampler, replicates
):
    folder = make(function, sampler, replicates)
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        warnings.simplefilter("error", UserWarning)
        for command in ("means", "differences", "effects", "sensitivity", "discover", "plan", "report"):
            out = tmp_path / f"{command}.html" if command == "report" else tmp_path / command
            # The report draws the figure of each table; here they are also saved, as SVG and PNG.
            saved = ("--out", out) if command == "report" or replicates == 2 else ()
            more = {"effects": (), "discover": ("--success", "y >= 1", "--mass", 0.4)}.get(command, saved)
            status, shown, errors = comity_command("sweep", command, folder, *more)
            assert status in (0, 2), errors
            assert status == 0 or (errors.startswith("comity: ") and errors.count("\n") == 1)
            if command == "report":
                assert status == 0, errors
                shown += re.sub(r"<svg.*?</svg>|<[^>]*>", " ", out.read_text(encoding="utf-8"), flags=re.S)
            assert not re.search(r"(?<![\w-])(nan|inf|None)(?![\w-])", shown.replace(str(tmp_path), "")), shown


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (
            "failing",
            "has no measure, because all of its 3 runs failed, the first with: ValueError: no such thing. Correct",
        ),
        ("infinite", "a measure must be a number up to 1e"),
        ("none", "has no measure, because its function returns none"),
        ("named", "a measure must not be named as a factor or a column of the runs, got 'x'"),
    ],
)
def test_a_sweep_without_a_measure_says_why(comity_command, make, function, message):
    status, _, errors = comity_command("sweep", "means", make(function, "grid", 1))
    assert status == 2
    assert message in " ".join(errors.split())


# --- scores ---


@pytest.mark.parametrize("name", ["teaching", "synthetic"])
def test_facts_that_are_not_about_a_scenario_are_said_first(comity_command, tmp_path, name):
    status, shown, errors = comity_command(
        "score", name, "--replicates", 1, "--workers", 1, "--out", tmp_path / "score"
    )
    assert status == 0, errors
    first = " ".join(shown.split())[:400]
    assert f"Warning: these facts are not about '{name}'" in first
    saved = json.loads((tmp_path / "score" / "scorecard.json").read_text(encoding="utf-8"))
    assert saved["made_from"]["careful"].startswith("Warning")
    assert saved["made_from"]["facts"]["file"] == "facts.toml"


def test_facts_that_are_about_a_scenario_need_no_word():
    assert foreign(comity.load("hld_gfmd"), None) == ""
    assert foreign(comity.load("teaching"), "own.toml") == ""


def silent_card(n: int):
    facts = load_facts()[:3]
    keys = [target.key for fact in facts for target in fact.targets]
    rows = pd.DataFrame(np.full((n, len(keys)), np.nan), columns=keys)
    return score(None, facts, [Ensemble(name=name, observations=rows) for name in ("socialisation", "rationalist")])


def test_silence_is_not_failure():
    said = silent_card(4).sentences()
    assert said[0] == "Theory 'rationalist' is silent on every fact."
    assert said[1].startswith("No theory and no baseline says anything about F1b, F2")
    assert not any("obody" in sentence or "somebody" in sentence for sentence in said)


@pytest.fixture(scope="module")
def population():
    from comity.population.people import build_population

    return build_population(comity.load("hld_gfmd"))


def vote_of(population, answers: dict[str, str]):
    states = list(answers)
    chances = pd.DataFrame(np.full((len(states), 4), 0.25), index=states, columns=["yes", "abstain", "no", "absent"])
    ensembles = [
        Ensemble(name=name, observations=pd.DataFrame(), votes={"V": chances})
        for name in ("socialisation", "rationalist")
    ]
    return score_vote(population, "V", pd.Series(answers), ensembles)


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"FRA": "yes"}, "No AUC, yes among those who voted: all of them gave the same answer"),
        ({"FRA": "yes", "DEU": "yes", "MAR": "yes"}, "No AUC, yes among those who voted: all of them gave the same"),
        (
            {"FRA": "absent", "DEU": "absent"},
            "No score, yes among those who voted: every state in the roll call was absent",
        ),
        ({"FRA": "no", "DEU": "absent"}, "No AUC"),
        ({"FRA": "no"}, "one state says nothing about who is better"),
    ],
)
def test_a_vote_of_few_or_of_one_mind_has_words(population, answers, said):
    from io import StringIO

    from rich.console import Console

    from comity_lab.scoring.printing import print_votes

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        card = vote_of(population, answers)
        stream = StringIO()
        print_votes(Console(file=stream, width=120), card)
    text = " ".join(stream.getvalue().split())
    assert said in text
    assert "nan" not in text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("iso3,vote\n\nFRA,yes\n,,\n", None),
        ("\ufeffiso3,vote\nFRA,yes\n", None),
        ("iso3,vote\n\n\nFRX,no\n", "line 4: iso3 must be a state"),
        ("iso3,vote\nfra,yes\n", "line 2: iso3 must be a state that could vote, got 'fra'"),
        ("iso3,vote\nFRA,Yes\n", "line 2: vote must be one of yes, abstain, no, absent, got 'Yes'"),
        ("iso3,vote\nFRA,\n", "line 2: vote must be one of"),
        ("iso3,vote\n,yes\n", "line 2: iso3 must be a state"),
        ("iso3,vote\nFRA,yes,no\n", "line 2: must have 2 cells"),
        ("iso3,vote,vote\nFRA,yes,no\n", "vote is there twice"),
        ("iso3;vote\nFRA;yes\n", "got semicolons"),
        ('iso3,vote\nFRA,"yes\n', "must be a CSV table"),
    ],
)
def test_lines_of_a_roll_call_are_counted_as_an_editor_counts_them(tmp_path, text, expected):
    file = tmp_path / "call.csv"
    file.write_text(text, encoding="utf-8")
    if expected is None:
        assert read_roll_call(file, ["FRA", "DEU"]).to_dict() == {"FRA": "yes"}
        return
    with pytest.raises(InputError, match=re.escape(expected)):
        read_roll_call(file, ["FRA", "DEU"])


def test_facts_of_another_question_are_not_read_off_a_sweep(comity_command, tmp_path):
    text = (comity.scenario.locate.scenario_folder() / "facts.toml").read_text(encoding="utf-8")
    own = tmp_path / "own.toml"
    fact = next(item for item in load_facts() if item.id == "F20")
    entry = text[text.index('id = "F20"') - len("[[facts]]\n") :]
    entry = entry[: entry.index("[[facts]]", 5)]
    own.write_text(entry, encoding="utf-8")
    design = {"scenario": "teaching", "keep": ["measures", "facts"], "facts": str(own)}
    sweep(design_from(design), tmp_path / "out", workers=1)
    assert "F20.2007" in read_sweep(tmp_path / "out").measures
    own.write_text(entry.replace(f'measure = "{fact.measure}"', 'measure = "donors"'), encoding="utf-8")
    status, _, errors = comity_command("score", tmp_path / "out", "--facts", own)
    assert status == 2
    assert "fact F20 was asked with measure forum_states, and the file now says donors" in " ".join(errors.split())


def test_a_run_without_states_or_meetings_says_nothing_instead_of_something():
    scenario = comity.load("teaching")
    record = comity.run(scenario, seed=1, keep="meetings")
    held = record.trace.meetings
    for number, meeting in enumerate(held):  # not in place: the stage shares its arrays between runs
        nobody = np.zeros_like(meeting.active)
        held[number] = meeting._replace(active=nobody, present=nobody)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = observe(record, load_facts())
        comity.measures.measure(record)
    for key in ("F5.nowhere", "F5.largest", "F6.forum", "F6.norm_setting", "F7", "F13.2006"):
        assert np.isnan(found[key]), key


def test_a_period_of_no_calendar_is_refused(tmp_path):
    text = (comity.scenario.locate.scenario_folder() / "facts.toml").read_text(encoding="utf-8")
    file = tmp_path / "facts.toml"
    file.write_text(re.sub(r"period = \[[^\]]*\]", "period = [2006, 99999]", text, count=1), encoding="utf-8")
    with pytest.raises(InputError, match="period must be years from 1900 to 2200"):
        load_facts(file)
