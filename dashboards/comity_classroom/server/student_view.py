"""The page of a student: their own seat only."""

from __future__ import annotations

from typing import Any

from comity.phases import Phase
from comity_classroom.core.choices import questions, why_none
from comity_classroom.core.reports import sitting_name, sitting_report, trust_report
from comity_classroom.server.context import PageContext

__all__ = ["student_view"]

_MOST_NAMES = 10


def student_view(context: PageContext, person: str) -> dict[str, Any]:
    """Return the values of a person's page."""
    state, stop = context.state, context.stop
    seat = state.seat_of(person)
    shown = context.stage() | {
        "person": state.people[person],
        "seat": seat,
        "version": context.student_version(person),
        # Three signs of life within the grace time, so that one lost request does not matter.
        "ping_every": min(15.0, context.classroom.grace / 3),
    }
    if seat is None:
        free = [{"id": id_, "name": context.name(id_), "group": context.group_name(id_)} for id_ in state.free_seats]
        return shown | {"free": free}
    return shown | {
        "seat_name": context.name(seat),
        "questions": questions(stop, seat),
        "chosen": context.chosen(seat),
        "why_none": why_none(stop, seat),
        "may_choose": context.may_choose(seat),
        "is_muted": seat in state.muted,
        "company": _company(context, seat),
        "last": _last(context, seat),
        "can_debrief": bool(stop.model.trace.meetings),
    }


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
    rest = f" and {len(others) - _MOST_NAMES} more" if len(others) > _MOST_NAMES else ""
    shown = ", ".join(others[:_MOST_NAMES]) + rest if others else "nobody else"
    return f"Expected at table {table.number}: {shown}." if len(ahead.tables) > 1 else f"Expected: {shown}."


def _last(context: PageContext, seat: str) -> dict[str, Any] | None:
    """Return the report of the last advance for a seat, or None before the first."""
    stop = context.stop
    if not stop.passed:
        return None
    held = stop.passed[-1]
    return {
        "where": sitting_name(stop, held),
        "more": len(stop.passed) - 1,
        "told": sitting_report(stop, context.state, seat, held),
        "trust": trust_report(stop, context.state, seat),
    }
