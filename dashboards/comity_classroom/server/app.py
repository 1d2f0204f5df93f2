"""The application: addresses, who may ask for them, and what they answer."""

from __future__ import annotations

import hashlib
import io
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import segno
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from comity.errors import InputError
from comity_classroom.pack import role_sheet_css
from comity_classroom.room.classroom import Classroom
from comity_classroom.room.errors import NotKept
from comity_classroom.room.refusal import Refused
from comity_classroom.room.seats import LONGEST_NAME
from comity_classroom.server.debrief_view import debrief_view, fidelity_of
from comity_classroom.server.events import Hub
from comity_classroom.server.guard import Guard
from comity_classroom.server.limits import Limit
from comity_classroom.server.look import Look
from comity_classroom.server.pages import Pages
from comity_classroom.server.room_view import room_view
from comity_classroom.server.student_view import student_view
from comity_classroom.server.teacher_acts import teacher_act
from comity_classroom.server.teacher_view import teacher_view

__all__ = ["App"]

_STATUS = {"wrong": 422, "forbidden": 403, "missing": 404, "conflict": 409, "closed": 410, "too many": 429}
_WEEK = 7 * 24 * 3600
_NO_SUCH_PAGE = "There is no such page in this room."

Endpoint = Callable[[Request], Awaitable[Response]]


class App:
    """The pages of one room.

    Parameters
    ----------
    room
        The room, open.
    join_address
        Where students go, as it is shown and as the QR code has it.
    join_code
        What they type there.
    is_local
        Whether only this machine can reach it.
    """

    def __init__(self, room: Classroom, *, join_address: str, join_code: str, is_local: bool) -> None:
        self.room, self.hub, self.pages = room, Hub(), Pages()
        self.joining: dict[str, Any] = {"join_address": join_address, "join_code": join_code, "is_local": is_local}
        self._charts: dict[Any, Any] = {}
        self._debriefs: dict[Any, Any] = {}
        # Cookies do not know ports: two rooms on one machine need names of their own.
        name = hashlib.sha256(str(room.folder.resolve()).encode()).hexdigest()[:10]
        self._seat_cookie, self._teacher_cookie = f"seat-{name}", f"teacher-{name}"
        self._acts = Limit(burst=40, per_second=4)
        self._looks = Limit(burst=120, per_second=15)
        self._guesses = Limit(burst=20, per_second=1 / 6)
        self._all_guesses = Limit(burst=200, per_second=1)
        room.listen(self.hub.changed)
        self.starlette = Starlette(
            routes=self._routes(),
            middleware=[Middleware(Guard, is_local=is_local)],
            exception_handlers={
                Refused: self._refused,
                InputError: self._not_kept,
                404: self._missing,
                405: self._missing,
                500: self._failed,
            },
        )

    def _routes(self) -> list[Route | Mount]:
        here = Path(__file__).parent
        get: dict[str, Endpoint] = {
            "/": self.start,
            "/seat": self.seat,
            "/seat/view": self.seat_view,
            "/seat/debrief": self.seat_debrief,
            "/teacher": self.teacher,
            "/teacher/view": self.teacher_part,
            "/teacher/debrief": self.teacher_debrief,
            "/teacher/{secret}": self.teacher_enters,
            "/room": self.projector,
            "/room/view": self.projector_part,
            "/events/{page}": self.events,
            "/qr.svg": self.qr,
            "/static/role-sheet.css": self.sheet_style,
        }
        post: dict[str, Endpoint] = {
            "/join": self.join,
            "/rejoin": self.rejoin,
            "/ping": self.ping,
            "/seat/take": self.take,
            "/seat/leave": self.leave,
            "/seat/choose": self.choose,
            "/seat/rejoin-code": self.rejoin_code,
            "/teacher/act": self.act,
        }
        return [
            *(Route(path, endpoint, methods=["GET"]) for path, endpoint in get.items()),
            *(Route(path, endpoint, methods=["POST"]) for path, endpoint in post.items()),
            Mount("/static", StaticFiles(directory=here / "static")),
        ]

    # --- who asks

    def _person(self, request: Request) -> str:
        """Return who asks, or refuse."""
        person = self.room.person_of(request.cookies.get(self._seat_cookie, ""))
        if person is None:
            if self.room.state.is_closed:
                raise Refused("This room is closed.", "closed")
            raise Refused(
                "You have not come in yet, or came in on another device. Begin with the join code.", "forbidden"
            )
        return person

    def _must_teach(self, request: Request) -> None:
        if not self.room.secrets.is_teacher(request.cookies.get(self._teacher_cookie, "")):
            raise Refused("That is for the teacher. Open the address that the command printed.", "forbidden")

    def _count(self, limit: Limit, asker: str) -> None:
        if not limit.take(asker):
            raise Refused("That was too much at once. Wait a few seconds.", "too many")

    async def _guess(self, request: Request, check: Callable[[], Any]) -> Any:
        """Let somebody try a secret; who fails too often has to wait, whatever is tried then."""
        asker = _client(request)
        if not self._guesses.is_open(asker) or not self._all_guesses.is_open(""):
            raise Refused("Too many wrong codes. Wait a minute, then try again.", "too many")
        found = await run_in_threadpool(check)
        if not found:
            self._guesses.take(asker)
            self._all_guesses.take("")
        return found

    # --- coming in

    async def start(self, request: Request) -> Response:
        """Answer the first page: come in, or go to one's seat."""
        if self.room.state.is_closed:
            return self.pages.message(
                "The room is closed", "Thank you for playing. This room takes nobody in any more."
            )
        if self.room.person_of(request.cookies.get(self._seat_cookie, "")):
            return RedirectResponse("/seat", 303)
        return self.pages.answer("join.html", title=self.room.state.scenario["title"], longest=LONGEST_NAME)

    async def join(self, request: Request) -> Response:
        """Let a student in."""
        data = await _data(request)
        if self.room.state.is_closed:
            raise Refused("This room is closed.", "closed")
        if person := self.room.person_of(request.cookies.get(self._seat_cookie, "")):
            self.room.heard(person)
            return JSONResponse({"text": "You are in already."})
        code = str(data.get("code", ""))
        if not await self._guess(request, lambda: self.room.secrets.is_join_code(code)):
            raise Refused("That is not the join code of this room. Look at the screen again.", "forbidden")
        _, token = await run_in_threadpool(self.room.join, data.get("name"))
        return self._with_cookie(JSONResponse({}), self._seat_cookie, token)

    async def rejoin(self, request: Request) -> Response:
        """Let a student in on another device."""
        data = await _data(request)
        code = str(data.get("code", ""))

        def check() -> str:
            try:
                return self.room.rejoin(code)[1]
            except Refused as no:
                if no.kind != "forbidden":
                    raise
                return ""

        token = await self._guess(request, check)
        if not token:
            raise Refused("That rejoin code is not one of this room.", "forbidden")
        return self._with_cookie(JSONResponse({}), self._seat_cookie, token)

    async def teacher_enters(self, request: Request) -> Response:
        """Change the secret of the address for a cookie, so that it does not stay in the address bar."""
        secret = request.path_params["secret"]
        if not await self._guess(request, lambda: self.room.secrets.is_teacher(secret)):
            raise Refused(_NO_SUCH_PAGE, "missing")
        return self._with_cookie(RedirectResponse("/teacher", 303), self._teacher_cookie, secret)

    def _with_cookie(self, response: Response, name: str, value: str) -> Response:
        response.set_cookie(name, value, max_age=_WEEK, httponly=True, samesite="strict")
        return response

    # --- students

    async def seat(self, request: Request) -> Response:
        """Answer a student's page."""
        person = self._person(request)
        self._count(self._looks, person)
        self.room.heard(person)
        look = Look(self.room)
        seat = look.state.seat_of(person)

        def page() -> Response:
            shown = student_view(look, person)
            sheet = self.pages.role_sheet(look, seat) if seat else ""
            return self.pages.answer("seat.html", **{"seat_name": "", **shown}, sheet=sheet)

        return await run_in_threadpool(page)

    async def seat_view(self, request: Request) -> Response:
        """Answer the part of a student's page that changes."""
        person = self._person(request)
        self._count(self._looks, person)
        look = Look(self.room)
        if request.headers.get("x-seat", "") != (look.state.seat_of(person) or ""):
            return Response(status_code=205)  # another seat, another role sheet: the whole page is asked for anew
        return await run_in_threadpool(lambda: self.pages.part("seat_view.html", student_view(look, person)))

    async def seat_debrief(self, request: Request) -> Response:
        """Answer the debrief of one's seat."""
        person = self._person(request)
        self._count(self._looks, person)
        look = Look(self.room)
        seat = look.state.seat_of(person)
        if seat is None:
            return RedirectResponse("/seat", 303)
        return await self._debrief(look, seat, "/seat")

    async def ping(self, request: Request) -> Response:
        """Note that a student's page is alive."""
        self.room.heard(self._person(request))
        return JSONResponse({})

    async def take(self, request: Request) -> Response:
        """Seat a student."""
        person, data = self._person(request), await _data(request)
        self._count(self._acts, person)
        await run_in_threadpool(self.room.take, person, data.get("seat"))
        return JSONResponse({})

    async def leave(self, request: Request) -> Response:
        """Free a student's seat."""
        person = self._person(request)
        self._count(self._acts, person)
        await run_in_threadpool(self.room.leave, person)
        return JSONResponse({})

    async def choose(self, request: Request) -> Response:
        """Note what a student chose."""
        person, data = self._person(request), await _data(request)
        self._count(self._acts, person)
        self.room.heard(person)
        changed = await run_in_threadpool(self.room.choose, person, data.get("seat"), data.get("answer"))
        return JSONResponse({"text": "" if changed else "That is what you have chosen already."})

    async def rejoin_code(self, request: Request) -> Response:
        """Answer a new rejoin code, once."""
        person = self._person(request)
        self._count(self._acts, person)
        return JSONResponse({"code": await run_in_threadpool(self.room.rejoin_code, person)})

    # --- the teacher and the projector

    async def teacher(self, request: Request) -> Response:
        """Answer the teacher's page."""
        self._must_teach(request)
        look = Look(self.room)
        return await run_in_threadpool(lambda: self.pages.answer("teacher.html", **teacher_view(look), **self.joining))

    async def teacher_part(self, request: Request) -> Response:
        """Answer the part of the teacher's page that changes."""
        self._must_teach(request)
        look = Look(self.room)
        return await run_in_threadpool(lambda: self.pages.part("teacher_view.html", teacher_view(look) | self.joining))

    async def teacher_debrief(self, request: Request) -> Response:
        """Answer the debrief of all seats, or of one."""
        self._must_teach(request)
        look = Look(self.room)
        seat = request.query_params.get("seat")
        if seat is not None:
            if seat not in look.state.seats:
                raise Refused("There is no such seat in this room.", "missing")
            return await self._debrief(look, seat, "/teacher/debrief")

        def page() -> Response:
            seats = []
            for one, person in look.state.seats.items():
                found = fidelity_of(look, one, self._debriefs)
                score = "–" if found is None or found.score is None else f"{100 * found.score:.0f}"
                seats.append({"id": one, "name": look.name(one), "person": look.state.people[person], "score": score})
            return self.pages.answer("teacher_debrief.html", title=look.state.scenario["title"], seats=seats)

        return await run_in_threadpool(page)

    async def _debrief(self, look: Look, seat: str, back: str) -> Response:
        def page() -> Response:
            return self.pages.answer("debrief.html", **debrief_view(look, seat, self._debriefs), back=back)

        return await run_in_threadpool(page)

    async def act(self, request: Request) -> Response:
        """Do what the teacher asks for."""
        self._must_teach(request)
        data = await _data(request)
        self._count(self._acts, "teacher")
        return JSONResponse({"text": await run_in_threadpool(teacher_act, self.room, data)})

    async def projector(self, request: Request) -> Response:
        """Answer the page for the projector."""
        self._must_teach(request)
        look = Look(self.room)
        return await run_in_threadpool(
            lambda: self.pages.answer("room.html", **room_view(look, self._charts), **self.joining)
        )

    async def projector_part(self, request: Request) -> Response:
        """Answer the part of the projector's page that changes."""
        self._must_teach(request)
        look = Look(self.room)
        return await run_in_threadpool(
            lambda: self.pages.part("room_view.html", room_view(look, self._charts) | self.joining)
        )

    async def qr(self, request: Request) -> Response:
        """Answer the QR code of the join page; the code is behind the #, which no browser sends to a server."""
        self._must_teach(request)
        drawn = io.BytesIO()
        segno.make(f"{self.joining['join_address']}#{self.joining['join_code']}").save(
            drawn, kind="svg", scale=4, border=2, xmldecl=False
        )
        return Response(drawn.getvalue(), media_type="image/svg+xml")

    async def sheet_style(self, request: Request) -> Response:
        """Answer the style of role sheets."""
        return Response(role_sheet_css(), media_type="text/css")

    async def events(self, request: Request) -> Response:
        """Answer a stream of versions for one page."""
        page = request.path_params["page"]
        if page == "seat":
            person = self._person(request)
            self.room.heard(person)
            listener = person

            def version() -> str:
                return Look(self.room).student_version(person)

        elif page in ("teacher", "room"):
            self._must_teach(request)
            listener = page
            of = Look.teacher_version if page == "teacher" else Look.room_version

            def version() -> str:
                return of(Look(self.room))

        else:
            raise Refused(_NO_SUCH_PAGE, "missing")
        if not self.hub.has_room_for(listener):
            raise Refused("This page is open too often. Close it elsewhere.", "too many")
        return StreamingResponse(self.hub.stream(listener, version), media_type="text/event-stream")

    # --- answers to what goes wrong

    async def _refused(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, Refused)
        status = _STATUS[error.kind]
        if error.kind == "forbidden" and request.method == "GET":
            status = 401
        return self._error(request, str(error), status)

    async def _missing(self, request: Request, error: Exception) -> Response:
        return self._error(request, _NO_SUCH_PAGE, 404)

    async def _not_kept(self, request: Request, error: Exception) -> Response:
        print(f"comity: {error}", file=sys.stderr, flush=True)  # it names folders, which are not a student's business
        if isinstance(error, NotKept):
            return self._error(request, error.told, 507)
        return self._error(request, "That is not done, and nothing has changed. The server's terminal says why.", 422)

    async def _failed(self, request: Request, error: Exception) -> Response:
        return self._error(request, "Something went wrong in the server. What your page shows is kept; try again.", 500)

    def _error(self, request: Request, text: str, status: int) -> Response:
        if request.method == "POST":
            return JSONResponse({"error": text}, status)
        return self.pages.message("That did not work", text, status=status, link="/", link_text="To the first page")


def _client(request: Request) -> str:
    return request.client.host if request.client else "nobody"


async def _data(request: Request) -> dict[str, Any]:
    try:
        data = json.loads(await request.body())
    except (ValueError, RecursionError):
        raise Refused("That is not JSON.") from None
    if not isinstance(data, dict):
        raise Refused("Send a JSON object.")
    return data
