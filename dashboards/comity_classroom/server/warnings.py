"""Warnings: choices that would cross a red line of the role sheet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from comity.briefs.rule import forum_bindingness
from comity_classroom.briefs.brief import Brief, RedLine
from comity_classroom.briefs.conduct import exposure_of
from comity_classroom.core.stop import Stop, Table

__all__ = ["red_lines_at"]


def red_lines_at(stop: Stop, seat: str, brief: Brief, chosen: Mapping[str, Any]) -> dict[tuple[str, Any], str]:
    """Return, by question and answer, the red line that an answer at the next sitting would cross.

    An offer crosses a line on offers only where words bind enough: the exposure at the table reaches that of the line.

    Parameters
    ----------
    chosen
        Choices for the next sitting; a table that was chosen is the one at which the seat will speak.
    """
    ahead = stop.next
    if ahead is None or ahead.is_doors:
        return {}
    table = _table(stop, seat, chosen)
    forum = stop.model.gathering.forum.id if stop.model.gathering is not None else ""
    found: dict[tuple[str, Any], str] = {}
    for line in brief.red_lines:
        is_here = {
            "offer": line.key == "offer" and table is not None and _binds(stop, line, table),
            "offer_in_forum": line.subject == forum,
            "arena": ahead.asks_arena,
            "vote": line.subject == ahead.vote,
        }[line.key]
        if is_here:
            answer = ("act", "cooperation") if line.key.startswith("offer") else (line.key, line.answer)
            found.setdefault(answer, line.sentence)
    return found


def _table(stop: Stop, seat: str, chosen: Mapping[str, Any]) -> Table | None:
    """Return the table at which a seat would speak."""
    assert stop.next is not None
    tables, row = stop.next.tables, stop.model.population.rows[seat]
    wanted = next((table for table in tables if table.number == chosen.get("table")), None)
    mine = next((table for table in tables if row in table.seated), None)
    return wanted or mine or (tables[0] if tables else None)


def _binds(stop: Stop, line: RedLine, table: Table) -> bool:
    """Return whether an offer at a table is on the issue of a line, and exposed enough to cross it."""
    held, ahead = stop.model.gathering, stop.next
    assert ahead is not None
    issue = next(one for one in stop.scenario.issues if one.id == line.subject)
    if held is None or issue.name != table.issue:
        return False
    binds = forum_bindingness(held.forum, ahead.phase)
    return exposure_of(stop.scenario, issue, held.forum, binds) >= line.exposure
