"""Requests: cookies, and the JSON that a page sends."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from comity_classroom.core.refusal import Refused
from comity_classroom.phrases import shipped

__all__ = ["Cookies", "data_of"]

_WEEK = 7 * 24 * 3600
_WANTED = re.compile(r"([a-z]{2,3})(?:-[a-z0-9-]+)?(?:\s*;\s*q=([01](?:\.[0-9]{1,3})?))?\s*(?:,|$)")
"""One language of the header ``Accept-Language``, with its weight."""


class Cookies:
    """The cookies of a classroom. Scripts cannot read them, and other sites cannot send them."""

    def __init__(self, folder: Path) -> None:
        # Cookies ignore ports: two rooms on one machine need names of their own.
        name = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:10]
        self._seat, self._teacher, self._language = f"seat-{name}", f"teacher-{name}", f"language-{name}"

    def seat(self, request: Request) -> str:
        """Return the token of a student's device, or an empty string."""
        return request.cookies.get(self._seat, "")

    def teacher(self, request: Request) -> str:
        """Return the teacher's secret, or an empty string."""
        return request.cookies.get(self._teacher, "")

    def give_seat(self, request: Request, response: Response, token: str) -> Response:
        """Set the token of a student's device."""
        return _given(request, response, self._seat, token)

    def language(self, request: Request) -> str:
        """Return the language of a visitor: the one chosen on this device, else by the browser; or an empty string."""
        known = shipped()
        chosen = request.cookies.get(self._language, "")
        return chosen if chosen in known else _accepted(request.headers.get("accept-language", ""), known)

    def give_language(self, request: Request, response: Response, language: str) -> Response:
        """Set the language of a device."""
        return _given(request, response, self._language, language)

    def give_teacher(self, request: Request, response: Response, secret: str) -> Response:
        """Set the secret in the teacher's browser."""
        return _given(request, response, self._teacher, secret)


def _accepted(header: str, known: Sequence[str]) -> str:
    """Return the known language that a browser prefers, or an empty string."""
    wanted = _WANTED.findall(header.lower())
    ranked = sorted(wanted, key=lambda item: -float(item[1] or 1))  # equal ones stay in the order of the header
    return next((code for code, weight in ranked if code in known and float(weight or 1) > 0), "")


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
