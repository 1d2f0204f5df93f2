"""The guard in front of all pages: hosts, origins, sizes, and security headers."""

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
"""Most bytes of a request body. The longest real one, a custom shock, has a few hundred."""

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
    """The host names that a classroom answers to. Requests for other names (DNS rebinding) are refused.

    Attributes
    ----------
    is_local
        Whether only this machine is served, and so only its own addresses are valid.
    names
        Names of this machine or of the proxy, in lower case. Numeric addresses are always valid, since they cannot be
        rebound.
    """

    is_local: bool
    names: frozenset[str] = frozenset()

    def has(self, host: str) -> bool:
        """Return whether a Host header names this classroom."""
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
    """Refuses requests that no page of the classroom would send, and adds security headers to every answer.

    Changes are POST requests with JSON from the same origin. A form or script of another site cannot send such a
    request, and gets no cookie, since cookies are strict. Requests for an unknown host are refused, too.
    """

    def __init__(self, app: ASGIApp, *, hosts: Hosts, most_bytes: int = MOST_BYTES) -> None:
        self.app, self.hosts, self.most_bytes = app, hosts, most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)  # an answer may have a policy of its own
                if "cache-control" not in headers:
                    headers["cache-control"] = "no-store"
            await send(message)

        refusal = self._refusal(scope)
        if refusal is None and scope["method"] == "POST":
            body, refusal = await _body(receive, self.most_bytes)

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
            return 403, "Unknown host. Use the address that the command printed."
        if scope["method"] == "GET":
            return None
        if scope["method"] != "POST":
            return 405, "This method is not allowed."
        if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            return 415, "Send JSON, as the pages of the classroom do."
        origin = headers.get("origin")
        if origin is not None and origin.partition("://")[2] != host:
            return 403, "The request came from a page outside this classroom."
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return 403, "The request came from a page outside this classroom."
        length = headers.get("content-length", "0")
        if not re.fullmatch("[0-9]{1,9}", length) or int(length) > self.most_bytes:
            return 413, f"The request is too long: at most {self.most_bytes} bytes."
        return None


async def _body(receive: Receive, most: int) -> tuple[bytes, tuple[int, str] | None]:
    """Return a body of limited size, or a refusal."""
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b"", (400, "The connection was lost.")
        body += message.get("body", b"")
        if len(body) > most:
            return b"", (413, f"The request is too long: at most {most} bytes.")
        if not message.get("more_body", False):
            return body, None
