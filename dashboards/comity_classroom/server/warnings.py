"""Warnings: choices that would cross a red line of the role sheet."""

from __future__ import annotations

from typing import Any

from comity_classroom.briefs.brief import Brief
from comity_classroom.core.stop import Stop

__all__ = ["red_lines_at"]


def red_lines_at(stop: Stop, seat: str, brief: Brief) -> dict[tuple[str, Any], str]:
    """Return, by question and answer, the red line that an answer at the next sitting may cross.

    A line about offers where words bind is named at every table on its issue: its sentence states the condition.
    """
    ahead = stop.next
    if ahead is None or ahead.is_doors:
        return {}
    row = stop.model.population.rows[seat]
    mine = next((table for table in ahead.tables if row in table.seated), ahead.tables[0] if ahead.tables else None)
    issues = {issue.id: issue.name for issue in stop.scenario.issues}
    forum = stop.scenario.meeting(ahead.place.meeting).forum
    found: dict[tuple[str, Any], str] = {}
    for line in brief.red_lines:
        is_here = {
            "offer": mine is not None and issues.get(line.subject) == mine.issue,
            "offer_in_forum": line.subject == forum,
            "arena": ahead.asks_arena,
            "vote": line.subject == ahead.vote,
        }[line.key]
        if is_here:
            answer = ("act", "cooperation") if line.key.startswith("offer") else (line.key, line.answer)
            found.setdefault(answer, line.sentence)
    return found
