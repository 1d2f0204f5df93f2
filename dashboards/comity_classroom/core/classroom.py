"""A classroom: its folder, and every act of a teacher or a student, one after another."""

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
from comity_classroom.core import amendments
from comity_classroom.core.advancing import to_hold
from comity_classroom.core.choices import questions
from comity_classroom.core.drafting import Drafting
from comity_classroom.core.errors import saving
from comity_classroom.core.folder import is_classroom, last_ledger, remove_leftovers
from comity_classroom.core.guessing import Guessing
from comity_classroom.core.ledger import Entry, Ledger
from comity_classroom.core.lesson import Lesson
from comity_classroom.core.people import WITHOUT_SEAT
from comity_classroom.core.playing import stop_at
from comity_classroom.core.refusal import Refused
from comity_classroom.core.rewinding import entries_before
from comity_classroom.core.secrets import Secrets
from comity_classroom.core.state import FORMAT, ClassroomState, Place, follow, state_of
from comity_classroom.core.stop import Stop
from comity_lab.lock import locked

__all__ = ["Classroom", "Scene", "is_classroom"]

_LONGEST_TIMER = 4 * 3600


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One moment of a classroom: its state and its stop. Pages are drawn from this value."""

    state: ClassroomState
    stop: Stop


class Classroom(Drafting, Guessing):
    """One classroom, open in one process.

    Attributes
    ----------
    folder
        Holds the ledgers (one for each branch), the secrets and the exports.
    grace
        Seconds without a sign of life after which a person counts as away.
    scene
        The present moment.
    acting
        Lock that puts acts and exports in sequence.
    """

    def __init__(self, folder: Path, *, grace: float = 60.0) -> None:
        self.folder, self.grace = folder, grace
        self._closing = ExitStack()
        with saving(folder):
            self._closing.enter_context(locked(folder, "holding a class"))
        try:
            self.ledger = Ledger(last_ledger(folder))
            self.secrets = Secrets(folder / "secrets.json")
            state = state_of(self.ledger.entries, self.ledger.path)
            if state.is_closed:
                raise InputError(
                    f"{folder}: must be an open classroom, but this one was closed. Its run is in the folder record-N. "
                    "Open a new classroom in another folder."
                )
            self.scene = _scene(state, self.ledger.path)
            remove_leftovers(folder)
        except BaseException:
            if hasattr(self, "ledger"):
                self.ledger.close()
            self._closing.close()
            raise
        self.acting = threading.RLock()
        self.most_people = len(state.offered) * state.team + WITHOUT_SEAT
        self._heard: dict[str, float] = {}
        self._listeners: list[Callable[[], None]] = []

    @classmethod
    def open(
        cls, folder: Path, scenario: Scenario, *, seed: int = 0, seats: tuple[str, ...], grace: float = 60.0,
        lesson: Lesson | None = None,
    ) -> Self:  # fmt: skip
        """Open a new classroom in a new folder. With a plan, it stands at the first sitting that the plan plays."""
        try:
            folder.mkdir(parents=True, mode=0o700)
        except FileExistsError:
            raise InputError(f"{folder}: must be a new folder, but it exists. Name another --folder.") from None
        except OSError as error:
            raise InputError(f"{folder}: cannot be created: {error.strerror}. Name another --folder.") from None
        opening = {
            "kind": "opened", "format": FORMAT, "scenario": scenario.to_json(), "seed": seed, "seats": list(seats),
            **({} if lesson is None else lesson.to_json()),
        }  # fmt: skip
        try:
            Ledger.create(folder / "ledger-1.jsonl", opening).close()
            opened = cls(folder, grace=grace)
            if opened.state.planned:
                opened.begin()
            return opened
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def close_files(self) -> None:
        """Close the files and release the folder. The classroom can be opened again."""
        self.ledger.close()
        if self.state.is_closed:
            self.secrets.path.unlink(missing_ok=True)
        self._closing.close()

    @property
    def state(self) -> ClassroomState:
        """The state now."""
        return self.scene.state

    @property
    def actors(self) -> Any:
        """Table of the actors, in the row order of the world."""
        return self.scene.stop.model.population.actors

    def listen(self, listener: Callable[[], None]) -> None:
        """Register a function to call after every change."""
        self._listeners.append(listener)

    def begin(self) -> None:
        """Let the model play up to the first sitting of the plan."""
        first, ahead = self.state.planned[0], self.scene.stop.next
        if ahead is not None and ahead.place != first:
            self.advance("next")

    # --- acts of the teacher

    def advance(self, how: str, meeting: str = "") -> None:
        """Move on: ``next`` (doors or sitting), ``meeting`` (to its end), ``to`` (the doors of a meeting), ``end``."""
        with self.acting:
            self._must_be_open()
            if how not in ("next", "meeting", "to", "end"):
                raise Refused("page.how")
            if self.state.is_paused:
                raise Refused("paused", "conflict")
            if self.scene.stop.next is None:
                raise Refused("over", "conflict")
            held, doors = self._to_hold(how, meeting)
            if how == "to" and not held:
                raise Refused("past_it", "conflict")
            muted = sorted(seat for seat in self.state.muted if seat in self.state.seats)
            advanced = self._advanced(held, doors, muted)
            self._write("advanced", replay=True, **advanced)

    def _to_hold(self, how: str, meeting: str) -> tuple[list[Place], str]:
        """Return what an advance holds. A plan passes over sittings in which no seat of the class may choose."""
        state, stop = self.state, self.scene.stop
        held, doors = to_hold(state, stop, how, meeting)
        while how == "next" and state.planned and state.seats:
            entry = self.ledger.following("advanced", **self._advanced(held, doors, []))
            ahead = follow(state, entry)
            there = stop_at(ahead)
            if there.next is None or any(questions(there, seat) for seat in state.seats):
                break
            more, doors = to_hold(ahead, there, how, meeting)
            held += more
        return held, doors

    def _advanced(self, held: list[Place], doors: str, muted: list[str]) -> dict[str, Any]:
        last = held[-1] if held else self.state.held
        return {
            "meeting": last.meeting if last else "",
            "sitting": last.sitting if last else 0,
            "doors": doors,
            "silenced": [[seat, place.meeting, place.sitting] for place in held for seat in muted],
            "by_model": self._left_to_model(),
        }

    def pause(self, on: bool) -> None:
        """Pause the class, or resume it. A timer stops during the pause."""
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
        """Lock choices after some seconds; 0 removes the timer."""
        with self.acting:
            self._must_be_open()
            if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not 0 <= seconds <= _LONGEST_TIMER:
                raise Refused("timer", most=_LONGEST_TIMER)
            if self.scene.stop.next is None:
                raise Refused("nothing_to_choose", "conflict")
            if self.state.is_paused:
                raise Refused("paused", "conflict")
            self._write("timed", ends=time.time() + seconds if seconds else None)

    def mute(self, seat: object, on: bool) -> None:
        """Take the floor from a seat, or give it back."""
        with self.acting:
            self._must_be_open()
            if (self._seat(seat) in self.state.muted) != on:
                self._write("muted", seat=seat, on=on)

    def hand(self, seat: object, person: object) -> None:
        """Give a seat to a person, whoever held it before."""
        with self.acting:
            self._must_be_open()
            if not isinstance(person, str) or person not in self.state.people:
                raise Refused("no_person", "missing")
            self._write("seated", person=person, seat=self._seat(seat))

    def free(self, seat: object) -> None:
        """Free a seat: the model plays it until somebody takes it."""
        with self.acting:
            self._must_be_open()
            if self._seat(seat) in self.state.seats:
                self._write("freed", seat=seat)

    def inject(self, amendment: Mapping[str, Any]) -> None:
        """Change a future meeting: a shock, a withdrawn host, a closed venue."""
        with self.acting:
            self._must_be_open()
            stop = self.scene.stop
            found = amendments.check(amendment, stop.scenario, stop.opened)
            self._write("injected", replay=True, amendment=found)

    def branch(self, meeting: object) -> None:
        """Rewind to before a meeting. A new ledger begins there; the old one is kept."""
        with self.acting:
            self._must_be_open()
            before = entries_before(self.ledger.entries, self.scene.stop, meeting)
            number = self.state.branch + 1
            opening = {
                "kind": "branched", "branch": number, "from": self.ledger.path.name, "entry": len(before),
                "meeting": meeting, "people": dict(self.state.people), "seats": dict(self.state.seats),
                "mates": dict(self.state.mates),
                "muted": sorted(self.state.muted), "shut": self.state.is_shut,
                "hushed": sorted(self.state.hushed), "guesses": self.state.learning.before,
            }  # fmt: skip
            # Play it before writing it: a branch that cannot be played must not become the newest ledger.
            entry = Entry(n=len(before) + 1, at="", kind="branched", what=opening)
            state = follow(state_of(before, self.ledger.path), entry)
            scene = Scene(state=state, stop=stop_at(state))
            ledger = Ledger.create(self.folder / f"ledger-{number}.jsonl", opening, before)
            self.ledger.close()
            self.ledger, self.scene = ledger, scene
            self._tell()

    def close(self) -> None:
        """Close the classroom for good. Nobody can enter it afterwards."""
        with self.acting:
            self._must_be_open()
            self._write("closed")
            with suppress(OSError):  # a closed classroom admits nobody; the file goes when it is released
                self.secrets.expire()

    # --- internals

    def _must_be_open(self) -> None:
        if self.state.is_closed:
            raise Refused("closed", "closed")

    def _seat(self, seat: object) -> str:
        if not isinstance(seat, str) or seat not in self.state.offered:
            raise Refused("no_seat", "missing")
        return seat

    def _write(self, kind: str, *, replay: bool = False, **what: Any) -> Entry:
        """Write an entry and notify the listeners; ``replay`` if it changes the run.

        The entry is applied before it is written: an entry that cannot be applied must not be in the ledger.
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
        """Return the occupied seats with an unanswered question, each with the reason: away or undecided."""
        stop = self.scene.stop
        assert stop.next is not None
        place = stop.next.place
        left = {}
        for seat in sorted(self.state.seats):
            chosen = self.state.choices.get((seat, place.meeting, place.sitting))
            if not chosen and seat not in self.state.muted and questions(stop, seat):
                is_here = any(self.is_here(one) for one in self.state.team_of(seat))
                left[seat] = "undecided" if is_here else "gone"
        return left


def _scene(state: ClassroomState, ledger: Path) -> Scene:
    """Return the scene of a ledger, or raise InputError if the ledger cannot be played."""
    try:
        return Scene(state=state, stop=stop_at(state))
    except (LookupError, TypeError, ValueError, AttributeError, RuntimeError, StopIteration) as error:
        if isinstance(error, InputError):
            raise InputError(f"{ledger}: must be a ledger that can be played. {error}") from None
        raise InputError(
            f"{ledger}: must be a ledger that can be played, but its entries contradict each other "
            f"({type(error).__name__}: {error}). It is damaged or from another version. Restore it from a backup."
        ) from None
