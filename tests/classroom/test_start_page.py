"""The start page: a real server without a scenario, its form, what it keeps and deletes, and a kill in between."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time

import pytest
from tests.classroom.conftest import Client, error_of, shown
from tests.classroom.test_killed import needs_classroom

from comity.cli import main
from comity.errors import InputError
from comity_classroom.core.ledger import read_entries
from comity_classroom.core.refusal import Refused
from comity_classroom.server.opening import Wanted, open_classroom
from comity_classroom.server.shelf import Shelf
from comity_classroom.server.wishes import offers, propose, read_wish

pytestmark = needs_classroom

FORM = {"scenario": "teaching", "students": "34", "plan": "45", "language": "en", "team": "auto", "seed": "5"}


class Server:
    """The command without a scenario."""

    def __init__(self, folder):
        env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "comity.cli", "classroom", "--folder", str(folder)],
            stdout=subprocess.PIPE,
            text=True,
            env=env,
        )
        self.told = self.read_until("Classes are kept")
        port, self.secret = re.search(r"http://127\.0\.0\.1:(\d+)/start/(\S+)", self.told).groups()
        self.port = int(port)
        self.teacher = Client(self.port)
        assert self.teacher.get(f"/start/{self.secret}")[0] == 303
        assert self.teacher.get("/start")[0] == 200

    def read_until(self, text):
        told = ""
        while text not in told:
            line = self.process.stdout.readline()
            assert line, told
            told += line
        return told

    def opened(self):
        """Wait for a class; follow the redirect to its teacher's page, and return its join code."""
        told = self.read_until("join code")
        for _ in range(100):
            if self.teacher.get("/start/view")[0] == 205:
                break
            time.sleep(0.1)
        assert self.teacher.get("/start")[0] == 303
        assert self.teacher.headers["location"] == "/teacher"
        return told.split()[-1]

    def end(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        self.process.communicate(timeout=30)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("classes")
    found = Server(folder)
    found.folder = folder
    yield found
    found.end()


def test_a_class_from_the_page_is_the_class_of_the_command(server, tmp_path):
    assert Client(server.port).get("/health") == (200, '{"status":"ok"}')
    assert "No class is open yet" in Client(server.port).get("/")[1]
    assert server.teacher.post("/start/open", FORM)[0] == 200
    server.opened()
    (folder,) = server.folder.glob("classroom-teaching-*")
    other = open_classroom("teaching", Wanted(seed=5, plan="45", team=3, language="en", folder=tmp_path / "other"))
    other.close_files()
    one, two = (read_entries(path / "ledger-1.jsonl") for path in (folder, tmp_path / "other"))
    assert [(entry.kind, dict(entry.what)) for entry in one] == [(entry.kind, dict(entry.what)) for entry in two]
    assert 'href="/start"' in server.teacher.get("/teacher")[1]
    assert Client(server.port).get("/health") == (200, '{"status":"ok"}')
    status, text = server.teacher.post("/start/delete", {"name": folder.name})
    assert (status, error_of(text)) == (409, "That class is open. Close it on its teacher's page first.")
    assert folder.is_dir()


def test_who_has_no_secret_sees_nothing(server):
    stranger = Client(server.port)
    assert stranger.get("/start/wrong")[0] == 404
    for path in (
        "/start",
        "/start/view",
        "/start/events",
        "/start/proposal?scenario=teaching&students=5",
        "/start/packs/a/index.html",
    ):
        assert stranger.get(path)[0] == 401, path
    for path in ("/start/open", "/start/lesson", "/start/go-on", "/start/pack", "/start/delete"):
        assert stranger.post(path, FORM)[0] == 403, path


def test_nothing_outside_the_folder_is_read_or_deleted(server):
    kept = server.folder.parent / "kept"
    kept.mkdir()
    (kept / "ledger-head").write_text("x")
    for name in ("../kept", str(kept), "packs", "", ".", "..", None, 3):
        assert server.teacher.post("/start/delete", {"name": name})[0] == 404, name
        assert server.teacher.post("/start/go-on", {"name": name})[0] == 404, name
    for name in ("../kept", "..", "", None):
        assert server.teacher.post("/start/delete", {"pack": name})[0] == 404, name
    assert server.teacher.get("/start/packs/..%2fkept/ledger-head")[0] == 404
    assert kept.is_dir()


def test_a_proposal_is_said_beside_the_number(server):
    def proposal(students):
        return json.loads(server.teacher.get(f"/start/proposal?scenario=teaching&students={students}")[1])

    assert proposal(34) == {"text": "12 seats for 34 students in teams of 3 or fewer."}
    assert proposal(12) == {"text": "12 seats for 12 students, one each."}
    assert "places for 48, in teams of 4, but there are 49" in proposal(49)["error"]


def test_a_killed_lesson_goes_on_and_is_deleted(tmp_path):
    first = Server(tmp_path)
    assert error_of(first.teacher.post("/start/lesson", {"lesson": "7"})[1]) == "Lesson: choose one from the list."
    assert first.teacher.post("/start/lesson", {"lesson": "2"})[0] == 200
    code = first.opened()
    student = Client(first.port)
    assert student.post("/join", {"code": code})[0] == 200
    assert student.post("/lesson/write", {"guess.1": "they fall silent"})[0] == 200
    first.end(signal.SIGKILL)
    second = Server(tmp_path)
    try:
        assert "Rights or development? lesson-2-" in shown(second.teacher.get("/start")[1])
        (folder,) = tmp_path.glob("lesson-2-*")
        assert second.teacher.post("/start/go-on", {"name": folder.name})[0] == 200
        second.opened()
        student.port = second.port
        assert "they fall silent" in student.get("/lesson")[1]
        assert second.teacher.post("/teacher/act", {"do": "close"})[0] == 200
        assert second.teacher.post("/start/delete", {"name": folder.name})[0] == 200
        assert not folder.exists()
    finally:
        second.end()


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("scenario", "hld", "choose a scenario from the list"), ("scenario", "../teaching", "choose a scenario"),
        ("scenario", "climate_conferences", "choose a scenario"),
        ("students", "", "a whole number from 1 to 400"), ("students", "0", "from 1 to 400"),
        ("students", "12.5", "not “12.5”"), ("students", "٣", "from 1 to 400"), ("students", "9" * 5000, "from 1 to 400"),
        ("students", "49", "places for 48, in teams of 4, but there are 49"),
        ("team", "5", "choose 1 to 4"), ("team", "2", "with 2 there are 24 places for 34 students"),
        ("seed", "-1", "Seed: write a whole number"), ("seed", "x", "not “x”"),
        ("plan", "60", "How long: choose a plan"), ("plan", "own", "choose a file, or another plan"),
        ("language", "xx", "language"),
    ],
)  # fmt: skip
def test_wrong_fields_are_told(field, value, told, tmp_path):
    with pytest.raises(Refused) as refusal:
        read_wish({**FORM, field: value}, Shelf(tmp_path / "classes"))
    assert told in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("x" * 20_001, "at most 20000 characters"),
        ("not toml", "Plan file: must be TOML"),
        ('scenario = "hld_gfmd"\n', "it is for the scenario “hld_gfmd”, but you chose “Two dialogues"),
    ],
)
def test_a_wrong_plan_file_is_told_without_a_path(text, told, tmp_path):
    with pytest.raises(Refused) as refusal:
        read_wish({**FORM, "plan": "own", "plan_text": text}, Shelf(tmp_path / "classes"))
    assert told in str(refusal.value)
    assert str(tmp_path) not in str(refusal.value)


def test_teams_are_as_small_as_they_can_be():
    teaching = offers()[0]
    assert (teaching.scenario, len(teaching.seats)) == ("teaching", 12)
    teams = {n: propose({"scenario": "teaching", "students": str(n)})[2] for n in (1, 12, 13, 24, 25, 36, 37, 48)}
    assert teams == {1: 1, 12: 1, 13: 2, 24: 2, 25: 3, 36: 3, 37: 4, 48: 4}
    assert "hld_gfmd" in [one.scenario for one in offers()]
    assert "climate_conferences" not in [one.scenario for one in offers()]


def test_options_of_a_class_need_a_scenario(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["classroom", "--team", "3"]) == 2
    assert (
        "--team needs a scenario, got none. Name one, such as comity classroom teaching --team 3"
        in capsys.readouterr().err
    )
    other = open_classroom("teaching", Wanted(folder=tmp_path / "one"))
    other.close_files()
    with pytest.raises(InputError, match="is one class"):
        Shelf(tmp_path / "one")
