"""comity dashboard: what it refuses, what it prints, and that it leaves nothing behind."""

from __future__ import annotations

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
    assert "is taken" in capsys.readouterr().err


@pytest.mark.slow
def test_it_prints_its_address_answers_there_and_ends_with_its_server():
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    words = [sys.executable, "-m", "comity.cli", "dashboard", "teaching"]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=env)
    try:
        found = re.search(r"http://127\.0\.0\.1:(\d+)/", process.stdout.readline())
        assert found
        with urllib.request.urlopen(found.group(), timeout=60) as answer:
            page = answer.read().decode()
        assert "http-equiv" in page or "solara" in page.lower()
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", int(found.group(1)))) != 0
