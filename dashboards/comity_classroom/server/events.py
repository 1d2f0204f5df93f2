"""Events: each open page is notified when its content changes, and then fetches it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from comity_classroom.core.refusal import Refused

__all__ = ["Hub", "Stream"]

_MOST, _MOST_EACH = 400, 4
_OWN = ("teacher", "projector")
_BEAT = 10.0
"""Seconds between heartbeats, which show a page that the connection is alive."""


class Hub:
    """All pages with an open stream.

    A page receives the version of its content when it connects and after each change. Simultaneous changes are sent as
    one message.
    """

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting: set[asyncio.Event] = set()
        self._open: Counter[str] = Counter()
        self._is_ending = False

    def changed(self) -> None:
        """Notify all pages of a change; may be called from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake)

    def end(self) -> None:
        """Close all streams, so that the server can stop."""
        self._is_ending = True
        self.changed()

    @property
    def n_open(self) -> int:
        """Number of open streams."""
        return self._open.total()

    @contextmanager
    def place(self, listener: str) -> Iterator[None]:
        """Reserve a stream for a listener, or refuse it. Teacher and projector have their own streams."""
        total = self.n_open - sum(self._open[own] for own in _OWN)
        if self._open[listener] >= _MOST_EACH or (total >= _MOST and listener not in _OWN):
            raise Refused("tabs", "too many")
        self._open[listener] += 1
        try:
            yield
        finally:
            self._open[listener] -= 1
            if not self._open[listener]:
                del self._open[listener]

    async def stream(self, version: Callable[[], str | None]) -> AsyncIterator[str]:
        """Yield messages for one page until it closes, or its version is None: the reader no longer has access."""
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
    """The stream of one page. It releases its place however the connection ends."""

    def __init__(self, hub: Hub, listener: str, version: Callable[[], str | None]) -> None:
        super().__init__(hub.stream(version), media_type="text/event-stream")
        self._place = hub.place(listener)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the stream."""
        with self._place:
            await super().__call__(scope, receive, send)
