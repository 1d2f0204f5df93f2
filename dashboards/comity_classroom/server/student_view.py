"""What a student's page shows: the own seat only."""

from __future__ import annotations

from typing import Any

from comity.phases import Phase
from comity_classroom.room.choices import questions, why_none
from comity_classroom.room.told import at_the_table, place_words, trust_words
from comity_classroom.server.look import Look

__all__ = ["student_view"]

_MOST_NAMES = 10


def student_view(look: Look, person: str) -> dict[str, Any]:
    """Return what the page of a person shows."""
    state, stop = look.state, look.stop
    seat = state.seat_of(person)
    shown = look.stage() | {
        "person": state.people[person],
        "seat": seat,
        "version": look.student_version(person),
        # Three signs of life within the grace time: one that is lost makes nobody gone.
        "ping_every": min(15.0, look.room.grace / 3),
    }
    if seat is None:
        free = [{"id": id_, "name": look.name(id_), "group": look.group_name(id_)} for id_ in state.free_seats]
        return shown | {"free": free}
    return shown | {
        "seat_name": look.name(seat),
        "questions": questions(stop, seat),
        "chosen": look.chosen(seat),
        "why_none": why_none(stop, seat),
        "may_choose": look.may_choose(seat),
        "is_muted": seat in state.muted,
        "company": _company(look, seat),
        "last": _last(look, seat),
        "can_debrief": bool(stop.model.trace.meetings),
    }


def _company(look: Look, seat: str) -> str:
    """Return who would sit with a seat in the sitting that comes next, in a sentence."""
    ahead = look.stop.next
    if ahead is None or ahead.is_doors or ahead.phase in (Phase.VOTE, Phase.CORRIDOR):
        return ""
    row = look.row(seat)
    table = next((table for table in ahead.tables if row in table.seated), None)
    if table is None:
        return ""
    ids = look.stop.model.population.ids
    others = [look.short_name(ids[other]) for other in table.seated if other != row]
    rest = f" and {len(others) - _MOST_NAMES} more" if len(others) > _MOST_NAMES else ""
    shown = ", ".join(others[:_MOST_NAMES]) + rest if others else "nobody else"
    return f"Expected at table {table.number}: {shown}." if len(ahead.tables) > 1 else f"Expected: {shown}."


def _last(look: Look, seat: str) -> dict[str, Any] | None:
    """Return what has just happened to a seat, or None before anything has."""
    stop = look.stop
    if not stop.passed:
        return None
    held = stop.passed[-1]
    return {
        "where": place_words(stop, held),
        "more": len(stop.passed) - 1,
        "told": at_the_table(stop, look.state, seat, held),
        "trust": trust_words(stop, look.state, seat),
    }
