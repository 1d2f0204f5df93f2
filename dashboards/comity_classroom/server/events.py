"""Events: every open page hears at once that something changed for it, and then asks for what it shows."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from comity_classroom.room.refusal import Refused

__all__ = ["Hub", "Stream"]

_MOST, _MOST_EACH = 400, 4
_OWN = ("teacher", "room")
_BEAT = 10.0
"""Seconds between signs of life, by which a page notices a lost connection."""


class Hub:
    """All pages that listen.

    A page is sent the version of what it shows, once when it comes and again whenever it changes. Many changes at once
    are one message.
    """

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting: set[asyncio.Event] = set()
        self._open: Counter[str] = Counter()
        self._is_ending = False

    def changed(self) -> None:
        """Say that something has changed; from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake)

    def end(self) -> None:
        """Let all pages go, so that the server can end."""
        self._is_ending = True
        self.changed()

    @property
    def n_open(self) -> int:
        """Number of pages that listen."""
        return self._open.total()

    @contextmanager
    def place(self, listener: str) -> Iterator[None]:
        """Take a place for one page of a listener, or refuse it; the places of teacher and projector are their own."""
        total = self.n_open - sum(self._open[own] for own in _OWN)
        if self._open[listener] >= _MOST_EACH or (total >= _MOST and listener not in _OWN):
            raise Refused("This page is open too often. Close it elsewhere.", "too many")
        self._open[listener] += 1
        try:
            yield
        finally:
            self._open[listener] -= 1
            if not self._open[listener]:
                del self._open[listener]

    async def stream(self, version: Callable[[], str | None]) -> AsyncIterator[str]:
        """Yield messages for one page until it is closed, or its version is None: nobody is to see it any more."""
        self._loop = asyncio.get_running_loop()
        bell = asyncio.Event()
        self._waiting.add(bell)
        try:
            last = ""
            while not self._is_ending:
                bell.clear()
                now = version()
                if now is None:
                    yield "data: gone\n\n"
                    return
                if now != last:
                    last = now
                    yield f"data: {now}\n\n"
                else:
                    yield ": still here\n\n"
                try:
                    await asyncio.wait_for(bell.wait(), _BEAT)
                except TimeoutError:
                    continue
        finally:
            self._waiting.discard(bell)

    def _wake(self) -> None:
        for bell in self._waiting:
            bell.set()


class Stream(StreamingResponse):
    """The answer to a page that listens. It takes a place, and gives it back however the connection ends."""

    def __init__(self, hub: Hub, listener: str, version: Callable[[], str | None]) -> None:
        super().__init__(hub.stream(version), media_type="text/event-stream")
        self._place = hub.place(listener)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send what the page hears."""
        with self._place:
            await super().__call__(scope, receive, send)
