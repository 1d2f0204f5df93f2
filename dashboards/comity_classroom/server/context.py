"""The context of a page: one moment of a classroom, and the version of each page."""

from __future__ import annotations

import functools
import time
import zlib
from collections.abc import Callable
from typing import Any

from comity_classroom.core.amendments import first_touched, in_words, meetings_to_come
from comity_classroom.core.between import between, chosen_for
from comity_classroom.core.choices import questions
from comity_classroom.core.classroom import Classroom
from comity_classroom.core.draft_text import standing_of, text_on_table
from comity_classroom.core.reports import meetings_not_held, news
from comity_classroom.core.roll_call import RollCall, is_over, roll_call_of
from comity_classroom.core.stale import version_of
from comity_classroom.core.state import ClassroomState
from comity_classroom.core.stop import Held, Stop
from comity_classroom.phrases import Phrases, load_phrases
from comity_classroom.server.roll_call_view import roll_call_view
from comity_dashboard.palette import names_of
from comity_dashboard.phrases import phrases as words_of

__all__ = ["PageContext", "remembered"]


class PageContext:
    """One moment of a classroom, as the pages see it.

    Attributes
    ----------
    classroom, state, stop
        The classroom, and its state and stop at this moment.
    phrases
        The language of the page: by default that of the class.
    place
        Meeting and sitting of the next step, or None.
    """

    def __init__(self, classroom: Classroom, phrases: Phrases | None = None) -> None:
        self.classroom = classroom
        scene = classroom.scene
        self.state: ClassroomState = scene.state
        self.stop: Stop = scene.stop
        ahead = self.stop.next
        self.phrases = phrases or load_phrases(self.state.language)
        self.place = None if ahead is None else (ahead.place.meeting, ahead.place.sitting)

    def row(self, seat: str) -> int:
        """Return the row of a seat in the world."""
        return int(self.stop.model.population.rows[seat])

    def name(self, seat: str) -> str:
        """Return the name of a seat."""
        return self.phrases.name(str(self.stop.model.population.actors["name"].iloc[self.row(seat)]))

    def short_name(self, seat: str) -> str:
        """Return the name of a seat without the part in brackets."""
        return self.name(seat).partition(" (")[0]

    def group(self, seat: str) -> str:
        """Return the group of a seat."""
        return self.stop.scenario.subject.groups[int(self.stop.model.world.actors["group"][self.row(seat)])]

    def group_name(self, seat: str) -> str:
        """Return the group of a seat in words."""
        return self.groups[self.group(seat)]

    @property
    def groups(self) -> dict[str, str]:
        """The groups of actors in words, as charts of the application call them."""
        return names_of(self.stop.scenario.subject, words_of(self.phrases.language))

    @property
    def title(self) -> str:
        """The title of the scenario."""
        return self.phrases.name(str(self.state.scenario["title"]))

    def chosen(self, seat: str) -> dict[str, Any]:
        """Return the choices of a seat for the next step."""
        return dict(self.state.choices.get((seat, *self.place), {})) if self.place else {}

    def may_talk(self, seat: str) -> bool:
        """Return whether a seat can send messages and offers now."""
        state = self.state
        is_barred = state.is_locked or state.is_paused or self.is_time_up or seat in state.muted
        return not is_barred and self.stop.next is not None

    def may_choose(self, seat: str) -> bool:
        """Return whether a seat can make a choice now."""
        return self.may_talk(seat) and bool(questions(self.stop, seat))

    @property
    def asked(self) -> list[str]:
        """Occupied seats with a question about the next step, including while choices are locked."""
        state = self.state
        return [
            seat for seat in state.offered
            if seat in state.seats and seat not in state.muted and questions(self.stop, seat)
        ]  # fmt: skip

    @property
    def is_time_up(self) -> bool:
        """Whether a timer has run out."""
        timer = self.state.timer
        return timer is not None and (timer if self.state.is_paused else timer - time.time()) <= 0

    def _news(self) -> list[str]:
        """Return current injections and recent cancellations, in sentences."""
        to_come = meetings_to_come(self.stop.scenario, self.stop.opened)
        held = self.stop.model.gathering
        still = {meeting.id for meeting in to_come} | ({held.meeting.id} if held is not None else set())
        return [
            *(
                in_words(amendment, self.stop.scenario, self.phrases)
                for amendment in self.state.amendments
                if first_touched(amendment, self.stop.scenario) in still
            ),
            *meetings_not_held(self.stop, self.phrases),
        ]

    @property
    def main(self) -> Held | None:
        """The sitting of the last advance for which the class chose, or None."""
        return chosen_for(self.stop, self.state)

    @functools.cached_property
    def roll_call(self) -> RollCall | None:
        """The roll call of the vote that the class has just taken, or None."""
        return roll_call_of(self.stop, self.state)

    @property
    def keeps_result(self) -> bool:
        """Whether the result of a vote is kept back until its roll call is over."""
        return self.roll_call is not None and not is_over(self.roll_call, self.state.learning)

    def news(self) -> list[str]:
        """Return the news of the last advance for the whole class, in sentences."""
        if self.keeps_result:
            return [self.phrases.say("roll_call.on_screen")]
        if not self.state.planned:
            return news(self.stop, self.phrases)
        return news(self.stop, self.phrases, self.main) if self.main is not None else []

    def plan(self) -> list[dict[str, Any]]:
        """Return the sittings of the plan, each as over, now or coming."""
        scenario, found, has_come = self.stop.scenario, [], self.place is None
        for step in self.state.plan:
            if "meeting" not in step:
                continue
            place = (step["meeting"], step["sitting"])
            when = "now" if place == self.place else "coming" if has_come else "over"
            name = self.phrases.name(scenario.meeting(place[0]).name)
            what = self.phrases.say(f"phases.{step['phase']}")
            if place[1]:
                what = f"{what} {self.phrases.say('lesson.sitting', n=place[1])}"
            found.append({"name": name, "what": what, "minutes": step["minutes"], "when": when})
            has_come = has_come or when == "now"
        if not any(item["when"] == "now" for item in found) and self.place is not None:
            return [item | {"when": "coming"} for item in found]
        return [item | {"when": "over"} for item in found] if self.place is None else found

    def stage(self) -> dict[str, Any]:
        """Return the values that all pages show."""
        state, ahead = self.state, self.stop.next
        left = None
        if state.timer is not None:
            left = state.timer if state.is_paused else max(0.0, state.timer - time.time())
        return {
            "title": self.title,
            "between": between(self.stop, state, self.phrases),
            "plan": self.plan(),
            "stop_version": _digest(state.branch, state.held, state.doors),
            "seen": version_of(state),
            "state": state,
            "ahead": ahead,
            "meeting": None if ahead is None else self.stop.scenario.meeting(ahead.place.meeting),
            "phase": "" if ahead is None else self.phrases.say(f"sittings.{ahead.phase.value}"),
            "amendments": self._news(),
            "seconds_left": left,
            "is_time_up": self.is_time_up,
            "step": state.learning.step,
            "roll": roll_call_view(self.roll_call, state.learning, self.phrases),
            "keeps_result": self.keeps_result,
        }

    # A page fetches its content again exactly when its version has changed.

    def student_version(self, person: str) -> str:
        """Return the version of a student's page. The choices of others do not change it."""
        seat = self.state.seat_of(person)
        own = [person in self.state.hushed]
        own += [self.state.learning.of(subject, person) for subject in self.classroom.open_questions]
        if seat is None:
            return _digest(*self._common(), own, [(one, len(self.state.team_of(one))) for one in self.state.offered])
        mates = [self.state.people[one] for one in self.state.team_of(seat)]
        return _digest(
            *self._common(),
            seat,
            self.chosen(seat),
            seat in self.state.muted,
            mates,
            own,
            self._talk(seat),
            self._draft(seat),
        )

    def _draft(self, seat: str = "") -> list[Any]:
        """Return what tells whether the draft on a page has changed; the voices of others count by their sum."""
        text, draft = text_on_table(self.stop, self.state), self.state.draft
        if text is None:
            return []
        made = list(draft.open_on(text.vote.id))
        mine = [draft.voices.get((number, seat), {}).get("stance") for number in made]
        return [made, mine, standing_of(self.stop, self.state, text)]

    def _talk(self, seat: str) -> list[Any]:
        """Return what tells whether the messages and offers that a seat sees have changed."""
        state = self.state
        seen = [(n, item["status"]) for n, item in state.offers.items() if seat in (item["from"], item["to"])]
        said = sum(seat == item["from"] or seat in item["to"] for item in state.messages)
        return [said, seen, sorted(state.seats)]

    def teacher_version(self) -> str:
        """Return the version of the teacher's page. Everything changes it."""
        here = sorted(person for person in self.state.people if self.classroom.is_here(person))
        return _digest(self.state.n, self.state.branch, here)

    def projector_version(self) -> str:
        """Return the version of the projector's page."""
        guessed = {subject: len(given) for subject, given in self.state.learning.guesses.items()}
        seats = sorted(self.state.seats)
        return _digest(*self._common(), seats, self.n_chosen, len(self.asked), guessed, self._draft())

    @property
    def n_chosen(self) -> int:
        """Number of seats with a question that have chosen."""
        return sum(bool(self.chosen(seat)) for seat in self.asked)

    def _common(self) -> tuple[Any, ...]:
        state = self.state
        flags = (state.is_locked, state.is_paused, state.is_closed, self.is_time_up)
        shown = (self.keeps_result, state.learning.roll_calls, state.learning.step)
        return (state.branch, state.held, state.doors, flags, state.timer, len(state.amendments), shown)


def remembered(memory: dict[Any, Any], stop: Stop, key: Any, make: Callable[[], Any]) -> Any:
    """Return a value cached for a stop, or compute it. A cache holds one stop at a time."""
    if memory.get("stop") is not stop:
        memory.clear()
        memory["stop"] = stop
    if key not in memory:
        memory[key] = make()
    return memory[key]


def _digest(*parts: Any) -> str:
    return f"{zlib.crc32(repr(parts).encode()):08x}"
