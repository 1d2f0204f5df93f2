"""A real server: started by the command, killed, started again."""

from __future__ import annotations

import http.client
import importlib.util
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time

import pytest
from tests.classroom.conftest import Client

import comity
from comity.cli import main
from comity_classroom.core.ledger import read_entries
from comity_classroom.core.moves import scenario_of
from comity_classroom.core.state import state_of

needs_classroom = pytest.mark.skipif(
    not all(map(importlib.util.find_spec, ("starlette", "uvicorn", "segno", "limits"))),
    reason="the extra classroom is not installed",
)
pytestmark = needs_classroom


def start(*words):
    """Start the command; return the process, its port, the teacher's secret and the join code."""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "comity.cli", "classroom", *map(str, words)], stdout=subprocess.PIPE, text=True, env=env
    )
    told = ""
    while "join code" not in told:
        line = process.stdout.readline()
        assert line, told
        told += line
    port, secret = re.search(r"http://127\.0\.0\.1:(\d+)/teacher/(\S+)", told).groups()
    return process, int(port), secret, told.split()[-1]


def seated(page):
    return re.search(r'data-seat="(\w*)"', page).group(1)


def test_help_shows_examples(capsys):
    assert main(["classroom", "--help"]) == 0
    assert "comity classroom teaching" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["teachin"], "Did you mean 'teaching'?"),
        (["teaching", "--port", "0"], "--port must be from 1 to 65535, got 0."),
        (["teaching", "--seats", "PALMARA"], "Did you mean 'PALMERA'?"),
        (["teaching", "--grace", "1"], "--grace must be from 5 to 3600 seconds"),
        (["teaching", "--host", "192.0.2.7"], "must be a free address of this machine"),
    ],
)
def test_wrong_input_is_said_before_anything_is_written(words, told, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["classroom", *words]) == 2
    assert told in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_killed_in_the_middle_everybody_is_back_in_seat_and_sitting(tmp_path):
    folder = tmp_path / "classroom"
    server, port, secret, code = start("teaching", "--folder", folder, "--seed", 3)
    teacher = Client(port)
    teacher.get(f"/teacher/{secret}")
    students = [Client(port) for _ in range(4)]
    seats = ["PALMERA", "NORTHLAND", "SERVICE", "CORAL"]
    for number, (student, seat) in enumerate(zip(students, seats, strict=True)):
        assert student.post("/join", {"code": code, "name": f"Student {number}"})[0] == 200
        assert student.post("/seat/take", {"seat": seat})[0] == 200
        student.post("/seat/choose", {"seat": seat, "answer": {"attends": True}})
    teacher.post("/teacher/act", {"do": "advance", "how": "next"})

    # The kill comes while everybody is choosing: what was answered with yes must be there, whatever was not may.
    answered = {seat: [] for seat in seats}

    def choose(student, seat):
        for n in range(1000):
            act = ("statement", "cooperation", "silence", "contestation")[n % 4]
            try:
                status, _ = student.post("/seat/choose", {"seat": seat, "answer": {"act": act}})
            except (OSError, http.client.HTTPException):
                return
            if status == 200:
                answered[seat].append(act)
            time.sleep(0.01)

    threads = [threading.Thread(target=choose, args=pair) for pair in zip(students, seats, strict=True)]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    server.send_signal(signal.SIGKILL)
    for thread in threads:
        thread.join()
    server.wait(10)
    chosen = [entry.what for entry in read_entries(folder / "ledger-1.jsonl") if entry.kind == "chosen"]
    for seat in seats:
        kept = [what["choice"]["act"] for what in chosen if what["seat"] == seat and "act" in what["choice"]]
        assert answered[seat]
        assert kept[: len(answered[seat])] == answered[seat]
        assert len(kept) <= len(answered[seat]) + 1

    server, port, secret, new_code = start(folder)
    try:
        for client in (teacher, *students):
            client.port = port
        for student, seat in zip(students, seats, strict=True):
            status, page = student.get("/seat")
            assert status == 200
            assert seated(page) == seat
            assert "sitting 1 of 5" in page
        assert teacher.get("/teacher")[0] == 200, "the old address still lets the teacher in"
        late = Client(port)
        assert late.post("/join", {"code": code, "name": "Late"})[0] == 200
        assert Client(port).post("/join", {"code": new_code, "name": "Later"})[0] == 200
        assert teacher.post("/teacher/act", {"do": "advance", "how": "next"})[0] == 200
        status, text = teacher.post("/teacher/act", {"do": "export"})
        assert status == 200
        record = folder / re.search(r"record-\d+", json.loads(text)["text"]).group()
    finally:
        server.send_signal(signal.SIGINT)
        rest = server.communicate(timeout=15)[0]
    assert server.returncode == 0
    assert f"comity classroom {folder}" in rest
    state = state_of(read_entries(folder / "ledger-1.jsonl"))
    again = comity.run(scenario_of(state), seed=3).save(tmp_path / "again")
    for file in record.iterdir():
        if file.name != "provenance.json":
            assert file.read_bytes() == (again / file.name).read_bytes(), file.name


def test_opening_to_the_network_says_so(tmp_path):
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONUNBUFFERED": "1"}
    words = [sys.executable, "-m", "comity.cli", "classroom", "teaching", "--host", "0.0.0.0"]
    process = subprocess.Popen(
        [*words, "--folder", str(tmp_path / "classroom")],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=env,
    )
    told = "".join(process.stdout.readline() for _ in range(3))
    process.terminate()
    process.communicate(timeout=15)
    assert "Warning: everybody on this network can reach the join page" in told
    assert re.search(r"Students:  http://(?!0\.0\.0\.0)", told)
    assert process.returncode == 0
