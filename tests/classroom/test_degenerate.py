"""Scenarios that are odd and legal, in the pack and in the classroom: no traceback, no nan, no sentence about nobody."""

from __future__ import annotations

import re
import warnings
from pathlib import Path

import pytest
from tests.classroom.degenerate import CASES, scenario_of

from comity.errors import InputError, Notice
from comity.scenario.writing import scenario_text
from comity_classroom.bounds import LONGEST_NAME, check_texts
from comity_classroom.briefs.writing import actors_of
from comity_classroom.core.classroom import Classroom
from comity_classroom.core.export import export
from comity_classroom.pack.writing import write_pack
from comity_classroom.server.context import PageContext
from comity_classroom.server.debrief_view import debrief_view
from comity_classroom.server.evidence import Evidence
from comity_classroom.server.pages import Pages
from comity_classroom.server.projector_view import projector_view
from comity_classroom.server.student_view import student_view
from comity_classroom.server.teacher_view import teacher_view

WRONG = re.compile(
    r"\bnan\b|\bNone\b|\binf\b|: ?\.(?!\w)|, ?\.(?!\w)|“\s*”|,,|\bby \.|0 of 0|\(\s*\)|\bof 0 |\band \.| ; ?\."
)
TEACHABLE = [case for case in CASES if case != "no names"]


def check(page: str, where: str) -> None:
    page = re.sub(r"<(style|script)>.*?</\1>", "", page, flags=re.DOTALL)
    assert "<b>&amp;</b>" not in page, f"{where}: a name is obeyed"
    empty = re.search(r"<(ul|ol|tbody)>\s*</\1>", page)
    assert not empty, f"{where}: an empty list after {page[max(0, empty.start() - 200) : empty.start()]}"
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", page))
    wrong = WRONG.search(text)
    assert not wrong, f"{where}: {text[max(0, wrong.start() - 120) : wrong.end() + 60]!r}"


@pytest.mark.parametrize("case", TEACHABLE)
def test_a_pack_of_an_odd_scenario(case, tmp_path):
    file = tmp_path / "odd.toml"
    file.write_text(scenario_text(scenario_of(case)), encoding="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", Notice)  # an odd scenario is told so
        pack = write_pack(file, tmp_path / "pack", runs=2)
    for page in pack.folder.glob("*.html"):
        check(page.read_text(encoding="utf-8"), page.name)


@pytest.mark.parametrize("case", TEACHABLE)
def test_a_class_in_an_odd_scenario(case, tmp_path):
    scenario = scenario_of(case)
    ids = actors_of(scenario).ids
    seats = tuple(dict.fromkeys((ids[0], ids[1], ids[-1])))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", Notice)
        classroom = Classroom.open(tmp_path / "classroom", scenario, seed=3, seats=seats)
        people = {}
        for seat in seats:
            people[seat], _ = classroom.join(f"Student of {seat}")
            classroom.take(people[seat], seat)
        pages = Pages()
        joining = {"join_address": "http://x/", "join_code": "ABCDEF", "is_local": True, "has_start": False}
        for stop in range(60):
            look = PageContext(classroom)
            for seat, person in people.items():
                page = pages.answer(
                    "seat.html",
                    look.phrases,
                    **student_view(look, person, {}, pages),
                    sheet=pages.role_sheet(look, seat),
                )
                check(bytes(page.body).decode(), f"{case}: {seat}")
            if stop in (0, 6) or classroom.scene.stop.next is None:
                page = pages.answer("debrief.html", look.phrases, **debrief_view(look, seats[0], {}), back="/")
                check(bytes(page.body).decode(), case)
            check(
                bytes(pages.answer("teacher.html", look.phrases, **teacher_view(look), **joining).body).decode(), case
            )
            check(
                bytes(
                    pages.answer("projector.html", look.phrases, **projector_view(look, {}, Evidence()), **joining).body
                ).decode(),
                case,
            )
            if classroom.scene.stop.next is None:
                break
            classroom.advance("next")
        assert classroom.scene.stop.next is None
        export(classroom)
        classroom.close_files()


def test_what_has_no_name_is_refused_by_name(tmp_path, capsys):
    from comity.cli import main

    file = tmp_path / "odd.toml"
    file.write_text(scenario_text(scenario_of("no names")), encoding="utf-8")
    for words in (["teach", str(file), "--out", str(tmp_path / "pack")], ["classroom", str(file)]):
        assert main(words) == 2
        assert "must have a visible character" in " ".join(capsys.readouterr().err.split())
    assert [path.name for path in tmp_path.iterdir()] == ["odd.toml"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": "x" * 100_000_000}, "must be at most 16 MB large, got 95 MB"),
        ({"title": "\u200b \u3164\u2800"[:2]}, "title must have a visible character"),
        ({"description": "x" * 30_000}, "description must have at most 20,000 characters, got 30,000"),
    ],
)
def test_texts_of_a_class_are_bounded(change, said, tmp_path, capsys):
    from comity.cli import main

    scenario = scenario_of("one meeting").model_copy(update=change)
    file = tmp_path / "long.toml"
    file.write_text(scenario_text(scenario), encoding="utf-8")
    for words in (["teach", str(file), "--out", str(tmp_path / "pack")], ["classroom", str(file)]):
        assert main(words) == 2
        told = " ".join(capsys.readouterr().err.split())
        assert re.search(said, told)
        assert len(told) < 500
    assert [path.name for path in tmp_path.iterdir()] == ["long.toml"]


def test_names_of_a_table_are_bounded():
    scenario = scenario_of("one meeting")
    actors = actors_of(scenario).actors
    check_texts(scenario, actors)
    for name, said in (
        ("x" * (LONGEST_NAME + 1), "actor 3 must have at most 1000 characters"),
        (" ", "must have a visible name"),
    ):
        odd = actors.copy()
        odd.loc[2, "name"] = name
        with pytest.raises(InputError, match=said):
            check_texts(scenario, odd)


def test_a_seat_that_never_exists_is_no_seat(tmp_path):
    file = tmp_path / "odd.toml"
    file.write_text(scenario_text(scenario_of("others do not exist")), encoding="utf-8")
    with pytest.raises(InputError, match=r"'OUTSIDE' must exist at a meeting of the calendar"):
        write_pack(file, tmp_path / "pack", seats=["NORTHLAND", "OUTSIDE"], runs=2)
    assert not (tmp_path / "pack").exists()
    assert "OUTSIDE" not in write_pack(file, Path(tmp_path / "pack"), runs=2).seats
