"""The draft text, as pages show it and as requests change it."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from comity.rules.drafting import WORDINGS
from comity_classroom.core.classroom import Classroom
from comity_classroom.core.draft_text import Standing, Text, may_draft, standing_of, text_of, text_on_table
from comity_classroom.core.stale import check_choice
from comity_classroom.phrases import Phrases
from comity_classroom.server.context import PageContext
from comity_classroom.server.door import Door

__all__ = ["DraftRequests", "draft_view"]

_STANCES = ("supports", "opposes")
_PHRASES = dict(zip(WORDINGS, ("m2", "m1", "z0", "p1", "p2"), strict=True))


class DraftRequests:
    """The requests about the draft text."""

    def __init__(self, classroom: Classroom, door: Door) -> None:
        self.classroom, self.door = classroom, door

    async def propose(self, request: Request) -> Response:
        """Propose a wording; ``which`` holds the paragraph and the wording, as ``ISSUE|WORDING``."""
        person, data = await self.door.speaker(request)
        paragraph, _, wording = str(data.get("which", "")).partition("|")

        def send() -> Counter[str]:
            with self.classroom.acting:
                check_choice(self.classroom, data.get("seen"))
                return self.classroom.propose(person, data.get("seat"), paragraph, _wording(wording))

        said = await run_in_threadpool(send)
        phrases = self.door.phrases(request)
        counts = {stance: said[stance] for stance in _STANCES}
        return JSONResponse({"text": phrases.say("draft.model_seats", **counts) if said else ""})

    async def voice(self, request: Request) -> Response:
        """Support or oppose a proposal, take that back, or withdraw a proposal of one's own."""
        person, data = await self.door.speaker(request)

        def send() -> None:
            with self.classroom.acting:
                check_choice(self.classroom, data.get("seen"))
                if data.get("withdraw") is True:
                    self.classroom.drop(person, data.get("seat"), data.get("proposal"))
                else:
                    self.classroom.voice(
                        person, data.get("seat"), data.get("proposal"), data.get("stance", ""), over=data.get("over")
                    )

        await run_in_threadpool(send)
        return JSONResponse({})


def _wording(text: str) -> object:
    return int(text) if text in {str(wording) for wording in WORDINGS} else None


def draft_view(context: PageContext, seat: str = "", person: str = "", *, shows_voices: bool = False) -> Any:
    """Return the draft text as a page shows it; None where the class has none.

    A seat sees what it has said itself. The voices of others are shown after the vote, and to the teacher.
    """
    state, stop = context.state, context.stop
    text = text_on_table(stop, state)
    is_open = text is not None
    if text is None:
        text = _last_text(context)
    if text is None:
        return None
    standing = standing_of(stop, state, text)
    may = bool(is_open and seat and may_draft(stop, text, seat))
    drawn = _Drawn(context, text, seat, person, shows_voices or not is_open)
    return {
        "text": context.phrases.name(text.vote.text),
        "meeting": context.phrases.name(stop.scenario.meeting(text.meeting).name),
        "is_open": is_open,
        "is_agreed": standing.is_agreed,
        "is_voter": may,
        "may": may and context.may_talk(seat),
        "is_proposed": drawn.has_proposals,
        "paragraphs": [drawn.paragraph(place, standing) for place in range(len(text.issues))],
        "free": drawn.free() if may else [],
    }


def _last_text(context: PageContext) -> Text | None:
    """Return the text on which the class voted last, if somebody proposed something."""
    scenario, proposals = context.stop.scenario, context.state.draft.proposals
    for one in reversed(list(proposals.values())):
        votes = {vote.id: vote for vote in scenario.meeting(one["meeting"]).votes}
        if one["vote"] in votes:
            return text_of(context.stop, one["meeting"], votes[one["vote"]])
    return None


class _Drawn:
    """The paragraphs and proposals of one text, in words."""

    def __init__(self, context: PageContext, text: Text, seat: str, person: str, shows_voices: bool) -> None:
        self._context, self._text, self._seat, self._person = context, text, seat, person
        self._shows_voices, self._stage = shows_voices, context.stop.model.stage
        self._made = context.state.draft.open_on(text.vote.id)
        self.has_proposals = bool(self._made)
        self._voices: dict[int, dict[str, Mapping[str, Any]]] = {number: {} for number in self._made}
        for (number, one), voice in context.state.draft.voices.items():
            if number in self._voices:
                self._voices[number][one] = voice
        self._names = functools.cache(context.short_name)

    def paragraph(self, place: int, standing: Standing) -> dict[str, Any]:
        """Return a paragraph: what stands in it, and the proposals for it, the weakest first."""
        issue, wording = self._text.issues[place], standing.wordings[place]
        made = [(n, one) for n, one in self._made.items() if one["paragraph"] == self._stage.issues[issue]]
        return {
            "title": self._title(issue),
            "words": self._words(wording),
            "level": self._level(wording),
            "code": _PHRASES[wording],
            "backed": standing.backed[place],
            "proposals": [self._proposal(n, one) for n, one in sorted(made, key=lambda item: item[1]["wording"])],
        }

    def free(self) -> list[dict[str, Any]]:
        """Return the wordings that are not proposed yet, by paragraph, each with the value of a form."""
        taken = {(one["paragraph"], one["wording"]) for one in self._made.values()}
        found = []
        for issue in self._text.issues:
            name, title = self._stage.issues[issue], self._title(issue)
            left = [wording for wording in WORDINGS if (name, wording) not in taken]
            words = [
                {"value": f"{name}|{wording}", "words": f"{title}, {self._level(wording)}: {self._words(wording)}"}
                for wording in left
            ]
            found.append({"title": title, "wordings": words})
        return found

    def _title(self, issue: int) -> str:
        return self._context.phrases.name(self._context.stop.scenario.issues[issue].name)

    def _level(self, wording: int) -> str:
        return self._context.phrases.say(f"draft.short.{_PHRASES[wording]}")

    def _words(self, wording: int) -> str:
        return self._context.phrases.say(f"draft.wordings.{_PHRASES[wording]}")

    def _proposal(self, number: int, one: Mapping[str, Any]) -> dict[str, Any]:
        context, phrases = self._context, self._context.phrases
        voices, is_mine = self._voices[number], one["seat"] == self._seat
        mine = voices.get(self._seat, {})
        mates = set(context.state.team_of(self._seat)) - {self._person} if self._seat else set()
        # What the model said is told to who made the proposal, with the reason, as with offers.
        answered = {seat: voice for seat, voice in voices.items() if is_mine and voice["reason"]}
        told = [_told(self._names(seat), voice, phrases) for seat, voice in answered.items()]
        shown = {
            stance: phrases.listing([self._names(seat) for seat in _saying(voices, stance)])
            or phrases.say("draft.nobody")
            for stance in (_STANCES if self._shows_voices else ())
        }
        return {
            "number": number,
            "level": self._level(one["wording"]),
            "words": self._words(one["wording"]),
            "by": self._names(one["seat"]),
            "is_mine": is_mine,
            "stance": mine.get("stance"),
            "by_mate": context.state.people[mine["person"]] if mine.get("person") in mates else "",
            "told": told,
            "shown": shown,
        }


def _told(name: str, voice: Mapping[str, Any], phrases: Phrases) -> str:
    """Return what a seat of the model said of a proposal, with its reason."""
    reason = phrases.say(f"draft.why.{voice['reason']['why']}", trust=voice["reason"]["trust"])
    return phrases.say(f"draft.says.{voice['stance']}", name=name, reason=reason)


def _saying(voices: Mapping[str, Mapping[str, Any]], stance: str) -> list[str]:
    """Return the seats with a stance."""
    return [seat for seat, voice in voices.items() if voice["stance"] == stance]
