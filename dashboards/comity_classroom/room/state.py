"""The state of a room: a fold over the entries of its ledger, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from comity.errors import InputError
from comity_classroom.room.ledger import Entry

__all__ = ["FORMAT", "Place", "RoomState", "follow", "state_of"]

Choice = Mapping[str, Any]

FORMAT = 1
"""Of a ledger; a later version that means something else by the same entries has a higher one."""


@dataclass(frozen=True, kw_only=True, order=True)
class Place:
    """A sitting of a meeting, from 1; 0 stands for the opening of its doors."""

    meeting: str
    sitting: int


@dataclass(frozen=True, kw_only=True)
class RoomState:
    """What a room is after an entry.

    Attributes
    ----------
    n
        Number of the last entry: the version of the room.
    scenario, seed
        What is played, as plain data, before anybody changed it; and the seed of all luck.
    offered
        Ids of the seats that people may take.
    people
        Names by id of the person.
    seats
        Id of the person by seat; a seat that is not there is played by the model.
    held
        The last sitting that was held, None before the first.
    before, doors_before
        What ``held`` and ``doors`` were when the teacher advanced the last time.
    doors
        Meeting whose doors are open while none of its sittings has been held, else empty.
    choices
        What was chosen, by seat, meeting and sitting (0: before its doors open).
    amendments
        What the teacher injected, in order; see :mod:`comity_classroom.room.amendments`.
    is_locked, is_paused, is_closed
        Whether choices are locked, the room is paused, or it is closed for good.
    is_shut
        Whether nobody new may come in.
    timer
        Second since 1970 at which choices end, or None; while paused, seconds that are left.
    muted
        Seats that stay silent.
    played_by_model
        Of the last advance, why the model chose for a seat: "gone" or "undecided".
    branch
        Number of the ledger, from 1.
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

    def seat_of(self, person: str) -> str | None:
        """Return the seat that a person holds, or None."""
        return next((seat for seat, holder in self.seats.items() if holder == person), None)

    @property
    def free_seats(self) -> list[str]:
        """Seats that nobody holds."""
        return [seat for seat in self.offered if seat not in self.seats]


def state_of(entries: Iterable[Entry], ledger: Path | str = "ledger") -> RoomState:
    """Return the state after all entries; ``ledger`` is named where one of them is not known or is damaged."""
    state = RoomState()
    for entry in entries:
        state = follow(state, entry, ledger)
    return state


def follow(state: RoomState, entry: Entry, ledger: Path | str = "ledger") -> RoomState:
    """Return the state after one more entry.

    Raises
    ------
    InputError
        If its kind is not known, or it lacks what its kind has.
    """
    try:
        step = _STEPS[entry.kind]
    except KeyError:
        raise InputError(
            f"{ledger}: entry {entry.n} is of kind {entry.kind!r}, which this version does not know. "
            "Use a newer comity."
        ) from None
    try:
        return replace(step(state, entry.what), n=entry.n)
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        if isinstance(error, InputError):
            raise InputError(f"{ledger}: entry {entry.n} {error}") from None
        raise InputError(
            f"{ledger}: entry {entry.n} must be as comity writes one of kind {entry.kind!r}, but it is not "
            f"({type(error).__name__}: {error}). It is damaged or of another version: restore the file from a copy."
        ) from None


def _opened(state: RoomState, what: Mapping[str, Any]) -> RoomState:
    if what.get("format", 1) != FORMAT:
        raise InputError(
            f"must be of format {FORMAT}, which this version of comity reads, got {what['format']!r}. "
            "Use a newer comity."
        )
    return replace(state, scenario=what["scenario"], seed=what["seed"], offered=tuple(what["seats"]))


def _joined(state: RoomState, what: Mapping[str, Any]) -> RoomState:
    return replace(state, people={**state.people, what["person"]: what["name"]})


def _seated(state: RoomState, what: Mapping[str, Any]) -> RoomState:
    others = {seat: holder for seat, holder in state.seats.items() if holder != what["person"]}
    return replace(state, seats={**others, what["seat"]: what["person"]})


def _freed(state: RoomState, what: Mapping[str, Any]) -> RoomState:
    return replace(state, seats={seat: who for seat, who in state.seats.items() if seat != what["seat"]})


def _removed(state: RoomState, what: Mapping[str, Any]) -> RoomState:
    gone = set(what["people"])
    return replace(
        state,
        people={person: name for person, name in state.people.items() if person not in gone},
        seats={seat: holder for seat, holder in state.seats.items() if holder not in gone},
    )


def _chosen(state: RoomState, what: Mapping[str, Any]) -> RoomState:
    key = (what["seat"], what["meeting"], what["sitting"])
    merged = {**state.choices.get(key, {}), **what["choice"]}
    kept = {name: value for name, value in merged.items() if value is not None}
    return replace(state, choices={**state.choices, key: kept})


def _advanced(state: RoomState, what: Mapping[str, Any]) -> RoomState:
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
    )


def _branched(state: RoomState, what: Mapping[str, Any]) -> RoomState:
    return replace(
        state, branch=what["branch"], people=what["people"], seats=what["seats"], muted=frozenset(what["muted"]),
        is_locked=False, is_paused=False, timer=None, is_closed=False, is_shut=what.get("shut", False),
    )  # fmt: skip


def _paused(state: RoomState, what: Mapping[str, Any]) -> RoomState:
    return replace(state, is_paused=what["on"], timer=what["timer"])


def _muted(state: RoomState, what: Mapping[str, Any]) -> RoomState:
    return replace(state, muted=state.muted | {what["seat"]} if what["on"] else state.muted - {what["seat"]})


_STEPS: dict[str, Callable[[RoomState, Mapping[str, Any]], RoomState]] = {
    "opened": _opened,
    "joined": _joined,
    "seated": _seated,
    "freed": _freed,
    "removed": _removed,
    "chosen": _chosen,
    "advanced": _advanced,
    "branched": _branched,
    "paused": _paused,
    "muted": _muted,
    "shut": lambda state, what: replace(state, is_shut=what["on"]),
    "locked": lambda state, what: replace(state, is_locked=what["on"]),
    "timed": lambda state, what: replace(state, timer=what["ends"], is_locked=False),
    "injected": lambda state, what: replace(state, amendments=(*state.amendments, what["amendment"])),
    "closed": lambda state, what: replace(state, is_closed=True, timer=None),
}
"""What each kind of entry does."""
