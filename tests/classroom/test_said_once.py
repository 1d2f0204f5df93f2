"""What the pages say is so now: no sentence about nobody, no timer for nobody, no news of what is over."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from tests.classroom.conftest import shown

from comity_classroom.core.reports import news
from comity_classroom.phrases import load_phrases
from comity_classroom.server.context import PageContext
from comity_classroom.server.evidence import Evidence
from comity_classroom.server.pages import Pages
from comity_classroom.server.student_view import student_view


@pytest.fixture
def seated(served):
    """A student in a seat, the teacher, and what advances."""
    student, teacher = served.student("Ana", "NORTHLAND"), served.teacher()
    student.seat, teacher.seat = "NORTHLAND", ""

    def act(**what):
        status, text = teacher.post("/teacher/act", what)
        assert status == 200, text

    return student, teacher, act


def test_nobody_else_at_a_table_is_said(served, seated):
    _, _, act = seated
    act(do="advance", how="next")
    look = PageContext(served.classroom)
    row, ahead = look.row("NORTHLAND"), look.stop.next
    alone = replace(ahead.tables[0], seated=np.array([row]))
    look.stop = replace(look.stop, next=replace(ahead, tables=(alone,)))
    assert student_view(look, "p1", {}, Pages())["company"] == "Expected: nobody else."
    look.stop = replace(look.stop, next=replace(ahead, tables=(alone, replace(alone, number=2, seated=np.array([])))))
    assert student_view(look, "p1", {}, Pages())["company"] == "Expected at table 1: nobody else."


def test_an_empty_room_is_said_to_be_empty(served, seated):
    _, _, act = seated
    act(do="advance", how="next")
    act(do="advance", how="next")
    stop = served.classroom.scene.stop
    held = stop.passed[-1]
    empty = replace(held, tables=tuple(replace(table, seated=np.array([], int)) for table in held.tables))
    assert news(replace(stop, passed=(empty,)), load_phrases()) == ["Nobody was in the room."]


def test_a_timer_is_shown_only_to_a_seat_that_may_choose(served, seated):
    student, teacher, act = seated
    other = served.student("Ben", "OUTSIDE")
    other.seat = "OUTSIDE"
    act(do="timer", seconds=300)

    def timers():
        return [bool(re.search("data-left=", page.get(path, X_Seat=page.seat)[1])) for page, path in (
            (student, "/seat/view"), (other, "/seat/view"), (teacher, "/teacher/view"), (teacher, "/projector/view"),
        )]  # fmt: skip

    look = PageContext(served.classroom)
    assert look.may_choose("NORTHLAND")
    assert timers() == [True, look.may_choose("OUTSIDE"), True, True]
    act(do="mute", seat="NORTHLAND", on=True)
    assert timers()[0] is False
    act(do="mute", seat="NORTHLAND", on=False)
    act(do="lock", on=True)
    assert timers() == [False] * 4
    act(do="lock", on=False)
    act(do="pause", on=True)
    assert timers() == [False] * 4
    act(do="pause", on=False)
    assert timers()[0] is True


def test_no_seat_that_may_choose_is_said_and_not_counted(served, seated):
    _, teacher, act = seated
    act(do="timer", seconds=300)
    act(do="mute", seat="NORTHLAND", on=True)
    said = shown(teacher.get("/teacher/view")[1])
    assert "No seat of the class has a choice now." in said
    assert "0 of 0" not in said
    said = shown(teacher.get("/projector/view")[1])
    assert "have chosen" not in said
    assert "data-left" not in teacher.get("/projector/view")[1]


def test_when_the_time_is_up_every_page_says_so_and_no_button_can_be_pressed(served, seated, monkeypatch):
    import time

    student, teacher, act = seated
    act(do="timer", seconds=60)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 61)
    page = student.get("/seat/view", X_Seat="NORTHLAND")[1]
    assert "Time is up: choices are locked" in shown(page)
    assert "data-left" not in page
    assert "<fieldset disabled" in page
    assert "<fieldset>" not in page
    assert "Time is up" in shown(teacher.get("/teacher/view")[1])
    assert "Time is up" in shown(teacher.get("/projector/view")[1])


def test_what_was_injected_is_news_until_it_is_over(served, seated):
    student, teacher, act = seated
    act(do="advance", how="meeting")
    act(do="inject", kind="venue", change="online", meeting="FORUM1")
    act(do="inject", kind="custom", name="A new law", roles="all", sovereignty="0.05", pressure="0")
    pages = ((student, "/seat/view"), (teacher, "/teacher/view"), (teacher, "/projector/view"))
    for page, path in pages:
        said = shown(page.get(path, X_Seat=page.seat)[1])
        assert "will be held online" in said, "not only what was injected last"
        assert "News: A new law." in said
    act(do="advance", how="meeting")
    for page, path in pages:
        said = shown(page.get(path, X_Seat=page.seat)[1])
        assert "will be held online" not in said
        assert "News: A new law." not in said


def test_a_meeting_that_is_not_held_is_news(tmp_path):
    import comity
    from comity_classroom.core.choices import questions
    from comity_classroom.core.classroom import Classroom
    from comity_classroom.server.projector_view import projector_view

    few = {"states": 6, "organisations": 1, "networks": 4}
    scenario = comity.load("synthetic", settings={f"population.synthetic.{key}": n for key, n in few.items()})
    seats = tuple(f"S000{number}" for number in range(1, 7))
    classroom = Classroom.open(tmp_path / "classroom", scenario, seed=1, seats=seats)
    people = {}
    for seat in seats:
        people[seat], _ = classroom.join(seat)
        classroom.take(people[seat], seat)
    told = []
    for _ in range(20):
        for seat, person in people.items():
            if any(question.key == "arena" for question in questions(classroom.scene.stop, seat)):
                classroom.choose(person, seat, {"arena": "nowhere"})
        classroom.advance("next")
        told.append(PageContext(classroom).stage()["amendments"])
        if classroom.scene.stop.opened == "FORMAL2007":
            break
    assert told[-1] == ["“Forum 1” was not held: states chose no forum at all."]
    assert told[0] == []
    names = [item["name"] for item in projector_view(PageContext(classroom), {}, Evidence())["timeline"]]
    assert names[:3] == ["Dialogue 1", "Forum 1 (not held)", "Dialogue 2"]
    classroom.advance("meeting")
    assert not any("Forum 1" in line for line in PageContext(classroom).stage()["amendments"])
    classroom.close_files()
