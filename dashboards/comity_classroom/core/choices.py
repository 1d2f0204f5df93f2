"""Choices: the questions that a seat is asked at a stop, and the check of its answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from comity.phases import Phase
from comity_classroom.core.refusal import Refused
from comity_classroom.core.stop import Next, Stop

__all__ = ["ACT_WORDS", "Option", "Question", "checked", "questions", "why_none"]

ACT_WORDS: dict[str, str] = {
    "silence": "stayed silent",
    "statement": "made a statement",
    "cooperation": "made an offer",
    "contestation": "contested",
}


@dataclass(frozen=True, kw_only=True)
class Option:
    """One possible answer: its value, its name, and what it means."""

    value: Any
    name: str
    hint: str = ""


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question to a seat. Without an answer the model decides.

    Attributes
    ----------
    key
        Name of the choice in a move (``[[moves]]`` of a scenario).
    text
        The question.
    options
        The possible answers.
    otherwise
        What the model would do, in words; empty if that depends on luck.
    """

    key: str
    text: str
    options: tuple[Option, ...]
    otherwise: str = ""


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
        options = [option.value for option in asked[key].options]
        # True == 1 in Python, and 1 is also a table.
        if value is not None and not any(value == option and type(value) is type(option) for option in options):
            raise Refused("not_possible")
        found[key] = value
        if key == "act" and value is not None and "table" not in answer:
            found |= _seat_to_speak_from(stop, seat, chosen)
        if key == "vote":
            found["on"] = stop.next.vote if stop.next is not None else ""
    return found


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


def _attends(meeting: str, *, comes: bool) -> Question:
    return Question(
        key="attends",
        text=f"Will you go to “{meeting}”?",
        options=(
            Option(value=True, name="Go", hint="You take part in its sittings."),
            Option(value=False, name="Stay away", hint="You hear nobody, and nobody hears you."),
        ),
        otherwise="the model would go" if comes else "the model would stay away",
    )


def _pledges() -> Question:
    return Question(
        key="pledges",
        text="Will you help pay for it?",
        options=(
            Option(value=True, name="Pledge money", hint="The forum depends on its donors."),
            Option(value=False, name="Pledge nothing", hint="You leave the costs to others."),
        ),
    )


def _hosts(meeting: str, *, is_host: bool) -> Question:
    return Question(
        key="hosts",
        text=f"You are due to host “{meeting}”. Will you?" if is_host else f"Will you host “{meeting}”?",
        options=(
            Option(value=True, name="Host it", hint="You take the chair."),
            Option(value=False, name="Withdraw" if is_host else "Do not host", hint="Another state must take over."),
        ),
        otherwise="the model would host it" if is_host else "the model would leave it to another state",
    )


def _sitting(stop: Stop, ahead: Next, row: int) -> tuple[Question, ...]:
    asked: list[Question] = []
    if ahead.phase is Phase.VOTE:
        if stop.model.stage.is_state[row]:
            asked.append(_vote(stop, ahead))
    elif ahead.present[row] and ahead.may_sit[row]:
        mine = next((table for table in ahead.tables if row in table.seated), None)
        if ahead.phase is Phase.CORRIDOR:
            asked.append(_corridor(mine is not None))
        else:
            asked += [_table(ahead, None if mine is None else mine.number), _act()]
    if ahead.asks_arena and stop.model.stage.is_state[row]:
        asked.append(_arena())
    return tuple(asked)


def _table(ahead: Next, mine: int | None) -> Question:
    tables = tuple(
        Option(
            value=table.number,
            name=f"Table {table.number}" if len(ahead.tables) > 1 else "Take your seat",
            hint=table.title if table.title == table.issue else f"{table.title} ({table.issue})",
        )
        for table in ahead.tables
    )
    away = Option(value=0, name="Stay away", hint="You miss this sitting.")
    usual = "the model would leave your seat empty" if mine is None else f"the model would sit at table {mine}"
    if len(ahead.tables) == 1 and mine is not None:
        usual = "the model would take your seat"
    return Question(key="table", text="Where will you sit?", options=(*tables, away), otherwise=usual)


def _act() -> Question:
    return Question(
        key="act",
        text="What will you do when the floor is open?",
        options=(
            Option(value="silence", name="Stay silent", hint="You only listen. Nobody learns anything about you."),
            Option(value="statement", name="Make a statement", hint="You say where you stand."),
            Option(value="cooperation", name="Make an offer", hint="You share a practice, or propose joint action."),
            Option(value="contestation", name="Contest", hint="You object to what others say or ask."),
        ),
    )


def _corridor(goes: bool) -> Question:
    return Question(
        key="table",
        text="A break: will you talk in the corridor?",
        options=(
            Option(
                value=1, name="Go to the corridor", hint="Talk off the record with states that share your interests."
            ),
            Option(value=0, name="Stay away", hint="You make no contacts."),
        ),
        otherwise="the model would go" if goes else "the model would stay away",
    )


def _vote(stop: Stop, ahead: Next) -> Question:
    vote = next(item for item in stop.scenario.meeting(ahead.place.meeting).votes if item.id == ahead.vote)
    return Question(
        key="vote",
        text=f"The text: {vote.text}. How do you vote?",
        options=(
            Option(value="yes", name="Yes"),
            Option(value="abstain", name="Abstain"),
            Option(value="no", name="No"),
            Option(value="absent", name="Leave the hall", hint="You are absent from this vote."),
        ),
    )


def _arena() -> Question:
    return Question(
        key="arena",
        text="Where should states continue to talk about migration?",
        options=(
            Option(value="un", name="In the United Nations", hint="Formal, on the record."),
            Option(value="informal", name="In an informal forum", hint="Led by states, not binding."),
            Option(value="nowhere", name="Nowhere", hint="Each state acts alone."),
        ),
    )
