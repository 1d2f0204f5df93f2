"""The application: addresses, who may ask for them, and what they answer."""

from __future__ import annotations

import io
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import segno
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from comity.errors import InputError
from comity_classroom.pack import role_sheet_css
from comity_classroom.room.classroom import Classroom
from comity_classroom.room.errors import NotKept
from comity_classroom.room.refusal import Refused
from comity_classroom.room.seen import check_choice, check_take
from comity_classroom.server.debrief_view import debrief_view, fidelity_of
from comity_classroom.server.door import Door
from comity_classroom.server.events import Hub, Stream
from comity_classroom.server.guard import Guard, Hosts
from comity_classroom.server.limits import ACTS, DEBRIEFS, LOOKS, Limits
from comity_classroom.server.look import Look
from comity_classroom.server.pages import Pages
from comity_classroom.server.requests import NO_SUCH_PAGE, Cookies, data_of
from comity_classroom.server.room_view import room_view
from comity_classroom.server.student_view import student_view
from comity_classroom.server.teacher_acts import teacher_act
from comity_classroom.server.teacher_view import teacher_view

__all__ = ["App"]

_STATUS = {"wrong": 422, "forbidden": 403, "missing": 404, "conflict": 409, "closed": 410, "too many": 429}

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
    names
        Names by which it is asked for, beside addresses.
    """

    def __init__(
        self, room: Classroom, *, join_address: str, join_code: str, is_local: bool, names: frozenset[str] = frozenset()
    ) -> None:
        self.room, self.hub, self.pages = room, Hub(), Pages()
        self.joining: dict[str, Any] = {"join_address": join_address, "join_code": join_code, "is_local": is_local}
        self._charts: dict[Any, Any] = {}
        self._debriefs: dict[Any, Any] = {}
        # A debrief plays the class again: one at a time, so that choosing goes on meanwhile.
        self._one_debrief = anyio.CapacityLimiter(1)
        self._exported: dict[Any, Path] = {}
        self.limits, self.hosts = Limits(), Hosts(is_local=is_local, names=names)
        self.door = Door(room, self.pages, Cookies(room.folder), self.limits)
        room.listen(self.hub.changed)
        self.starlette = Starlette(
            routes=self._routes(),
            middleware=[Middleware(Guard, hosts=self.hosts)],
            exception_handlers={
                Refused: self._refused,
                InputError: self._not_kept,
                404: self._missing,
                405: self._missing,
                500: self._failed,
            },
        )
        # A path with a slash too many would be sent to whatever host the request names.
        self.starlette.router.redirect_slashes = False

    def _routes(self) -> list[Route | Mount]:
        here = Path(__file__).parent
        get: dict[str, Endpoint] = {
            "/": self.door.start,
            "/seat": self.seat,
            "/seat/view": self.seat_view,
            "/seat/debrief": self.seat_debrief,
            "/teacher": self.teacher,
            "/teacher/view": self.teacher_part,
            "/teacher/debrief": self.teacher_debrief,
            "/teacher/{secret}": self.door.teacher,
            "/room": self.projector,
            "/room/view": self.projector_part,
            "/events/{page}": self.events,
            "/qr.svg": self.qr,
            "/static/role-sheet.css": self.sheet_style,
        }
        post: dict[str, Endpoint] = {
            "/join": self.door.join,
            "/rejoin": self.door.rejoin,
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

    # --- students

    async def seat(self, request: Request) -> Response:
        """Answer a student's page."""
        person = self.door.person(request)
        self.limits.count(LOOKS, person)
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
        person = self.door.person(request)
        self.limits.count(LOOKS, person)
        look = Look(self.room)
        if request.headers.get("x-seat", "") != (look.state.seat_of(person) or ""):
            return Response(status_code=205)  # another seat, another role sheet: the whole page is asked for anew
        return await run_in_threadpool(lambda: self.pages.part("seat_view.html", student_view(look, person)))

    async def seat_debrief(self, request: Request) -> Response:
        """Answer the debrief of one's seat."""
        person = self.door.person(request)
        self.limits.count(DEBRIEFS, person)
        look = Look(self.room)
        seat = look.state.seat_of(person)
        if seat is None:
            return RedirectResponse("/seat", 303)
        return await self._debrief(look, seat, "/seat")

    async def ping(self, request: Request) -> Response:
        """Note that a student's page is alive."""
        self.room.heard(self.door.person(request))
        return JSONResponse({})

    async def take(self, request: Request) -> Response:
        """Seat a student."""
        person, data = self.door.person(request), await data_of(request)
        self.limits.count(ACTS, person)

        def take() -> None:
            with self.room.acting:
                check_take(self.room, data.get("seen"), person)
                self.room.take(person, data.get("seat"))

        await run_in_threadpool(take)
        return JSONResponse({})

    async def leave(self, request: Request) -> Response:
        """Free a student's seat."""
        person, data = self.door.person(request), await data_of(request)
        self.limits.count(ACTS, person)

        def leave() -> None:
            with self.room.acting:
                if data.get("seat") != self.room.state.seat_of(person):
                    raise Refused("That is not your seat any more. Look at your page again.", "conflict")
                self.room.leave(person)

        await run_in_threadpool(leave)
        return JSONResponse({})

    async def choose(self, request: Request) -> Response:
        """Note what a student chose."""
        person, data = self.door.person(request), await data_of(request)
        self.limits.count(ACTS, person)
        self.room.heard(person)

        def choose() -> bool:
            with self.room.acting:
                check_choice(self.room, data.get("seen"))
                return self.room.choose(person, data.get("seat"), data.get("answer"))

        changed = await run_in_threadpool(choose)
        return JSONResponse({"text": "" if changed else "That is what you have chosen already."})

    async def rejoin_code(self, request: Request) -> Response:
        """Answer a new rejoin code, once."""
        person = self.door.person(request)
        self.limits.count(ACTS, person)
        return JSONResponse({"code": await run_in_threadpool(self.room.rejoin_code, person)})

    # --- the teacher and the projector

    async def teacher(self, request: Request) -> Response:
        """Answer the teacher's page."""
        self.door.must_teach(request)
        look = Look(self.room)
        return await run_in_threadpool(lambda: self.pages.answer("teacher.html", **teacher_view(look), **self.joining))

    async def teacher_part(self, request: Request) -> Response:
        """Answer the part of the teacher's page that changes."""
        self.door.must_teach(request)
        look = Look(self.room)
        return await run_in_threadpool(lambda: self.pages.part("teacher_view.html", teacher_view(look) | self.joining))

    async def teacher_debrief(self, request: Request) -> Response:
        """Answer the debrief of all seats, or of one."""
        self.door.must_teach(request)
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

        return await anyio.to_thread.run_sync(page, limiter=self._one_debrief)

    async def _debrief(self, look: Look, seat: str, back: str) -> Response:
        def page() -> Response:
            return self.pages.answer("debrief.html", **debrief_view(look, seat, self._debriefs), back=back)

        return await anyio.to_thread.run_sync(page, limiter=self._one_debrief)

    async def act(self, request: Request) -> Response:
        """Do what the teacher asks for."""
        self.door.must_teach(request)
        data = await data_of(request)
        self.limits.count(ACTS, "teacher")
        return JSONResponse({"text": await run_in_threadpool(teacher_act, self.room, data, self._exported)})

    async def projector(self, request: Request) -> Response:
        """Answer the page for the projector."""
        self.door.must_teach(request)
        look = Look(self.room)
        return await run_in_threadpool(
            lambda: self.pages.answer("room.html", **room_view(look, self._charts), **self.joining)
        )

    async def projector_part(self, request: Request) -> Response:
        """Answer the part of the projector's page that changes."""
        self.door.must_teach(request)
        look = Look(self.room)
        return await run_in_threadpool(
            lambda: self.pages.part("room_view.html", room_view(look, self._charts) | self.joining)
        )

    async def qr(self, request: Request) -> Response:
        """Answer the QR code of the join page; the code is behind the #, which no browser sends to a server."""
        self.door.must_teach(request)
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
            person = self.door.person(request)
            self.room.heard(person)
            listener = person

            def version() -> str | None:
                look = Look(self.room)
                return look.student_version(person) if person in look.state.people else None

        elif page in ("teacher", "room"):
            self.door.must_teach(request)
            listener = page
            of = Look.teacher_version if page == "teacher" else Look.room_version

            def version() -> str | None:
                return of(Look(self.room))

        else:
            raise Refused(NO_SUCH_PAGE, "missing")
        return Stream(self.hub, listener, version)

    # --- answers to what goes wrong

    async def _refused(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, Refused)
        status = _STATUS[error.kind]
        if error.kind == "forbidden" and request.method == "GET":
            status = 401
        return self._error(request, str(error), status)

    async def _missing(self, request: Request, error: Exception) -> Response:
        return self._error(request, NO_SUCH_PAGE, 404)

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
