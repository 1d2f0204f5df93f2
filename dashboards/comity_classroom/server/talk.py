"""Talk: messages and offers between seats, as pages show them and as requests send them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from comity_classroom.core.classroom import Classroom
from comity_classroom.core.model_answers import Weighed, in_words
from comity_classroom.core.negotiating import LONGEST_MESSAGE
from comity_classroom.core.stale import check_choice
from comity_classroom.core.terms import Term, terms_of
from comity_classroom.core.terms import in_words as term_in_words
from comity_classroom.server.context import PageContext
from comity_classroom.server.door import Door

__all__ = ["Talk", "all_talk", "talk_view"]

_SHOWN = 30


class Talk:
    """The requests about messages and offers."""

    def __init__(self, classroom: Classroom, door: Door) -> None:
        self.classroom, self.door = classroom, door

    async def say(self, request: Request) -> Response:
        """Send a message."""
        person, data = await self.door.speaker(request)

        def send() -> None:
            to = data.get("to")
            self.classroom.say(person, data.get("seat"), [to] if isinstance(to, str) else to, data.get("text"))

        await run_in_threadpool(send)
        return JSONResponse({})

    async def offer(self, request: Request) -> Response:
        """Make an offer; ``ask`` holds the other seat and its term, as ``SEAT|TERM``."""
        person, data = await self.door.speaker(request)
        to, _, ask = str(data.get("ask", "")).partition("|")

        def send() -> Weighed | None:
            with self.classroom.acting:
                check_choice(self.classroom, data.get("seen"))
                return self.classroom.offer(
                    person, data.get("seat"), to, data.get("give"), ask, data.get("text"), _number(data.get("counters"))
                )

        answer = await run_in_threadpool(send)
        if answer is None:
            return JSONResponse({"text": ""})
        phrases = self.door.phrases(request)
        name = PageContext(self.classroom, phrases).short_name(to)
        status = "accepts" if answer.accepts else "declines"
        said = phrases.say(f"talk.model_{status}", name=name, reason=in_words(answer.reason, phrases))
        return JSONResponse({"text": said})

    async def answer(self, request: Request) -> Response:
        """Accept, decline or withdraw an offer."""
        person, data = await self.door.speaker(request)

        def send() -> None:
            with self.classroom.acting:
                check_choice(self.classroom, data.get("seen"))
                if data.get("withdraw") is True:
                    self.classroom.withdraw(person, data.get("seat"), data.get("offer"))
                else:
                    self.classroom.answer(person, data.get("seat"), data.get("offer"), data.get("accept"))

        await run_in_threadpool(send)
        return JSONResponse({})


def _terms(context: PageContext, terms: Sequence[Term]) -> list[dict[str, str]]:
    scenario, phrases = context.stop.scenario, context.phrases
    return [{"id": term.id, "words": term_in_words(term.to_json(), scenario, phrases)} for term in terms]


def _number(value: object) -> object:
    return int(value) if isinstance(value, str) and value.isascii() and value.isdecimal() else value or None


def talk_view(context: PageContext, seat: str) -> dict[str, Any]:
    """Return what a seat has sent and received, and what it can offer. After the last meeting, all talk is shown."""
    state, stop = context.state, context.stop
    is_over = stop.next is None
    partners = []
    if not is_over:
        for other in state.offered:
            if other != seat:
                partners.append(
                    {
                        "id": other,
                        "name": context.short_name(other),
                        "taken": other in state.seats,
                        "terms": _terms(context, terms_of(stop, state, other)),
                    }
                )
    return {
        "messages": [_message(context, item) for item in state.messages if is_over or _concerns(item, seat)][-_SHOWN:],
        "offers": [_offer(context, item, seat) for item in state.offers.values() if is_over or _concerns(item, seat)][
            -_SHOWN:
        ],
        "partners": sorted(partners, key=lambda partner: context.phrases.sorting(partner["name"])),
        "own_terms": _terms(context, terms_of(stop, state, seat)),
        "longest": LONGEST_MESSAGE,
    }


def all_talk(context: PageContext) -> list[str]:
    """Return the latest messages and offers of the whole class, for the teacher."""
    state = context.state
    said = [_message(context, item) for item in state.messages]
    made = [_offer(context, item, "") for item in state.offers.values()]
    offers = [f"{item['words']} {item['text']} ({item['status']})" for item in made]
    return [*(f"{item['frm']} → {item['to']}: {item['text']}" for item in said[-_SHOWN:]), *offers[-_SHOWN:]]


def _concerns(item: Mapping[str, Any], seat: str) -> bool:
    to = item["to"]
    return bool(item["from"] == seat or (seat in to if isinstance(to, list) else seat == to))


def _message(context: PageContext, item: Mapping[str, Any]) -> dict[str, str]:
    to = context.phrases.listing([context.short_name(one) for one in item["to"]])
    return {"frm": context.short_name(item["from"]), "to": to, "text": item["text"]}


def _offer(context: PageContext, item: Mapping[str, Any], seat: str) -> dict[str, Any]:
    give, ask = item["give"], item["ask"]
    kind = "offer" if give and ask else "gift" if give else "request"
    words = context.phrases.say(
        f"talk.{kind}",
        frm=context.short_name(item["from"]),
        to=context.short_name(item["to"]),
        give=term_in_words(give, context.stop.scenario, context.phrases) if give else "",
        ask=term_in_words(ask, context.stop.scenario, context.phrases) if ask else "",
    )
    is_open = item["status"] == "open"
    return {
        "number": item["offer"],
        "words": words,
        "text": item["text"],
        "status": context.phrases.say(f"talk.{item['status']}"),
        "reason": in_words(item["reason"], context.phrases),
        "may_answer": is_open and item["to"] == seat,
        "may_withdraw": is_open and item["from"] == seat,
    }
