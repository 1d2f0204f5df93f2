"""Connections: time limits for requests and answers, and a limit on idle connections.

Uvicorn closes a connection that stays silent after an answer. It waits forever for the rest of a request, and for a
client that does not read. Both waits are limited here. So is the number of connections without a complete request:
beyond it, the oldest connection of the network with most of them is closed. The request of a browser arrives within
milliseconds, so its connection is never among the oldest.
"""

from __future__ import annotations

import asyncio
from typing import Any

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from comity_classroom.server.limits import network_of

__all__ = ["PATIENCE", "configured"]

PATIENCE = 10.0
"""Seconds for a request to arrive, from its first byte or from the connection, and for a full buffer to be read."""

_MOST_WAITING = 300
"""Most connections without a request in progress. 40 browsers open up to 240."""
_MOST = 1000
"""Most connections in all: the waiting ones, and one to four streams for each person."""


def configured(app: Any, *, proxy: str | None = None) -> uvicorn.Config:
    """Return the uvicorn configuration of a classroom.

    Parameters
    ----------
    proxy
        Address of a proxy whose ``X-Forwarded-For`` is trusted; None for no proxy.
    """
    return uvicorn.Config(
        app, http=_protocol(), ws="none", lifespan="off", log_level="error", access_log=False, server_header=False,
        proxy_headers=proxy is not None, forwarded_allow_ips=proxy or [], timeout_keep_alive=30,
        timeout_graceful_shutdown=3, limit_concurrency=_MOST, h11_max_incomplete_event_size=16384,
    )  # fmt: skip


def _protocol() -> type[H11Protocol]:
    """Return a protocol class for one server, with a shared list of its connections."""
    waiting: dict[str, dict[_Patient, None]] = {}

    class Patient(_Patient):
        pass

    Patient.waiting = waiting
    return Patient


class _Patient(H11Protocol):
    """A connection with limited waits."""

    waiting: dict[str, dict[_Patient, None]]
    """Connections that wait for a complete request, by network, the oldest first."""
    _arrives: asyncio.TimerHandle | None = None
    _leaves: asyncio.TimerHandle | None = None
    _network = ""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._network = network_of(self.client[0]) if self.client else ""
        self._wait_for_request()

    def connection_lost(self, exc: Exception | None) -> None:
        self._has_request()
        _cancel(self._leaves)
        self._leaves = None
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state in (h11.IDLE, h11.SEND_BODY):
            self._wait_for_request()
        else:
            self._has_request()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.conn.their_state is h11.IDLE:
            self._wait()  # uvicorn closes it if nothing comes
        elif self.conn.their_state is h11.SEND_BODY:
            self._wait_for_request()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._leaves = self._leaves or self._abort_later()

    def resume_writing(self) -> None:
        _cancel(self._leaves)
        self._leaves = None
        super().resume_writing()

    def _wait_for_request(self) -> None:
        self._arrives = self._arrives or self._abort_later()
        self._wait()

    def _has_request(self) -> None:
        _cancel(self._arrives)
        self._arrives = None
        self._stop_waiting()

    def _abort_later(self) -> asyncio.TimerHandle:
        return self.loop.call_later(PATIENCE, self.transport.abort)

    def _wait(self) -> None:
        mine = self.waiting.setdefault(self._network, {})
        if self in mine:
            return
        mine[self] = None
        if sum(map(len, self.waiting.values())) > _MOST_WAITING:
            most = max(self.waiting.values(), key=len)
            oldest = next(iter(most))
            oldest._stop_waiting()
            oldest.transport.abort()

    def _stop_waiting(self) -> None:
        mine = self.waiting.get(self._network, {})
        mine.pop(self, None)
        if not mine:
            self.waiting.pop(self._network, None)


def _cancel(timer: asyncio.TimerHandle | None) -> None:
    if timer is not None:
        timer.cancel()
