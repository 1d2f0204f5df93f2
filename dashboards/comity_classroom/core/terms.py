"""Terms: what a seat can promise another one, now or at a later sitting of the plan; each is one of its own choices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from comity.phases import Phase
from comity_classroom.core.choices import checked, questions
from comity_classroom.core.state import ClassroomState, Place
from comity_classroom.core.stop import Stop
from comity_classroom.phrases import Phrases

__all__ = ["Term", "terms_of"]

_PROMISES: dict[str, tuple[Any, ...]] = {
    "act": ("cooperation", "statement", "silence"),
    "attends": (True,),
    "hosts": (True,),
    "pledges": (True,),
    "table": (1,),
    "vote": ("yes", "abstain", "no"),
    "arena": ("un", "informal", "nowhere"),
}
"""Choices that can be promised. A table can be promised in the corridor only."""


@dataclass(frozen=True, kw_only=True)
class Term:
    """One promise: a choice for a sitting, as in a move.

    Attributes
    ----------
    place
        The sitting; 0 is the opening of the doors.
    key, value
        The choice.
    extra
        Choices that belong to it: the id of a vote, or the table at which an act is made.
    words
        The promise in words, such as *vote yes on “A compact”*.
    """

    place: Place
    key: str
    value: Any
    extra: Mapping[str, Any]
    words: str

    @property
    def id(self) -> str:
        """A short name that is unique among the terms of a seat."""
        return f"{self.place.meeting}/{self.place.sitting}/{self.key}/{str(self.value).lower()}"

    @property
    def choice(self) -> dict[str, Any]:
        """The choice as the ledger holds it."""
        return {self.key: self.value, **self.extra}


def terms_of(stop: Stop, state: ClassroomState, seat: str, phrases: Phrases) -> tuple[Term, ...]:
    """Return what a seat can promise: choices for the next step, and votes at later sittings of the plan."""
    ahead = stop.next
    if ahead is None:
        return ()
    found: list[Term] = []
    before = state.choices.get((seat, ahead.place.meeting, ahead.place.sitting), {})
    for question in questions(stop, seat):
        if question.key == "table" and ahead.phase is not Phase.CORRIDOR:
            continue
        for value in _PROMISES.get(question.key, ()):
            if any(option.value == value and type(option.value) is type(value) for option in question.options):
                choice = checked(stop, seat, {question.key: value}, before)
                extra = {name: other for name, other in choice.items() if name != question.key}
                words = _words(stop, seat, ahead.place, question.key, value, phrases)
                found.append(Term(place=ahead.place, key=question.key, value=value, extra=extra, words=words))
    return (*found, *_later_votes(stop, state, seat, phrases))


def _later_votes(stop: Stop, state: ClassroomState, seat: str, phrases: Phrases) -> list[Term]:
    assert stop.next is not None
    if not stop.model.stage.is_state[stop.model.population.rows[seat]]:
        return []
    steps = [step for step in state.plan if "meeting" in step]
    places = [Place(meeting=step["meeting"], sitting=step["sitting"]) for step in steps]
    if stop.next.place not in places:
        return []
    later = places.index(stop.next.place) + 1
    found = []
    for place, step in list(zip(places, steps, strict=True))[later:]:
        votes = stop.scenario.meeting(place.meeting).votes
        if step["phase"] == Phase.VOTE.value and len(votes) == 1:
            for value in _PROMISES["vote"]:
                words = phrases.say(f"terms.vote_{value}", text=votes[0].text)
                found.append(Term(place=place, key="vote", value=value, extra={"on": votes[0].id}, words=words))
    return found


def _words(stop: Stop, seat: str, place: Place, key: str, value: Any, phrases: Phrases) -> str:
    meeting = stop.scenario.meeting(place.meeting)
    assert stop.next is not None
    issue, text = "", ""
    if key == "act":
        row = stop.model.population.rows[seat]
        tables = stop.next.tables
        mine = next((table for table in tables if row in table.seated), tables[0] if tables else None)
        issue = "" if mine is None else mine.issue
    if key == "vote":
        text = next(vote.text for vote in meeting.votes if vote.id == stop.next.vote)
    path = f"terms.{key}" if value is True or key == "table" else f"terms.{key}_{value}"
    return phrases.say(path, meeting=meeting.name, issue=issue, text=text)
