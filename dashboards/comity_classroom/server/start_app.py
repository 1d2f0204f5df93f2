"""The start page of a teacher: open a class or a lesson, print a pack, go on with a class, or delete one."""

from __future__ import annotations

import re
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from comity_classroom.core.errors import saving
from comity_classroom.core.refusal import Refused
from comity_classroom.core.secrets import Secrets
from comity_classroom.pack import role_sheet_css
from comity_classroom.phrases import shipped
from comity_classroom.seminar.lessons import seminar_lessons
from comity_classroom.seminar.session import LessonClass
from comity_classroom.server.entrance import Entrance
from comity_classroom.server.events import Hub, Stream
from comity_classroom.server.failures import handlers
from comity_classroom.server.guard import Guard
from comity_classroom.server.limits import ACTS, Limits
from comity_classroom.server.opening import new_folder, open_classroom, open_source
from comity_classroom.server.pages import Pages
from comity_classroom.server.requests import Cookies, data_of
from comity_classroom.server.shelf import Shelf
from comity_classroom.server.wishes import offers, propose, read_wish

if TYPE_CHECKING:
    from comity_classroom.server.desk import Desk

__all__ = ["StartApp"]

_MOST_BYTES = 65536
"""Most bytes of a request: a plan file of the greatest length, in any alphabet."""
_PRINTED = (
    "sandbox allow-scripts allow-modals; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src data:; frame-ancestors 'none'; base-uri 'none'"
)
"""The policy of the pages of a pack: their styles and scripts are in them, and reach neither cookies nor the server."""
_TYPICAL = 24
"""Number of students that the form begins with. Assumption."""


class StartApp:
    """The start page of a server."""

    def __init__(self, desk: Desk, shelf: Shelf) -> None:
        self.desk, self.shelf, self.hub, self.pages = desk, shelf, Hub(), Pages()
        self.limits = Limits()
        self.secrets = Secrets(shelf.folder / "secrets.json")
        self.door = Entrance(self.secrets, lambda: "en", self.pages, Cookies(shelf.folder), self.limits)
        self._jobs: list[dict[str, Any]] = []
        desk.runner.listen(self.hub.changed)
        self.starlette = Starlette(
            routes=self._routes(),
            middleware=[Middleware(Guard, hosts=desk.addresses.hosts, most_bytes=_MOST_BYTES)],
            exception_handlers=handlers(self.door, self.pages),
        )
        self.starlette.router.redirect_slashes = False

    def new_secret(self) -> str:
        """Return a new secret for the address of the start page."""
        with saving(self.secrets.path):
            return self.secrets.new_teacher()

    def _routes(self) -> list[Route | Mount]:
        get = {
            "/": self.nothing,
            "/start": self.start,
            "/start/view": self.view,
            "/start/events": self.events,
            "/start/proposal": self.proposal,
            "/start/packs/{pack}/{file}": self.pack_page,
            "/start/{secret}": self.door.teacher,
            "/static/role-sheet.css": self.sheet_style,
        }
        post = {
            "/language": self.door.language,
            "/start/language": self.door.language,
            "/start/open": self.open,
            "/start/lesson": self.open_lesson,
            "/start/go-on": self.go_on,
            "/start/pack": self.pack,
            "/start/delete": self.delete,
        }
        return [
            *(Route(path, endpoint, methods=["GET"]) for path, endpoint in get.items()),
            *(Route(path, endpoint, methods=["POST"]) for path, endpoint in post.items()),
            Mount("/static", StaticFiles(directory=Path(__file__).with_name("static"))),
        ]

    async def nothing(self, request: Request) -> Response:
        """Tell students that no class is open yet."""
        phrases = self.door.phrases(request)
        text = phrases.say("start.nothing_yet")
        return self.pages.message(
            phrases, phrases.say("start.nothing"), text, link="/", link_text=phrases.say("start.look")
        )

    async def start(self, request: Request) -> Response:
        """Return the start page; or go to the class that was just opened."""
        self.door.must_teach(request)
        if self.desk.secret and self.desk.folder is not None:
            secret, self.desk.secret = self.desk.secret, ""
            return Cookies(self.desk.folder).give_teacher(request, RedirectResponse("/teacher", 303), secret)
        phrases = self.door.phrases(request)
        values = await run_in_threadpool(self._values)
        form: dict[str, Any] = {
            "offers": await run_in_threadpool(offers),
            "lessons": seminar_lessons(phrases.language),
            "students": _TYPICAL,
        }
        return self.pages.answer("start.html", phrases, **values, **form)

    async def view(self, request: Request) -> Response:
        """Return the variable part of the start page."""
        self.door.must_teach(request)
        if self.desk.secret:
            return Response(status_code=205)  # the class is open: the page loads again, and goes there
        return self.pages.part("start_view.html", self.door.phrases(request), await run_in_threadpool(self._values))

    def _values(self) -> dict[str, Any]:
        desk, runner = self.desk, self.desk.runner
        making = [job for job in self._jobs if runner.result(job) is None]
        failed = [str((runner.result(job) or {}).get("error", "")) for job in self._jobs]
        return {
            "version": self._version(),
            "stop_version": "",
            "opening": desk.opening,
            "error": self._readable(desk.error),
            "open_name": "" if desk.folder is None else desk.folder.name,
            "is_open": desk.held is not None and not desk.is_closed,
            "classes": self.shelf.classes(),
            "packs": [(pack, _titled(pack)) for pack in self.shelf.packs()],
            "making": len(making),
            "progress": runner.progress if making else "",
            "failed": [self._readable(error) for error in failed if error],
            "folder": str(self.shelf.folder),
        }

    def _readable(self, error: str) -> str:
        """Return an error without the path of a plan file, which the teacher did not choose."""
        return re.sub(rf"{re.escape(str(self.shelf.folder))}\S*/plan-\w+\.toml: ", "", error)

    def _version(self) -> str:
        desk = self.desk
        names = sorted(path.name for path in self.shelf.folder.iterdir())
        parts = (desk.opening, desk.error, desk.secret != "", desk.folder, desk.is_closed, names, self.shelf.packs())
        return f"{zlib.crc32(repr((parts, desk.runner.progress, desk.runner.n_waiting)).encode()):08x}"

    async def proposal(self, request: Request) -> Response:
        """Return seats and team size for a number of students, in a sentence."""
        self.door.must_teach(request)
        phrases = self.door.phrases(request)
        try:
            offer, students, team = propose(dict(request.query_params))
        except Refused as refusal:  # the page shows it beside the field
            return JSONResponse({"error": refusal.said(phrases)}, 422)
        key = "proposal_alone" if team == 1 else "proposal"
        return JSONResponse({"text": phrases.say(f"start.{key}", seats=len(offer.seats), n=students, team=team)})

    async def open(self, request: Request) -> Response:
        """Open a new class."""
        data = await self._act(request)
        wish = await run_in_threadpool(read_wish, data, self.shelf)
        folder = new_folder(f"classroom-{wish.offer.scenario}", self.shelf.folder)
        wanted = wish.wanted._replace(folder=folder)
        self.desk.open(lambda: open_classroom(wish.offer.scenario, wanted, grace=self.desk.grace))
        return self._opening(request)

    async def open_lesson(self, request: Request) -> Response:
        """Open a lesson."""
        data = await self._act(request)
        known = {str(lesson.number): lesson.number for lesson in seminar_lessons()}
        number, language = known.get(str(data.get("lesson"))), data.get("language", "en")
        if number is None:
            raise Refused("start.lesson", "missing")
        if language not in shipped():
            raise Refused("language", "missing")
        folder = new_folder(f"lesson-{number}", self.shelf.folder)
        self.desk.open(lambda: LessonClass.open(folder, number, language))
        return self._opening(request)

    async def go_on(self, request: Request) -> Response:
        """Go on with a class that exists."""
        data = await self._act(request)
        path = self.shelf.path(data.get("name"))
        if path == self.desk.folder:
            raise Refused("start.is_open", "conflict")
        self.desk.open(lambda: open_source(str(path), grace=self.desk.grace))
        return self._opening(request)

    async def pack(self, request: Request) -> Response:
        """Make the printed pack of a class."""
        data = await self._act(request)
        wish = await run_in_threadpool(read_wish, data, self.shelf)
        job = {
            "kind": "pack", "scenario": wish.offer.scenario, "out": str(self.shelf.new_pack(wish.offer.scenario)),
            "seats": list(wish.offer.seats), "language": wish.wanted.language, "plan": wish.wanted.plan,
        }  # fmt: skip
        self.desk.runner.ask(job, "teacher", most=100)
        self._jobs = [*self._jobs, job][-5:]
        return JSONResponse({"text": self.door.phrases(request).say("start.pack_begun")})

    async def delete(self, request: Request) -> Response:
        """Delete a class, or a pack."""
        data = await self._act(request)
        phrases = self.door.phrases(request)
        if "pack" in data:
            await run_in_threadpool(self.shelf.delete_pack, data["pack"])
        else:
            if self.shelf.path(data.get("name")) == self.desk.folder:
                if not self.desk.is_closed:
                    raise Refused("start.still_open", "conflict")
                self.desk.put_away()
            await run_in_threadpool(self.shelf.delete, data["name"])
        self.hub.changed()
        return JSONResponse({"text": phrases.say("start.deleted")})

    async def pack_page(self, request: Request) -> Response:
        """Return a page of a pack."""
        self.door.must_teach(request)
        path = self.shelf.page(request.path_params["pack"], request.path_params["file"])
        return FileResponse(path, headers={"content-security-policy": _PRINTED})

    async def sheet_style(self, request: Request) -> Response:
        return Response(role_sheet_css(), media_type="text/css")

    async def events(self, request: Request) -> Response:
        """Return the stream of versions of the start page."""
        self.door.must_teach(request)
        return Stream(self.hub, "teacher", self._version)

    async def _act(self, request: Request) -> dict[str, Any]:
        self.door.must_teach(request)
        self.limits.count(ACTS, "teacher")
        return await data_of(request)

    def _opening(self, request: Request) -> Response:
        self.hub.changed()
        return JSONResponse({"text": self.door.phrases(request).say("start.opening")})


def _titled(pack: str) -> str:
    """Return the title of the scenario of a pack; its own name if there is no such scenario."""
    name, _, number = pack.rpartition("-")
    title = next((one.title for one in offers() if one.scenario == name), "")
    return f"{title} ({number})" if title else pack
