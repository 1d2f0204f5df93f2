"""Requests: the cookies by which somebody is known, and the data that a page sends."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from comity_classroom.room.refusal import Refused

__all__ = ["NO_SUCH_PAGE", "Cookies", "data_of"]

NO_SUCH_PAGE = "There is no such page in this room."
_WEEK = 7 * 24 * 3600


class Cookies:
    """The two cookies of a room: no script reads them, and no other site sends them."""

    def __init__(self, folder: Path) -> None:
        # Cookies do not know ports: two rooms on one machine need names of their own.
        name = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:10]
        self._seat, self._teacher = f"seat-{name}", f"teacher-{name}"

    def seat(self, request: Request) -> str:
        """Return the token of a student's device, or an empty one."""
        return request.cookies.get(self._seat, "")

    def teacher(self, request: Request) -> str:
        """Return the teacher's secret, or an empty one."""
        return request.cookies.get(self._teacher, "")

    def give_seat(self, request: Request, response: Response, token: str) -> Response:
        """Give a student's device its token."""
        return _given(request, response, self._seat, token)

    def give_teacher(self, request: Request, response: Response, secret: str) -> Response:
        """Give the teacher's browser its secret."""
        return _given(request, response, self._teacher, secret)


def _given(request: Request, response: Response, name: str, value: str) -> Response:
    is_secure = request.url.scheme == "https"
    response.set_cookie(name, value, max_age=_WEEK, httponly=True, samesite="strict", secure=is_secure)
    return response


async def data_of(request: Request) -> dict[str, Any]:
    """Return the object that a page sends, or refuse it."""
    try:
        data = json.loads(await request.body())
        # Half of a pair of surrogates can be written in JSON, and on no page: every page that had it would fail.
        json.dumps(data, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise Refused("That is not JSON.") from None
    if not isinstance(data, dict):
        raise Refused("Send a JSON object.")
    return data
