"""The door: who comes in, by a code, a rejoin code or the teacher's secret.

Wrong codes shut nobody out, since a class and its teacher share one address. After many wrong codes, the codes of that
network are checked half a second later; a right code is always right. The number of possible codes keeps guesses out:
see :mod:`comity_classroom.room.secrets`.
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

from comity_classroom.room.classroom import Classroom
from comity_classroom.room.names import LONGEST_NAME
from comity_classroom.room.refusal import Refused
from comity_classroom.server.limits import ALL_WRONG, NEWCOMERS, WRONG, Limits, network_of
from comity_classroom.server.pages import Pages
from comity_classroom.server.requests import NO_SUCH_PAGE, Cookies, data_of

__all__ = ["Door"]

_LATER = 0.5
"""Seconds that a code waits after many wrong ones."""
_MOST_WAITING = 400
"""Codes of one network that wait to be looked at, one after another; with more at a time it is luck who gets in."""
REMOVED = "The teacher has removed you from this room."


class Door:
    """The pages of coming in."""

    def __init__(self, room: Classroom, pages: Pages, cookies: Cookies, limits: Limits) -> None:
        self.room, self.pages, self.cookies, self.limits = room, pages, cookies, limits
        # Codes are looked at one after another: whoever floods the door takes one thread, and nobody waits long.
        self._one = anyio.CapacityLimiter(1)
        self._waiting: Counter[str] = Counter()

    def person(self, request: Request) -> str:
        """Return who asks, or refuse."""
        token = self.cookies.seat(request)
        person = self.room.person_of(token)
        if person is None:
            if self.room.state.is_closed:
                raise Refused("This room is closed.", "closed")
            if self.room.was_removed(token):
                raise Refused(REMOVED, "forbidden")
            raise Refused(
                "You have not come in yet, or came in on another device. Begin with the join code.", "forbidden"
            )
        return person

    def must_teach(self, request: Request) -> None:
        """Refuse all but the teacher."""
        if not self.room.secrets.is_teacher(self.cookies.teacher(request)):
            raise Refused("That is for the teacher. Open the address that the command printed.", "forbidden")

    async def start(self, request: Request) -> Response:
        """Answer the first page: come in, or go to one's seat."""
        if self.room.state.is_closed:
            return self.pages.message(
                "The room is closed", "Thank you for playing. This room takes nobody in any more."
            )
        token = self.cookies.seat(request)
        if self.room.person_of(token):
            return RedirectResponse("/seat", 303)
        title = self.room.state.scenario["title"]
        news = f"{REMOVED} Ask the teacher before you join again." if self.room.was_removed(token) else ""
        return self.pages.answer("join.html", title=title, longest=LONGEST_NAME, news=news)

    async def join(self, request: Request) -> Response:
        """Let a student in."""
        data = await data_of(request)
        if self.room.state.is_closed:
            raise Refused("This room is closed.", "closed")
        if person := self.room.person_of(self.cookies.seat(request)):
            self.room.heard(person)
            return JSONResponse({"text": "You are in already."})
        code = str(data.get("code", ""))
        if not await self._guess(request, lambda: self.room.secrets.is_join_code(code)):
            raise Refused("That is not the join code of this room. Look at the screen again.", "forbidden")
        self._must_be_few(request)
        _, token = await anyio.to_thread.run_sync(self.room.join, data.get("name"))
        self.limits.hit(NEWCOMERS, _network(request))
        return self.cookies.give_seat(request, JSONResponse({}), token)

    async def rejoin(self, request: Request) -> Response:
        """Let a student in on another device."""
        data = await data_of(request)
        code = str(data.get("code", ""))
        self._must_be_few(request)

        def check() -> str:
            try:
                return self.room.rejoin(code)[1]
            except Refused as refusal:
                if refusal.kind != "forbidden":
                    raise
                return ""

        token = await self._guess(request, check)
        if not token:
            raise Refused("That rejoin code is not one of this room.", "forbidden")
        self.limits.hit(NEWCOMERS, _network(request))
        return self.cookies.give_seat(request, JSONResponse({}), token)

    async def teacher(self, request: Request) -> Response:
        """Change the secret of the address for a cookie, so that it does not stay in the address bar."""
        secret = request.path_params["secret"]
        # It has 256 bits: nobody needs to be counted for a guess.
        if not self.room.secrets.is_teacher(secret):
            raise Refused(NO_SUCH_PAGE, "missing")
        return self.cookies.give_teacher(request, RedirectResponse("/teacher", 303), secret)

    def _must_be_few(self, request: Request) -> None:
        if not self.limits.test(NEWCOMERS, _network(request)):
            raise Refused("Too many people came in at once. Wait a minute.", "too many")

    async def _guess(self, request: Request, check: Callable[[], Any]) -> Any:
        """Let somebody try a code: a right one is always right, and wrong ones are looked at later and later."""
        network = _network(request)
        if self._waiting[network] >= _MOST_WAITING:
            raise Refused("Too many codes at once. Try again in a few seconds.", "too many")
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
                raise Refused(
                    "That is not a code of this room, and there were many before it. Wait a minute.", "too many"
                )
        return found


def _network(request: Request) -> str:
    return network_of(request.client.host) if request.client else ""
