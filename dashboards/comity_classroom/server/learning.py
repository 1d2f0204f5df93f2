"""Learning: the requests about guesses, and the acts of the teacher that show results."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from comity_classroom.core.classroom import Classroom
from comity_classroom.core.guess_table import guess_table
from comity_classroom.server.door import Door
from comity_classroom.server.limits import ACTS, Limits
from comity_classroom.server.requests import data_of

__all__ = ["Lessons", "learning_act"]


class Lessons:
    """The requests about guesses."""

    def __init__(self, classroom: Classroom, door: Door, limits: Limits) -> None:
        self.classroom, self.door, self.limits = classroom, door, limits

    async def guess(self, request: Request) -> Response:
        """Record what a person expects; a number comes as text from a form."""
        person, data = self.door.person(request), await data_of(request)
        self.limits.count(ACTS, person)
        self.classroom.heard(person)
        answer = data.get("answer")
        if isinstance(answer, str) and answer.isascii() and answer.isdecimal() and len(answer) < 6:
            answer = int(answer)
        await run_in_threadpool(self.classroom.guess, person, data.get("about"), answer)
        return JSONResponse({})

    async def table(self, request: Request) -> Response:
        """Return all guesses as CSV, without names."""
        self.door.must_teach(request)
        text = await run_in_threadpool(lambda: guess_table(self.classroom).to_csv(index=False))
        return Response(
            text, media_type="text/csv", headers={"Content-Disposition": 'attachment; filename="guesses.csv"'}
        )


def learning_act(classroom: Classroom, data: Mapping[str, Any]) -> bool:
    """Carry out an act of the teacher about learning; return False if it is another one."""
    match data.get("do"):
        case "roll call":
            classroom.call_roll(skip=data.get("skip") is True)
        case "show":
            classroom.show(data.get("step"))
        case "hush":
            classroom.hush(data.get("person"), data.get("on") is True)
        case _:
            return False
    return True
