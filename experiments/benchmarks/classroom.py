"""How a room holds: thirty students for ten minutes; from the teacher's advance to every page, memory, errors.

    python experiments/benchmarks/classroom.py                        ten minutes
    python experiments/benchmarks/classroom.py --students 10 --minutes 1 --scenario teaching

Every student is a client that does what a page does: it listens to the stream of events, asks for its part of the page
when that has changed, sends a sign of life, and chooses. The teacher goes on when all have answered. Needs the extra
classroom. Times are of this machine, with all clients on it; when it is busy they say little.
"""

from __future__ import annotations

import argparse
import html
import http.client
import json
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import psutil

CHOICE = re.compile(r"data-post=\"/seat/choose\" data-body='([^']*)'")
PING = 15.0


def say(text: str) -> None:
    """Print a line at once."""
    print(text, flush=True)


def spread(values: list[float]) -> str:
    """Return median and 95th percentile in words."""
    high = sorted(values)[min(int(0.95 * len(values)), len(values) - 1)]
    return f"{statistics.median(values):6.0f} ms median, {high:.0f} ms p95"


class Client:
    """A browser without a window: a cookie, one connection for questions, one for the stream."""

    def __init__(self, port: int) -> None:
        self.port, self.cookie = port, ""
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.lock = threading.Lock()

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, str, dict[str, str]]:
        """Return status, text and headers of an answer."""
        with self.lock:
            sent = None if body is None else json.dumps(body)
            kept = {"Cookie": self.cookie, "Content-Type": "application/json", **headers}
            try:
                self.connection.request(method, path, sent, kept)
                answer = self.connection.getresponse()
            except (BrokenPipeError, ConnectionResetError, http.client.RemoteDisconnected):
                # The server lets connections go that nobody uses; a browser opens a new one, and so does this.
                self.connection.close()
                self.connection.request(method, path, sent, kept)
                answer = self.connection.getresponse()
            text = answer.read().decode()
            found = {name.lower(): value for name, value in answer.getheaders()}
            if "set-cookie" in found:
                self.cookie = found["set-cookie"].partition(";")[0]
            return answer.status, text, found


class Student(threading.Thread):
    """A student who joins, takes a seat, and plays until the end."""

    def __init__(self, port: int, code: str, number: int, ending: threading.Event) -> None:
        super().__init__(daemon=True)
        self.client, self.number, self.ending = Client(port), number, ending
        self.errors: list[str] = []
        self.changed: list[tuple[str, float]] = []
        self.stop = ""
        self.n_choices = 0
        self._check(self.client.ask("POST", "/join", {"code": code, "name": f"Student {number}"}))
        self._check(self.client.ask("POST", "/seat/take", {}))
        page = self._check(self.client.ask("GET", "/seat"))
        self.seat = (re.findall(r'data-seat="([^"]*)"', page) or [""])[0]
        if not self.seat:
            self.errors.append("no seat")

    def run(self) -> None:
        """Listen, look, choose."""
        stream = http.client.HTTPConnection("127.0.0.1", self.client.port, timeout=60)
        stream.request("GET", "/events/seat", headers={"Cookie": self.client.cookie})
        lines = stream.getresponse()
        pinged = time.monotonic()
        while not self.ending.is_set():
            try:
                line = lines.readline()
            except OSError as error:
                self.errors.append(f"stream: {error}")
                return
            if line.startswith(b"data:"):
                self.look()
            if not line:
                if not self.ending.is_set():
                    self.errors.append("the stream ended")
                return
            if time.monotonic() - pinged > PING:
                pinged = time.monotonic()
                self._check(self.client.ask("POST", "/ping", {}))

    def look(self) -> None:
        """Ask for the part of the page that changes; where the room has gone on, choose."""
        status, text, headers = self.client.ask("GET", "/seat/view", **{"X-Seat": self.seat})
        self._check((status, text, headers))
        stop = headers.get("x-stop", "")
        if stop == self.stop:
            return
        self.changed.append((stop, time.perf_counter()))
        self.stop = stop
        bodies = [json.loads(html.unescape(body)) for body in CHOICE.findall(text)]
        asked: dict[str, list[Any]] = {}
        for body in bodies:
            for key in body["answer"]:
                asked.setdefault(key, []).append(body)
        for number, options in enumerate(asked.values()):
            picked = options[(self.number + len(self.changed) + number) % len(options)]
            status, text, _ = self.client.ask("POST", "/seat/choose", picked)
            self.n_choices += 1
            if status not in (200, 409):  # 409: the teacher was quicker
                self.errors.append(f"{status}: {text[:200]}")

    def _check(self, answer: tuple[int, str, dict[str, str]]) -> str:
        if answer[0] >= 400:
            self.errors.append(f"{answer[0]}: {answer[1][:200]}")
        return answer[1]


def main() -> int:
    """Measure, print, and return 1 where somebody met an error."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=int, default=30)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--scenario", default="hld_gfmd")
    parser.add_argument("--pause", type=float, default=6.0, help="seconds that the class has for each stop")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        words = ["classroom", options.scenario, "--folder", str(Path(folder) / "room"), "--seed", "1"]
        server = subprocess.Popen([sys.executable, "-u", "-m", "comity.cli", *words], stdout=subprocess.PIPE, text=True)
        try:
            return measure(server, options)
        finally:
            server.terminate()
            server.wait(15)


def measure(server: subprocess.Popen[str], options: argparse.Namespace) -> int:
    """Play with a server that has just been started, and print what was found."""
    assert server.stdout is not None
    lines = [server.stdout.readline() for _ in range(4)]
    address, secret = re.findall(r"http://[^:]+:(\d+)/teacher/(\S+)", lines[0])[0]
    code = lines[1].split()[-1]
    port = int(address)
    teacher = Client(port)
    teacher.ask("GET", f"/teacher/{secret}")
    memory = psutil.Process(server.pid)
    teacher.ask("GET", "/teacher")
    teacher.ask("GET", "/room")
    before = memory.memory_info().rss / 1e6
    ending = threading.Event()
    students = [Student(port, code, number, ending) for number in range(1, options.students + 1)]
    for student in students:
        student.start()
    end = time.monotonic() + 60 * options.minutes
    every: list[float] = []
    last: list[float] = []
    peak, n_advances, wrong = before, 0, []
    while time.monotonic() < end:
        time.sleep(options.pause)
        peak = max(peak, memory.memory_info().rss / 1e6)
        known = [len(student.changed) for student in students]
        start = time.perf_counter()
        status, text, _ = teacher.ask("POST", "/teacher/act", {"do": "advance", "how": "next"})
        if status == 409:  # all meetings are over: play the last years again
            teacher.ask("POST", "/teacher/act", {"do": "branch", "meeting": "HLD2006"})
            continue
        if status >= 400:
            wrong.append(f"teacher: {status}: {text[:200]}")
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and any(
            len(student.changed) == count for student, count in zip(students, known, strict=True)
        ):
            time.sleep(0.002)
        took = [
            1000 * (student.changed[count][1] - start)
            for student, count in zip(students, known, strict=True)
            if len(student.changed) > count
        ]
        if len(took) < len(students):
            wrong.append(f"{len(students) - len(took)} pages did not change within 20 s")
        if took:
            every += took
            last.append(max(took))
        n_advances += 1
    ending.set()
    for student in students:
        student.join(15)
    wrong += [error for student in students for error in student.errors]
    n_choices = sum(student.n_choices for student in students)
    say(f"{options.scenario}, {options.students} students, {options.minutes:g} min")
    say(f"  {n_advances} advances, {n_choices} choices")
    say(f"  advance to a student's page    {spread(every)}")
    say(f"  advance to all pages           {spread(last)}")
    say(f"  memory of the server           {before:6.0f} MB before, {peak:.0f} MB at most")
    say(f"  memory for each student        {(peak - before) / options.students:6.2f} MB")
    say(f"  errors                         {len(wrong):6d}")
    for text in dict.fromkeys(wrong):
        say(f"  error: {text}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
