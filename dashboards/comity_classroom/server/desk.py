"""The desk of a server: one class or lesson at a time, and the start page from which a teacher opens it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import typer
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from comity.errors import InputError
from comity_classroom.core.errors import saving
from comity_classroom.core.refusal import Refused
from comity_classroom.seminar.session import LessonClass
from comity_classroom.server.app import App
from comity_classroom.server.guard import Hosts
from comity_classroom.server.lesson_app import LessonApp
from comity_classroom.server.running import Runner
from comity_classroom.server.shelf import Shelf
from comity_classroom.server.start_app import StartApp

if TYPE_CHECKING:
    from comity_classroom.core.classroom import Classroom

__all__ = ["Addresses", "Desk"]


class Addresses(NamedTuple):
    """The addresses of a server: that of students, that of this machine, and the hosts that it answers to."""

    join: str
    own: str
    hosts: Hosts


class Desk:
    """The application of a server.

    Parameters
    ----------
    addresses
        Those of the server.
    shelf
        The folder of the start page; None for a server that holds one class only.
    grace
        Seconds without a sign of life after which the model plays a seat of a class that is opened here.

    Attributes
    ----------
    held
        The class or lesson that is open, or None.
    opening, error
        Whether one is being opened, and why the last one could not be.
    secret
        The secret of the teacher of the class that was opened last from the start page, until their browser has it.
    """

    def __init__(self, addresses: Addresses, shelf: Shelf | None, grace: float = 60.0) -> None:
        self.addresses, self.shelf, self.grace, self.runner = addresses, shelf, grace, Runner()
        self.held: Classroom | LessonClass | None = None
        self.opening, self.error, self.secret = False, "", ""
        self._app: App | LessonApp | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.start = None if shelf is None else StartApp(self, shelf)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request: health, the start page, or the class."""
        path = scope.get("path", "")
        if scope["type"] == "http" and path == "/health":
            await JSONResponse({"status": "ok"})(scope, receive, send)
        elif self.start is not None and (self._app is None or path == "/start" or path.startswith("/start/")):
            await self.start.starlette(scope, receive, send)
        else:
            assert self._app is not None
            await self._app.starlette(scope, receive, send)

    def show(self, held: Classroom | LessonClass) -> str:
        """Serve a class or lesson instead of the one before; print its addresses, and return the teacher's secret."""
        with saving(held.secrets.path):
            teacher, code = held.secrets.new_teacher(), held.secrets.new_join_code()
        self.put_away()
        join, own, hosts = self.addresses
        has_start = self.start is not None
        if isinstance(held, LessonClass):
            self._app = LessonApp(
                held, self.runner, join_address=join, join_code=code, hosts=hosts, has_start=has_start
            )
        else:
            self._app = App(
                held, join_address=join, join_code=code, is_local=hosts.is_local, names=hosts.names, has_start=has_start
            )
        self.held = held
        typer.echo(f"Teacher:   {own}teacher/{teacher}")
        typer.echo(f"Students:  {join}   join code {code}")
        return teacher

    def open(self, make: Callable[[], Classroom | LessonClass]) -> None:
        """Open a class in the background; the start page shows how it goes."""
        if self.opening:
            raise Refused("start.opening", "conflict")
        self.opening, self.error = True, ""
        task = asyncio.get_running_loop().create_task(self._open(make))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _open(self, make: Callable[[], Classroom | LessonClass]) -> None:
        try:
            held = await run_in_threadpool(make)
            self.secret = self.show(held)
        except InputError as error:
            self.error = str(error)
            print(f"comity: {error}", file=sys.stderr, flush=True)
        except Exception as error:
            self.error = f"{type(error).__name__}: {error}"
            raise
        finally:
            self.opening = False
            assert self.start is not None
            self.start.hub.changed()

    def put_away(self) -> None:
        """Stop serving the class that is open, if any. It is saved, and can be continued."""
        if self._app is not None:
            self._app.hub.end()
            self._app = None
        if self.held is not None:
            self.held.close_files()
            self.held = None

    @property
    def folder(self) -> Path | None:
        """The folder of the class that is open."""
        return None if self.held is None else self.held.folder

    @property
    def is_closed(self) -> bool:
        """Whether the class that is served was closed for good."""
        held = self.held
        return held is not None and (held.is_closed if isinstance(held, LessonClass) else held.state.is_closed)

    def end_streams(self) -> None:
        """End all open streams, so that the server can stop."""
        if self._app is not None:
            self._app.hub.end()
        if self.start is not None:
            self.start.hub.end()
