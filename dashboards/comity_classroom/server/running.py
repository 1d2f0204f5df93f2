"""Running what a lesson or a teacher asks for: one job at a time in one worker process, each result for everybody.

Results are kept by what was asked, so thirty students who press the same button cost one run. The job that most people
wait for is next.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections.abc import Callable, Mapping
from typing import Any

from comity_classroom.core.refusal import Refused

__all__ = ["Runner"]

_MOST_EACH, _MOST_WAITING, _MOST_KEPT = 2, 100, 400
"""Most results that one person waits for, that all wait for, and that are kept."""
_PATIENCE = 900.0
"""Seconds after which a job is given up. The rules may have to be compiled first."""
_LINE = 64 << 20
"""Most bytes of an answer."""


class Runner:
    """The queue, the worker and the results of one server."""

    def __init__(self) -> None:
        self._results: dict[str, dict[str, Any]] = {}
        self._waiting: dict[str, tuple[dict[str, Any], set[str]]] = {}
        self._now = ""
        self.progress = ""
        self._process: asyncio.subprocess.Process | None = None
        self._task: asyncio.Task[None] | None = None
        self._listeners: list[Callable[[], None]] = []

    def listen(self, listener: Callable[[], None]) -> None:
        """Register a function to call when a job has progressed."""
        self._listeners.append(listener)

    def result(self, job: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return the result of a job: ``blocks``, ``page`` or ``folder``, or ``error``; None if there is none yet."""
        return self._results.get(_key(job))

    def place(self, job: Mapping[str, Any]) -> int | None:
        """Return the place of a job in the queue, 0 if it is running; None if nobody waits for it."""
        key = _key(job)
        if key == self._now:
            return 0
        order = self._order()
        return order.index(key) + 1 if key in order else None

    @property
    def n_waiting(self) -> int:
        """Number of jobs that are running or waiting."""
        return len(self._waiting)

    def ask(self, job: Mapping[str, Any], person: str, *, most: int = _MOST_EACH) -> None:
        """Wait for a job, unless it is done. Must be called in the event loop of the server.

        Raises
        ------
        Refused
            If the person waits for too much already, or all do.
        """
        key = _key(job)
        if "error" not in (self._results.get(key) or {"error": ""}):
            return
        if key not in self._waiting:
            if sum(person in people for _, people in self._waiting.values()) >= most:
                raise Refused("lesson.wait", "too many", most=most)
            if len(self._waiting) >= _MOST_WAITING:
                raise Refused("lesson.busy", "too many")
            self._results.pop(key, None)
            self._waiting[key] = (dict(job), set())
        self._waiting[key][1].add(person)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._work())
        self._tell()

    async def end(self) -> None:
        """Stop the worker."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        await self._stop()

    def _order(self) -> list[str]:
        return sorted((key for key in self._waiting if key != self._now), key=lambda key: -len(self._waiting[key][1]))

    async def _work(self) -> None:
        while order := self._order():
            self._now, self.progress = order[0], ""
            job, _ = self._waiting[self._now]
            try:
                result = await asyncio.wait_for(self._answer(job), _PATIENCE)
            except (TimeoutError, OSError, ValueError) as error:
                await self._stop()
                result = {"error": f"{type(error).__name__}"}
            self._results[self._now] = result
            while len(self._results) > _MOST_KEPT:
                del self._results[next(iter(self._results))]
            del self._waiting[self._now]
            self._now = ""
            self._tell()

    async def _answer(self, job: dict[str, Any]) -> dict[str, Any]:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "comity_classroom.seminar.worker", limit=_LINE,
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            )  # fmt: skip
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(job).encode() + b"\n")
        await self._process.stdin.drain()
        while line := await self._process.stdout.readline():
            answer: dict[str, Any] = json.loads(line)
            if "progress" not in answer:
                return answer
            self.progress = answer["progress"]
            self._tell()
        raise OSError("the worker ended")

    async def _stop(self) -> None:
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()


def _key(job: Mapping[str, Any]) -> str:
    return json.dumps(job, sort_keys=True)
