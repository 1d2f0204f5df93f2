"""The door: how students join a classroom, by join code or rejoin code."""

from __future__ import annotations

from typing import Any

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from comity_classroom.core.classroom import Classroom
from comity_classroom.core.names import LONGEST_NAME
from comity_classroom.core.refusal import Refused
from comity_classroom.server.entrance import Entrance
from comity_classroom.server.limits import MESSAGES, Limits
from comity_classroom.server.pages import Pages
from comity_classroom.server.requests import Cookies, data_of

__all__ = ["Door"]


class Door(Entrance):
    """The pages through which people join."""

    def __init__(self, classroom: Classroom, pages: Pages, cookies: Cookies, limits: Limits) -> None:
        super().__init__(classroom.secrets, lambda: classroom.state.language, pages, cookies, limits)
        self.classroom = classroom

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

    async def speaker(self, request: Request) -> tuple[str, dict[str, Any]]:
        """Return who says something to others, and what was sent; the rate is limited."""
        person, data = self.person(request), await data_of(request)
        self.limits.count(MESSAGES, person)
        self.classroom.heard(person)
        return person, data

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

    async def join(self, request: Request) -> Response:
        """Admit a student."""
        data = await data_of(request)
        if self.classroom.state.is_closed:
            raise Refused("closed", "closed")
        if person := self.classroom.person_of(self.cookies.seat(request)):
            self.classroom.heard(person)
            return JSONResponse({"text": self.phrases(request).say("room.already_joined")})
        code = str(data.get("code", ""))
        if not await self.guess(request, lambda: self.classroom.secrets.is_join_code(code)):
            raise Refused("join_code", "forbidden")
        self.must_be_few(request)
        _, token = await anyio.to_thread.run_sync(self.classroom.join, data.get("name"))
        self.has_joined(request)
        return self.cookies.give_seat(request, JSONResponse({}), token)

    async def rejoin(self, request: Request) -> Response:
        """Admit a student on another device."""
        data = await data_of(request)
        code = str(data.get("code", ""))
        self.must_be_few(request)

        def check() -> str:
            try:
                return self.classroom.rejoin(code)[1]
            except Refused as refusal:
                if refusal.kind != "forbidden":
                    raise
                return ""

        token = await self.guess(request, check)
        if not token:
            raise Refused("rejoin_code", "forbidden")
        self.has_joined(request)
        return self.cookies.give_seat(request, JSONResponse({}), token)
