"""The agenda of a class: the meetings of states with their sittings, and the main ones among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from comity.phases import Phase
from comity.scenario.schema import Forum, Meeting, Scenario, Session, Vote

__all__ = ["AgendaItem", "AgendaMeeting", "agenda_of", "main_meetings"]

_GOVERNMENT = (Phase.PLENARY, Phase.ROUND_TABLES)


@dataclass(frozen=True, kw_only=True)
class AgendaItem:
    """One session: its code, its title and the name of its issue."""

    code: str
    title: str
    issue: str


@dataclass(frozen=True, kw_only=True)
class AgendaMeeting:
    """One meeting of the agenda.

    Attributes
    ----------
    id, name, forum, start, end, city, theme
        As in the scenario; ``forum`` is the name of the forum.
    hosts
        Names of the hosts; empty for meetings of the UN, or if the model chooses the host.
    is_led_by_states, decides_arena
        Whether the forum is state-led; whether states name an arena at the close.
    phases
        Phases in order, each with its number of sittings; 0 if the model sets it.
    items, votes
        Sessions and votes.
    """

    id: str
    name: str
    forum: str
    start: date
    end: date
    city: str
    theme: str
    hosts: tuple[str, ...]
    is_led_by_states: bool
    decides_arena: bool
    phases: tuple[tuple[Phase, int], ...]
    items: tuple[AgendaItem, ...]
    votes: tuple[Vote, ...]


def agenda_of(scenario: Scenario, names: dict[str, str]) -> tuple[AgendaMeeting, ...]:
    """Return the meetings of states, by date.

    Parameters
    ----------
    names
        Names of the actors by id.
    """
    found = [
        _entry(scenario, meeting, forum, names)
        for meeting in scenario.meetings
        if _is_of_states(forum := scenario.forum(meeting.forum)) or meeting.votes
    ]
    return tuple(sorted(found, key=lambda entry: (entry.start, entry.end, entry.id)))


def main_meetings(agenda: Sequence[AgendaMeeting]) -> tuple[AgendaMeeting, ...]:
    """Return up to three meetings that show the argument, in order: formal, informal, formal again.

    These are the first meeting at which states name an arena, the next state-led meeting, and the next meeting at which
    states name an arena, or the last one with a vote. Missing kinds are left out.
    """
    first = next((m for m in agenda if m.decides_arena), None) or next(iter(agenda), None)
    if first is None:
        return ()
    later = [m for m in agenda if m.start > first.start]
    second = next((m for m in later if m.is_led_by_states), None)
    after = [m for m in later if second is not None and m.start > second.start]
    third = next((m for m in after if m.decides_arena), None) or next((m for m in reversed(after) if m.votes), None)
    return tuple(meeting for meeting in (first, second, third) if meeting is not None)


def _is_of_states(forum: Forum) -> bool:
    return any("state" in entry.kinds and entry.phase in _GOVERNMENT for entry in forum.format)


def _entry(scenario: Scenario, meeting: Meeting, forum: Forum, names: dict[str, str]) -> AgendaMeeting:
    return AgendaMeeting(
        id=meeting.id,
        name=meeting.name,
        forum=forum.name,
        start=meeting.start,
        end=meeting.end,
        city=meeting.city,
        theme=meeting.theme,
        hosts=tuple(names.get(host, host) for host in meeting.hosts),
        is_led_by_states=forum.state_led,
        decides_arena=forum.decides_arena,
        phases=_phases(meeting, forum),
        items=tuple(_item(scenario, session) for session in meeting.sessions),
        votes=meeting.votes,
    )


def _item(scenario: Scenario, session: Session) -> AgendaItem:
    issue = scenario.issues[scenario.issue_of(session.category)].name
    return AgendaItem(code=session.code, title=session.title, issue=issue)


def _phases(meeting: Meeting, forum: Forum) -> tuple[tuple[Phase, int], ...]:
    """Return the phases with their sittings; there are enough round tables for all sessions."""
    found = []
    for entry in forum.format:
        count = meeting.sittings.get(entry.phase, entry.sittings)
        if meeting.common_space in ("none", "merged") and entry.phase is Phase.COMMON_SPACE:
            count = 0
        if meeting.venue == "online" and entry.phase is Phase.CORRIDOR:
            count = 0
        if entry.phase is Phase.ROUND_TABLES and meeting.sessions and entry.phase not in meeting.sittings:
            count = -(-len(meeting.sessions) // entry.tables)
        if count:
            found.append((entry.phase, count))
    return tuple(found)
