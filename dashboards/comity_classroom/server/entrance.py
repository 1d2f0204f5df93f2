"""The entrance to a classroom, a lesson or the start page: access by a code or by the teacher's secret.

Wrong codes lock nobody out, since a class and its teacher may share one address. After many wrong codes, codes from
that network are checked half a second later; a correct code is always accepted. The number of possible codes protects
against guessing: see :mod:`comity_classroom.core.secrets`.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any

import anyio
import anyio.to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from comity_classroom.core.refusal import Refused
from comity_classroom.core.secrets import Secrets
from comity_classroom.phrases import Phrases, load_phrases, shipped
from comity_classroom.server.limits import ALL_WRONG, NEWCOMERS, WRONG, Limits, network_of
from comity_classroom.server.pages import Pages
from comity_classroom.server.requests import Cookies, data_of

__all__ = ["Entrance"]

_LATER = 0.5
"""Delay of a check after many wrong codes, in seconds."""
_MOST_WAITING = 400
"""Most codes of one network that wait for their check. Beyond that, requests are refused."""


class Entrance:
    """Access to some pages, and the language of whoever asks for one."""

    def __init__(
        self, secrets: Secrets, language: Callable[[], str], pages: Pages, cookies: Cookies, limits: Limits
    ) -> None:
        self.secrets, self.pages, self.cookies, self.limits = secrets, pages, cookies, limits
        self._language = language
        # Codes are checked one at a time: a flood of codes takes one thread only.
        self._one = anyio.CapacityLimiter(1)
        self._waiting: Counter[str] = Counter()

    def must_teach(self, request: Request) -> None:
        """Refuse everybody but the teacher."""
        if not self.secrets.is_teacher(self.cookies.teacher(request)):
            raise Refused("not_teacher", "forbidden")

    def phrases(self, request: Request) -> Phrases:
        """Return the language of a request: that of the class for teacher and projector, else that of the visitor."""
        own = self._language()
        is_own = request.url.path.startswith(("/teacher", "/projector"))
        return load_phrases(own if is_own else self.cookies.language(request) or own)

    async def language(self, request: Request) -> Response:
        """Set the language of a device."""
        chosen = (await data_of(request)).get("language")
        if chosen not in shipped():
            raise Refused("language", "missing")
        return self.cookies.give_language(request, JSONResponse({}), str(chosen))

    async def teacher(self, request: Request) -> Response:
        """Exchange the secret in the address for a cookie, so that it does not stay in the address bar."""
        secret = request.path_params["secret"]
        # It has 256 bits, so guesses need not be counted.
        if not self.secrets.is_teacher(secret):
            raise Refused("no_page", "missing")
        page = request.url.path.rpartition("/")[0]
        return self.cookies.give_teacher(request, RedirectResponse(page, 303), secret)

    def must_be_few(self, request: Request) -> None:
        """Refuse a newcomer if too many joined from the same network."""
        if not self.limits.test(NEWCOMERS, _network(request)):
            raise Refused("newcomers", "too many")

    def has_joined(self, request: Request) -> None:
        """Count a newcomer."""
        self.limits.hit(NEWCOMERS, _network(request))

    async def guess(self, request: Request, check: Callable[[], Any]) -> Any:
        """Check a code. A correct one is always accepted; after many wrong ones the check is delayed."""
        network = _network(request)
        if self._waiting[network] >= _MOST_WAITING:
            raise Refused("codes", "too many")
        many = not self.limits.test(WRONG, network) or not self.limits.test(ALL_WRONG)
        self._waiting[network] += 1
        try:
            if many:
                await asyncio.sleep(_LATER)
            found = await anyio.to_thread.run_sync(check, limiter=self._one)
        finally:
            self._waiting[network] -= 1
            if not self._waiting[network]:
                del self._waiting[network]
        if not found:
            self.limits.hit(WRONG, network)
            self.limits.hit(ALL_WRONG)
            if many:
                raise Refused("wrong_codes", "too many")
        return found


def _network(request: Request) -> str:
    return network_of(request.client.host) if request.client else ""
