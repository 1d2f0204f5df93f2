"""The lessons run as written: commands, scripts and dashboard links; and their numbers about the model are right."""

from __future__ import annotations

import re
import shlex
import textwrap
from pathlib import Path

import pandas as pd
import pytest

from comity.cli import main
from comity.errors import InputError
from comity.scenario.loading import load
from comity.scenario.locate import find_scenario, shipped_patches
from comity.scenario.parameters import parameter_table
from comity_classroom.seminar import doubting_page, find_lesson, seminar_lessons
from comity_classroom.seminar.lessons import SECTIONS
from comity_classroom.seminar.showing import page_of

PAGES = [lesson.path for lesson in seminar_lessons()] + [doubting_page()]


def name_of(page: Path) -> str:
    return page.parent.name if page.name == "lesson.md" else page.stem


def blocks(page: Path, language: str) -> list[str]:
    text = page.read_text(encoding="utf-8")
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL)
    return [textwrap.dedent(block) for _, block in found]


def commands(page: Path) -> list[str]:
    return [line for block in blocks(page, "sh") for line in block.splitlines() if line.strip()]


def test_there_are_six_sessions_of_45_to_90_minutes():
    lessons = seminar_lessons()
    assert [lesson.number for lesson in lessons] == [1, 2, 3, 4, 5, 6]
    assert all(45 <= lesson.minutes <= 90 for lesson in lessons)
    assert all(lesson.question.endswith("?") for lesson in lessons)
    assert all(re.findall(r"^## (.+)$", lesson.text, re.MULTILINE) == list(SECTIONS) for lesson in lessons)
    assert all(commands(lesson.path)[-1].startswith("comity dashboard ") for lesson in lessons)


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_and_scripts_run_as_written(page, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert commands(page)
    for command in commands(page):
        words = shlex.split(command)
        assert words[0] == "comity"
        if words[1] == "dashboard":  # it serves until it is ended: what it is to open must be there
            assert all(find_scenario(name).is_file() for name in words[2:])
            continue
        status = main(words[1:])
        shown = capsys.readouterr()
        assert status == 0, f"{command}: {shown.err}"
        assert shown.out, command
    for block in blocks(page, "python"):
        exec(compile(block, str(page), "exec"), {"__name__": "lesson"})
        printed = capsys.readouterr().out
        assert printed
        assert "np." not in printed, "a class reads numbers, not the types of a library"
    assert not list(tmp_path.iterdir()), "a lesson leaves nothing behind"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_what_is_named_in_passing_exists(page):
    text = " ".join(page.read_text(encoding="utf-8").split())
    for name in re.findall(r"what-if `(\w+)`", text):
        assert name in shipped_patches(), name
    for command in re.findall(r"`comity ([^`]*)`", text):
        words = shlex.split(command)
        assert words[0] in ("run", "whatif", "compare", "score", "audit", "estimate-vote", "speech"), command
        if words[0] == "whatif":
            named = [word for word in words[1:] if not word.startswith("-") and not word.isdigit()]
            assert set(named) <= set(shipped_patches()), command
    for file in re.findall(r"`(scenarios/[\w./]+)`", text):
        assert (find_scenario("teaching").parents[1] / file).exists(), file
    own = {path.stem for path in page.parent.glob("*.toml")} if page.name == "lesson.md" else set()
    assert own == {name for name in own if f"seminar/{page.parent.name}/{name}" in text or f'"{name}"' in text}


def test_the_scenarios_of_the_lessons_say_what_they_change():
    dialogue = load("seminar/1_silent_delegates/dialogue_2006")
    informal = load("seminar/1_silent_delegates/informal_dialogue")
    assert {meeting.id for meeting in dialogue.meetings} == {"HEAR2006", "PGA2006", "HLD2006"}
    assert (informal.forum("HLD").bindingness, informal.forum("HLD").development_framing) == (0.10, 0.85)
    history = load("hld_gfmd")
    assert (history.forum("GFMD").bindingness, history.forum("GFMD").development_framing) == (0.10, 0.85)
    assert load("seminar/3_who_hosts_who_pays/free_hosts").choices.host == "endogenous"
    crisis = {shock.id for shock in history.shocks}
    assert {s.id for s in load("seminar/3_who_hosts_who_pays/free_hosts_no_crisis").shocks} == crisis - {
        "financial_crisis"
    }


def test_the_page_on_doubting_counts_the_parameters_that_have_a_source():
    text = " ".join(doubting_page().read_text(encoding="utf-8").split())
    sourced = [row for row in parameter_table() if "assumption" not in row["source"]]
    estimated = [row for row in sourced if "comity estimate-vote" in row["source"]]
    assert f"All parameters but {len(sourced)} give *assumption* as their source" in text
    assert f"{len(estimated)} of the vote were estimated from roll calls of 2000-2012" in text
    others = [row["name"] for row in sourced if row not in estimated]
    assert len(others) == 2
    assert all(f"`{name}`" in text for name in others)


def test_the_page_on_doubting_counts_the_calibrated_parameters():
    text = doubting_page().read_text(encoding="utf-8")
    fitted = load("hld_gfmd").parameters.model_fields_set
    assert f"{len(fitted)} parameters of the replay were fitted to facts" in text
    table = pd.read_csv(find_scenario("hld_gfmd").parent / "calibration" / "calibration.csv")
    assert f"which identify {int(table['identifiable'].sum())} parameters" in text


def test_the_command_lists_shows_and_writes(tmp_path, capsys):
    assert main(["lesson"]) == 0
    listed = capsys.readouterr().out
    assert all(lesson.title in listed for lesson in seminar_lessons())
    assert main(["lesson", "1"]) == 0
    assert "Answers for the instructor" in capsys.readouterr().out
    assert main(["lesson", "doubt", "--path"]) == 0
    assert Path(capsys.readouterr().out.strip()) == doubting_page()
    file = tmp_path / "lesson.html"
    assert main(["lesson", "6", "--html", str(file)]) == 0
    page = file.read_text(encoding="utf-8")
    assert "<h1>Did the forum make the compact possible" in page
    assert main(["lesson", "6", "--html", str(file)]) == 2
    assert "must be a new" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(["7"], "1 to 6"), (["x"], "'doubt'"), (["--path"], "needs a lesson"), (["--html", "a.html"], "needs a lesson")],
)
def test_wrong_wishes_are_answered(arguments, message, capsys):
    assert main(["lesson", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_markup_in_a_page_is_shown_and_not_obeyed():
    page = page_of("# A <b>title</b>\n\n<script>alert(1)</script>\n")
    assert "<script>" not in page
    assert "<b>" not in page


def test_a_lesson_that_is_not_there():
    with pytest.raises(InputError, match="comity lesson lists them"):
        find_lesson("0")


@pytest.mark.parametrize(
    ("name", "not_so"),
    [
        ("1_silent_delegates/dialogue_2006", "Global Forum"),
        ("1_silent_delegates/informal_dialogue", "Global Forum"),
        ("3_who_hosts_who_pays/free_hosts", "Hosts, agendas"),
        ("3_who_hosts_who_pays/free_hosts_no_crisis", "Hosts, agendas"),
    ],
)
def test_what_is_varied_is_not_described_as_the_whole_history(name, not_so):
    """comity describe opens with the description; one that is inherited speaks of meetings and hosts that are not there."""
    assert not_so in load("hld_gfmd").description
    assert load(f"seminar/{name}").description
    assert not_so not in " ".join(load(f"seminar/{name}").description.split())
