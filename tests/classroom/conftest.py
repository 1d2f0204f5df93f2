"""A room, a server with its pages in a thread, and clients that talk to it as a browser would."""

from __future__ import annotations

import asyncio
import http.client
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import comity
from comity_classroom.room.classroom import Classroom

ACTORS = (
    "NORTHLAND", "WESTMARK", "OILPORT", "CROSSLAND", "PALMERA", "HIGHVALE", "SAVANNA", "CORAL", "SERVICE", "RIGHTS",
    "BRIDGE", "OUTSIDE",
)  # fmt: skip


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Classroom]:
    """A new room of the teaching scenario, seed 3."""
    opened = Classroom.open(tmp_path / "room", comity.load("teaching"), seed=3, seats=ACTORS, grace=60)
    yield opened
    opened.close_files()


class Client:
    """A visitor with cookies of its own."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, str]:
        """Return status and text of an answer; cookies are kept, redirects are not followed."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
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
        """Send JSON."""
        return self.ask("POST", path, {} if body is None else body, **headers)


class Served:
    """A room with its pages on a port."""

    def __init__(self, room: Classroom) -> None:
        import uvicorn

        from comity_classroom.server.app import App

        self.room = room
        self.secret, self.code = room.secrets.new_teacher(), room.secrets.new_join_code()
        self.app = App(room, join_address="http://127.0.0.1/", join_code=self.code, is_local=True)
        config = uvicorn.Config(
            self.app.starlette, host="127.0.0.1", port=0, log_level="warning", access_log=False, lifespan="off",
            timeout_graceful_shutdown=2,
        )  # fmt: skip
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=lambda: asyncio.run(self._server.serve()), daemon=True)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)
        self.port = self._server.servers[0].sockets[0].getsockname()[1]

    def client(self) -> Client:
        """Return a visitor who is nobody yet."""
        return Client(self.port)

    def student(self, name: str, seat: str | None = None) -> Client:
        """Return a student in a seat; None deals one."""
        client = self.client()
        assert client.post("/join", {"code": self.code, "name": name})[0] == 200
        assert client.post("/seat/take", {"seat": seat} if seat else {})[0] == 200
        return client

    def teacher(self) -> Client:
        """Return the teacher."""
        client = self.client()
        assert client.get(f"/teacher/{self.secret}")[0] == 303
        return client

    def end(self) -> None:
        """End the server."""
        self.app.hub.end()
        self._server.should_exit = True
        self._thread.join(10)


@pytest.fixture
def served(room: Classroom) -> Iterator[Served]:
    """The room with its pages."""
    for needed in ("starlette", "uvicorn", "segno", "limits"):
        pytest.importorskip(needed, reason="the extra classroom is not installed")
    found = Served(room)
    yield found
    found.end()


@pytest.fixture
def play() -> Callable[..., None]:
    """Let seats choose what a rule says and go on, for some stops."""

    def go(room: Classroom, people: dict[str, str], stops: int, salt: int = 0) -> None:
        from comity_classroom.room.choices import questions

        for stop in range(stops):
            if room.scene.stop.next is None:
                return
            for number, (seat, person) in enumerate(sorted(people.items())):
                for question in questions(room.scene.stop, seat):
                    option = question.options[(stop + number + salt) % len(question.options)]
                    room.choose(person, seat, {question.key: option.value})
            room.advance("next")

    return go


def error_of(text: str) -> str:
    """Return the sentence of a refusal."""
    return str(json.loads(text)["error"])


def shown(text: str) -> str:
    """Return what a reader sees of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", text))
