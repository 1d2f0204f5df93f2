"""The HTML around the pages: its language, zoom, and a list of the pages for unknown addresses."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from html import escape
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from comity_dashboard.phrases import Phrases, languages, phrases
from comity_dashboard.plain_page import plain_page

__all__ = ["dress"]

_ALL = ("/", "/{fullpath}", "/{fullpath:path}")
"""The routes of Solara that answer every address."""
_VIEWPORT = re.compile(rb'<meta name="viewport" content="[^"]*"')


def dress(app: Any, pages: dict[str, str]) -> None:
    """Let an application name the language of its pages, and let visitors zoom.

    An address that is not a page is answered with a list of the pages, and with status 404. ``pages`` has the names of
    their phrases by path.
    """
    for number, route in enumerate(app.router.routes):
        if isinstance(route, Route) and route.path in _ALL:
            app.router.routes[number] = Route(route.path, _answer(route.endpoint, pages))


def _answer(root: Any, pages: dict[str, str]) -> Callable[[Request], Awaitable[Response]]:
    known = {path.strip("/") for path in pages}

    async def answer(request: Request) -> Response:
        asked = request.query_params.get("lang", "en")
        language = asked if asked in languages() else "en"
        if request.path_params.get("fullpath", "").strip("/") not in known:
            return HTMLResponse(_page(pages, phrases(language)), 404)
        found: Response = await root(request)
        if isinstance(found, HTMLResponse):
            body = bytes(found.body).replace(b"<html>", f'<html lang="{language}">'.encode(), 1)
            found.body = _VIEWPORT.sub(
                b'<meta name="viewport" content="width=device-width, initial-scale=1"', body, count=1
            )
            found.headers["content-length"] = str(len(found.body))
        return found

    return answer


def _page(pages: dict[str, str], words: Phrases) -> str:
    asked = "" if words.language == "en" else f"?lang={words.language}"
    items = "".join(
        f'<li><a href="/{path.strip("/")}{asked}">{escape(words.say(f"pages.{name}.name"))}</a>: '
        f"{escape(words.say(f'pages.{name}.hint'))}</li>"
        for path, name in pages.items()
    )
    title, text = words.say("unknown.title"), escape(words.say("unknown.text"))
    return plain_page(words, title, f"<p>{text}</p><ul>{items}</ul>")
