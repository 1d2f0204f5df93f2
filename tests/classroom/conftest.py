"""A classroom, a server with its pages in a thread, and clients that talk to it as a browser would."""

from __future__ import annotations

import asyncio
import http.client
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest

import comity
from comity_classroom.core.classroom import Classroom

ACTORS = (
    "NORTHLAND", "WESTMARK", "OILPORT", "CROSSLAND", "PALMERA", "HIGHVALE", "SAVANNA", "CORAL", "SERVICE", "RIGHTS",
    "BRIDGE", "OUTSIDE",
)  # fmt: skip


@pytest.fixture
def classroom(tmp_path: Path) -> Iterator[Classroom]:
    """A new classroom of the teaching scenario, seed 3."""
    opened = Classroom.open(tmp_path / "classroom", comity.load("teaching"), seed=3, seats=ACTORS, grace=60)
    yield opened
    opened.close_files()


_PAGES = {
    "/teacher/act": "/teacher",
    "/seat/choose": "/seat",
    "/seat/take": "/seat",
    "/seat/offer": "/seat",
    "/seat/answer": "/seat",
    "/seat/propose": "/seat",
    "/seat/voice": "/seat",
}
"""Where the buttons are that send an act."""


class Client:
    """A visitor with cookies of its own, who acts on what the page shows at that moment."""

    def __init__(self, port: int, source: str = "127.0.0.1") -> None:
        self.port, self.source = port, source
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, str]:
        """Return status and text of an answer; cookies are kept, redirects are not followed."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60, source_address=(self.source, 0))
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if method == "POST":
            sent.setdefault("Content-Type", "application/json")
        text = body if isinstance(body, (str, bytes)) or body is None else json.dumps(body)
        connection.request(method, path, text, sent)
        answer = connection.getresponse()
        found = answer.read().decode()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        self.headers = {name.lower(): value for name, value in answer.getheaders()}
        connection.close()
        return answer.status, found

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        """Ask for a page."""
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> tuple[int, str]:
        """Send JSON; an act carries what the page shows now, unless the body says what it was."""
        body = {} if body is None else body
        page = _PAGES.get(path)
        if page and isinstance(body, dict) and "seen" not in body:
            body = {**body, "seen": self.seen(page)}
        return self.ask("POST", path, body, **headers)

    def seen(self, page: str) -> str:
        """Return the number that the buttons of a page carry, or an empty one where there is none."""
        found = re.search(r"&#34;seen&#34;:&#34;([\d.]+)&#34;", self.get(page)[1])
        return found.group(1) if found else ""


class Served:
    """A classroom with its pages on a port."""

    def __init__(self, classroom: Classroom) -> None:
        import uvicorn

        from comity_classroom.server.app import App
        from comity_classroom.server.connections import configured

        self.classroom = classroom
        self.secret, self.code = classroom.secrets.new_teacher(), classroom.secrets.new_join_code()
        self.app = App(classroom, join_address="http://127.0.0.1/", join_code=self.code, is_local=True)
        config = configured(self.app.starlette)
        config.host, config.port, config.timeout_graceful_shutdown = "127.0.0.1", 0, 2
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=lambda: asyncio.run(self._server.serve()), daemon=True)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)
        self.port = self._server.servers[0].sockets[0].getsockname()[1]

    def client(self, source: str = "127.0.0.1") -> Client:
        """Return a visitor who is nobody yet."""
        return Client(self.port, source)

    def student(self, name: str, seat: str | None = None, source: str = "127.0.0.1") -> Client:
        """Return a student in a seat; None deals one."""
        client = self.client(source)
        assert client.post("/join", {"code": self.code, "name": name})[0] == 200
        assert client.post("/seat/take", {"seat": seat} if seat else {})[0] == 200
        return client

    def teacher(self) -> Client:
        """Return the teacher."""
        client = self.client()
        assert client.get(f"/teacher/{self.secret}")[0] == 303
        return client

    def n_connections(self) -> int:
        """Return how many connections are open."""
        return len(self._server.server_state.connections)

    def end(self) -> None:
        """End the server."""
        self.app.hub.end()
        self._server.should_exit = True
        self._thread.join(10)


@pytest.fixture
def served(classroom: Classroom) -> Iterator[Served]:
    """The classroom with its pages."""
    for needed in ("starlette", "uvicorn", "segno", "limits"):
        pytest.importorskip(needed, reason="the extra classroom is not installed")
    found = Served(classroom)
    yield found
    found.end()


@pytest.fixture
def planned(tmp_path: Path) -> Iterator[Classroom]:
    """A new classroom of the teaching scenario with the plan of 45 minutes and teams of two, seed 3."""
    from comity_classroom.server.opening import Wanted, open_classroom

    classroom = open_classroom("teaching", Wanted(seed=3, folder=tmp_path / "class", plan="45", team=2), grace=60)
    yield classroom
    classroom.close_files()


@pytest.fixture
def room(planned: Classroom) -> Iterator[Served]:
    """The planned classroom with its pages."""
    found = Served(planned)
    yield found
    found.end()


@pytest.fixture
def play() -> Callable[..., None]:
    """Let seats choose what a rule says and go on, for some stops."""

    def go(classroom: Classroom, people: dict[str, str], stops: int, salt: int = 0) -> None:
        from comity_classroom.core.choices import questions

        for stop in range(stops):
            if classroom.scene.stop.next is None:
                return
            for number, (seat, person) in enumerate(sorted(people.items())):
                for question in questions(classroom.scene.stop, seat):
                    option = question.options[(stop + number + salt) % len(question.options)]
                    value = [option.value] if question.most else option.value
                    classroom.choose(person, seat, {question.key: value})
            classroom.advance("next")

    return go


def error_of(text: str) -> str:
    """Return the sentence of a refusal."""
    return str(json.loads(text)["error"])


def bodies(page: str) -> dict[str, dict[str, Any]]:
    """Return what the buttons of a page send, by what is written on them."""
    found = re.findall(r"<button[^>]*data-body='([^']*)'[^>]*>(.*?)</button>", page, re.S)
    return {shown(label).strip(): json.loads(unescape(body)) for body, label in reversed(found)}


def forms(page: str) -> list[dict[str, str]]:
    """Return what the forms of a page would send: hidden fields, and the last of each list."""
    found = []
    for form in re.findall(r"<form[^>]*>(.*?)</form>", page, re.S):
        fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
        for name, rest in re.findall(r'<select name="(\w+)">(.*?)</select>', form, re.S):
            fields[name] = re.findall(r'<option value="([^"]*)"', rest)[-1]
        found.append(fields)
    return found


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Return what calls that are made at the same moment return."""
    barrier = threading.Barrier(len(calls))
    found: list[Any] = []

    def call(one: Callable[[], Any]) -> None:
        barrier.wait()
        found.append(one())

    threads = [threading.Thread(target=call, args=(one,)) for one in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def shown(text: str) -> str:
    """Return what a reader sees of a page."""
    return re.sub(r"[ \t\r\n]+", " ", re.sub(r"<[^>]*>", " ", text))
