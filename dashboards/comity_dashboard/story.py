"""The story of a run as plain data for the player in the browser: calendar, moments, rooms."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from comity.forum.trace import MeetingTrace
from comity.phases import Phase
from comity.record import Record
from comity.rules.act import Act
from comity.scenario.schema import Forum, Scenario
from comity_dashboard.captions import captions
from comity_dashboard.figures.figure import plain_rows
from comity_dashboard.packed import Packed, pack
from comity_dashboard.palette import actor_names
from comity_dashboard.phrases import ENGLISH, Phrases

__all__ = ["LANES", "Story", "lane_of", "rooms_of", "timeline_of"]

LANES = ("dialogue", "forum", "compact", "civil", "hearing")
"""Lanes of the timeline, from top to bottom."""

_PHASES = list(Phase)
_NOWHERE, _FIRST_ROOM = ".", 48
"""One character for each actor: a dot, or the number of its room as a character from code 48."""
_ACT_SIGNS = {Act.SILENCE: "s", Act.STATEMENT: "t", Act.COOPERATION: "c", Act.CONTESTATION: "x"}
_ANSWERS, _ANSWERED = "yanm", ("yes", "abstain", "no", "absent")


def lane_of(scenario: Scenario, forum: Forum) -> str:
    """Return the lane of a forum, derived from its rules and not from its name."""
    if forum.decides_arena:
        return "dialogue"
    if forum.state_led:
        return "forum"
    if any(meeting.votes for meeting in scenario.meetings if meeting.forum == forum.id):
        return "compact"
    kinds = {kind for sittings in forum.format for kind in sittings.kinds}
    if "state" not in kinds:
        return "civil"
    return "compact" if any(sittings.phase is Phase.ROUND_TABLES for sittings in forum.format) else "hearing"


class Story:
    """A record, ready to play. Each part is computed on first access.

    Attributes
    ----------
    record
        Recorded with ``keep="all"``.
    words
        The language.
    """

    def __init__(self, record: Record, words: Phrases = ENGLISH) -> None:
        self.record, self.words = record, words

    def said_in(self, words: Phrases) -> Story:
        """Return the same story in a language."""
        return self if words == self.words else Story(self.record, words)

    @cached_property
    def moments(self) -> list[list[int]]:
        """Meeting and sitting of each moment. The first moment, (-1, 0), is the start."""
        found = [[-1, 0]]
        for m, trace in enumerate(self.record.trace.meetings):
            found += [[m, s] for s in range(len(trace.phases))]
        return found

    @cached_property
    def timeline(self) -> Packed:
        """Input of the player."""
        return pack(timeline_of(self.record, self.moments, self.words))

    @cached_property
    def phases(self) -> Packed:
        """The phase of each moment."""
        trace = self.record.trace.meetings
        return pack(["start" if m < 0 else _PHASES[trace[m].phases[s]].value for m, s in self.moments])

    @cached_property
    def captions(self) -> Packed:
        """The caption of each moment, with the related section of the chapter."""
        return pack(captions(self.record, self.moments, self.words))

    @cached_property
    def rooms(self) -> Packed:
        """Input of the drawing of the rooms."""
        return pack(rooms_of(self.record, self.words))


def timeline_of(record: Record, moments: list[list[int]], words: Phrases = ENGLISH) -> dict[str, Any]:
    """Return lanes, meetings (id, name, date, place, type, first moment), moments and shocks."""
    scenario = record.scenario
    lanes = {forum.id: lane_of(scenario, forum) for forum in scenario.forums}
    firsts: dict[int, int] = {}
    for moment, (m, _) in enumerate(moments):
        firsts.setdefault(m, moment)
    meetings = []
    for m, trace in enumerate(record.trace.meetings):
        meeting = scenario.meeting(trace.id)
        meetings.append(
            {
                "id": trace.id,
                "name": words.term("model.meetings", meeting.name),
                "forum": trace.forum,
                "date": f"{trace.start:%Y-%m-%d}",
                "day": words.day(trace.start),
                "city": words.term("model.cities", meeting.city or ("online" if meeting.venue == "online" else "")),
                "lane": lanes[trace.forum],
                "first": firsts[m],
                "sittings": len(trace.phases),
            }
        )
    used = [lane for lane in LANES if any(item["lane"] == lane for item in meetings)]
    cancelled = [
        {
            "id": name,
            "date": f"{scenario.meeting(name).start:%Y-%m-%d}",
            "lane": lanes[scenario.meeting(name).forum],
            "text": words.say(
                "captions.cancelled", meeting=words.term("model.meetings", scenario.meeting(name).name), reason=reason
            ),
        }
        for name, reason in record.trace.cancelled
    ]
    return {
        "lanes": [{"id": lane, "name": words.say(f"widgets.player.lanes.{lane}")} for lane in used],
        "meetings": meetings,
        "moments": moments,
        "cancelled": [item for item in cancelled if item["lane"] in used],
        "events": [
            {"date": f"{shock.date:%Y-%m-%d}", "text": words.term("model.shocks", shock.name)}
            for shock in scenario.shocks
        ],
        "start": f"{scenario.start:%Y-%m-%d}",
        "end": f"{scenario.end:%Y-%m-%d}",
    }


def rooms_of(record: Record, words: Phrases = ENGLISH) -> dict[str, Any]:
    """Return the actors; and for each moment the rooms, the seating and the acts."""
    names = actor_names(record, words)
    issues = {issue.id: words.term("model.issues", issue.name) for issue in record.scenario.issues}
    sittings: list[dict[str, Any]] = [
        {"phase": "start", "rooms": [], "seats": "", "acts": "", "present": "", "meeting": -1}
    ]
    for m, trace in enumerate(record.trace.meetings):
        present = "".join("1" if there else "0" for there in trace.present)
        for s in range(len(trace.phases)):
            sittings.append(_sitting(record, trace, s, issues, words) | {"present": present, "meeting": m})
    return {
        "ids": list(names),
        "names": list(names.values()),
        "groups": [int(code) for code in record.population.world.actors["group"]],
        "sittings": sittings,
        "values": _values(record),
    }


def _sitting(record: Record, trace: MeetingTrace, s: int, issues: dict[str, str], words: Phrases) -> dict[str, Any]:
    phase = _PHASES[trace.phases[s]]
    if phase is Phase.VOTE:
        return _vote(record, trace, s, words)
    first = int(trace.rounds[:s].sum())
    acts = trace.acts[first : first + int(trace.rounds[s])]
    # The last act of an actor that is not silence, else silence.
    said = acts[0].copy()
    for row in acts[1:]:
        said = np.where(row > Act.SILENCE, row, said)
    tables = trace.tables[s]
    rooms = [  # an untitled room has its category, a code, as title; the issue is enough then
        {
            "title": "" if room.title == room.category else words.term("model.tables", room.title),
            "issue": issues[record.issues[record.scenario.issue_of(room.category)]],
        }
        for room in trace.rooms
        if room.sitting == s
    ]
    talk = phase is Phase.CORRIDOR
    signs = {int(act): sign for act, sign in _ACT_SIGNS.items()}
    return {
        "phase": phase.value,
        "rooms": rooms or [{"title": "", "issue": ""}],
        "seats": "".join(_NOWHERE if room < 0 else chr(_FIRST_ROOM + int(room)) for room in tables),
        "acts": "".join(
            _NOWHERE if room < 0 else "k" if talk else signs.get(int(act), _NOWHERE)
            for room, act in zip(tables, said, strict=True)
        ),
    }


def _vote(record: Record, trace: MeetingTrace, s: int, words: Phrases) -> dict[str, Any]:
    """Return a vote as four rooms: yes, abstained, no, absent."""
    before = int((trace.phases[:s] == trace.phases[s]).sum())
    vote = trace.votes[min(before, len(trace.votes) - 1)]
    text = next(item.text for item in record.scenario.meeting(trace.id).votes if item.id == vote.vote)
    seats = [_NOWHERE] * len(record.population.ids)
    acts = list(seats)
    for row, answer in zip(vote.rows, vote.answers, strict=True):
        seats[row], acts[row] = chr(_FIRST_ROOM + int(answer)), _ANSWERS[answer]
    text, titles = words.term("model.texts", text), (words.say(f"captions.answers.{answer}") for answer in _ANSWERED)
    return {
        "phase": Phase.VOTE.value,
        "rooms": [{"title": text, "issue": title} for title in titles],
        "seats": "".join(seats),
        "acts": "".join(acts),
    }


def _values(record: Record) -> dict[str, list[list[float | None]]]:
    """Return cooperation, sovereignty and mean trust of each actor at the start and after each meeting."""
    taken = [record.trace.start, *(trace.snapshot for trace in record.trace.meetings)]
    snaps = [snap for snap in taken if snap is not None]
    n = max(len(record.population.ids) - 1, 1)
    return {
        "cooperation": [plain_rows(snap.actors["cooperation"], 3) for snap in snaps],
        "sovereignty": [plain_rows(snap.actors["sovereignty"], 3) for snap in snaps],
        "trust": [plain_rows(snap.trust_held.sum(axis=1) / n, 3) for snap in snaps],
    }
