"""Events: every open page hears at once that something changed for it, and then asks for what it shows."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable

__all__ = ["Hub"]

_MOST, _MOST_EACH = 400, 4
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

    def has_room_for(self, listener: str) -> bool:
        """Return whether one more page of a listener can be served."""
        return self._open.total() < _MOST and self._open[listener] < _MOST_EACH

    async def stream(self, listener: str, version: Callable[[], str]) -> AsyncIterator[str]:
        """Yield messages for one page until it is closed."""
        self._loop = asyncio.get_running_loop()
        bell = asyncio.Event()
        self._waiting.add(bell)
        self._open[listener] += 1
        try:
            last = ""
            while not self._is_ending:
                bell.clear()
                now = version()
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
            self._open[listener] -= 1
            if not self._open[listener]:
                del self._open[listener]

    def _wake(self) -> None:
        for bell in self._waiting:
            bell.set()
