"""An act carries the number of the ledger that its page showed: what was asked of a page that is out of date is not done."""

from __future__ import annotations

import json
from html import unescape

import pytest
from tests.classroom.conftest import at_once, bodies, error_of, forms


def twice(client, path, body):
    """Post the same at the same moment from two connections, as a double click does; return the two answers."""
    return at_once(*[lambda: client.ask("POST", path, body)] * 2)


def passed_on(served):
    """Return how many times the ledger says that the classroom has gone on."""
    return sum(entry.kind == "advanced" for entry in served.classroom.ledger.entries)


@pytest.mark.parametrize("label", ["Open the doors", "Hold the whole meeting", "Hold all remaining meetings"])
def test_a_double_click_holds_one_step(served, label):
    teacher = served.teacher()
    found = twice(teacher, "/teacher/act", bodies(teacher.get("/teacher")[1])[label])
    assert sorted(status for status, _ in found) == [200, 409]
    assert passed_on(served) == 1
    refusal = next(error_of(text) for status, text in found if status == 409)
    assert refusal == "The class has moved on since your page was drawn. Nothing was done: look at the page again."


def test_the_second_of_two_slow_clicks_is_stale_too(served):
    teacher = served.teacher()
    body = bodies(teacher.get("/teacher")[1])["Open the doors"]
    assert [teacher.ask("POST", "/teacher/act", body)[0] for _ in range(3)] == [200, 409, 409]
    assert passed_on(served) == 1


@pytest.mark.parametrize("label", ["Pause", "Lock choices", "2 min", "Mute", "Free", "Export the record", "Remove"])
def test_every_button_of_the_teacher_counts_once(served, label):
    served.student("Ana", "PALMERA")
    teacher = served.teacher()
    before = len(served.classroom.ledger.entries)
    found = twice(teacher, "/teacher/act", bodies(teacher.get("/teacher")[1])[label])
    assert sorted(status for status, _ in found) == [200, 409], found
    assert len(served.classroom.ledger.entries) - before == (label != "Export the record")
    assert len([*served.classroom.folder.glob("record-*")]) == (label == "Export the record")


def test_every_form_of_the_teacher_counts_once(served):
    served.student("Ana", "PALMERA")
    served.student("Bo", "CORAL")
    served.classroom.advance("meeting")
    teacher = served.teacher()

    def kinds():
        return {(form["do"], form.get("kind"), form.get("how")): form for form in forms(teacher.get("/teacher")[1])}

    known = list(kinds())
    assert len(known) == 6
    for kind in known:
        form = kinds()[kind]
        if form.get("kind") == "custom":
            form["name"] = "A storm"
        if form["do"] == "hand":
            form["seat"] = "SAVANNA"
        found = twice(teacher, "/teacher/act", {key: unescape(value) for key, value in form.items()})
        assert sorted(status for status, _ in found) == [200, 409], (form, found)


def test_what_students_choose_makes_nothing_of_the_teacher_stale(served):
    student, teacher = served.student("Ana", "PALMERA"), served.teacher()
    body = bodies(teacher.get("/teacher")[1])["Open the doors"]
    student.post("/seat/choose", {"seat": "PALMERA", "answer": {"attends": True}})
    served.student("Bo", "CORAL")
    assert teacher.ask("POST", "/teacher/act", body)[0] == 200


def test_two_pages_of_the_teacher(served):
    teacher = served.teacher()
    old = bodies(teacher.get("/teacher")[1])
    assert teacher.ask("POST", "/teacher/act", old["Lock choices"])[0] == 200
    for label in ("Pause", "5 min", "Open the doors", "Hold all remaining meetings"):
        assert teacher.ask("POST", "/teacher/act", old[label])[0] == 409, label
    assert passed_on(served) == 0


def test_a_seat_that_has_changed_hands_is_not_freed_by_an_old_page(served):
    student, teacher = served.student("Ana", "PALMERA"), served.teacher()
    old = bodies(teacher.get("/teacher")[1])
    student.post("/seat/leave", {"seat": "PALMERA"})
    served.student("Bo", "PALMERA")
    for label in ("Free", "Mute"):
        assert teacher.ask("POST", "/teacher/act", old[label])[0] == 409, label
    assert served.classroom.state.people[served.classroom.state.seats["PALMERA"]] == "Bo"


def test_a_page_from_before_a_rewind(served):
    teacher = served.teacher()
    served.classroom.advance("meeting")
    old = bodies(teacher.get("/teacher")[1])["Open the doors"]
    served.classroom.branch("DIALOGUE1")
    while len(served.classroom.ledger.entries) < 12:
        served.classroom.lock(not served.classroom.state.is_locked)
    assert teacher.ask("POST", "/teacher/act", old)[0] == 409
    assert not served.classroom.state.doors


@pytest.mark.parametrize(
    "seen", ["", "1", "1.", "x.y", "1.99999", "9.1", "-1.-1", "1.0", 1, None, ["1.1"], "1." + "9" * 900]
)
def test_an_act_without_a_number_that_a_page_showed(served, seen):
    teacher, student = served.teacher(), served.student("Ana", "PALMERA")
    status, text = teacher.ask("POST", "/teacher/act", {"do": "advance", "how": "next", "seen": seen})
    assert status in (409, 422)
    assert "page" in error_of(text)
    assert student.ask("POST", "/seat/choose", {"seat": "PALMERA", "answer": {"attends": True}, "seen": seen})[0] in (
        409,
        422,
    )
    assert passed_on(served) == 0
    assert not served.classroom.state.choices


def test_a_choice_for_a_sitting_that_has_passed(served):
    """The next sitting asks the same question: an answer meant for the one before must not count for it."""
    student, teacher = served.student("Ana", "PALMERA"), served.teacher()
    for _ in range(2):
        old = bodies(student.get("/seat")[1])
        assert teacher.post("/teacher/act", {"do": "advance", "how": "next"})[0] == 200
    label = next(label for label in bodies(student.get("/seat")[1]) if label.startswith("Make an offer"))
    status, text = student.ask("POST", "/seat/choose", old[label])
    assert status == 409
    assert (
        error_of(text)
        == "The class has moved on since your page was drawn. Nothing was recorded: look at the page again."
    )
    assert served.classroom.state.choices == {}
    assert student.ask("POST", "/seat/choose", bodies(student.get("/seat")[1])[label])[0] == 200


def test_a_double_click_deals_one_seat(served):
    student = served.client()
    assert student.post("/join", {"code": served.code, "name": "Ana"})[0] == 200
    found = twice(student, "/seat/take", bodies(student.get("/seat")[1])["Deal me a seat"])
    assert sorted(status for status, _ in found) == [200, 409]
    assert sum(entry.kind == "seated" for entry in served.classroom.ledger.entries) == 1


def test_an_old_tab_does_not_give_up_another_seat(served):
    student, teacher = served.student("Ana", "PALMERA"), served.teacher()
    old = bodies(student.get("/seat")[1])["Give up my seat"]
    person = served.classroom.state.seats["PALMERA"]
    teacher.post("/teacher/act", {"do": "hand", "seat": "CORAL", "person": person})
    assert student.ask("POST", "/seat/leave", old)[0] == 409
    assert served.classroom.state.seat_of(person) == "CORAL"


def test_what_others_do_makes_no_choice_stale(served):
    student = served.student("Ana", "PALMERA")
    old = bodies(student.get("/seat")[1])
    other = served.student("Bo", "CORAL")
    other.post("/seat/choose", {"seat": "CORAL", "answer": {"attends": True}})
    label = next(label for label in old if label.startswith("Go"))
    assert student.ask("POST", "/seat/choose", old[label])[0] == 200


def test_an_export_says_where_it_is_when_asked_again(served):
    teacher = served.teacher()
    assert teacher.post("/teacher/act", {"do": "export", "names": False})[0] == 200
    status, text = teacher.post("/teacher/act", {"do": "export", "names": False})
    assert status == 409
    assert "record-1" in error_of(text)
    assert teacher.post("/teacher/act", {"do": "export", "names": True})[0] == 200, "with names is another export"
    assert teacher.post("/teacher/act", {"do": "lock", "on": True})[0] == 200
    assert "record-3" in json.loads(teacher.post("/teacher/act", {"do": "export", "names": False})[1])["text"]
