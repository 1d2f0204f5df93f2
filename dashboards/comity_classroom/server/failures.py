"""Failures: the answer to a request that was refused, or that failed."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from comity.errors import InputError
from comity_classroom.core.errors import NotSaved
from comity_classroom.core.refusal import Refused
from comity_classroom.server.entrance import Entrance
from comity_classroom.server.pages import Pages

__all__ = ["handlers"]

_STATUS = {"wrong": 422, "forbidden": 403, "missing": 404, "conflict": 409, "closed": 410, "too many": 429}


def handlers(door: Entrance, pages: Pages) -> Mapping[Any, Callable[[Request, Exception], Awaitable[Response]]]:
    """Return the handlers of errors. Each answers in the language of whoever asked."""

    def answer(request: Request, text: str, status: int) -> Response:
        if request.method == "POST":
            return JSONResponse({"error": text}, status)
        phrases = door.phrases(request)
        heading, back = phrases.say("refusals.heading"), phrases.say("refusals.back")
        return pages.message(phrases, heading, text, status=status, link="/", link_text=back)

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, Refused)
        status = 401 if error.kind == "forbidden" and request.method == "GET" else _STATUS[error.kind]
        return answer(request, error.said(door.phrases(request)), status)

    async def missing(request: Request, error: Exception) -> Response:
        return answer(request, door.phrases(request).say("refusals.no_page"), 404)

    async def not_kept(request: Request, error: Exception) -> Response:
        print(f"comity: {error}", file=sys.stderr, flush=True)  # names folders, which students should not see
        phrases = door.phrases(request)
        if isinstance(error, NotSaved):
            return answer(request, error.said(phrases), 507)
        return answer(request, phrases.say("refusals.unchanged"), 422)

    async def failed(request: Request, error: Exception) -> Response:
        return answer(request, door.phrases(request).say("refusals.failed"), 500)

    return {Refused: refused, InputError: not_kept, 404: missing, 405: missing, 500: failed}
