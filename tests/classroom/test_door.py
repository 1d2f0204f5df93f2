"""The door: a class behind one address gets in at once, nobody locks it for others, and who misbehaves is put out."""

from __future__ import annotations

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.classroom.conftest import bodies, error_of, forms, shown

from comity_classroom.core.secrets import Secrets


def test_wrong_codes_shut_nobody_out(served):
    """One student behind the address of the class types nonsense; teacher, class and those who come back get in."""
    inside = served.student("Ana")
    back = json.loads(inside.post("/seat/rejoin-code")[1])["code"]
    guesser = served.client()
    answers = [guesser.post("/join", {"code": f"AAAA{n:04}", "name": "X"})[0] for n in range(50)]
    answers += [guesser.post("/rejoin", {"code": f"p1-AAAAAA{n:04}"})[0] for n in range(5)]
    assert set(answers) <= {403, 429}
    assert served.teacher().get("/teacher")[0] == 200
    assert served.client().post("/rejoin", {"code": back})[0] == 200
    started = time.monotonic()
    assert served.client().post("/join", {"code": served.code, "name": "Bo"})[0] == 200
    assert time.monotonic() - started < 5


def test_many_wrong_codes_at_a_time_shut_nobody_out(served):
    """A program on one student's machine keeps 150 wrong codes under way; those who have the code get in, a bit later."""
    is_over = threading.Event()

    def guess(number):
        while not is_over.is_set():
            served.client().post("/join", {"code": "AAAAAAAA", "name": f"X{number}"})

    with ThreadPoolExecutor(150) as pool:
        for number in range(150):
            pool.submit(guess, number)
        deadline = time.monotonic() + 30
        while served.n_connections() < 100 and time.monotonic() < deadline:
            time.sleep(0.01)
        assert served.n_connections() >= 100, "they are under way"
        answers = [
            served.client().post("/join", {"code": served.code, "name": name})[0] for name in ("Ana", "Bo", "Cy")
        ]
        is_over.set()
    assert answers == [200, 200, 200]


def test_nobody_is_counted_under_an_address_that_a_header_claims(served):
    guesser = served.client()
    answers = [
        guesser.post(
            "/join", {"code": f"AAAA{n:04}", "name": "X"}, X_Forwarded_For=f"192.0.2.{n}", Forwarded=f"for=192.0.2.{n}"
        )[0]
        for n in range(45)
    ]
    assert answers[:40] == [403] * 40
    assert answers[-1] == 429, "they are counted under the address from which they come"


def test_forty_students_behind_one_address_come_in_within_seconds(served):
    def come(number):
        client = served.client()
        first = client.post("/join", {"code": served.code, "name": f"Student {number}"})[0]
        return first, client.get("/seat")[0]

    started = time.monotonic()
    with ThreadPoolExecutor(40) as pool:
        found = [*pool.map(come, range(40))]
    assert found == [(200, 200)] * 40
    assert time.monotonic() - started < 15


def test_one_browser_cannot_fill_the_room(served):
    """Two hundred joins without cookies: most are refused, and those that never opened a page make classroom again."""
    answers = [served.client().post("/join", {"code": served.code, "name": f"X{n}"}) for n in range(200)]
    assert [status for status, _ in answers].count(200) <= len(served.classroom.state.offered) + 40
    assert "This classroom is full" in error_of(answers[-1][1])
    for person in served.classroom.state.people:
        served.classroom._heard[person] -= 3600
    late = served.student("Ana")
    assert late.get("/seat")[0] == 200
    assert len(served.classroom.state.people) <= len(served.classroom.state.offered) + 40


def test_those_who_are_here_make_no_room_for_others(served):
    served.classroom.most_people = 2
    first, second = served.student("Ana"), served.student("Bo")
    assert served.client().post("/join", {"code": served.code, "name": "Chi"})[0] == 409
    assert (first.get("/seat")[0], second.get("/seat")[0]) == (200, 200)
    for person in served.classroom.state.people:
        served.classroom._heard[person] -= 3600
    assert served.client().post("/join", {"code": served.code, "name": "Chi"})[0] == 409, (
        "a seat is kept for its person"
    )


def test_the_teacher_removes_a_person(served):
    student, teacher = served.student("Troll", "PALMERA"), served.teacher()
    code = json.loads(student.post("/seat/rejoin-code")[1])["code"]
    student.post("/seat/choose", {"seat": "PALMERA", "answer": {"attends": True}})
    assert teacher.ask("POST", "/teacher/act", bodies(teacher.get("/teacher")[1])["Remove"])[0] == 200
    assert served.classroom.state.people == {}
    assert "PALMERA" not in served.classroom.state.seats
    status, page = student.get("/seat")
    assert status == 401
    assert "The teacher has removed you from this classroom" in shown(page)
    status, page = student.get("/")
    assert status == 200
    assert "The teacher has removed you from this classroom" in shown(page)
    for path, body in (("/seat/take", {"seat": "CORAL", "seen": "1.1"}), ("/ping", {}), ("/seat/rejoin-code", {})):
        status, text = student.post(path, body)
        assert status == 403
        assert "The teacher has removed you" in error_of(text)
    assert student.post("/rejoin", {"code": code})[0] == 403
    assert student.get("/events/seat")[0] == 401
    assert served.classroom.state.people == {}


def test_a_removed_person_stays_out_after_a_restart_and_a_rewind(served):
    student, teacher = served.student("Troll", "PALMERA"), served.teacher()
    served.classroom.advance("next")
    assert teacher.post("/teacher/act", {"do": "remove", "person": "p1"})[0] == 200
    newcomer = served.student("New")
    served.classroom.branch("DIALOGUE1")
    assert student.get("/seat")[0] == 401
    assert newcomer.get("/seat")[0] == 200
    assert set(served.classroom.state.people) == {"p2"}, (
        "an id is never given twice: its token would open the other's seat"
    )


def test_the_door_can_be_shut(served):
    teacher, inside = served.teacher(), served.student("Ana")
    back = json.loads(inside.post("/seat/rejoin-code")[1])["code"]
    assert teacher.ask("POST", "/teacher/act", bodies(teacher.get("/teacher")[1])["Close the door"])[0] == 200
    status, text = served.client().post("/join", {"code": served.code, "name": "Bo"})
    assert (status, error_of(text)) == (
        403,
        "The teacher has closed the door to newcomers. Ask the teacher to open it.",
    )
    assert served.client().post("/rejoin", {"code": back})[0] == 200, "those who are in come back"
    served.classroom.advance("next")
    served.classroom.branch("DIALOGUE1")
    assert served.client().post("/join", {"code": served.code, "name": "Bo"})[0] == 403
    assert teacher.ask("POST", "/teacher/act", bodies(teacher.get("/teacher")[1])["Open the door"])[0] == 200
    assert served.client().post("/join", {"code": served.code, "name": "Bo"})[0] == 200


def test_those_who_are_away_are_removed_together(served):
    teacher = served.teacher()
    here = served.student("Ana")
    for n in range(20):
        served.client().post("/join", {"code": served.code, "name": f"X{n}"})
    for person in [*served.classroom.state.people][1:]:
        served.classroom._heard[person] -= 3600
    label = "Remove the 20 away"
    assert teacher.ask("POST", "/teacher/act", bodies(teacher.get("/teacher")[1])[label])[0] == 200
    assert [*served.classroom.state.people.values()] == ["Ana"]
    assert here.get("/seat")[0] == 200


def test_a_code_costs_the_same_after_many_restarts(tmp_path, monkeypatch):
    import hashlib

    path = tmp_path / "secrets.json"
    codes = [Secrets(path).new_join_code() for _ in range(21)]
    secrets, costly = Secrets(path), []
    counted = hashlib.pbkdf2_hmac
    monkeypatch.setattr(hashlib, "pbkdf2_hmac", lambda *words: costly.append(words[3]) or counted(*words))
    assert secrets.is_join_code(codes[-1])
    assert len([rounds for rounds in costly if rounds > 1]) == 1


@pytest.mark.parametrize(
    "fields", [{"do": "remove"}, {"do": "remove", "person": "p9"}, {"do": "remove", "person": ["p1"]}]
)
def test_removing_nobody(served, fields):
    served.student("Ana")
    status, text = served.teacher().post("/teacher/act", fields)
    assert (status, error_of(text)) == (404, "There is nobody of that name in the classroom.")


def test_a_form_hands_no_seat_to_somebody_removed(served):
    served.student("Ana", "PALMERA")
    served.student("Bo", "CORAL")
    teacher = served.teacher()
    form = next(form for form in forms(teacher.get("/teacher")[1]) if form["do"] == "hand")
    teacher.post("/teacher/act", {"do": "remove", "person": form["person"]})
    assert teacher.ask("POST", "/teacher/act", form)[0] in (404, 409)


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "class.example.evil.example", ""])
def test_a_name_that_is_not_of_this_machine_is_not_answered(served, host):
    """What a page of another site reaches by renaming itself (DNS rebinding) is nothing."""
    served.app.hosts.is_local = False
    assert served.client().get("/", Host=host)[0] in (400, 403)
    assert served.client().get("/", Host=f"192.0.2.3:{served.port}")[0] == 200
    assert served.client().get("/", Host=f"[2001:db8::1]:{served.port}")[0] == 200


@pytest.mark.parametrize(
    "path", ["/seat/", "//evil.example/", "/projector/", "/teacher/view/", "/%2F%2Fevil.example/.."]
)
def test_no_redirect_leads_outside(served, path):
    client = served.client()
    status, _ = client.get(path, Host="localhost")
    assert status in (400, 401, 404)
    assert "location" not in client.headers


@pytest.mark.parametrize("act", [{"do": "remove", "person": "p1"}, {"do": "remove away"}, {"do": "shut", "on": True}])
def test_what_a_full_disk_does_not_keep_is_not_done(served, monkeypatch, act):
    student, teacher = served.student("Ana", "PALMERA"), served.teacher()
    served.classroom._heard["p1"] -= 3600
    state = served.classroom.state

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    seen = teacher.seen("/teacher")
    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        status, text = teacher.post("/teacher/act", {**act, "seen": seen})
    assert status == 507
    assert error_of(text).startswith("That was not saved")
    assert "The disk of the server is full" in error_of(text)
    assert served.classroom.state == state
    assert student.get("/seat")[0] == 200
    assert teacher.post("/teacher/act", act)[0] == 200


def test_a_newcomer_for_whom_the_disk_has_no_space_is_not_in(served, monkeypatch):
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    client = served.client()
    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        assert client.post("/join", {"code": served.code, "name": "Ana"})[0] == 507
    assert not client.cookies
    assert served.classroom.state.people == {}
    assert client.post("/join", {"code": served.code, "name": "Ana"})[0] == 200
