"""The trace, taken from what a run has left as it goes on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

import numpy as np

from comity.forum import effects
from comity.forum.course import Change, Course, Outcome
from comity.forum.gathering import gathering_of, log_of, programme_of
from comity.forum.moments import Moment, number_of
from comity.forum.stage import Stage
from comity.forum.trace import ChairEntry, MeetingTrace, Trace, VoteTrace, YearTrace
from comity.rules.vote import is_adopted
from comity.scenario.moves import Move

__all__ = ["Telling"]

_END = 2_000_000
_EVENTS = [change.name.lower().replace("_", "-") for change in Change]
_WHY: dict[int, str] = {
    Outcome.NO_SITTING: "it has no sitting",
    Outcome.NOT_LINKED: "the meeting that it accompanies is not held",
    Outcome.NOWHERE: "states chose no forum at all",
    Outcome.VACANT: "no state took the chair",
}
_number_of = number_of.py_func  # type: ignore[attr-defined]
_YEAR, _ARENA, _HOSTS, _EXPERTS, _SEATING = map(
    int, (Moment.YEAR, Moment.ARENA, Moment.HOSTS, Moment.EXPERTS, Moment.SEATING)
)
_LAST, _CLOSED = int(_number_of(Moment.ATTACHMENT, 0)), int(_number_of(Moment.SNAPSHOT, 0))
_HELD = int(Outcome.HELD)


class Telling:
    """What a run has left, told as a trace, event by event."""

    def __init__(self, stage: Stage, course: Course, moves: dict[str, list[Move]], trace: Trace) -> None:
        self._stage, self._course, self._moves, self._trace = stage, course, moves, trace
        self._event, self._number, self._changes = 0, -1, 0

    def go_on(self) -> None:
        """Tell what has happened since."""
        place = self._course.frame.place[0]
        for event in range(self._event, int(place["event"])):
            self._tell(event, _END)
            self._event, self._number = event + 1, -1
        if self._event < len(self._course.frame.events):
            number = int(_number_of(place["moment"], place["sitting"]))
            self._tell(self._event, number)
            self._number = number

    def _tell(self, event: int, number: int) -> None:
        """Tell what has happened of an event up to the moment of that number, not included."""
        first, x, _ = self._course.frame.events[event].item()
        if first == _YEAR and number == _END:
            parties, members = self._course.years.memberships[x]
            year = date.fromordinal(int(self._course.frame.events["day"][event])).year
            self._trace.years.append(YearTrace(year=year, treaty_party=parties, agency_member=members))
        if first != _ARENA:
            return
        outcome = self._course.frame.found["outcome"][x]
        if outcome > _HELD and number == _END:
            self._tell_hosts(x)
            self._tell_cancelled(x, outcome)
        elif outcome == _HELD:
            if self._number <= _HOSTS < number:
                self._tell_hosts(x)
            if number > _EXPERTS and self._stage.meetings[x].id in self._moves:
                self._tell_moves(x, number)
            if number >= _CLOSED > self._number:
                self._trace.meetings.append(self._meeting(x))

    def _tell_hosts(self, x: int) -> None:
        stage, chairs, meeting = self._stage, self._course.chairs, self._stage.meetings[x]
        n_changes = int(self._course.frame.place["chairs"][0])
        while self._changes < n_changes and chairs.changes["meeting"][self._changes] == x:
            _, event, row, by_person = chairs.changes[self._changes].item()
            self._changes += 1
            self._trace.chairs.append(
                ChairEntry(
                    date=meeting.start,
                    meeting=meeting.id,
                    event=_EVENTS[event],
                    state="" if row < 0 else stage.population.ids[row],
                    text=f"chosen by {'a person' if by_person else 'the model'}",
                )
            )
        moves, found = self._moves.get(meeting.id, ()), self._course.frame.found[x]
        if moves and found["outcome"] not in (Outcome.NOT_LINKED, Outcome.NOWHERE):
            asked = meeting.hosts if stage.scenario.choices.host == "scripted" else ()
            hosts, forum = chairs.hosts[x, : found["n_hosts"]].tolist(), stage.scenario.forums[found["forum"]]
            self._trace.moves += effects.of_hosting(moves, forum, asked, hosts, stage, self._active(x, "opened"))

    def _tell_cancelled(self, x: int, outcome: int) -> None:
        why, meeting = _WHY[outcome], self._stage.meetings[x]
        if outcome != Outcome.NO_SITTING:
            self._trace.cancelled.append((meeting.id, why))
        is_asked = outcome in (Outcome.NO_SITTING, Outcome.VACANT)
        self._trace.moves += effects.without_meeting(self._moves.get(meeting.id, ()), why, is_asked=is_asked)

    def _tell_moves(self, x: int, number: int) -> None:
        """Tell what became of moves at the doors, in the sittings held since, and at the close."""
        stage, course = self._stage, self._course
        n_sittings = int(course.proceedings.plans["n_sittings"][course.frame.found["plan"][x]])
        sitting = n_sittings if number >= _LAST else (number - _SEATING) // 2
        held = gathering_of(x, stage, course, self._moves[stage.meetings[x].id], sitting)
        if self._number < _SEATING:
            self._trace.moves += effects.at_opening(held, stage, self._active(x, "opened"))
        told = min(max(self._number - _SEATING, 0) // 2, n_sittings)
        self._trace.moves += effects.in_sittings(held, told, sitting, stage)
        if number >= _CLOSED > self._number:
            self._trace.moves += effects.at_close(held, stage, self._active(x, "closed"))

    def _active(self, x: int, day: Literal["opened", "closed"]) -> np.ndarray:
        """Return who existed on the first or last day of meeting x, bool (n,)."""
        return self._stage.active_on(date.fromordinal(self._course.frame.found[day][x]))

    def _meeting(self, x: int) -> MeetingTrace:
        stage, course, numbers, meeting = self._stage, self._course, self._course.numbers, self._stage.meetings[x]
        _, forum, n_hosts, _, _, _, _, openness, practices = course.frame.found[x].item()
        held_as, places = stage.scenario.forums[forum], course.frame.meetings[x]
        topics, programme = programme_of(x, stage, course)
        log, phases = log_of(x, course, programme), programme.timetable.sittings["phase"]
        votes = range(places["first_vote"], places["first_vote"] + places["n_votes"])
        return MeetingTrace(
            id=meeting.id,
            forum=meeting.forum,
            held_as=held_as.id,
            start=meeting.start,
            hosts=tuple(course.chairs.hosts[x, :n_hosts].tolist()),
            openness=openness,
            donors=log.donors,
            active=self._active(x, "closed"),
            present=log.present,
            admitted=log.admitted,
            topics=topics,
            rooms=programme.rooms,
            phases=phases,
            rounds=programme.timetable.sittings["rounds"],
            acts=log.acts,
            tables=log.tables,
            experience=log.experience,
            cooperation=numbers.cooperation[x],
            sovereignty=numbers.sovereignty[x],
            group_trust=numbers.trust[x],
            practices=practices,
            arena=numbers.arena[places["arena"]] if held_as.decides_arena else None,
            support=numbers.support[places["support"]] if held_as.decides_arena or held_as.state_led else None,
            votes=tuple(self._votes(x, votes)),
            snapshot=None,
        )

    def _votes(self, x: int, votes: Sequence[int]) -> list[VoteTrace]:
        left, told = self._course.votes, []
        for vote, v in zip(self._stage.meetings[x].votes, votes, strict=True):
            n, (first, n_issues) = left.n_voters[v], left.votes[["first_issue", "n_issues"]][v]
            answers = left.answers[v, :n]
            told.append(
                VoteTrace(
                    vote=vote.id,
                    rows=left.voters[v, :n],
                    probabilities=left.probabilities[v, :n],
                    answers=answers,
                    decision=vote.decision,
                    is_adopted=is_adopted(answers, vote.decision),
                    issues=left.issues[first : first + n_issues],
                    voices=left.voices[v, :n_issues],
                )
            )
        return told
