"""The guard in front of the application: access, origins, sizes, and security headers."""

from __future__ import annotations

import ipaddress
import re
import secrets
import socket
from collections.abc import Callable
from html import escape
from urllib.parse import parse_qsl, quote, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from comity_dashboard.phrases import languages, phrases
from comity_dashboard.plain_page import plain_page

__all__ = ["MOST_CHARACTERS", "MOST_PAGES", "TOKEN", "Guard", "hosts_of", "is_standing"]

TOKEN = "token"
"""Name of the token in the printed address."""
MOST_CHARACTERS = 8192
"""Most characters of an address. One that changes every parameter of two runs has about 6,000."""
MOST_PAGES = 64
"""Most pages open at a time. Each has a thread and its widgets."""
_MOST_KEPT = 4 * MOST_PAGES
"""Most pages open or recently disconnected. The latter are kept for ten minutes, in case they reconnect."""
_LOCAL = ("127.0.0.1", "localhost", "[::1]")
_WILDCARDS = ("0.0.0.0", "::")
_OWN_PAGES = ("same-origin", "none")
_CHANNEL = re.compile(r"/jupyter/api/kernels/[\w-]{1,64}/channels")
_FROM_PROXIES = (b"script-name", b"x-script-name", b"forwarded")
"""Headers that would change the address under which Solara believes it is served; so would ``x-forwarded-*``."""
_REFUSED = "comity dashboard: open the address that the command printed."
_STRANGER = (
    f"comity dashboard: the request came from a page of another origin. {_REFUSED.partition(': ')[2].capitalize()}"
)
_HEADERS = {
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
# Vue compiles templates in the browser, and the page of Solara has inline scripts and styles. Both must be allowed.
_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' ws://{host} data:; object-src 'none'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)

_standing = False


def is_standing() -> bool:
    """Return whether this process has a guard. Without one the application shows nothing."""
    return _standing


def hosts_of(host: str, port: int) -> Callable[[str], bool]:
    """Return a function that tells whether a Host header names the served address.

    Names that others point at this machine (DNS rebinding) are not accepted. A server on all addresses of a machine
    accepts each numeric address, which cannot be rebound, and the name of the machine.

    Parameters
    ----------
    host
        Address to listen on, as for ``--host``.
    port
        Port, 1 to 65535.
    """
    own = f"[{host}]" if ":" in host else host
    names = {*_LOCAL, own.lower()}
    if host in _WILDCARDS:
        names |= {socket.gethostname().lower(), socket.getfqdn().lower()}

    def is_served(header: str) -> bool:
        name, _, number = header.lower().rpartition(":")
        if port == 80 and not number.isdigit():
            name, number = header.lower(), "80"
        return number == str(port) and (name in names or (host in _WILDCARDS and _is_address(name)))

    return is_served


def _is_address(name: str) -> bool:
    """Return whether a name is a numeric address without a zone; a zone may hold any character."""
    try:
        ipaddress.ip_address(name.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return "%" not in name


class Guard:
    """Admits holders of the token or of its cookie, from pages of this origin; all other requests get 403.

    The printed address carries the token. Opening it sets a strict cookie that scripts cannot read, and redirects to
    the same address without the token. The cookie is not enough: browsers also send it from pages on other ports of
    this machine. Host and Origin are therefore checked, too. Who opens another address, such as a link to a run, is
    asked for the token, and then sees that address.

    Parameters
    ----------
    app
        The guarded application.
    token
        Secret in the printed address.
    host, port
        Address and port of the server.
    n_pages
        Returns how many pages are kept, open or not.
    """

    def __init__(self, app: ASGIApp, *, token: str, host: str, port: int, n_pages: Callable[[], int]) -> None:
        global _standing
        self.app, self._token, self._n_pages = app, token.encode(), n_pages
        self._is_served = hosts_of(host, port)
        self._cookie, self._pass = f"comity-dashboard-{port}", secrets.token_urlsafe(32)
        self._n_open = 0
        _standing = True

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        answer = self._answer(scope, headers)
        if scope["type"] == "websocket":
            if answer is not None:
                await send({"type": "websocket.close", "code": 1008})
                return
            self._n_open += 1
            try:
                await self.app(_plain(scope), receive, send)
            finally:
                self._n_open -= 1
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                sent = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    sent[name] = value
                host = headers.get("host", "")
                sent["content-security-policy"] = _POLICY.format(host=host if self._is_served(host) else "127.0.0.1")
                sent.setdefault("cache-control", "no-store")
            await send(message)

        await (answer or self.app)(_plain(scope), receive, guarded)

    def _answer(self, scope: Scope, headers: Headers) -> Response | None:
        """Return the answer to a refused or redirected request; None to pass it on."""
        host = headers.getlist("host")
        if len(host) != 1 or not self._is_served(host[0]):
            return PlainTextResponse(_REFUSED, 403)
        reads = scope["type"] == "http" and scope["method"] in ("GET", "HEAD")
        if not reads and headers.getlist("origin") != [f"http://{host[0]}"]:
            return PlainTextResponse(_STRANGER, 403)
        if len(scope["path"]) + len(scope["query_string"]) > MOST_CHARACTERS:
            return PlainTextResponse(f"comity dashboard: the address is longer than {MOST_CHARACTERS} characters.", 414)
        has_cookie = _same(HTTPConnection(scope).cookies.get(self._cookie, "").encode(), self._pass.encode())
        asked = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        shown = [value for name, value in asked if name == TOKEN]
        if reads and shown:
            token = shown[-1].rpartition(f"{TOKEN}=")[2]  # the whole printed address may have been pasted
            rest = [(name, value) for name, value in asked if name != TOKEN]
            if has_cookie or _same(token.encode(), self._token):
                return self._welcome(scope, headers, rest)
            return _ask(scope, headers, rest, is_wrong=True)
        if scope["type"] == "websocket" and not (_CHANNEL.fullmatch(scope["path"]) and ("session_id" in dict(asked))):
            return PlainTextResponse(_REFUSED, 403)
        if not has_cookie:
            return _ask(scope, headers, asked) if reads else PlainTextResponse(_REFUSED, 403)
        if headers.get("sec-fetch-site", "none") not in _OWN_PAGES:
            return PlainTextResponse(_STRANGER, 403)
        if scope["type"] == "http" and scope["method"] not in ("GET", "HEAD", "POST"):
            return PlainTextResponse("comity dashboard: this method is not allowed.", 405)
        opens = scope["type"] == "websocket" or headers.get("sec-fetch-dest") == "document"
        if opens and (self._n_open >= MOST_PAGES or self._n_pages() >= _MOST_KEPT):
            text = f"comity dashboard: at most {MOST_PAGES} pages can be open. Close some, or wait ten minutes."
            return PlainTextResponse(text, 503)
        return None

    def _welcome(self, scope: Scope, headers: Headers, asked: list[tuple[str, str]]) -> Response:
        """Return a redirect to the same address without the token, and set the cookie."""
        there = quote("/" + scope["path"].lstrip("/\\")) + (f"?{urlencode(asked)}" if asked else "")
        answer: Response = RedirectResponse(there, 303)
        if headers.get("sec-fetch-site", "none") not in _OWN_PAGES:
            # A link on another site, such as a web terminal: the redirected request would be sent without the cookie.
            answer = HTMLResponse(f'<meta http-equiv="refresh" content="0;url={escape(there)}">')
        answer.set_cookie(self._cookie, self._pass, httponly=True, samesite="strict", path="/")
        return answer


def _ask(scope: Scope, headers: Headers, asked: list[tuple[str, str]], *, is_wrong: bool = False) -> Response:
    """Return a page that asks for the token and goes on to its address; for what is not a page, one line."""
    if headers.get("sec-fetch-dest") != "document":
        return PlainTextResponse(_REFUSED, 403)
    code = dict(asked).get("lang", "en")
    words = phrases(code if code in languages() else "en")
    kept = "".join(f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in asked)
    path = escape(quote("/" + scope["path"].lstrip("/\\")))
    body = f"<p>{escape(words.say('door.wrong'))}</p>" if is_wrong else ""
    body += (
        f'<p>{escape(words.say("door.text"))}</p><form action="{path}">{kept}<p><label>'
        f"{escape(words.say('door.token'))} "
        f'<input type="password" name="{TOKEN}" required autofocus autocomplete="off"></label> '
        f"<button>{escape(words.say('door.open'))}</button></p></form>"
    )
    if headers.get("sec-fetch-site") not in _OWN_PAGES:  # a strict cookie is not sent with a click on another site
        there = f"{path}?{escape(urlencode(asked))}"
        body += f'<p><a href="{there}">{escape(words.say("door.known"))}</a></p>'
    return HTMLResponse(plain_page(words, words.say("door.title"), body), 403)


def _same(one: bytes, other: bytes) -> bool:
    return secrets.compare_digest(one, other)


def _plain(scope: Scope) -> Scope:
    """Return the request without proxy headers."""
    kept = [
        (name, value)
        for name, value in scope["headers"]
        if name not in _FROM_PROXIES and not name.startswith(b"x-forwarded-")
    ]
    return {**scope, "headers": kept}
