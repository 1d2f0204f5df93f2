"""The state of a classroom, computed from the entries of its ledger alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from comity.errors import InputError
from comity_classroom.core.draft_state import DraftState
from comity_classroom.core.learning import STEPS as LEARNING
from comity_classroom.core.learning import Learning
from comity_classroom.core.ledger import Entry

__all__ = ["FORMAT", "ClassroomState", "Place", "follow", "state_of"]

Choice = Mapping[str, Any]

FORMAT = 1
"""Format of a ledger. It increases when the meaning of entries changes."""


@dataclass(frozen=True, kw_only=True, order=True)
class Place:
    """A sitting of a meeting, from 1; 0 is the opening of the doors."""

    meeting: str
    sitting: int


@dataclass(frozen=True, kw_only=True)
class ClassroomState:
    """The state of a classroom after an entry.

    Attributes
    ----------
    n
        Number of the last entry.
    scenario, seed
        The scenario as plain data, without moves and amendments of the class; and the seed of the run.
    offered
        Ids of the seats that people may take.
    people
        Names, by id of the person.
    seats
        Id of the person, by seat. The model plays the other seats.
    held
        The last sitting that was held, None before the first.
    before, doors_before
        ``held`` and ``doors`` before the last advance.
    doors
        The meeting with open doors and no sitting held yet, else empty.
    choices
        Choices by seat, meeting and sitting (0: before the doors open).
    amendments
        Injections of the teacher, in order; see :mod:`comity_classroom.core.amendments`.
    is_locked, is_paused, is_closed
        Whether choices are locked, the class is paused, or the classroom is closed for good.
    is_shut
        Whether the door is closed to newcomers.
    timer
        Time at which choices lock, in seconds since 1970; while paused, the seconds left; or None.
    muted
        Muted seats.
    played_by_model
        Why the model chose for a seat at the last advance: "gone" or "undecided".
    branch
        Number of the ledger, from 1.
    plan
        Steps of the lesson, as plain data: an activity, or a meeting and a sitting, with minutes. Empty without a plan.
    team
        Most people in one seat.
    language
        Code of the language of teacher and projector.
    mates
        Seat, by id of the person, of team mates besides the holder of a seat.
    chosen_by
        Person who made each choice, by seat, meeting and sitting, and then by question.
    messages
        Messages between seats, in order: from, to, text.
    offers
        Offers between seats, by number: from, to, give, ask, text, status (open, accepted, declined, countered, lapsed)
        and reason. Open offers lapse when the class moves on.
    sent
        Number of messages and offers of each seat since the class moved on.
    draft, learning
        What was said of the wording of texts; guesses, roll calls and the debrief.
    hushed
        Muted people; the rest of their team can still speak and choose.
    """

    n: int = 0
    scenario: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    offered: tuple[str, ...] = ()
    people: Mapping[str, str] = field(default_factory=dict)
    seats: Mapping[str, str] = field(default_factory=dict)
    held: Place | None = None
    before: Place | None = None
    doors_before: str = ""
    doors: str = ""
    choices: Mapping[tuple[str, str, int], Choice] = field(default_factory=dict)
    amendments: tuple[Mapping[str, Any], ...] = ()
    is_locked: bool = False
    is_paused: bool = False
    is_closed: bool = False
    is_shut: bool = False
    timer: float | None = None
    muted: frozenset[str] = frozenset()
    played_by_model: Mapping[str, str] = field(default_factory=dict)
    branch: int = 1
    plan: tuple[Mapping[str, Any], ...] = ()
    team: int = 1
    language: str = "en"
    mates: Mapping[str, str] = field(default_factory=dict)
    chosen_by: Mapping[tuple[str, str, int], Mapping[str, str]] = field(default_factory=dict)
    messages: tuple[Mapping[str, Any], ...] = ()
    offers: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    sent: Mapping[str, int] = field(default_factory=dict)
    draft: DraftState = field(default_factory=DraftState)
    hushed: frozenset[str] = frozenset()
    learning: Learning = field(default_factory=Learning)

    def seat_of(self, person: str) -> str | None:
        """Return the seat of a person, or None."""
        found = next((seat for seat, holder in self.seats.items() if holder == person), None)
        return found or self.mates.get(person)

    def team_of(self, seat: str) -> list[str]:
        """Return the people in a seat: the holder first, then team mates in the order in which they came."""
        holder = self.seats.get(seat)
        return ([] if holder is None else [holder]) + [mate for mate, taken in self.mates.items() if taken == seat]

    @property
    def open_seats(self) -> list[str]:
        """Seats in which there is room for one more person."""
        return [seat for seat in self.offered if len(self.team_of(seat)) < self.team]

    @property
    def planned(self) -> list[Place]:
        """The sittings that the plan plays, in order; sitting 0 is the opening of the doors."""
        return [Place(meeting=step["meeting"], sitting=step["sitting"]) for step in self.plan if "meeting" in step]

    @property
    def free_seats(self) -> list[str]:
        """Seats without a person."""
        return [seat for seat in self.offered if seat not in self.seats]


def state_of(entries: Iterable[Entry], ledger: Path | str = "ledger") -> ClassroomState:
    """Return the state after all entries; errors name ``ledger``."""
    state = ClassroomState()
    for entry in entries:
        state = follow(state, entry, ledger)
    return state


def follow(state: ClassroomState, entry: Entry, ledger: Path | str = "ledger") -> ClassroomState:
    """Return the state after one more entry.

    Raises
    ------
    InputError
        If its kind is unknown, or a field is missing.
    """
    try:
        step = _STEPS[entry.kind]
    except KeyError:
        raise InputError(
            f"{ledger}: entry {entry.n} has the kind {entry.kind!r}, which this version does not know. "
            "Use a newer version of comity."
        ) from None
    try:
        return replace(step(state, entry.what), n=entry.n)
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        if isinstance(error, InputError):
            raise InputError(f"{ledger}: entry {entry.n} {error}") from None
        raise InputError(
            f"{ledger}: entry {entry.n} must be a valid entry of kind {entry.kind!r}, but is not "
            f"({type(error).__name__}: {error}). It is damaged or from another version. Restore it from a backup."
        ) from None


def _opened(state: ClassroomState, what: Mapping[str, Any]) -> ClassroomState:
    if what.get("format", 1) != FORMAT:
        raise InputError(
            f"must have the format {FORMAT}, which this version of comity reads, got {what['format']!r}. "
            "Use a newer version."
        )
    return replace(
        state, scenario=what["scenario"], seed=what["seed"], offered=tuple(what["seats"]),
        plan=tuple(what.get("plan", ())), team=what.get("team", 1),
        language=what.get("language", "en"),
    )  # fmt: skip


def _joined(state: ClassroomState, what: Mapping[str, Any]) -> ClassroomState:
    return replace(state, people={**state.people, what["person"]: what["name"]})


def _seated(state: ClassroomState, what: Mapping[str, Any]) -> ClassroomState:
    state = _without(state, {what["person"]})
    return replace(state, seats={**state.seats, what["seat"]: what["person"]})


def _teamed(state: ClassroomState, what: Mapping[str, Any]) -> ClassroomState:
    state = _without(state, {what["person"]})
    return replace(state, mates={**state.mates, what["person"]: what["seat"]})


def _freed(state: ClassroomState, what: Mapping[str, Any]) -> ClassroomState:
    return _without(state, set(state.team_of(what["seat"])))


def _without(state: ClassroomState, gone: set[str]) -> ClassroomState:
    """Return the state without some people in seats. The first team mate of a holder who goes holds the seat."""
    mates = {mate: seat for mate, seat in state.mates.items() if mate not in gone}
    seats = {}
    for seat, holder in state.seats.items():
        if holder in gone:
            heir = next((mate for mate, taken in mates.items() if taken == seat), None)
            if heir is None:
                continue
            del mates[heir]
            seats[seat] = heir
        else:
            seats[seat] = holder
    return replace(state, seats=seats, mates=mates)


def _removed(state: ClassroomState, what: Mapping[str, Any]) -> ClassroomState:
    gone = set(what["people"])
    people = {person: name for person, name in state.people.items() if person not in gone}
    return replace(_without(state, gone), people=people)


def _chosen(state: ClassroomState, what: Mapping[str, Any]) -> ClassroomState:
    key = (what["seat"], what["meeting"], what["sitting"])
    merged = {**state.choices.get(key, {}), **what["choice"]}
    kept = {name: value for name, value in merged.items() if value is not None}
    by = {name: person for name, person in state.chosen_by.get(key, {}).items() if name in kept}
    by |= {name: what.get("person", "") for name in what["choice"] if name in kept}
    return replace(state, choices={**state.choices, key: kept}, chosen_by={**state.chosen_by, key: by})


def _said(state: ClassroomState, what: Mapping[str, Any]) -> ClassroomState:
    sent = {**state.sent, what["from"]: state.sent.get(what["from"], 0) + 1}
    return replace(state, messages=(*state.messages, what), sent=sent)


def _offered(state: ClassroomState, what: Mapping[str, Any]) -> ClassroomState:
    offers = dict(state.offers)
    if (old := what["counters"]) is not None:
        offers[old] = {**offers[old], "status": "countered"}
    offers[what["offer"]] = {**what, "status": "open", "reason": {}}
    sent = {**state.sent, what["from"]: state.sent.get(what["from"], 0) + 1}
    return replace(state, offers=offers, sent=sent)


def _answered(state: ClassroomState, what: Mapping[str, Any]) -> ClassroomState:
    offer = {**state.offers[what["offer"]], "status": what["status"], "reason": what["reason"]}
    for seat, meeting, sitting, choice in what["agreed"]:
        made = {"seat": seat, "meeting": meeting, "sitting": sitting, "choice": choice}
        state = _chosen(state, made)
    return replace(state, offers={**state.offers, what["offer"]: offer})


def _lapsed(state: ClassroomState) -> ClassroomState:
    offers = {
        number: {**offer, "status": "lapsed"} if offer["status"] == "open" else offer
        for number, offer in state.offers.items()
    }
    return replace(state, offers=offers, sent={}, draft=state.draft.moved_on())


def _advanced(state: ClassroomState, what: Mapping[str, Any]) -> ClassroomState:
    state = _lapsed(state)
    silenced = {
        (seat, meeting, sitting): {**state.choices.get((seat, meeting, sitting), {}), "act": "silence"}
        for seat, meeting, sitting in what["silenced"]
    }
    there = Place(meeting=what["meeting"], sitting=what["sitting"]) if what["meeting"] else None
    return replace(
        state,
        held=there,
        before=state.held,
        doors_before=state.doors,
        doors=what["doors"],
        choices={**state.choices, **silenced},
        is_locked=False,
        timer=None,
        played_by_model=what["by_model"],
        learning=state.learning.moved_on(has_people=bool(state.people)),
    )


def _branched(state: ClassroomState, what: Mapping[str, Any]) -> ClassroomState:
    state = _lapsed(state)
    return replace(
        state, branch=what["branch"], people=what["people"], seats=what["seats"],
        mates=what.get("mates", {}), muted=frozenset(what["muted"]),
        is_locked=False, is_paused=False, timer=None, is_closed=False, is_shut=what.get("shut", False),
        hushed=frozenset(what.get("hushed", ())), learning=state.learning.branched(what.get("guesses", {})),
    )  # fmt: skip


def _paused(state: ClassroomState, what: Mapping[str, Any]) -> ClassroomState:
    return replace(state, is_paused=what["on"], timer=what["timer"])


def _muted(state: ClassroomState, what: Mapping[str, Any]) -> ClassroomState:
    if "person" in what:
        one = {what["person"]}
        return replace(state, hushed=state.hushed | one if what["on"] else state.hushed - one)
    return replace(state, muted=state.muted | {what["seat"]} if what["on"] else state.muted - {what["seat"]})


def _learned(kind: str) -> Callable[[ClassroomState, Mapping[str, Any]], ClassroomState]:
    return lambda state, what: replace(state, learning=LEARNING[kind](state.learning, what))


_STEPS: dict[str, Callable[[ClassroomState, Mapping[str, Any]], ClassroomState]] = {
    "opened": _opened,
    "joined": _joined,
    "seated": _seated,
    "teamed": _teamed,
    "left": lambda state, what: _without(state, {what["person"]}),
    "freed": _freed,
    "removed": _removed,
    "chosen": _chosen,
    "said": _said,
    "offered": _offered,
    "answered": _answered,
    "proposed": lambda state, what: replace(state, draft=state.draft.proposed(what)),
    "voiced": lambda state, what: replace(state, draft=state.draft.voiced(what)),
    "dropped": lambda state, what: replace(state, draft=state.draft.dropped(what)),
    "advanced": _advanced,
    "branched": _branched,
    "paused": _paused,
    "muted": _muted,
    "shut": lambda state, what: replace(state, is_shut=what["on"]),
    "locked": lambda state, what: replace(state, is_locked=what["on"]),
    "timed": lambda state, what: replace(state, timer=what["ends"], is_locked=False),
    "injected": lambda state, what: replace(state, amendments=(*state.amendments, what["amendment"])),
    **{kind: _learned(kind) for kind in LEARNING},
    "closed": lambda state, what: replace(state, is_closed=True, timer=None),
}
"""The effect of each kind of entry."""
