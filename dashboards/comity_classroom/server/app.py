"""The web application: routes, access and answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from comity_classroom.core.classroom import Classroom
from comity_classroom.core.refusal import Refused
from comity_classroom.core.stale import check_choice, check_take
from comity_classroom.pack import role_sheet_css
from comity_classroom.server.context import PageContext
from comity_classroom.server.debrief_view import debrief_view, fidelity_of
from comity_classroom.server.door import Door
from comity_classroom.server.draft import DraftRequests
from comity_classroom.server.drawing import qr_code
from comity_classroom.server.events import Hub, Stream
from comity_classroom.server.failures import handlers
from comity_classroom.server.guard import Guard, Hosts
from comity_classroom.server.learning import Lessons
from comity_classroom.server.limits import ACTS, DEBRIEFS, PAGE_VIEWS, Limits
from comity_classroom.server.pages import Pages
from comity_classroom.server.projector import Projector
from comity_classroom.server.requests import Cookies, data_of
from comity_classroom.server.student_view import student_view
from comity_classroom.server.talk import Talk
from comity_classroom.server.teacher_acts import teacher_act
from comity_classroom.server.teacher_view import teacher_view

__all__ = ["App"]

Endpoint = Callable[[Request], Awaitable[Response]]


class App:
    """The web application of one classroom.

    Parameters
    ----------
    classroom
        An open classroom.
    join_address
        Address for students, as shown and as in the QR code.
    join_code
        The code that students enter there.
    is_local
        Whether only this machine can reach the server.
    names
        Host names that the server accepts besides numeric addresses.
    has_start
        Whether this server has a start page.
    """

    def __init__(
        self,
        classroom: Classroom,
        *,
        join_address: str,
        join_code: str,
        is_local: bool,
        names: frozenset[str] = frozenset(),
        has_start: bool = False,
    ) -> None:
        self.classroom, self.hub, self.pages = classroom, Hub(), Pages()
        self.joining: dict[str, Any] = {
            "join_address": join_address, "join_code": join_code, "is_local": is_local, "has_start": has_start
        }  # fmt: skip
        self._charts: dict[Any, Any] = {}
        self._debriefs: dict[Any, Any] = {}
        # A debrief repeats the run of the class. One at a time, so that other requests are not delayed.
        self._one_debrief = anyio.CapacityLimiter(1)
        self._exported: dict[Any, Path] = {}
        self.limits, self.hosts = Limits(), Hosts(is_local=is_local, names=names)
        self.door = Door(classroom, self.pages, Cookies(classroom.folder), self.limits)
        self.talk = Talk(classroom, self.door)
        self.draft = DraftRequests(classroom, self.door)
        self.lessons = Lessons(classroom, self.door, self.limits)
        self.projector = Projector(classroom, self.door, self.pages, self._charts, self.joining)
        classroom.listen(self.hub.changed)
        self.starlette = Starlette(
            routes=self._routes(),
            middleware=[Middleware(Guard, hosts=self.hosts)],
            exception_handlers=handlers(self.door, self.pages),
        )
        # A redirect for a trailing slash would go to the host that the request names.
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
            "/teacher/guesses.csv": self.lessons.table,
            "/teacher/{secret}": self.door.teacher,
            "/projector": self.projector.page,
            "/projector/view": self.projector.part,
            "/events/{page}": self.events,
            "/qr.svg": self.qr,
            "/static/role-sheet.css": self.sheet_style,
        }
        post: dict[str, Endpoint] = {
            "/join": self.door.join,
            "/rejoin": self.door.rejoin,
            "/language": self.door.language,
            "/ping": self.ping,
            "/seat/take": self.take,
            "/seat/leave": self.leave,
            "/seat/choose": self.choose,
            "/seat/rejoin-code": self.rejoin_code,
            "/seat/guess": self.lessons.guess,
            "/seat/say": self.talk.say,
            "/seat/offer": self.talk.offer,
            "/seat/answer": self.talk.answer,
            "/seat/propose": self.draft.propose,
            "/seat/voice": self.draft.voice,
            "/teacher/act": self.act,
        }
        return [
            *(Route(path, endpoint, methods=["GET"]) for path, endpoint in get.items()),
            *(Route(path, endpoint, methods=["POST"]) for path, endpoint in post.items()),
            Mount("/static", StaticFiles(directory=here / "static")),
        ]

    # --- students

    async def seat(self, request: Request) -> Response:
        """Return the page of a student."""
        person = self.door.person(request)
        self.limits.count(PAGE_VIEWS, person)
        self.classroom.heard(person)
        context = PageContext(self.classroom, self.door.phrases(request))
        seat = context.state.seat_of(person)

        def page() -> Response:
            shown = student_view(context, person, self._charts, self.pages)
            sheet = self.pages.role_sheet(context, seat) if seat else ""
            return self.pages.answer("seat.html", context.phrases, **{"seat_name": "", **shown}, sheet=sheet)

        return await run_in_threadpool(page)

    async def seat_view(self, request: Request) -> Response:
        """Return the variable part of a student's page."""
        person = self.door.person(request)
        self.limits.count(PAGE_VIEWS, person)
        context = PageContext(self.classroom, self.door.phrases(request))
        if request.headers.get("x-seat", "") != (context.state.seat_of(person) or ""):
            return Response(status_code=205)  # the role sheet has changed with the seat: reload the whole page
        values = await run_in_threadpool(student_view, context, person, self._charts, self.pages)
        return self.pages.part("seat_view.html", context.phrases, values)

    async def seat_debrief(self, request: Request) -> Response:
        """Return the debrief of a student's seat."""
        person = self.door.person(request)
        self.limits.count(DEBRIEFS, person)
        context = PageContext(self.classroom, self.door.phrases(request))
        seat = context.state.seat_of(person)
        if seat is None:
            return RedirectResponse("/seat", 303)
        return await self._debrief(context, seat, "/seat")

    async def ping(self, request: Request) -> Response:
        """Record a sign of life from a student's page."""
        self.classroom.heard(self.door.person(request))
        return JSONResponse({})

    async def take(self, request: Request) -> Response:
        """Give a student a seat."""
        person, data = self.door.person(request), await data_of(request)
        self.limits.count(ACTS, person)

        def take() -> None:
            with self.classroom.acting:
                check_take(self.classroom, data.get("seen"), person)
                self.classroom.take(person, data.get("seat"))

        await run_in_threadpool(take)
        return JSONResponse({})

    async def leave(self, request: Request) -> Response:
        """Free a student's seat."""
        person, data = self.door.person(request), await data_of(request)
        self.limits.count(ACTS, person)

        def leave() -> None:
            with self.classroom.acting:
                if data.get("seat") != self.classroom.state.seat_of(person):
                    raise Refused("no_longer_yours", "conflict")
                self.classroom.leave(person)

        await run_in_threadpool(leave)
        return JSONResponse({})

    async def choose(self, request: Request) -> Response:
        """Record a choice of a student."""
        person, data = self.door.person(request), await data_of(request)
        self.limits.count(ACTS, person)
        self.classroom.heard(person)

        def choose() -> bool:
            with self.classroom.acting:
                check_choice(self.classroom, data.get("seen"))
                return self.classroom.choose(person, data.get("seat"), data.get("answer"), over=data.get("over"))

        changed = await run_in_threadpool(choose)
        return JSONResponse({"text": "" if changed else self.door.phrases(request).say("room.same")})

    async def rejoin_code(self, request: Request) -> Response:
        """Return a new rejoin code."""
        person = self.door.person(request)
        self.limits.count(ACTS, person)
        return JSONResponse({"code": await run_in_threadpool(self.classroom.rejoin_code, person)})

    # --- the teacher and the projector

    async def teacher(self, request: Request) -> Response:
        """Return the teacher's page."""
        self.door.must_teach(request)
        context = PageContext(self.classroom)
        return await run_in_threadpool(
            lambda: self.pages.answer("teacher.html", context.phrases, **teacher_view(context), **self.joining)
        )

    async def teacher_part(self, request: Request) -> Response:
        """Return the variable part of the teacher's page."""
        self.door.must_teach(request)
        context = PageContext(self.classroom)
        return await run_in_threadpool(
            lambda: self.pages.part("teacher_view.html", context.phrases, teacher_view(context) | self.joining)
        )

    async def teacher_debrief(self, request: Request) -> Response:
        """Return the debrief of all seats, or of one."""
        self.door.must_teach(request)
        context = PageContext(self.classroom)
        seat = request.query_params.get("seat")
        if seat is not None:
            if seat not in context.state.seats:
                raise Refused("no_seat", "missing")
            return await self._debrief(context, seat, "/teacher/debrief")

        def page() -> Response:
            seats = []
            for one, person in context.state.seats.items():
                found = fidelity_of(context, one, self._debriefs)
                score = "–" if found is None or found.score is None else f"{100 * found.score:.0f}"
                seats.append(
                    {"id": one, "name": context.name(one), "person": context.state.people[person], "score": score}
                )
            return self.pages.answer("teacher_debrief.html", context.phrases, title=context.title, seats=seats)

        return await anyio.to_thread.run_sync(page, limiter=self._one_debrief)

    async def _debrief(self, context: PageContext, seat: str, back: str) -> Response:
        def page() -> Response:
            return self.pages.answer(
                "debrief.html", context.phrases, **debrief_view(context, seat, self._debriefs), back=back
            )

        return await anyio.to_thread.run_sync(page, limiter=self._one_debrief)

    async def act(self, request: Request) -> Response:
        """Carry out an act of the teacher."""
        self.door.must_teach(request)
        data = await data_of(request)
        self.limits.count(ACTS, "teacher")
        done = await run_in_threadpool(teacher_act, self.classroom, data, self._exported, self.door.phrases(request))
        return JSONResponse({"text": done})

    async def qr(self, request: Request) -> Response:
        """Return the QR code of the join page. The join code follows the #, which browsers do not send to a server."""
        self.door.must_teach(request)
        drawn = qr_code(f"{self.joining['join_address']}#{self.joining['join_code']}")
        return Response(drawn, media_type="image/svg+xml")

    async def sheet_style(self, request: Request) -> Response:
        return Response(role_sheet_css(), media_type="text/css")

    async def events(self, request: Request) -> Response:
        """Return the stream of versions for one page."""
        page = request.path_params["page"]
        if page == "seat":
            person = self.door.person(request)
            self.classroom.heard(person)
            listener = person

            def version() -> str | None:
                context = PageContext(self.classroom)
                return context.student_version(person) if person in context.state.people else None

        elif page in ("teacher", "projector"):
            self.door.must_teach(request)
            listener = page
            of = PageContext.teacher_version if page == "teacher" else PageContext.projector_version

            def version() -> str | None:
                return of(PageContext(self.classroom))

        else:
            raise Refused("no_page", "missing")
        return Stream(self.hub, listener, version)
