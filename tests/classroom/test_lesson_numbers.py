"""Numbers in the lessons' answers, on the page on doubting and in the table of what-ifs are measured again."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pandas as pd
import pytest
from tests.classroom.measured import Measured
from tests.classroom.stated import STATED, Values

from comity.scenario.lessons import read_lesson
from comity.scenario.locate import find_scenario, shipped_patches
from comity_classroom.seminar import doubting_page, find_lesson

NUMBER = r"([-+]?\d+(?:\.\d+)?)"
GIVEN = r"`[^`]*`|\bF\d+b?\b|\b(?:19|20)\d\d\b|seeds? \d+(?:-\d+)?|\d+ (?:pairs|replicates)|steps? \d|95 %|of 50\b|of 193\b|1 − framing"
"""Numbers that are no result: commands, names of facts, years, seeds, counts of runs, confidence."""


def stated_text(page: str) -> str:
    """Return the part of a page that states results, in one line."""
    path = doubting_page() if page == "doubt" else find_lesson(page).path
    heading = "## What it gets wrong" if page == "doubt" else "## Answers for the instructor"
    text = path.read_text(encoding="utf-8").split(heading)[1]
    return " ".join(re.split(r"^## ", text, flags=re.MULTILINE)[0].split())


def pattern(sentence: str) -> re.Pattern[str]:
    return re.compile(NUMBER.join(re.escape(part) for part in sentence.split("#")))


def is_right(said: str, value: float, *, is_mean: bool = True) -> bool:
    """Return whether a printed number is the value: rounded, or for means within one unit of its last digit."""
    decimals = len(said.partition(".")[2])
    if not is_mean or float(value).is_integer():
        return math.isclose(float(said), round(value, decimals), abs_tol=1e-9)
    return abs(float(said) - value) < 10**-decimals


CASES = [pytest.param(page, *case, id=f"{page}: {case[0][:50]}") for page, cases in STATED.items() for case in cases]


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    return Measured(tmp_path_factory.mktemp("measured"))


@pytest.mark.parametrize("page", STATED)
def test_no_number_of_an_answer_goes_unmeasured(page):
    text = stated_text(page)
    for sentence, _ in STATED[page]:
        assert len(pattern(sentence).findall(text)) == 1, f"{page}: must be said once: {sentence}"
        text = pattern(sentence).sub(" ", text)
    left = re.sub(GIVEN, " ", text)
    assert not re.search(r"\d", left), f"{page}: not measured: {re.findall(r'.{0,60}[0-9].{0,20}', left)}"


@pytest.mark.slow
@pytest.mark.parametrize(("page", "sentence", "values"), CASES)
def test_a_number_of_an_answer_is_what_the_command_gives(page: str, sentence: str, values: Values, measured: Measured):
    match = pattern(sentence).search(stated_text(page))
    assert match is not None
    expected = list(values(measured))
    assert len(expected) == len(match.groups())
    is_mean = re.search(r"[Ww]ith seed \d", sentence) is None
    wrong = [f"{said} is {value:.6g}" for said, value in zip(match.groups(), expected, strict=True)
             if not is_right(said, value, is_mean=is_mean)]  # fmt: skip
    assert not wrong, f"{page}: {match[0]}: {'; '.join(wrong)}"


EVIDENCE = (Path(__file__).parents[2] / "docs" / "explanation" / "evidence.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `(\w+)` \| (.*) \| (\w+) \|$", EVIDENCE, re.MULTILINE)


def outcome(expected: str, effect: pd.Series) -> str:
    """Return what came of an expectation, by the rule above the table."""
    if expected == "hardly moves":
        return "holds" if max(abs(effect.low), abs(effect.high)) < 0.05 * abs(effect.reference) else "reversed"
    if effect.low <= 0 <= effect.high:
        return "undecided"
    if (effect.difference > 0) != (expected == "higher"):
        return "reversed"
    return "tiny" if abs(effect.difference) < 0.001 * abs(effect.reference) else "holds"


def test_every_what_if_has_an_outcome():
    assert [name for name, *_ in ROWS] == shipped_patches()
    for name, said, _ in ROWS:
        looked_at = read_lesson(find_scenario(name, kind="patch")).look_at
        found = {measure for measure in re.findall(r"(\w+) [-+]", said)}
        assert found & set(re.findall(r"\w+", looked_at)), name


@pytest.mark.slow
@pytest.mark.parametrize(("name", "said", "verdict"), ROWS, ids=[name for name, *_ in ROWS])
def test_the_outcome_of_a_what_if_is_what_the_command_gives(name, said, verdict, measured):
    outcomes = []
    for part in said.split("; "):
        expected, results = part.split(": ")
        for result in results.split(", "):
            measure, difference, _, half = re.sub(r" \(\w+\)", "", result).split(" ")
            effect = measured.effect(name, measure)
            assert is_right(difference, effect.difference), f"{name}: {result}: {effect.difference}"
            assert is_right(half, effect.half_width), f"{name}: {result}: {effect.half_width}"
            outcomes.append(outcome(expected, effect))
            marked = re.search(r"\((\w+)\)", result)
            assert outcomes[-1] == (marked[1] if marked else "holds"), f"{name}: {result}"
    worst = next(word for word in ("reversed", "undecided", "tiny", "holds") if word in outcomes)
    assert verdict == worst


@pytest.mark.slow
def test_the_sizes_in_votes_are_right(measured):
    states = 193
    lost = {name: -states * measured.effect(name, "expected_yes").difference for name in shipped_patches()}
    limits = EVIDENCE.split("## Limitations")[1]
    assert f"expected yes votes are {lost['no_gfmd']:.1f} lower of 193" in limits
    assert f"without socialisation {lost['no_socialisation']:.1f}, without civil society" in limits
    assert f"civil society {lost['no_civil_society']:.2f}" in limits
    assert round(lost["no_gfmd"]) == 3  # the notes of claims.toml
    assert round(-lost["no_campaign"]) == 1
    assert all(0 < lost[name] < 0.03 for name in ("no_internalisation", "no_frame_resonance", "no_advocacy"))
    first = measured.runs("hld_gfmd", 100)
    assert f"{first['donors GFMD2021'][0]:.0f} with seed 0" in limits
    assert f"{100 * measured.mean('contesting', 'hld_gfmd', 30):.1f} % of all acts contest" in limits


def test_a_wrong_number_is_found():
    assert is_right("0.39", 0.3925)
    assert is_right("-0.101", -0.1006)
    assert not is_right("0.41", 0.3925)
    assert not is_right("-0.101", 0.1006)
    assert is_right("0.40", 0.3925)
    assert not is_right("0.40", 0.3925, is_mean=False)
    assert is_right("27", 27.0)
    assert not is_right("26", 27.0)
    assert not is_right("26", float("nan"))
