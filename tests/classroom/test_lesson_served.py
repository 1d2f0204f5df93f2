"""A lesson over HTTP: guess, run, answer; nothing but the lesson's own commands runs, and each of them once."""

from __future__ import annotations

import asyncio
import csv
import io
import threading
import time

import pytest
from tests.classroom.conftest import Client, error_of, shown

from comity.errors import InputError
from comity_classroom.seminar.session import LONGEST, LessonClass, is_lesson

needed = [
    pytest.importorskip(name, reason="the extra classroom is not installed")
    for name in ("starlette", "uvicorn", "segno", "limits")
]

GUESSES = {"guess.1": "8 and 5", "guess.2": "=it falls", "guess.3": "more"}


class ServedLesson:
    """A lesson with its pages on a port, and a worker that notes its jobs instead of running them."""

    def __init__(self, folder, monkeypatch):
        import uvicorn

        from comity_classroom.server.connections import configured
        from comity_classroom.server.guard import Hosts
        from comity_classroom.server.lesson_app import LessonApp
        from comity_classroom.server.running import Runner

        self.jobs, self.may_end = [], threading.Event()
        self.may_end.set()

        async def answer(runner, job):
            self.jobs.append(job)
            while not self.may_end.is_set():
                await asyncio.sleep(0.02)
            if job["kind"] == "watch":
                return {"page": "<title>two runs</title>"}
            return {"blocks": [{"kind": "table", "title": "", "head": ["n"], "rows": [[f"result {len(self.jobs)}"]]}]}

        monkeypatch.setattr(Runner, "_answer", answer)
        self.lesson = LessonClass.open(folder, 1)
        self.secret, self.code = self.lesson.secrets.new_teacher(), self.lesson.secrets.new_join_code()
        self.app = LessonApp(
            self.lesson, Runner(), join_address="http://127.0.0.1/", join_code=self.code, hosts=Hosts(is_local=True)
        )
        config = configured(self.app.starlette)
        config.host, config.port, config.timeout_graceful_shutdown = "127.0.0.1", 0, 2
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=lambda: asyncio.run(self._server.serve()), daemon=True)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)
        self.port = self._server.servers[0].sockets[0].getsockname()[1]

    def student(self, guesses=GUESSES):
        client = Client(self.port)
        assert client.post("/join", {"code": self.code})[0] == 200
        if guesses:
            assert client.post("/lesson/write", guesses)[0] == 200
        return client

    def teacher(self):
        client = Client(self.port)
        assert client.get(f"/teacher/{self.secret}")[0] == 303
        return client

    def end(self):
        self.may_end.set()
        self.app.hub.end()
        self._server.should_exit = True
        self._thread.join(10)
        self.lesson.close_files()


@pytest.fixture
def served(tmp_path, monkeypatch):
    found = ServedLesson(tmp_path / "lesson", monkeypatch)
    yield found
    found.end()


def wait_for(client, path, text):
    for _ in range(200):
        page = client.get(path)[1]
        if text in page:
            return page
        time.sleep(0.05)
    raise AssertionError(shown(page))


def test_a_student_guesses_runs_and_answers(served):
    student = served.student(guesses=None)
    assert "Would more states come? Which?" in student.get("/lesson")[1]
    status, text = student.post("/lesson/run", {"action": "1.1", "seed": "1"})
    assert (status, error_of(text)) == (409, "First save your predictions on the page “Question”.")
    assert served.jobs == []
    assert student.post("/lesson/write", GUESSES)[0] == 200
    assert student.post("/lesson/run", {"action": "1.1", "seed": "3"})[0] == 200
    page = wait_for(student, "/lesson/1", "result 1")
    assert served.jobs == [
        {"kind": "command", "words": ["run", "seminar/1_silent_delegates/dialogue_2006", "--seed", "3"]}
    ]
    assert '<option value="3" selected>' in page
    assert student.post("/lesson/write", {"step.1": "<b>silent</b>"})[0] == 200
    assert "&lt;b&gt;silent&lt;/b&gt;" in student.get("/lesson/1")[1]
    assert "8 and 5" in student.get("/lesson/end")[1]


def test_all_who_press_the_same_button_cost_one_run(served):
    students = [served.student() for _ in range(10)]
    served.may_end.clear()
    for student in students:
        assert student.post("/lesson/run", {"action": "3.1"})[0] == 200
    served.may_end.set()
    for student in students:
        wait_for(student, "/lesson/3", "result 1")
    assert len(served.jobs) == 1


def test_what_most_wait_for_is_next_and_nobody_waits_for_more_than_two(served):
    one, two, three = (served.student() for _ in range(3))
    served.may_end.clear()
    assert one.post("/lesson/run", {"action": "1.1", "seed": "1"})[0] == 200
    assert one.post("/lesson/run", {"action": "1.1", "seed": "5"})[0] == 200
    status, text = one.post("/lesson/run", {"action": "1.1", "seed": "6"})
    assert (status, error_of(text)) == (429, "You wait for 2 results already. Look at these first.")
    for student in (two, three):
        assert student.post("/lesson/run", {"action": "3.1"})[0] == 200
    assert "number 1 in the queue" in wait_for(two, "/lesson/3", "in the queue")
    served.may_end.set()
    wait_for(one, "/lesson/1", "result 3")
    assert [job["words"][0] for job in served.jobs] == ["run", "compare", "run"]


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        ({"action": "1.1", "seed": "11"}, 404, "Choose one of the values"),
        ({"action": "1.1", "seed": "1 --out /tmp/x"}, 404, "Choose one of the values"),
        ({"action": "1.1", "out": "/tmp/x"}, 404, "Choose one of the values"),
        ({"action": "1.1", "actor": "DEU"}, 404, "Choose one of the values"),
        ({"action": "3.1", "replicates": "100000"}, 404, "Choose one of the values"),
        ({"action": "9.9"}, 404, "no such run"),
        ({"action": ["run"]}, 404, "no such run"),
        ({}, 404, "no such run"),
    ],
)  # fmt: skip
def test_nothing_else_runs(served, body, status, told):
    answered = served.student().post("/lesson/run", body)
    assert answered[0] == status
    assert told in error_of(answered[1])
    assert served.jobs == []


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"guess.1": ""}, "Write something first"),
        ({"guess.1": " \u2800 "}, "Write something first"),
        ({"guess.1": 7}, "Write something first"),
        ({"guess.1": "x" * (LONGEST + 1)}, f"at most {LONGEST} characters; yours has {LONGEST + 1}"),
        ({"guess.4": "x"}, "no such question"),
        ({"step.9": "x"}, "no such question"),
        ({}, "no such question"),
    ],
)
def test_wrong_answers_are_told(served, body, told):
    assert told in error_of(served.student().post("/lesson/write", body)[1])


def test_others_stay_out(served):
    stranger, student = Client(served.port), served.student()
    assert stranger.post("/join", {"code": "AAAA2222"})[0] == 403
    for path in (
        "/lesson",
        "/lesson/1",
        "/watch/5.1",
        "/events/1",
        "/teacher",
        "/teacher/answers.csv",
        "/projector",
        "/qr.svg",
    ):
        assert stranger.get(path)[0] == 401, path
    for path in ("/teacher", "/teacher/answers.csv", "/projector", "/events/teacher"):
        assert student.get(path)[0] == 401, path
    assert student.post("/teacher/act", {"do": "close"})[0] == 403
    assert stranger.post("/lesson/write", GUESSES)[0] == 403
    for path in ("/lesson/99", "/lesson/..%2f..", "/watch/9.9", "/watch/..%2fsecrets.json"):
        assert student.get(path)[0] == 404, path
    for header in ("content-security-policy", "x-frame-options"):
        assert header in student.headers


def test_two_runs_to_watch_reach_neither_cookies_nor_server(served):
    student = served.student()
    assert student.get("/watch/5.1")[0] == 404
    assert student.post("/lesson/run", {"action": "5.1"})[0] == 200
    wait_for(student, "/lesson/5", 'href="/watch/5.1"')
    assert student.get("/watch/5.1") == (200, "<title>two runs</title>")
    policy = student.headers["content-security-policy"]
    assert policy.startswith("sandbox allow-scripts; default-src 'none'")
    assert "connect-src" not in policy


def test_the_teacher_reads_along_and_saves_what_was_written(served):
    teacher = served.teacher()
    served.student()
    served.student({"guess.1": "a,b\n“c”", "guess.2": "-", "guess.3": "@x"})
    page = shown(teacher.get("/teacher")[1])
    assert "Students who joined: 2" in page
    assert "Student 1 8 and 5" in page
    assert "With seed 1 the shares are 83 % and 62 %" in page, "answers for the instructor"
    status, text = teacher.get("/teacher/answers.csv")
    rows = list(csv.reader(io.StringIO(text)))
    assert (status, rows[0]) == (200, ["student", "part", "number", "question", "text"])
    assert [row[4] for row in rows[1:]] == ["8 and 5", "'=it falls", "more", "a,b\n“c”", "'-", "'@x"]
    assert {row[0] for row in rows[1:]} == {"1", "2"}
    assert teacher.post("/teacher/act", {"do": "prepare"})[0] == 200
    for _ in range(100):
        if len(served.jobs) == 7:
            break
        time.sleep(0.05)
    assert len(served.jobs) == 7
    assert teacher.post("/teacher/act", {"do": "fly"})[0] == 422


def test_a_closed_lesson_takes_nothing_more_and_keeps_what_there_is(served):
    student, teacher = served.student(), served.teacher()
    assert teacher.post("/teacher/act", {"do": "close"})[0] == 200
    assert student.post("/lesson/write", {"step.1": "late"})[0] == 410
    assert Client(served.port).post("/join", {"code": served.code})[0] == 410
    assert "8 and 5" in teacher.get("/teacher/answers.csv")[1]


def test_a_folder_of_a_lesson_continues_and_a_torn_line_is_set_aside(tmp_path):
    lesson = LessonClass.open(tmp_path / "lesson", 2)
    person, token = lesson.join()
    lesson.write(person, "guess.1", "less")
    lesson.show(person, "2.1", {"--seed": "4"})
    lesson.close_files()
    with (tmp_path / "lesson" / "ledger-1.jsonl").open("a") as file:
        file.write('{"n": 5, "at"')
    assert is_lesson(tmp_path / "lesson")
    again = LessonClass(tmp_path / "lesson")
    try:
        assert again.person_of(token) == person
        assert again.texts == {(person, "guess.1"): "less"}
        assert again.shown == {(person, "2.1"): {"--seed": "4"}}
        assert again.ledger.cut is not None
        again.close()
    finally:
        again.close_files()
    with pytest.raises(InputError, match="must be an open lesson"):
        LessonClass(tmp_path / "lesson")
    assert not (tmp_path / "lesson" / "secrets.json").exists()
