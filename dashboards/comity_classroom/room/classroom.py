"""A classroom: its folder, and everything that a teacher or a student can do in it, one thing after the other."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from comity.errors import InputError
from comity.scenario.schema import Scenario
from comity_classroom.room import amendments
from comity_classroom.room.advancing import to_hold
from comity_classroom.room.choices import checked, questions
from comity_classroom.room.errors import keeping
from comity_classroom.room.folder import is_room, last_ledger, remove_leftovers
from comity_classroom.room.ledger import Entry, Ledger
from comity_classroom.room.people import WITHOUT_SEAT, People
from comity_classroom.room.playing import Stop, stop_at
from comity_classroom.room.refusal import Refused
from comity_classroom.room.rewinding import entries_before
from comity_classroom.room.seats import next_to_deal
from comity_classroom.room.secrets import Secrets
from comity_classroom.room.state import FORMAT, Place, RoomState, follow, state_of
from comity_lab.lock import locked

__all__ = ["Classroom", "Scene", "is_room"]

_LONGEST_TIMER = 4 * 3600


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One moment of a room: its state and where the model stands. A value, which pages are made from."""

    state: RoomState
    stop: Stop


class Classroom(People):
    """One room, open in one process.

    Attributes
    ----------
    folder
        Where it is kept: ledgers (one a branch), secrets, exports.
    grace
        Seconds after which a person who is not heard of counts as gone.
    scene
        The present moment.
    acting
        Lock under which one act follows another; an export takes it too.
    """

    def __init__(self, folder: Path, *, grace: float = 60.0) -> None:
        self.folder, self.grace = folder, grace
        self._closing = ExitStack()
        with keeping(folder):
            self._closing.enter_context(locked(folder, "holding a class"))
        try:
            self.ledger = Ledger(last_ledger(folder))
            self.secrets = Secrets(folder / "secrets.json")
            state = state_of(self.ledger.entries, self.ledger.path)
            if state.is_closed:
                raise InputError(
                    f"{folder}: must be a room that is open, but it was closed. What was played is in it, in record-N; "
                    "open a new room in another folder."
                )
            self.scene = _scene(state, self.ledger.path)
            remove_leftovers(folder)
        except BaseException:
            if hasattr(self, "ledger"):
                self.ledger.close()
            self._closing.close()
            raise
        self.acting = threading.RLock()
        self.most_people = len(state.offered) + WITHOUT_SEAT
        self._heard: dict[str, float] = {}
        self._listeners: list[Callable[[], None]] = []

    @classmethod
    def open(
        cls, folder: Path, scenario: Scenario, *, seed: int = 0, seats: tuple[str, ...], grace: float = 60.0
    ) -> Self:
        """Open a new room in a new folder."""
        try:
            folder.mkdir(parents=True, mode=0o700)
        except FileExistsError:
            raise InputError(f"{folder}: must not exist yet, but it does. Name another --folder.") from None
        except OSError as error:
            raise InputError(f"{folder}: cannot be created: {error.strerror}. Name another --folder.") from None
        opening = {
            "kind": "opened", "format": FORMAT, "scenario": scenario.to_json(), "seed": seed, "seats": list(seats),
        }  # fmt: skip
        try:
            Ledger.create(folder / "ledger-1.jsonl", opening).close()
            return cls(folder, grace=grace)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def close_files(self) -> None:
        """Let go of the folder; the room itself stays as it is."""
        self.ledger.close()
        if self.state.is_closed:
            self.secrets.path.unlink(missing_ok=True)
        self._closing.close()

    @property
    def state(self) -> RoomState:
        """The state now."""
        return self.scene.state

    @property
    def actors(self) -> Any:
        """Table of the actors, by row of the world."""
        return self.scene.stop.model.population.actors

    def listen(self, listener: Callable[[], None]) -> None:
        """Have a function called after every change."""
        self._listeners.append(listener)

    # --- what a student does

    def take(self, person: str, seat: object) -> str:
        """Seat a person; ``None`` deals a seat. Return the seat."""
        with self.acting:
            self._must_be_open()
            free = self.state.free_seats
            if seat is None:
                seat = next_to_deal(free, self.state.seats, self.actors)
                if seat is None:
                    raise Refused("All seats are taken. Share one with your neighbour, or ask the teacher.", "conflict")
            if not isinstance(seat, str) or seat not in self.state.offered:
                raise Refused("There is no such seat in this room.", "missing")
            if self.state.seats.get(seat) == person:
                return seat
            if seat not in free:
                raise Refused("That seat has just been taken by somebody else. Choose another one.", "conflict")
            self._write("seated", person=person, seat=seat)
            return seat

    def leave(self, person: str) -> None:
        """Let a person give up its seat."""
        with self.acting:
            self._must_be_open()
            if seat := self.state.seat_of(person):
                self._write("freed", seat=seat)

    def choose(self, person: str, seat: object, answer: object) -> bool:
        """Note what a person chose for its seat; return whether anything changed: the same again is harmless."""
        with self.acting:
            self._must_be_open()
            mine = self.state.seat_of(person)
            if mine is None:
                raise Refused("You have no seat yet. Take one first.", "conflict")
            if seat != mine:
                raise Refused("That is not your seat. You can choose for your own seat only.", "forbidden")
            if not isinstance(answer, Mapping):
                raise Refused("Choose something.")
            if self.state.is_paused:
                raise Refused("The teacher has paused the room. Wait a moment.", "conflict")
            if mine in self.state.muted:
                raise Refused("The chair has muted you: you listen for now.", "conflict")
            if self.state.is_locked or (self.state.timer is not None and time.time() >= self.state.timer):
                raise Refused("Too late: choices are locked.", "conflict")
            stop = self.scene.stop
            place = stop.next.place if stop.next is not None else Place(meeting="", sitting=0)
            before = self.state.choices.get((mine, place.meeting, place.sitting), {})
            choice = checked(stop, mine, answer, before)
            if all(before.get(key) == value for key, value in choice.items()):
                return False
            self._write("chosen", seat=mine, person=person, meeting=place.meeting, sitting=place.sitting, choice=choice)
            return True

    # --- what a teacher does

    def advance(self, how: str, meeting: str = "") -> None:
        """Go on: ``next`` (doors or sitting), ``meeting`` (to its end), ``to`` (the doors of a meeting), ``end``."""
        with self.acting:
            self._must_be_open()
            if how not in ("next", "meeting", "to", "end"):
                raise Refused("Advance by: next, meeting, to, or end.")
            if self.state.is_paused:
                raise Refused("The room is paused. Go on first.", "conflict")
            if self.scene.stop.next is None:
                raise Refused("All meetings are over.", "conflict")
            held, doors = to_hold(self.state, self.scene.stop, how, meeting)
            if how == "to" and not held:
                raise Refused("The room is at the doors of that meeting already, or it is not to come.", "conflict")
            muted = sorted(seat for seat in self.state.muted if seat in self.state.seats)
            last = held[-1] if held else self.state.held
            self._write(
                "advanced",
                replay=True,
                meeting=last.meeting if last else "",
                sitting=last.sitting if last else 0,
                doors=doors,
                silenced=[[seat, place.meeting, place.sitting] for place in held for seat in muted],
                by_model=self._left_to_model(),
            )

    def pause(self, on: bool) -> None:
        """Pause the room, or go on; a timer stands still meanwhile."""
        with self.acting:
            self._must_be_open()
            if on == self.state.is_paused:
                return
            timer = self.state.timer
            if timer is not None:
                timer = max(0.0, timer - time.time()) if on else time.time() + timer
            self._write("paused", on=on, timer=timer)

    def lock(self, on: bool) -> None:
        """Lock choices until the next advance, or unlock them."""
        with self.acting:
            self._must_be_open()
            if on != self.state.is_locked:
                self._write("locked", on=on)

    def set_timer(self, seconds: object) -> None:
        """Let choices end after some seconds; 0 takes the timer away."""
        with self.acting:
            self._must_be_open()
            if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not 0 <= seconds <= _LONGEST_TIMER:
                raise Refused("A timer runs for up to four hours. Give the seconds.")
            if self.scene.stop.next is None:
                raise Refused("All meetings are over: there is nothing to choose.", "conflict")
            if self.state.is_paused:
                raise Refused("The room is paused. Go on first.", "conflict")
            self._write("timed", ends=time.time() + seconds if seconds else None)

    def mute(self, seat: object, on: bool) -> None:
        """Take the floor from a seat, or give it back."""
        with self.acting:
            self._must_be_open()
            if (self._seat(seat) in self.state.muted) != on:
                self._write("muted", seat=seat, on=on)

    def hand(self, seat: object, person: object) -> None:
        """Hand a seat over to a person, whoever held it."""
        with self.acting:
            self._must_be_open()
            if not isinstance(person, str) or person not in self.state.people:
                raise Refused("There is nobody of that name in the room.", "missing")
            self._write("seated", person=person, seat=self._seat(seat))

    def free(self, seat: object) -> None:
        """Free a seat: the model plays it until somebody takes it."""
        with self.acting:
            self._must_be_open()
            if self._seat(seat) in self.state.seats:
                self._write("freed", seat=seat)

    def inject(self, amendment: Mapping[str, Any]) -> None:
        """Change what is to come: a shock, a withdrawn host, a closed venue."""
        with self.acting:
            self._must_be_open()
            stop = self.scene.stop
            found = amendments.check(amendment, stop.scenario, stop.opened)
            self._write("injected", replay=True, amendment=found)

    def branch(self, meeting: object) -> None:
        """Go back to before a meeting that was played: a new ledger begins there, the old one is kept."""
        with self.acting:
            self._must_be_open()
            before = entries_before(self.ledger.entries, self.scene.stop, meeting)
            number = self.state.branch + 1
            opening = {
                "kind": "branched", "branch": number, "from": self.ledger.path.name, "entry": len(before),
                "meeting": meeting, "people": dict(self.state.people), "seats": dict(self.state.seats),
                "muted": sorted(self.state.muted), "shut": self.state.is_shut,
            }  # fmt: skip
            # Played before it is written: what cannot be played must not become the newest ledger.
            entry = Entry(n=len(before) + 1, at="", kind="branched", what=opening)
            state = follow(state_of(before, self.ledger.path), entry)
            scene = Scene(state=state, stop=stop_at(state))
            ledger = Ledger.create(self.folder / f"ledger-{number}.jsonl", opening, before)
            self.ledger.close()
            self.ledger, self.scene = ledger, scene
            self._tell()

    def close(self) -> None:
        """Close the room for good: nobody gets in any more."""
        with self.acting:
            self._must_be_open()
            self._write("closed")
            with suppress(OSError):  # they open nothing in a closed room, and go with it
                self.secrets.expire()

    # --- inside

    def _must_be_open(self) -> None:
        if self.state.is_closed:
            raise Refused("This room is closed.", "closed")

    def _seat(self, seat: object) -> str:
        if not isinstance(seat, str) or seat not in self.state.offered:
            raise Refused("There is no such seat in this room.", "missing")
        return seat

    def _write(self, kind: str, *, replay: bool = False, **what: Any) -> Entry:
        """Write an entry and tell everybody; ``replay`` where it moves the model.

        The entry is followed before it is written: one that cannot be played must not be in the ledger.
        """
        entry = self.ledger.following(kind, **what)
        state = follow(self.state, entry)
        stop = stop_at(state) if replay else self.scene.stop
        self.ledger.add(entry)
        self.scene = Scene(state=state, stop=stop)
        self._tell()
        return entry

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()

    def _left_to_model(self) -> dict[str, str]:
        """Return for which seats of people nothing was chosen though it could be, and why."""
        stop = self.scene.stop
        assert stop.next is not None
        place = stop.next.place
        left = {}
        for seat, person in sorted(self.state.seats.items()):
            chosen = self.state.choices.get((seat, place.meeting, place.sitting))
            if not chosen and seat not in self.state.muted and questions(stop, seat):
                left[seat] = "undecided" if self.is_here(person) else "gone"
        return left


def _scene(state: RoomState, ledger: Path) -> Scene:
    """Return the scene of a ledger that was read, or raise InputError where it cannot be played."""
    try:
        return Scene(state=state, stop=stop_at(state))
    except (LookupError, TypeError, ValueError, AttributeError, RuntimeError, StopIteration) as error:
        if isinstance(error, InputError):
            raise InputError(f"{ledger}: must be the ledger of a room that can be played. {error}") from None
        raise InputError(
            f"{ledger}: must be the ledger of a room that can be played, but its entries do not fit together "
            f"({type(error).__name__}: {error}). It is damaged or of another version of comity: restore it from a copy."
        ) from None
