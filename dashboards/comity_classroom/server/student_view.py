"""The page of a student: their own seat only."""

from __future__ import annotations

from typing import Any

from comity.phases import Phase
from comity_classroom.core.choices import questions, why_none
from comity_classroom.core.reports import join_names, sitting_name, sitting_report, trust_reasons, trust_report
from comity_classroom.server.context import PageContext
from comity_classroom.server.draft import draft_view
from comity_classroom.server.feedback import guess_view, strip_view
from comity_classroom.server.pages import Pages
from comity_classroom.server.projector_view import charts
from comity_classroom.server.talk import talk_view
from comity_classroom.server.warnings import red_lines_at

__all__ = ["student_view"]

_MOST_NAMES = 10


def student_view(context: PageContext, person: str, memory: dict[Any, Any], pages: Pages) -> dict[str, Any]:
    """Return the values of a person's page. Charts are cached in ``memory`` until the class moves on."""
    state, stop = context.state, context.stop
    seat = state.seat_of(person)
    shown = context.stage() | {
        "person": state.people[person],
        "seat": seat,
        "version": context.student_version(person),
        # Three signs of life within the grace time, so that one lost request does not matter.
        "ping_every": min(15.0, context.classroom.grace / 3),
        "guesses": guess_view(context, person),
    }
    if seat is None:
        free = [
            {
                "id": id_,
                "name": context.name(id_),
                "group": context.group_name(id_),
                "mates": [state.people[one] for one in state.team_of(id_)],
            }
            for id_ in state.open_seats
        ]
        return shown | {"free": sorted(free, key=lambda seat: context.phrases.sorting(str(seat["name"])))}
    return shown | {
        "seat_name": context.name(seat),
        "questions": questions(stop, seat),
        "chosen": context.chosen(seat),
        "has_chosen": any(choice for (of, _, _), choice in state.choices.items() if of == seat),
        "why_none": why_none(stop, seat),
        "may_choose": context.may_choose(seat),
        "is_muted": seat in state.muted,
        "company": _company(context, seat),
        "last": _last(context, seat),
        "mates": [state.people[one] for one in state.team_of(seat) if one != person],
        "by_mate": _by_mate(context, seat, person),
        "chart": charts(context, memory)["cooperation"] if shown["between"] and stop.record.trace.meetings else "",
        "warnings": red_lines_at(stop, seat, pages.brief(context, seat), context.chosen(seat)),
        "strip": strip_view(context, pages.brief(context, seat), memory),
        "is_hushed": person in state.hushed,
        "talk": talk_view(context, seat),
        "draft": draft_view(context, seat, person),
        "may_talk": context.may_talk(seat),
        "can_debrief": bool(stop.model.trace.meetings),
    }


def _by_mate(context: PageContext, seat: str, person: str) -> dict[str, str]:
    """Return the names of the team mates who made a choice of the seat, by question."""
    key = (seat, *context.place) if context.place else ("", "", 0)
    by = context.state.chosen_by.get(key, {})
    mates = set(context.state.team_of(seat)) - {person}
    return {name: context.state.people[one] for name, one in by.items() if one in mates}


def _company(context: PageContext, seat: str) -> str:
    """Return the expected company of a seat in the next sitting, in a sentence."""
    ahead = context.stop.next
    if ahead is None or ahead.is_doors or ahead.phase in (Phase.VOTE, Phase.CORRIDOR):
        return ""
    row = context.row(seat)
    table = next((table for table in ahead.tables if row in table.seated), None)
    if table is None:
        return ""
    ids = context.stop.model.population.ids
    others = [context.short_name(ids[other]) for other in table.seated if other != row]
    say = context.phrases.say
    shown = join_names(others, context.phrases, _MOST_NAMES) if others else say("room.nobody_else")
    return say("room.expected_at_table" if len(ahead.tables) > 1 else "room.expected", n=table.number, names=shown)


def _last(context: PageContext, seat: str) -> dict[str, Any] | None:
    """Return the report of the last advance for a seat, or None before the first."""
    stop = context.stop
    if not stop.passed:
        return None
    held = context.main
    return {
        "where": "" if held is None else sitting_name(stop, held, context.phrases),
        "more": 0 if context.state.planned else len(stop.passed) - 1,
        "told": _told(context, seat),
        "trust": trust_report(stop, context.state, seat, context.phrases),
        "rules": [context.phrases.say(f"trust_rules.{why}") for why in trust_reasons(stop, context.state, seat)],
    }


def _told(context: PageContext, seat: str) -> list[str]:
    """Return the events of the last sitting; the result of a vote comes with its roll call."""
    if context.keeps_result:
        return context.news()
    return (
        [] if context.main is None else sitting_report(context.stop, context.state, seat, context.main, context.phrases)
    )
