"""Choices: the questions that a seat is asked at a stop, and the check of its answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from comity.phases import Phase
from comity_classroom.core.partners import MOST_PARTNERS, partners_of
from comity_classroom.core.refusal import Refused
from comity_classroom.core.stop import Next, Stop, Table
from comity_classroom.phrases import Phrases

__all__ = ["Option", "Question", "about", "checked", "questions", "why_none"]


@dataclass(frozen=True, kw_only=True)
class Option:
    """One possible answer: its value, and its phrase with the name and a hint about what it means.

    ``actor`` is the name of an actor, where that is the answer.
    """

    value: Any
    phrase: str
    table: Table | None = None
    actor: str = ""

    def name(self, phrases: Phrases) -> str:
        """Return the answer in a language."""
        if self.actor:
            return phrases.short_name(self.actor)
        return phrases.say(f"choices.{self.phrase}.name", n="" if self.table is None else self.table.number)

    def hint(self, phrases: Phrases) -> str:
        """Return what the answer means, or an empty text."""
        if self.table is not None:
            return about(self.table, phrases)
        path = f"choices.{self.phrase}.hint"
        return phrases.say(path) if phrases.has(path) else ""


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question to a seat. Without an answer the model decides.

    Attributes
    ----------
    key
        Name of the choice in a move (``[[moves]]`` of a scenario).
    phrase
        The question, as a phrase of ``choices``.
    options
        The possible answers.
    names
        Names of the scenario that the question mentions.
    usual
        What the model would do, as a phrase; empty if that depends on luck.
    n
        Number of the table at which the model would sit.
    most
        Most answers that can be chosen together, as a list; 0 where there is one answer.
    """

    key: str
    phrase: str
    options: tuple[Option, ...]
    names: Mapping[str, str] = field(default_factory=dict)
    usual: str = ""
    n: int = 0
    most: int = 0

    def text(self, phrases: Phrases) -> str:
        """Return the question in a language."""
        names = {key: phrases.name(name) for key, name in self.names.items()}
        return phrases.say(f"choices.{self.phrase}.question", **names, **({"most": self.most} if self.most else {}))

    def otherwise(self, phrases: Phrases) -> str:
        """Return what happens without an answer, in a sentence."""
        return phrases.say(f"choices.otherwise.{self.usual or 'luck'}", n=self.n)


def about(table: Table, phrases: Phrases) -> str:
    """Return what a table is about: its title, and its issue if that is something else."""
    title, issue = phrases.name(table.title), phrases.name(table.issue)
    return title if title == issue else f"{title} ({issue})"


def questions(stop: Stop, seat: str) -> tuple[Question, ...]:
    """Return the questions to a seat about the next sitting or opening; none if the seat cannot take part."""
    ahead = stop.next
    if ahead is None:
        return ()
    row = stop.model.population.rows[seat]
    if not ahead.eligible[row]:
        return ()
    return _doors(stop, ahead, seat, row) if ahead.is_doors else _sitting(stop, ahead, row)


def why_none(stop: Stop, seat: str) -> str:
    """Return why a seat has no question now, as a phrase of ``refusals.why_none``; empty if it has one."""
    ahead = stop.next
    if ahead is None:
        return "over"
    row = stop.model.population.rows[seat]
    if not ahead.eligible[row]:
        return "not_invited"
    if ahead.is_doors or questions(stop, seat):
        return ""
    if not ahead.present[row]:
        return "did_not_come"
    return "not_admitted"


def checked(stop: Stop, seat: str, answer: Mapping[str, Any], chosen: Mapping[str, Any]) -> dict[str, Any]:
    """Return an answer as it enters the ledger, or refuse it. None leaves a question to the model again.

    An act needs a seat at a table. If the model would leave the seat empty, an act also takes the first table.

    Parameters
    ----------
    chosen
        Earlier choices for the same sitting.
    """
    asked = {question.key: question for question in questions(stop, seat)}
    if not asked:
        raise Refused(f"why_none.{why_none(stop, seat)}", "conflict")
    if not answer:
        raise Refused("no_answer")
    found: dict[str, Any] = {}
    for key, value in answer.items():
        if key not in asked:
            raise Refused("question_closed", "conflict")
        found[key] = _possible(asked[key], value)
        if key == "partner" and found[key] is not None:
            found |= {"table": 1} if answer.get("table") is None else {}
        if key == "act" and value is not None and "table" not in answer:
            found |= _seat_to_speak_from(stop, seat, chosen)
        if key == "vote":
            found["on"] = stop.next.vote if stop.next is not None else ""
    return found


def _possible(question: Question, value: Any) -> Any:
    """Return an answer if it is one of the possible ones, or a list of some of them; None for none."""
    options = [option.value for option in question.options]
    chosen = [value] if not question.most else value
    if value is None or chosen == []:
        return None
    if not isinstance(chosen, list) or len(chosen) > max(question.most, 1):
        raise Refused("draft.partners" if isinstance(chosen, list) else "not_possible", most=question.most)
    for number, one in enumerate(chosen):
        # True == 1 in Python, and 1 is also a table.
        if not any(one == option and type(one) is type(option) for option in options) or one in chosen[:number]:
            raise Refused("not_possible")
    return value


def _seat_to_speak_from(stop: Stop, seat: str, chosen: Mapping[str, Any]) -> dict[str, Any]:
    row = stop.model.population.rows[seat]
    tables = () if stop.next is None else stop.next.tables
    if "table" in chosen or any(row in table.seated for table in tables):
        return {}
    return {"table": 1}


def _doors(stop: Stop, ahead: Next, seat: str, row: int) -> tuple[Question, ...]:
    meeting = stop.scenario.meeting(ahead.place.meeting)
    forum = stop.scenario.forum(meeting.forum)
    is_state = bool(stop.model.stage.is_state[row])
    is_host = row in ahead.hosts
    asked = []
    if forum.state_led and is_state and (is_host or stop.scenario.choices.host == "endogenous"):
        asked.append(_hosts(meeting.name, is_host=is_host))
    # A host is always present and always pays.
    if not is_host:
        asked.append(_attends(meeting.name, comes=bool(ahead.present[row])))
        if forum.state_led and is_state:
            asked.append(_pledges())
    return tuple(asked)


def _asked(key: str, phrase: str, options: Mapping[Any, str], **more: Any) -> Question:
    """Return a question with its answers: the phrase of each by its value."""
    found = tuple(Option(value=value, phrase=f"{phrase}.{name}") for value, name in options.items())
    return Question(key=key, phrase=phrase, options=found, **more)


def _attends(meeting: str, *, comes: bool) -> Question:
    usual = "go" if comes else "stay_away"
    return _asked("attends", "attends", {True: "go", False: "stay_away"}, names={"meeting": meeting}, usual=usual)


def _pledges() -> Question:
    return _asked("pledges", "pledges", {True: "money", False: "nothing"})


def _hosts(meeting: str, *, is_host: bool) -> Question:
    phrase, usual = ("keeps_chair", "host") if is_host else ("hosts", "leave_chair")
    return _asked("hosts", phrase, {True: "host", False: "withdraw"}, names={"meeting": meeting}, usual=usual)


def _sitting(stop: Stop, ahead: Next, row: int) -> tuple[Question, ...]:
    asked: list[Question] = []
    if ahead.phase is Phase.VOTE:
        if stop.model.stage.is_state[row]:
            asked.append(_vote(stop, ahead))
    elif ahead.present[row] and ahead.may_sit[row]:
        mine = next((table for table in ahead.tables if row in table.seated), None)
        if ahead.phase is Phase.CORRIDOR:
            usual = "go" if mine is not None else "stay_away"
            asked.append(_asked("table", "corridor", {1: "go", 0: "stay_away"}, usual=usual))
            if partners := partners_of(stop, row):
                asked.append(_partner(stop, partners))
        else:
            asked += [_table(ahead, None if mine is None else mine.number), _act()]
    if ahead.asks_arena and stop.model.stage.is_state[row]:
        asked.append(_arena())
    return tuple(asked)


def _table(ahead: Next, mine: int | None) -> Question:
    name = "table" if len(ahead.tables) > 1 else "seat"
    tables = tuple(Option(value=table.number, phrase=f"table.{name}", table=table) for table in ahead.tables)
    away = Option(value=0, phrase="table.stay_away")
    usual = "empty" if mine is None else "take_seat" if len(ahead.tables) == 1 else "table"
    return Question(key="table", phrase="table", options=(*tables, away), usual=usual, n=mine or 0)


def _act() -> Question:
    return _asked("act", "act", {act: act for act in ("silence", "statement", "cooperation", "contestation")})


def _partner(stop: Stop, partners: tuple[str, ...]) -> Question:
    rows, names = stop.model.population.rows, stop.model.population.actors["name"]
    options = tuple(Option(value=one, phrase="partner.one", actor=str(names.iloc[rows[one]])) for one in partners)
    return Question(key="partner", phrase="partner", options=options, usual="meet", most=MOST_PARTNERS)


def _vote(stop: Stop, ahead: Next) -> Question:
    vote = next(item for item in stop.scenario.meeting(ahead.place.meeting).votes if item.id == ahead.vote)
    answers = {answer: answer for answer in ("yes", "abstain", "no", "absent")}
    return _asked("vote", "vote", answers, names={"text": vote.text})


def _arena() -> Question:
    return _asked("arena", "arena", {arena: arena for arena in ("un", "informal", "nowhere")})
