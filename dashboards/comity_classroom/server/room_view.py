"""What the projector shows: the tables, what has just happened, the calendar, and how the world has changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from comity.phases import Phase
from comity.record import Record
from comity.world.world import GROUPS
from comity_classroom.room.choices import ACT_WORDS
from comity_classroom.room.playing import Held, Table, acts_of
from comity_classroom.room.told import loudest, news, place_words
from comity_classroom.server.drawing import Line, chart
from comity_classroom.server.look import Look, remembered
from comity_dashboard.figures.lines import Lines
from comity_dashboard.figures.watch import cooperation, trust
from comity_dashboard.palette import GROUP_NAMES, MANY

__all__ = ["room_view"]

_SMALL = 14
"""Up to so many at a table, everybody has a name."""


def room_view(look: Look, memory: dict[Any, Any]) -> dict[str, Any]:
    """Return what the projector shows; charts are remembered as long as the room stands where it is."""
    stop, ahead = look.stop, look.stop.next
    last = stop.passed[-1] if stop.passed else None
    shows_next = ahead is not None and not ahead.is_doors and ahead.phase is not Phase.VOTE
    return look.stage() | {
        "version": look.room_version(),
        "news": news(stop),
        "last": None if last is None else place_words(stop, last),
        "tables": [] if last is None else [_drawn(look, table, last) for table in last.tables],
        "next_tables": [_drawn(look, table, None) for table in ahead.tables] if ahead and shows_next else [],
        "taken": [
            {"name": look.short_name(seat), "group": look.group(seat), "chosen": bool(look.chosen(seat))}
            for seat in look.state.offered
            if seat in look.state.seats
        ],
        "n_free": len(look.state.free_seats),
        "n_asked": len(look.asked),
        "n_chosen": look.n_chosen,
        "timeline": _timeline(look),
        "groups": [(group, GROUP_NAMES[group]) for group in GROUPS],
        **remembered(memory, stop, "charts", lambda: _charts(stop.record)),
    }


def _drawn(look: Look, table: Table, held: Held | None) -> dict[str, Any]:
    """Return one table: seats of people first, by name; in a large one all others as dots."""
    ids = look.stop.model.population.ids
    seats = []
    for row in table.seated:
        act = ""
        if held is not None:
            act = "talk" if held.phase is Phase.CORRIDOR else loudest(acts_of(held, int(row)))
        is_ours = ids[row] in look.state.seats
        seats.append(
            {
                "name": look.short_name(ids[row]),
                "group": look.group(ids[row]),
                "act": act,
                "word": ACT_WORDS.get(act, ""),
                "ours": is_ours,
                "named": is_ours or len(table.seated) <= _SMALL,
            }
        )
    seats.sort(key=lambda seat: (not seat["ours"], GROUPS.index(seat["group"])))
    return {"number": table.number, "title": table.title, "issue": table.issue, "seats": seats}


def _timeline(look: Look) -> list[dict[str, Any]]:
    """Return all meetings in order, and whether each is past, present or to come."""
    stop = look.stop
    cancelled = {name for name, _ in stop.record.trace.cancelled}
    over = {trace.id for trace in stop.record.trace.meetings} | cancelled
    now = stop.next.place.meeting if stop.next is not None else ""
    ordered = sorted(stop.scenario.meetings, key=lambda m: (m.start, m.end, m.id))
    return [
        {
            "name": meeting.name + (" (not held)" if meeting.id in cancelled else ""),
            "year": meeting.start.year,
            "when": "now" if meeting.id == now else "over" if meeting.id in over else "coming",
        }
        for meeting in ordered
    ]


def _charts(record: Record) -> dict[str, Any]:
    return {"cooperation": _chart(record, cooperation), "trust": _chart(record, trust)}


def _chart(record: Record, make: Callable[[Record], Lines]) -> Any:
    if not record.trace.meetings:
        return chart([], title="")
    lines = make(record)
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
    return chart(drawn, title=lines.title)
