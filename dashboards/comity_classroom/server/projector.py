"""The requests of the projector: its page, which shows the class, a roll call, or a question of the debrief."""

from __future__ import annotations

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from comity_classroom.core.classroom import Classroom
from comity_classroom.server.context import PageContext
from comity_classroom.server.door import Door
from comity_classroom.server.evidence import Evidence
from comity_classroom.server.pages import Pages
from comity_classroom.server.projector_view import projector_view

__all__ = ["Projector"]


class Projector:
    """The page for the projector.

    Parameters
    ----------
    charts
        Cache of charts, shared with other pages.
    joining
        Address and code of the join page.
    """

    def __init__(
        self, classroom: Classroom, door: Door, pages: Pages, charts: dict[Any, Any], joining: dict[str, Any]
    ) -> None:
        self.classroom, self.door, self.pages, self.charts, self.joining = classroom, door, pages, charts, joining
        self.evidence = Evidence()

    async def page(self, request: Request) -> Response:
        """Return the whole page."""
        self.door.must_teach(request)
        context = PageContext(self.classroom)
        return await run_in_threadpool(
            lambda: self.pages.answer("projector.html", context.phrases, **self._values(context))
        )

    async def part(self, request: Request) -> Response:
        """Return the variable part of the page."""
        self.door.must_teach(request)
        context = PageContext(self.classroom)
        return await run_in_threadpool(
            lambda: self.pages.part("projector_view.html", context.phrases, self._values(context))
        )

    def _values(self, context: PageContext) -> dict[str, Any]:
        return projector_view(context, self.charts, self.evidence) | self.joining
