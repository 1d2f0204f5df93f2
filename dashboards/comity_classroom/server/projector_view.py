"""The projector page: the tables, the latest events, the calendar, and charts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from comity.phases import Phase
from comity.record import Record
from comity_classroom.core.reports import loudest, sitting_name
from comity_classroom.core.stop import Held, Table
from comity_classroom.phrases import Phrases
from comity_classroom.server.context import PageContext, remembered
from comity_classroom.server.draft import draft_view
from comity_classroom.server.drawing import Line, chart
from comity_classroom.server.evidence import Evidence
from comity_classroom.server.steps_view import step_view
from comity_dashboard.figures.lines import Lines
from comity_dashboard.figures.watch import cooperation, trust
from comity_dashboard.palette import MANY
from comity_dashboard.phrases import phrases as words_of

__all__ = ["charts", "projector_view"]

_ACTS = ("silence", "statement", "cooperation", "contestation")
_SMALL = 14
"""Largest table at which every actor is shown by name."""


def projector_view(context: PageContext, memory: dict[Any, Any], evidence: Evidence) -> dict[str, Any]:
    """Return the values of the projector page. Charts are cached until the class moves on."""
    stop, ahead = context.stop, context.stop.next
    last = context.main
    shows_next = ahead is not None and not ahead.is_doors and ahead.phase is not Phase.VOTE
    return context.stage() | {
        "version": context.projector_version(),
        "shown": step_view(context, memory, evidence),
        "news": context.news(),
        "last": None if last is None else sitting_name(stop, last, context.phrases),
        "tables": [] if last is None else [_drawn(context, table, last) for table in last.tables],
        "next_tables": [_drawn(context, table, None) for table in ahead.tables] if ahead and shows_next else [],
        "taken": [
            {"name": context.short_name(seat), "group": context.group(seat), "chosen": bool(context.chosen(seat))}
            for seat in context.state.offered
            if seat in context.state.seats
        ],
        "n_free": len(context.state.free_seats),
        "n_asked": len(context.asked),
        "n_chosen": context.n_chosen,
        "draft": draft_view(context),
        "timeline": _timeline(context),
        "groups": list(context.groups.items()),
        **charts(context, memory),
    }


def charts(context: PageContext, memory: dict[Any, Any]) -> dict[str, Any]:
    """Return the charts of cooperation and trust up to now, cached in ``memory`` until the class moves on."""
    key = ("charts", context.phrases.language)
    found: dict[str, Any] = remembered(memory, context.stop, key, lambda: _charts(context))
    return found


def _drawn(context: PageContext, table: Table, held: Held | None) -> dict[str, Any]:
    """Return one table: seats of the class first. At a large table the others are dots without names."""
    ids = context.stop.model.population.ids
    seats = []
    for row in table.seated:
        act = ""
        if held is not None:
            act = "talk" if held.phase is Phase.CORRIDOR else loudest(held.acts_of(int(row)))
        is_ours = ids[row] in context.state.seats
        seats.append(
            {
                "name": context.short_name(ids[row]),
                "group": context.group(ids[row]),
                "act": act,
                "word": context.phrases.say(f"projector.did.{act}") if act in _ACTS else "",
                "ours": is_ours,
                "named": is_ours or len(table.seated) <= _SMALL,
            }
        )
    groups = context.stop.scenario.subject.groups
    seats.sort(key=lambda seat: (not seat["ours"], groups.index(seat["group"])))
    title, issue = context.phrases.name(table.title), context.phrases.name(table.issue)
    return {"number": table.number, "title": title, "issue": issue, "seats": seats}


def _timeline(context: PageContext) -> list[dict[str, Any]]:
    """Return all meetings in order, each as over, now or coming."""
    stop = context.stop
    cancelled = {name for name, _ in stop.record.trace.cancelled}
    over = {trace.id for trace in stop.record.trace.meetings} | cancelled
    not_held = f" ({context.phrases.say('projector.not_held')})"
    now = stop.next.place.meeting if stop.next is not None else ""
    ordered = sorted(stop.scenario.meetings, key=lambda m: (m.start, m.end, m.id))
    return [
        {
            "name": context.phrases.name(meeting.name) + (not_held if meeting.id in cancelled else ""),
            "year": meeting.start.year,
            "when": "now" if meeting.id == now else "over" if meeting.id in over else "coming",
        }
        for meeting in ordered
    ]


def _charts(context: PageContext) -> dict[str, Any]:
    return {"cooperation": _chart(context, cooperation), "trust": _chart(context, trust)}


def _chart(context: PageContext, make: Callable[[Record, Phrases], Lines]) -> Any:
    record, phrases = context.stop.record, context.phrases
    if not record.trace.meetings:
        return chart([], phrases, title="")
    lines = make(record, words_of(phrases.language))
    days = [pd.Timestamp(day) for day in lines.table["date"]]
    drawn = [
        Line(
            name=name,
            colour=lines.colours.get(name, MANY[number % len(MANY)]),
            days=days,
            values=[100 * float(value) for value in lines.table[name]],
        )
        for number, name in enumerate(lines.names)
    ]
    return chart(drawn, phrases, title=lines.title)
