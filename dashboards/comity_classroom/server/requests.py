"""Requests: cookies, and the JSON that a page sends."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from comity_classroom.core.refusal import Refused

__all__ = ["Cookies", "data_of"]

_WEEK = 7 * 24 * 3600


class Cookies:
    """The two cookies of a classroom. Scripts cannot read them, and other sites cannot send them."""

    def __init__(self, folder: Path) -> None:
        # Cookies ignore ports: two rooms on one machine need names of their own.
        name = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:10]
        self._seat, self._teacher = f"seat-{name}", f"teacher-{name}"

    def seat(self, request: Request) -> str:
        """Return the token of a student's device, or an empty string."""
        return request.cookies.get(self._seat, "")

    def teacher(self, request: Request) -> str:
        """Return the teacher's secret, or an empty string."""
        return request.cookies.get(self._teacher, "")

    def give_seat(self, request: Request, response: Response, token: str) -> Response:
        """Set the token of a student's device."""
        return _given(request, response, self._seat, token)

    def give_teacher(self, request: Request, response: Response, secret: str) -> Response:
        """Set the secret in the teacher's browser."""
        return _given(request, response, self._teacher, secret)


def _given(request: Request, response: Response, name: str, value: str) -> Response:
    is_secure = request.url.scheme == "https"
    response.set_cookie(name, value, max_age=_WEEK, httponly=True, samesite="strict", secure=is_secure)
    return response


async def data_of(request: Request) -> dict[str, Any]:
    """Return the JSON object of a request, or refuse it."""
    try:
        data = json.loads(await request.body())
        # A lone surrogate is valid in JSON, but cannot be encoded in a page.
        json.dumps(data, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise Refused("page.json") from None
    if not isinstance(data, dict):
        raise Refused("page.object")
    return data
