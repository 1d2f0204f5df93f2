"""The pages: what a class does, and every attempt that must fail, with a clear answer."""

from __future__ import annotations

import http.client
import json
import re
import threading
import time

import pytest
from tests.classroom.conftest import error_of, shown


def test_a_student_comes_in_takes_a_seat_and_chooses(served):
    student = served.student("Ana", "PALMERA")
    status, page = student.get("/seat")
    assert status == 200
    assert "Will you go to “First dialogue”?" in shown(page)
    assert "Your aims" in shown(page)
    assert student.post("/seat/choose", {"seat": "PALMERA", "answer": {"attends": True}})[0] == 200
    assert served.teacher().post("/teacher/act", {"do": "advance", "how": "next"})[0] == 200
    status, part = student.get("/seat/view", X_Seat="PALMERA")
    assert status == 200
    assert "What will you do when the floor is open?" in shown(part)


@pytest.mark.parametrize("code", ["", "AAAAAA", "x" * 300, None, 5, ["A"], {"a": 1}])
def test_a_wrong_join_code(served, code):
    client = served.client()
    status, text = client.post("/join", {"code": code, "name": "Ana"})
    assert status == 403
    assert error_of(text) == "That is not the join code of this classroom. Look at the screen again."
    assert not client.cookies
    assert served.classroom.state.people == {}


def test_guessing_codes_is_slowed_down(served):
    client = served.client()
    answers = [client.post("/join", {"code": f"AAAA{n:04}", "name": "Ana"})[0] for n in range(43)]
    assert answers[:40] == [403] * 40
    assert answers[-1] == 429
    started = time.monotonic()
    assert client.post("/join", {"code": served.code, "name": "Ana"})[0] == 200, "a right code is right"
    assert time.monotonic() - started > 0.4


@pytest.mark.parametrize("secret", ["x", "A" * 43, "..%2f..%2fteacher", "%00"])
def test_a_guessed_teacher_address(served, secret):
    client = served.client()
    status, text = client.get(f"/teacher/{secret}")
    assert status == 404
    assert "There is no such page in this classroom" in text
    assert not client.cookies
    assert client.get("/teacher")[0] == 401


def test_the_secret_does_not_stay_in_the_address(served):
    client = served.client()
    assert client.get(f"/teacher/{served.secret}")[0] == 303
    assert client.headers["location"] == "/teacher"
    cookie = client.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    status, page = client.get("/teacher")
    assert status == 200
    assert served.secret not in page
    assert client.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    "path",
    ["/teacher", "/teacher/view", "/teacher/debrief", "/projector", "/projector/view", "/qr.svg", "/events/teacher"],
)
def test_a_student_sees_no_page_of_the_teacher(served, path):
    assert served.student("Ana").get(path)[0] == 401
    assert served.client().get(path)[0] == 401


@pytest.mark.parametrize(
    "act",
    [
        {"do": "advance", "how": "next"}, {"do": "pause", "on": True}, {"do": "close"}, {"do": "export"},
        {"do": "free", "seat": "PALMERA"}, {"do": "branch", "meeting": "DIALOGUE1"},
    ],
)  # fmt: skip
def test_a_student_does_nothing_of_the_teacher(served, act):
    student = served.student("Ana", "PALMERA")
    n = served.classroom.state.n
    status, text = student.post("/teacher/act", act)
    assert status == 403
    assert "for the teacher" in error_of(text)
    assert served.classroom.state.n == n


def test_a_move_for_another_seat(served):
    served.student("Bo", "CORAL")
    student = served.student("Ana", "PALMERA")
    for seat in ("CORAL", "SAVANNA", "NOBODY", None):
        status, text = student.post("/seat/choose", {"seat": seat, "answer": {"attends": True}})
        assert status == 403
        assert error_of(text) == "You can choose for your own seat only."
    assert served.classroom.state.choices == {}


def test_no_other_brief_is_seen(served):
    served.student("Bo", "CORAL")
    student = served.student("Ana", "PALMERA")
    _, page = student.get("/seat?seat=CORAL")
    assert 'data-seat="PALMERA"' in page
    assert "A few hundred thousand people" not in page
    assert student.get("/seat/view", X_Seat="CORAL")[0] == 205
    assert "Coral Islands" not in shown(student.get("/seat/debrief?seat=CORAL")[1])


def test_a_move_after_the_lock_and_after_the_sitting(served):
    student, teacher = served.student("Ana", "PALMERA"), served.teacher()
    choice = {"seat": "PALMERA", "answer": {"attends": True}}
    teacher.post("/teacher/act", {"do": "lock", "on": True})
    status, text = student.post("/seat/choose", choice)
    assert (status, error_of(text)) == (409, "Too late: choices are locked.")
    teacher.post("/teacher/act", {"do": "advance", "how": "next"})
    status, text = student.post("/seat/choose", choice)
    assert status == 409
    assert "That question is closed: the class has moved on" in error_of(text)


def test_a_double_move(served):
    student = served.student("Ana", "PALMERA")
    choice = {"seat": "PALMERA", "answer": {"attends": True}}
    assert json.loads(student.post("/seat/choose", choice)[1])["text"] == ""
    n = served.classroom.state.n
    status, text = student.post("/seat/choose", choice)
    assert (status, json.loads(text)["text"]) == (200, "You had already chosen that.")
    assert served.classroom.state.n == n


def test_a_very_long_name(served):
    status, text = served.client().post("/join", {"code": served.code, "name": "x" * 41})
    assert status == 422
    assert "at most 40 characters; yours has 41" in error_of(text)
    status, text = served.client().post("/join", {"code": served.code, "name": "x" * 5000})
    assert status == 413
    assert "too long" in error_of(text)


def test_markup_in_a_name(served):
    name = "<img src=x onerror=alert(1)>'\"&"
    student = served.student(name, "PALMERA")
    teacher = served.teacher()
    for page in (student.get("/seat")[1], teacher.get("/teacher")[1], teacher.get("/projector")[1]):
        assert "<img src=x" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in teacher.get("/teacher")[1]
    assert "script-src 'self'" in teacher.headers["content-security-policy"]
    assert "unsafe" not in teacher.headers["content-security-policy"]


def test_two_people_for_one_seat_at_once(served):
    clients = [served.client() for _ in range(6)]
    for number, client in enumerate(clients):
        assert client.post("/join", {"code": served.code, "name": f"N{number}"})[0] == 200
    found = []
    threads = [
        threading.Thread(target=lambda c=client: found.append(c.post("/seat/take", {"seat": "CORAL"})))
        for client in clients
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(status for status, _ in found) == [200, 409, 409, 409, 409, 409]
    assert {error_of(text) for status, text in found if status == 409} == {
        "Somebody else has just taken that seat. Choose another one."
    }


def test_joining_a_finished_room(served):
    student = served.student("Ana", "PALMERA")
    back = json.loads(student.post("/seat/rejoin-code")[1])["code"]
    assert served.teacher().post("/teacher/act", {"do": "close"})[0] == 200
    late = served.client()
    for answer in (late.post("/join", {"code": served.code, "name": "Late"}), late.post("/rejoin", {"code": back})):
        assert answer[0] == 410
        assert error_of(answer[1]) == "This classroom is closed."
    assert "The classroom is closed" in late.get("/")[1]
    assert student.get("/seat")[0] == 410
    assert (served.classroom.folder / "record-1" / "scenario.json").exists()


def test_coming_back(served):
    student = served.student("Ana", "PALMERA")
    assert student.get("/")[0] == 303
    assert student.post("/join", {"code": served.code, "name": "Ana again"})[0] == 200
    assert len(served.classroom.state.people) == 1, "a refresh makes no ghost"
    code = json.loads(student.post("/seat/rejoin-code")[1])["code"]
    phone = served.client()
    status, text = phone.post("/rejoin", {"code": code[:-1] + ("2" if code[-1] != "2" else "3")})
    assert (status, error_of(text)) == (403, "That rejoin code is not valid in this classroom.")
    assert phone.post("/rejoin", {"code": code})[0] == 200
    assert 'data-seat="PALMERA"' in phone.get("/seat")[1]
    assert 'data-seat="PALMERA"' in student.get("/seat")[1]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content_Type": "text/plain"}, 415),
        ({"Content_Type": "application/x-www-form-urlencoded"}, 415),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec_Fetch_Site": "cross-site"}, 403),
        ({"Host": "evil.example"}, 403),
        ({"Content_Length": "-1"}, 400),
    ],
)
def test_what_no_page_of_the_room_would_send(served, headers, status):
    teacher = served.teacher()
    n = served.classroom.state.n
    assert teacher.ask("POST", "/teacher/act", '{"do":"pause","on":true}', **headers)[0] == status
    assert served.classroom.state.n == n


@pytest.mark.parametrize(
    "body", ["", "[]", "{", "1", "[" * 3000, b"\xff\xfe", '{"do": {"a": 1}}', '{"do":"pause","on":1}']
)
def test_rubbish_is_answered(served, body):
    teacher = served.teacher()
    status, text = teacher.post("/teacher/act", body)
    assert status == 422
    assert error_of(text)


@pytest.mark.parametrize("named", [["DIALOGUE1"], {"a": 1}])
@pytest.mark.parametrize("act", [{"do": "branch"}, {"do": "hand", "seat": "PALMERA"}])
def test_a_list_in_the_place_of_a_name_is_answered(served, act, named):
    served.student("Ana", "PALMERA")
    status, text = served.teacher().post("/teacher/act", {**act, "meeting": named, "person": named})
    assert status == 404
    assert "The server has failed" not in error_of(text)


def test_a_choice_for_which_the_disk_has_no_space_is_not_said_to_be_kept(served, monkeypatch, capsys):
    student = served.student("Ana", "PALMERA")
    choice = {"seat": "PALMERA", "answer": {"attends": True}}

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        status, text = student.post("/seat/choose", choice)
    assert status == 507
    assert error_of(text).startswith("That was not saved, and nothing has changed. The disk of the server is full.")
    assert "No space left on device" in capsys.readouterr().err, "whoever runs the server reads why"
    assert served.classroom.state.choices == {}
    assert student.post("/seat/choose", choice)[0] == 200


def test_a_body_without_end_is_bounded(served):
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=10)
    connection.putrequest("POST", "/join")
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Transfer-Encoding", "chunked")
    connection.endheaders()
    connection.send(b"2000\r\n" + b"x" * 0x2000 + b"\r\n0\r\n\r\n")
    assert connection.getresponse().status == 413
    connection.close()


def test_too_many_choices_at_once(served):
    student = served.student("Ana", "PALMERA")
    answers = [
        student.post("/seat/choose", {"seat": "PALMERA", "answer": {"attends": bool(n % 2)}})[0] for n in range(60)
    ]
    assert answers[0] == 200
    assert 429 in answers


def listen(client):
    """Return the open stream of a student's page."""
    connection = http.client.HTTPConnection("127.0.0.1", client.port, timeout=10)
    cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    connection.request("GET", "/events/seat", headers={"Cookie": cookie})
    return connection.getresponse()


def version_of(stream):
    while not (line := stream.readline()).startswith(b"data:"):
        assert line, "the stream has ended"
    return line.partition(b":")[2].strip().decode()


def test_pages_hear_what_concerns_them(served):
    one, two, teacher = served.student("Ana", "PALMERA"), served.student("Bo", "CORAL"), served.teacher()
    stream = listen(one)
    first = version_of(stream)
    page = one.get("/seat")[1]
    assert re.search(r'data-version="(\w+)"', page).group(1) == first
    two.post("/seat/choose", {"seat": "CORAL", "answer": {"attends": True}})
    teacher.post("/teacher/act", {"do": "advance", "how": "next"})
    second = version_of(stream)
    assert second != first
    part = one.get("/seat/view", X_Seat="PALMERA")
    assert part[0] == 200
    assert one.headers["x-version"] == second, "what the other chose was no news for this page"


def test_streams_are_bounded(served):
    student = served.student("Ana")
    streams = [listen(student) for _ in range(5)]
    assert [stream.status for stream in streams] == [200, 200, 200, 200, 429]


def test_all_pages_of_a_class_can_be_seen(served, play):
    student, teacher = served.student("Ana", "PALMERA"), served.teacher()
    person = served.classroom.state.seats["PALMERA"]
    debrief = (student, "/seat/debrief")
    for stop in range(30):
        pages = [
            (student, "/seat"),
            (teacher, "/teacher"),
            (teacher, "/projector"),
            *([debrief] if stop in (0, 8) else []),
        ]
        for client, path in pages:
            status, page = client.get(path)
            assert status == 200, (path, shown(page))
        if served.classroom.scene.stop.next is None:
            break
        play(served.classroom, {"PALMERA": person}, 1)
    assert served.classroom.scene.stop.next is None
    assert "All meetings are over" in student.get("/seat")[1]
    assert "How closely you followed your brief" in student.get("/seat/debrief")[1]
    assert "PALMERA" in teacher.get("/teacher/debrief")[1]
    assert teacher.get("/teacher/debrief?seat=PALMERA")[0] == 200
    assert "<svg" in teacher.get("/qr.svg")[1]


@pytest.mark.parametrize("path", ["/nowhere", "/static/../app.py", "/static/%2e%2e/app.py", "/events/nothing"])
def test_there_is_no_such_page(served, path):
    status, page = served.client().get(path)
    assert status == 404
    assert "There is no such page in this classroom" in page


def test_every_colour_of_the_room_has_its_key(served):
    """Whoever stands in the corridor is coloured too, and a page without a key for it leaves the class guessing."""
    served.student("Ana", "NORTHLAND")
    teacher = served.teacher()
    seen = set()
    while served.classroom.scene.stop.next is not None:
        served.classroom.advance("next")
        page = teacher.get("/projector")[1]
        if "What just happened" in page:
            tables, _, legend = page.partition('class="legend')
            acts = set(re.findall(r'<span class="chip \w+(?: ours)? (?:named|dot) (\w+)"', tables))
            seen |= acts
            assert acts <= set(re.findall(r'<span class="chip dot (\w+)"', legend.partition("</p>")[0]))
    assert seen == {"cooperation", "statement", "contestation", "silence", "talk"}


@pytest.mark.parametrize("name", ["\ud800 storm", {"a": 1}, ["storm"], None, "\u200b\u3164", "\u202e", "x" * 81])
def test_a_headline_that_no_page_can_show_is_refused(served, name):
    """Half a pair of surrogates would have made every page of the classroom fail, for good."""
    teacher, student = served.teacher(), served.student("Ana", "PALMERA")
    act = {"do": "inject", "kind": "custom", "name": name, "roles": "all", "sovereignty": "0.1", "pressure": "0"}
    assert teacher.post("/teacher/act", act)[0] == 422
    assert not served.classroom.state.amendments
    assert [
        client.get(path)[0] for client, path in ((teacher, "/teacher"), (teacher, "/projector"), (student, "/seat"))
    ] == [200] * 3


def test_a_ledger_that_has_such_a_headline_shows_its_pages(served):
    served.classroom.inject({"kind": "shock", "shock": {"name": "a storm", "roles": ["origin"], "pressure": 0.2}})
    served.app.joining["join_address"] = "\ud800"
    assert served.teacher().get("/teacher")[0] == 200


@pytest.mark.parametrize("value", [10**400, "nan", "1e999", "", None, [], True])
def test_a_headline_with_a_size_that_is_none(served, value):
    act = {"do": "inject", "kind": "custom", "name": "x", "roles": "all", "sovereignty": value, "pressure": "0"}
    assert served.teacher().post("/teacher/act", act)[0] == 422


def test_places_of_streams_are_given_back(served):
    student = served.student("Ana")
    for _ in range(3):
        streams = [listen(student) for _ in range(4)]
        assert [stream.status for stream in streams] == [200] * 4
        for stream in streams:
            stream.close()
        started = time.monotonic()
        while served.app.hub.n_open and time.monotonic() - started < 10:
            time.sleep(0.05)
        assert served.app.hub.n_open == 0


def test_a_rejoin_code_cannot_be_used_without_end(served):
    code = json.loads(served.student("Ana").post("/seat/rejoin-code")[1])["code"]
    answers = [served.client().post("/rejoin", {"code": code})[0] for _ in range(125)]
    assert (answers[0], answers[-1]) == (200, 429)
