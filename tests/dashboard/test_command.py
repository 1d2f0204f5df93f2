"""comity dashboard: what it refuses, what it prints, and that it leaves nothing behind."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest

from comity.cli import main


def test_help_shows_examples(capsys):
    assert main(["dashboard", "--help"]) == 0
    assert "comity dashboard runs/deaf" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["dashboard", "teachin"], "Did you mean 'teaching'?"),
        (["dashboard", "--port", "0"], "--port must be from 1 to 65535, got 0."),
    ],
)
def test_wrong_input_is_said_before_anything_starts(words, told, capsys):
    assert main(words) == 2
    assert told in capsys.readouterr().err


def test_a_taken_port_is_said(capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert main(["dashboard", "--port", str(taken.getsockname()[1])]) == 2
    assert "--port must be free" in capsys.readouterr().err


def test_it_prints_its_address_answers_there_and_ends_with_its_server():
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    words = [sys.executable, "-m", "comity.cli", "dashboard", "teaching"]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=env)
    try:
        found = re.search(r"http://127\.0\.0\.1:(\d+)/\?token=\S{40,}", process.stdout.readline())
        assert found
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        with opener.open(found.group(), timeout=60) as answer:
            page = answer.read().decode()
            assert answer.geturl() == f"http://127.0.0.1:{found[1]}/"
        assert "http-equiv" in page or "solara" in page.lower()
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", int(found.group(1)))) != 0


def test_a_host_that_is_not_of_this_machine_is_said(capsys):
    assert main(["dashboard", "--host", "192.0.2.7"]) == 2
    assert "--host must be an address of this machine, got '192.0.2.7'" in capsys.readouterr().err


def test_whoever_serves_a_network_is_warned_and_names_that_can_be_bound_anew_are_refused():
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    words = [sys.executable, "-m", "comity.cli", "dashboard", "teaching", "--host", "0.0.0.0"]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env)
    try:
        found = re.search(r"http://([^/]+):(\d+)/\?token=(\S+)", process.stdout.readline())
        assert "traffic is not encrypted" in process.stderr.readline()
        for host, status in ((f"127.0.0.1:{found[2]}", 303), (f"{found[1]}:{found[2]}", 303), (f"attacker.test:{found[2]}", 403)):  # fmt: skip
            connection = http.client.HTTPConnection("127.0.0.1", int(found[2]), timeout=60)
            connection.request("GET", f"/?token={found[3]}", headers={"Host": host})
            assert connection.getresponse().status == status
            connection.close()
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 130


def test_without_its_guard_the_application_shows_nothing(tmp_path):
    code = (
        "import reacton, solara; from comity_dashboard.app import Frame; "
        "box, _ = reacton.render(Frame(children=[solara.Text('SECRET')])); "
        "print(''.join(str(child.children) for child in box.children))"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert "This server has no access control" in done.stdout
    assert "SECRET" not in done.stdout
