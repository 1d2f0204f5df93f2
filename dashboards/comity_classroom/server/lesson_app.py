"""The web application of a lesson: students guess, run the commands of the lesson on the server, and answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from comity_classroom.core.refusal import Refused
from comity_classroom.pack import role_sheet_css
from comity_classroom.seminar.session import LessonClass
from comity_classroom.server.drawing import qr_code
from comity_classroom.server.entrance import Entrance
from comity_classroom.server.events import Hub, Stream
from comity_classroom.server.failures import handlers
from comity_classroom.server.guard import Guard, Hosts
from comity_classroom.server.lesson_view import LessonView
from comity_classroom.server.limits import ACTS, PAGE_VIEWS, RUNS, Limits
from comity_classroom.server.pages import Pages
from comity_classroom.server.requests import Cookies, data_of
from comity_classroom.server.running import Runner

__all__ = ["LessonApp"]

_MOST_BYTES = 32768
"""Most bytes of a request: three predictions of the greatest length, in any alphabet."""
_WATCHED = (
    "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; "
    "frame-ancestors 'none'; base-uri 'none'"
)
"""The policy of the page that plays two runs: its scripts are in it, and reach neither cookies nor the server."""


class LessonApp:
    """The web application of one lesson; see :class:`comity_classroom.server.app.App` for the parameters."""

    def __init__(
        self, lesson: LessonClass, runner: Runner, *, join_address: str, join_code: str, hosts: Hosts,
        has_start: bool = False,
    ) -> None:  # fmt: skip
        self.lesson, self.runner, self.hub, self.pages = lesson, runner, Hub(), Pages()
        self.limits = Limits()
        self.door = Entrance(lesson.secrets, lambda: lesson.language, self.pages, Cookies(lesson.folder), self.limits)
        self.joining = {
            "join_address": join_address, "join_code": join_code, "is_local": hosts.is_local, "has_start": has_start
        }  # fmt: skip
        self.view = LessonView(lesson, runner)
        lesson.listen(self.hub.changed)
        runner.listen(self.hub.changed)
        self.starlette = Starlette(
            routes=self._routes(),
            middleware=[Middleware(Guard, hosts=hosts, most_bytes=_MOST_BYTES)],
            exception_handlers=handlers(self.door, self.pages),
        )
        self.starlette.router.redirect_slashes = False

    def _routes(self) -> list[Route | Mount]:
        get = {
            "/": self.start,
            "/lesson": self.student,
            "/lesson/{place}": self.student,
            "/lesson/{place}/view": self.student,
            "/watch/{key}": self.watch,
            "/teacher": self.teacher,
            "/teacher/view": self.teacher,
            "/teacher/answers.csv": self.answers,
            "/teacher/{secret}": self.door.teacher,
            "/projector": self.projector,
            "/events/{page}": self.events,
            "/qr.svg": self.qr,
            "/static/role-sheet.css": self.sheet_style,
        }
        post = {
            "/join": self.join,
            "/language": self.door.language,
            "/lesson/write": self.write,
            "/lesson/run": self.run,
            "/teacher/act": self.act,
        }
        return [
            *(Route(path, endpoint, methods=["GET"]) for path, endpoint in get.items()),
            *(Route(path, endpoint, methods=["POST"]) for path, endpoint in post.items()),
            Mount("/static", StaticFiles(directory=Path(__file__).with_name("static"))),
        ]

    # --- students

    def _person(self, request: Request) -> str:
        person = self.lesson.person_of(self.door.cookies.seat(request))
        if person is None:
            raise Refused("closed" if self.lesson.is_closed else "not_joined", "forbidden")
        return person

    async def start(self, request: Request) -> Response:
        """Return the join page."""
        phrases = self.door.phrases(request)
        if self.lesson.is_closed:
            return self.pages.message(phrases, phrases.say("lessons.closed"), phrases.say("lessons.thanks"))
        if self.lesson.person_of(self.door.cookies.seat(request)):
            return RedirectResponse("/lesson", 303)
        return self.pages.answer("lesson_join.html", phrases, title=self.view.parts(phrases).lesson.title)

    async def join(self, request: Request) -> Response:
        """Admit a student. No name is asked for."""
        data = await data_of(request)
        if self.lesson.person_of(self.door.cookies.seat(request)):
            return JSONResponse({})
        code = str(data.get("code", ""))
        if not await self.door.guess(request, lambda: self.lesson.secrets.is_join_code(code)):
            raise Refused("join_code", "forbidden")
        self.door.must_be_few(request)
        _, token = await run_in_threadpool(self.lesson.join)
        self.door.has_joined(request)
        return self.door.cookies.give_seat(request, JSONResponse({}), token)

    async def student(self, request: Request) -> Response:
        """Return a page of the lesson, or its variable part."""
        person, phrases = self._person(request), self.door.phrases(request)
        self.limits.count(PAGE_VIEWS, person)
        place = request.path_params.get("place", "start")
        if place not in self.view.places:
            raise Refused("no_page", "missing")
        values = await run_in_threadpool(self.view.student, person, place, phrases)
        if request.url.path.endswith("/view"):
            return self.pages.part("lesson_view.html", phrases, values)
        return self.pages.answer("lesson.html", phrases, **values)

    async def write(self, request: Request) -> Response:
        """Keep guesses or an answer."""
        person, data = self._person(request), await data_of(request)
        self.limits.count(ACTS, person)
        if not data:
            raise Refused("lesson.field", "missing")

        def write() -> bool:
            return any([self.lesson.write(person, field, text) for field, text in data.items()])

        changed = await run_in_threadpool(write)
        phrases = self.door.phrases(request)
        return JSONResponse({"text": phrases.say("lessons.saved" if changed else "lessons.saved_before")})

    async def run(self, request: Request) -> Response:
        """Run something of the lesson with the choices that it offers, and nothing else."""
        person, data = self._person(request), await data_of(request)
        key, choices = str(data.pop("action", "")), {f"--{name}": value for name, value in data.items()}
        action = self.lesson.parts.action(key)
        if action is None:
            raise Refused("lesson.action", "missing")
        if not self.lesson.has_guessed(person):
            raise Refused("lesson.guess_first", "conflict")
        try:
            job = action.with_choices({name: str(value) for name, value in choices.items()})
        except KeyError:
            raise Refused("lesson.choice", "missing") from None
        self.limits.count(RUNS, person)
        self.runner.ask(job, person)
        await run_in_threadpool(self.lesson.show, person, key, {name: str(value) for name, value in choices.items()})
        return JSONResponse({})

    async def watch(self, request: Request) -> Response:
        """Return the page that plays two runs side by side."""
        if not self.door.secrets.is_teacher(self.door.cookies.teacher(request)):
            self._person(request)
        action = self.lesson.parts.action(request.path_params["key"])
        result = None if action is None else self.runner.result(action.with_choices({}))
        if result is None or "page" not in result:
            raise Refused("lesson.not_yet", "missing")
        return HTMLResponse(result["page"], headers={"content-security-policy": _WATCHED})

    # --- the teacher

    async def teacher(self, request: Request) -> Response:
        """Return the teacher's page, or its variable part."""
        self.door.must_teach(request)
        phrases = self.door.phrases(request)
        values = await run_in_threadpool(self.view.teacher, phrases) | self.joining
        if request.url.path.endswith("/view"):
            return self.pages.part("lesson_teacher_view.html", phrases, values)
        return self.pages.answer("lesson_teacher.html", phrases, **values)

    async def projector(self, request: Request) -> Response:
        """Return the page for the projector: how to join, and the question."""
        self.door.must_teach(request)
        lesson = self.lesson.parts.lesson
        values: dict[str, Any] = {"title": lesson.title, "question": lesson.question, **self.joining}
        return self.pages.answer("lesson_projector.html", self.door.phrases(request), **values)

    async def act(self, request: Request) -> Response:
        """Carry out an act of the teacher."""
        self.door.must_teach(request)
        self.limits.count(ACTS, "teacher")
        phrases = self.door.phrases(request)
        match (await data_of(request)).get("do"):
            case "prepare":
                jobs = [action.with_choices({}) for step in self.lesson.parts.steps for action in step.actions]
                for job in jobs:
                    self.runner.ask(job, "teacher", most=len(jobs))
                return JSONResponse({"text": phrases.say("lessons.preparing", n=len(jobs))})
            case "close":
                await run_in_threadpool(self.lesson.close)
                return JSONResponse({"text": phrases.say("lessons.closed")})
        raise Refused("page.act")

    async def answers(self, request: Request) -> Response:
        """Return what students wrote, as CSV without names."""
        self.door.must_teach(request)
        name = f"lesson-{self.lesson.parts.lesson.number}-answers.csv"
        text = await run_in_threadpool(self.lesson.csv)
        return Response(text, media_type="text/csv", headers={"content-disposition": f'attachment; filename="{name}"'})

    async def qr(self, request: Request) -> Response:
        """Return the QR code of the join page."""
        self.door.must_teach(request)
        drawn = qr_code(f"{self.joining['join_address']}#{self.joining['join_code']}")
        return Response(drawn, media_type="image/svg+xml")

    async def sheet_style(self, request: Request) -> Response:
        return Response(role_sheet_css(), media_type="text/css")

    async def events(self, request: Request) -> Response:
        """Return the stream of versions for one page."""
        page = request.path_params["page"]
        if page == "teacher":
            self.door.must_teach(request)
            return Stream(self.hub, page, self.view.teacher_version)
        person = self._person(request)
        if page not in self.view.places:
            raise Refused("no_page", "missing")
        return Stream(self.hub, person, lambda: self.view.student_version(person, page))
