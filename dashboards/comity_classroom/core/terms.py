"""Terms: what a seat can promise another one, now or at a later sitting of the plan; each is one of its own choices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from comity.phases import Phase
from comity.scenario.schema import Scenario
from comity_classroom.core.choices import checked, questions
from comity_classroom.core.partners import partners_of
from comity_classroom.core.state import ClassroomState, Place
from comity_classroom.core.stop import Stop
from comity_classroom.phrases import Phrases

__all__ = ["Term", "in_words", "terms_of"]

_PROMISES: dict[str, tuple[Any, ...]] = {
    "act": ("cooperation", "statement", "silence"),
    "attends": (True,),
    "hosts": (True,),
    "pledges": (True,),
    "table": (1,),
    "vote": ("yes", "abstain", "no"),
    "arena": ("un", "informal", "nowhere"),
}
"""Choices that can be promised. A table can be promised in the corridor only: a meeting there."""


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
    about
        Name of the issue of an act, or the text of a vote, as in the scenario; else empty.
    """

    place: Place
    key: str
    value: Any
    extra: Mapping[str, Any]
    about: str = ""

    @property
    def id(self) -> str:
        """A short name that is unique among the terms of a seat."""
        return f"{self.place.meeting}/{self.place.sitting}/{self.key}/{str(self.value).lower()}"

    @property
    def choice(self) -> dict[str, Any]:
        """The choice as the ledger holds it."""
        return {self.key: self.value, **self.extra}

    def to_json(self) -> dict[str, Any]:
        """Return the promise as the ledger holds it."""
        place = {"meeting": self.place.meeting, "sitting": self.place.sitting}
        return {"id": self.id, **place, "key": self.key, "about": self.about, "choice": self.choice}


def in_words(term: Mapping[str, Any], scenario: Scenario, phrases: Phrases) -> str:
    """Return a promise of the ledger in a language, such as *vote yes on “A compact”*."""
    key, value = term["key"], term["choice"][term["key"]]
    path = f"terms.{key}" if value is True or key == "table" else f"terms.{key}_{value}"
    about = phrases.name(term["about"])
    meeting = phrases.name(scenario.meeting(term["meeting"]).name)
    return phrases.say(path, meeting=meeting, issue=about, text=about)


def terms_of(stop: Stop, state: ClassroomState, seat: str) -> tuple[Term, ...]:
    """Return what a seat can promise: choices for the next step, and votes at later sittings of the plan."""
    ahead = stop.next
    if ahead is None:
        return ()
    found: list[Term] = []
    before = state.choices.get((seat, ahead.place.meeting, ahead.place.sitting), {})
    for question in questions(stop, seat):
        row = stop.model.population.rows[seat]
        if question.key == "table" and not (ahead.phase is Phase.CORRIDOR and partners_of(stop, row)):
            continue
        for value in _PROMISES.get(question.key, ()):
            if any(option.value == value and type(option.value) is type(value) for option in question.options):
                choice = checked(stop, seat, {question.key: value}, before)
                extra = {name: other for name, other in choice.items() if name != question.key}
                about = _about(stop, seat, question.key)
                found.append(Term(place=ahead.place, key=question.key, value=value, extra=extra, about=about))
    return (*found, *_later_votes(stop, state, seat))


def _later_votes(stop: Stop, state: ClassroomState, seat: str) -> list[Term]:
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
                extra, about = {"on": votes[0].id}, votes[0].text
                found.append(Term(place=place, key="vote", value=value, extra=extra, about=about))
    return found


def _about(stop: Stop, seat: str, key: str) -> str:
    assert stop.next is not None
    if key == "act":
        row, tables = stop.model.population.rows[seat], stop.next.tables
        mine = next((table for table in tables if row in table.seated), tables[0] if tables else None)
        return "" if mine is None else mine.issue
    if key == "vote":
        votes = stop.scenario.meeting(stop.next.place.meeting).votes
        return next(vote.text for vote in votes if vote.id == stop.next.vote)
    return ""
