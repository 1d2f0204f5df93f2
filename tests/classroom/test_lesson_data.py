"""Lessons for a browser: their parts, and what a command prints as data, which are the figures of the terminal."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from rich.console import Group
from rich.table import Table
from rich.text import Text

from comity.cli import main
from comity_classroom.phrases import load_phrases
from comity_classroom.seminar import find_lesson, seminar_lessons
from comity_classroom.seminar.steps import parts_of
from comity_classroom.seminar.telling import Telling
from comity_classroom.seminar.worker import _command, _script
from comity_classroom.server.lesson_charts import charts_of

FIGURE = re.compile(r"[-+−]?[0-9][0-9.,/%]*")
FOR_TERMINALS = ("Nothing was written", "Why an actor changed:", "more meeting")


def figures_of(blocks):
    """Return all figures of blocks, sorted."""
    texts = [
        text
        for block in blocks
        for text in (
            [block["title"], *block["head"], *(cell for row in block["rows"] for cell in row)]
            if block["kind"] == "table"
            else [block["text"]]
        )
    ]
    return sorted(figure for text in texts for figure in FIGURE.findall(text))


def printed_figures(words, capsys, monkeypatch):
    """Return all figures that a command prints in a terminal as wide, sorted."""
    monkeypatch.setenv("COLUMNS", "140")
    assert main(list(words)) == 0
    lines = capsys.readouterr().out.splitlines()
    return sorted(
        figure for line in lines if not any(one in line for one in FOR_TERMINALS) for figure in FIGURE.findall(line)
    )


QUICK = [
    ("run", "seminar/1_silent_delegates/dialogue_2006", "--seed", "1"),
    ("describe", "seminar/1_silent_delegates/informal_dialogue"),
    (
        "compare",
        "seminar/1_silent_delegates/dialogue_2006",
        "seminar/1_silent_delegates/informal_dialogue",
        "--replicates",
        "2",
        "--workers",
        "1",
    ),
    (
        "whatif",
        "no_socialisation",
        "no_trust_learning",
        "--scenario",
        "teaching",
        "--replicates",
        "2",
        "--workers",
        "1",
    ),
    ("explain", "teaching", "--actor", "PALMERA"),
]
ALL = [
    tuple(action.job["words"])
    for lesson in seminar_lessons()
    for step in parts_of(lesson).steps
    for action in step.actions
    if action.kind == "command"
]


@pytest.mark.parametrize("words", QUICK, ids=lambda words: words[0])
def test_a_page_has_the_figures_that_the_command_prints(words, capsys, monkeypatch):
    expected = printed_figures(words, capsys, monkeypatch)
    assert len(expected) > 10
    assert figures_of(_command(list(words))) == expected


@pytest.mark.slow
@pytest.mark.parametrize("words", sorted(set(ALL)), ids=" ".join)
def test_every_command_of_a_lesson_has_the_figures_that_it_prints(words, capsys, monkeypatch):
    assert figures_of(_command(list(words))) == printed_figures(words, capsys, monkeypatch)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(1, 7))
def test_every_script_of_a_lesson_gives_tables(number):
    for step in parts_of(find_lesson(str(number))).steps:
        for action in step.actions:
            if action.kind == "script":
                assert any(block["kind"] == "table" and block["rows"] for block in _script(action.job["code"]))


def test_a_lesson_in_parts():
    parts = parts_of(find_lesson("1"))
    assert len(parts.predictions) == 3
    assert parts.predictions[2] == "Would more states come? Which?"
    assert [len(step.actions) for step in parts.steps] == [2, 2, 1, 1, 1]
    assert parts.steps[4].is_other
    assert "```" not in "".join(step.text for step in parts.steps)
    assert parts.answers.startswith("**In the model most destination seats are silent")
    two = parts.action("1.2")
    assert two.job["words"] == ["run", "seminar/1_silent_delegates/dialogue_2006", "--seed", "2"]
    assert two.with_choices({"--seed": "7"})["words"][-1] == "7"
    for wrong in ({"--seed": "11"}, {"--seed": "1; rm"}, {"--actor": "DEU"}, {"--out": "/tmp/x"}):
        with pytest.raises(KeyError):
            two.with_choices(wrong)


def test_all_lessons_have_texts_for_the_browser():
    words = load_phrases()
    for lesson in seminar_lessons():
        parts = parts_of(lesson)
        assert [step.is_other for step in parts.steps] == [False] * (len(parts.steps) - 1) + [True]
        assert words.has(f"lessons.browser.lesson_{lesson.number}")
        assert all(step.actions for step in parts.steps)


def test_prints_become_blocks():
    screen = Telling()
    screen.print("[bold]A heading[/bold]")
    screen.print("a [literal] bracket", markup=False)
    screen.print("  " + "word " * 19 + "\n      continued", markup=False)
    head = Table(show_header=False)
    head.add_row("target", "value")
    rows = Table(show_header=False)
    rows.add_row("one", "1")
    screen.print(Group(head, Text("F1 a fact"), rows))
    screen.print(pd.DataFrame({"silent": [0.8125, 0.5]}, index=pd.Index(["a", "b"], name="meeting")), markup=False)
    kinds = [block["kind"] for block in screen.blocks]
    assert kinds == ["heading", "text", "item", "table", "table"]
    assert screen.blocks[1]["text"] == "a [literal] bracket"
    assert screen.blocks[2]["text"].endswith("word continued")
    assert screen.blocks[3]["head"] == ["target", "value"]
    assert screen.blocks[3]["rows"] == [["F1 a fact"], ["one", "1"]]
    assert screen.blocks[4]["head"] == ["meeting", "silent"]
    assert screen.blocks[4]["rows"] == [["a", "0.8125"], ["b", "0.5000"]]


def test_a_chart_shows_shares_with_their_intervals():
    block = {
        "kind": "table", "title": "", "head": ["measure", "reference", "difference ± 95 %", "", "unit"],
        "rows": [["voice", "0.2", "+0.5 ± 0.1", "▲", "share"], ["trust", "0.2", "-0.1 ± 0.2", "·", "share"], ["donors", "3", "+9 ± 1", "▲", "count"]],
    }  # fmt: skip
    ((name, drawing),) = charts_of([block], load_phrases())
    assert name == "Difference: second minus first"
    found = re.findall(r"<circle cx='([\d.]+)' cy='[\d.]+' r='4' class='(\w+)'", drawing)
    assert [kind for _, kind in found] == ["up", "none"], "donors are no share"
    middle, half = 150 + 100, 100  # the scale ends at 0.6
    assert float(found[0][0]) == pytest.approx(middle + half * 0.5 / 0.6, abs=0.1)
    assert float(found[1][0]) == pytest.approx(middle - half * 0.1 / 0.6, abs=0.1)
