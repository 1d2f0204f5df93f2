"""The guard before all pages: who may be asked for, from where, how much; and what a browser may do with an answer."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Guard", "Hosts"]

MOST_BYTES = 4096
"""Of a body: the longest that a page sends is a custom shock, some hundred bytes."""

_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
_LOCAL = ("127.0.0.1", "localhost", "[::1]")


@dataclass
class Hosts:
    """The names by which a room may be asked for; a page elsewhere can point its own name here, and is not answered.

    Attributes
    ----------
    is_local
        Whether only this machine is served, so that only its own addresses are right.
    names
        Names of this machine, or of what stands in front of it, in lower case; an address in digits is always right,
        since nobody can point it elsewhere.
    """

    is_local: bool
    names: frozenset[str] = frozenset()

    def has(self, host: str) -> bool:
        """Return whether a Host header names this room."""
        found = re.fullmatch(r"(\[[0-9A-Fa-f:.]+\]|[^:\[\]]+)(:[0-9]{1,5})?", host)
        name = found.group(1).lower() if found else ""
        if name in _LOCAL or name in self.names:
            return True
        return not self.is_local and _is_address(name)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


class Guard:
    """Refuses what no page of the room would send, and adds the headers of safety to every answer.

    A change is asked for by POST with JSON from a page of the same origin: a form or script of another site can send
    neither, and gets no cookie (they are strict). A host that is not one of the room is refused too.
    """

    def __init__(self, app: ASGIApp, *, hosts: Hosts) -> None:
        self.app, self.hosts = app, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request pass, or answer it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
                if "cache-control" not in headers:
                    headers["cache-control"] = "no-store"
            await send(message)

        refusal = self._refusal(scope)
        if refusal is None and scope["method"] == "POST":
            body, refusal = await _body(receive)

            async def again() -> MutableMapping[str, Any]:
                return {"type": "http.request", "body": body, "more_body": False}

            receive = again
        if refusal is not None:
            status, text = refusal
            await JSONResponse({"error": text}, status)(scope, receive, guarded)
            return
        await self.app(scope, receive, guarded)

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not self.hosts.has(host):
            return 403, "That is not an address of this room: use the one that the command printed."
        if scope["method"] == "GET":
            return None
        if scope["method"] != "POST":
            return 405, "That cannot be done here."
        if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            return 415, "Send JSON, as the pages of this room do."
        origin = headers.get("origin")
        if origin is not None and origin.partition("://")[2] != host:
            return 403, "That came from a page that is not of this room."
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return 403, "That came from a page that is not of this room."
        length = headers.get("content-length", "0")
        if not re.fullmatch("[0-9]{1,9}", length) or int(length) > MOST_BYTES:
            return 413, f"That is too long: {MOST_BYTES} bytes at most."
        return None


async def _body(receive: Receive) -> tuple[bytes, tuple[int, str] | None]:
    """Return a body of bounded size, or the refusal."""
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b"", (400, "The connection was lost.")
        body += message.get("body", b"")
        if len(body) > MOST_BYTES:
            return b"", (413, f"That is too long: {MOST_BYTES} bytes at most.")
        if not message.get("more_body", False):
            return body, None
