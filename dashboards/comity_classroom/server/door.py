"""The door: access by join code, rejoin code or the teacher's secret.

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

from comity_classroom.core.classroom import Classroom
from comity_classroom.core.names import LONGEST_NAME
from comity_classroom.core.refusal import Refused
from comity_classroom.phrases import Phrases, load_phrases, shipped
from comity_classroom.server.limits import ALL_WRONG, NEWCOMERS, WRONG, Limits, network_of
from comity_classroom.server.pages import Pages
from comity_classroom.server.requests import Cookies, data_of

__all__ = ["Door"]

_LATER = 0.5
"""Delay of a check after many wrong codes, in seconds."""
_MOST_WAITING = 400
"""Most codes of one network that wait for their check. Beyond that, requests are refused."""


class Door:
    """The pages through which people join."""

    def __init__(self, classroom: Classroom, pages: Pages, cookies: Cookies, limits: Limits) -> None:
        self.classroom, self.pages, self.cookies, self.limits = classroom, pages, cookies, limits
        # Codes are checked one at a time: a flood of codes takes one thread only.
        self._one = anyio.CapacityLimiter(1)
        self._waiting: Counter[str] = Counter()

    def person(self, request: Request) -> str:
        """Return the person who asks, or refuse."""
        token = self.cookies.seat(request)
        person = self.classroom.person_of(token)
        if person is None:
            if self.classroom.state.is_closed:
                raise Refused("closed", "closed")
            if self.classroom.was_removed(token):
                raise Refused("removed", "forbidden")
            raise Refused("not_joined", "forbidden")
        return person

    def must_teach(self, request: Request) -> None:
        """Refuse everybody but the teacher."""
        if not self.classroom.secrets.is_teacher(self.cookies.teacher(request)):
            raise Refused("not_teacher", "forbidden")

    def phrases(self, request: Request) -> Phrases:
        """Return the language of a request: that of the class for teacher and projector, else that of the visitor."""
        own = self.classroom.state.language
        is_own = request.url.path.startswith(("/teacher", "/projector"))
        return load_phrases(own if is_own else self.cookies.language(request) or own)

    async def start(self, request: Request) -> Response:
        """Return the join page, or redirect a person who has joined to their seat."""
        phrases = self.phrases(request)
        if self.classroom.state.is_closed:
            return self.pages.message(phrases, phrases.say("room.closed"), phrases.say("room.closed_door"))
        token = self.cookies.seat(request)
        if self.classroom.person_of(token):
            return RedirectResponse("/seat", 303)
        title = phrases.name(self.classroom.state.scenario["title"])
        was_removed = self.classroom.was_removed(token)
        return self.pages.answer("join.html", phrases, title=title, longest=LONGEST_NAME, was_removed=was_removed)

    async def language(self, request: Request) -> Response:
        """Set the language of a device."""
        chosen = (await data_of(request)).get("language")
        if chosen not in shipped():
            raise Refused("language", "missing")
        return self.cookies.give_language(request, JSONResponse({}), str(chosen))

    async def join(self, request: Request) -> Response:
        """Admit a student."""
        data = await data_of(request)
        if self.classroom.state.is_closed:
            raise Refused("closed", "closed")
        if person := self.classroom.person_of(self.cookies.seat(request)):
            self.classroom.heard(person)
            return JSONResponse({"text": self.phrases(request).say("room.already_joined")})
        code = str(data.get("code", ""))
        if not await self._guess(request, lambda: self.classroom.secrets.is_join_code(code)):
            raise Refused("join_code", "forbidden")
        self._must_be_few(request)
        _, token = await anyio.to_thread.run_sync(self.classroom.join, data.get("name"))
        self.limits.hit(NEWCOMERS, _network(request))
        return self.cookies.give_seat(request, JSONResponse({}), token)

    async def rejoin(self, request: Request) -> Response:
        """Admit a student on another device."""
        data = await data_of(request)
        code = str(data.get("code", ""))
        self._must_be_few(request)

        def check() -> str:
            try:
                return self.classroom.rejoin(code)[1]
            except Refused as refusal:
                if refusal.kind != "forbidden":
                    raise
                return ""

        token = await self._guess(request, check)
        if not token:
            raise Refused("rejoin_code", "forbidden")
        self.limits.hit(NEWCOMERS, _network(request))
        return self.cookies.give_seat(request, JSONResponse({}), token)

    async def teacher(self, request: Request) -> Response:
        """Exchange the secret in the address for a cookie, so that it does not stay in the address bar."""
        secret = request.path_params["secret"]
        # It has 256 bits, so guesses need not be counted.
        if not self.classroom.secrets.is_teacher(secret):
            raise Refused("no_page", "missing")
        return self.cookies.give_teacher(request, RedirectResponse("/teacher", 303), secret)

    def _must_be_few(self, request: Request) -> None:
        if not self.limits.test(NEWCOMERS, _network(request)):
            raise Refused("newcomers", "too many")

    async def _guess(self, request: Request, check: Callable[[], Any]) -> Any:
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
