"""Reports after a sitting: the events at a table, and the changes of trust in a seat, in sentences."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from comity.phases import Phase
from comity.rules.vote import ANSWERS
from comity.words.decisions import decided
from comity_classroom.core.amendments import in_order
from comity_classroom.core.choices import ACT_WORDS
from comity_classroom.core.state import ClassroomState
from comity_classroom.core.stop import Held, Stop, Table

__all__ = [
    "PHASE_WORDS",
    "TrustChange",
    "join_names",
    "meetings_not_held",
    "news",
    "sitting_name",
    "sitting_report",
    "trust_changes",
    "trust_reasons",
    "trust_report",
    "vote_report",
]

PHASE_WORDS: dict[Phase, str] = {
    Phase.PREPARATION: "Preparatory meeting",
    Phase.ASSEMBLY: "Assembly",
    Phase.CIVIL_SOCIETY_DAY: "Civil-society day",
    Phase.COMMON_SPACE: "Common space",
    Phase.PLENARY: "Plenary",
    Phase.ROUND_TABLES: "Round tables",
    Phase.CORRIDOR: "Break in the corridor",
    Phase.CLOSING: "Closing session",
    Phase.VOTE: "Vote",
}

_REASONS = {
    "cooperation": "you made an offer",
    "statement": "you made a statement",
    "contestation": "you contested",
    "talk": "you talked in the corridor",
    "time": "time passed and experience fades",
}
_LOUDEST = ("contestation", "cooperation", "statement")
_SEEN = 5e-4
"""Changes of trust below half a thousandth are not reported."""

_SHOWN = 6


@dataclass(frozen=True, kw_only=True)
class TrustChange:
    """A change of the trust of one actor in a seat, in points of 100, with its reason."""

    holder: str
    points: float
    why: str


def join_names(names: list[str], most: int = 8) -> str:
    """Return names as a list in a sentence: A, B and C. Names beyond ``most`` are counted."""
    if len(names) > most:
        return ", ".join(names[:most]) + f" and {len(names) - most} more"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def sitting_name(stop: Stop, held: Held) -> str:
    """Return the name of a sitting: its phase and its meeting."""
    return f"{PHASE_WORDS[held.phase]} of “{stop.scenario.meeting(held.place.meeting).name}”"


def sitting_report(stop: Stop, state: ClassroomState, seat: str, held: Held) -> list[str]:
    """Return the events of a sitting, as a seat saw them, in sentences."""
    return [*_seen(stop, state, seat, held), *_without_effect(stop, seat, held)]


def _seen(stop: Stop, state: ClassroomState, seat: str, held: Held) -> list[str]:
    row = stop.model.population.rows[seat]
    if held.phase is Phase.VOTE:
        return vote_report(stop, seat, held)
    table = held.table_of(row)
    if table is None:
        return ["You were not in the room.", *_others(stop, held)]
    names = _names(stop)
    company = [names[other] for other in table.seated if other != row]
    if held.phase is Phase.CORRIDOR:
        others = f"{len(company)} other{'' if len(company) == 1 else 's'}"
        return [f"You were in the corridor {f'with {others}' if company else 'alone'}, off the record."]
    where = f"at table {table.number}" if len(held.tables) > 1 else "in the room"
    about = table.title if table.title == table.issue else f"“{table.title}” ({table.issue})"
    sentences = [
        f"You sat {where} with {join_names(company)}: {about}." if company else f"You sat {where} alone: {about}."
    ]
    sentences.append(_own(state, seat, held, row))
    return sentences + _acts_of_others(stop, held, table, row)


def trust_changes(stop: Stop, state: ClassroomState, seat: str) -> list[TrustChange]:
    """Return the changes of trust in a seat during the last advance, the largest first."""
    column = state.offered.index(seat)
    row = stop.model.population.rows[seat]
    names = _names(stop)
    sums: dict[tuple[int, str], float] = {}
    for held in stop.passed:
        table = held.table_of(row)
        why = ""
        if table is not None:
            did = "talk" if held.phase is Phase.CORRIDOR else loudest(held.acts_of(row))
            why = _REASONS.get(did, "")
        for holder in np.flatnonzero(np.abs(held.change[:, column]) >= _SEEN):
            heard = bool(why) and table is not None and holder in table.seated
            key = (int(holder), why if heard else _REASONS["time"])
            sums[key] = sums.get(key, 0.0) + float(held.change[holder, column])
    found = [TrustChange(holder=names[holder], points=100 * value, why=why) for (holder, why), value in sums.items()]
    return sorted(found, key=lambda change: -abs(change.points))


def trust_report(stop: Stop, state: ClassroomState, seat: str) -> list[str]:
    """Return the changes of trust in a seat, in sentences."""
    column = state.offered.index(seat)
    others = np.arange(stop.trust.shape[0]) != stop.model.population.rows[seat]
    now = 100 * float(stop.trust[others, column].mean())
    moved = 100 * sum(float(held.change[others, column].mean()) for held in stop.passed)
    sentences = [f"On average the others trust you {now:.1f} of 100{_moved(moved)}."]
    changes = trust_changes(stop, state, seat)
    for why in dict.fromkeys(change.why for change in changes):
        mine = [change for change in changes if change.why == why]
        for verb, some in (("more", [c for c in mine if c.points > 0]), ("less", [c for c in mine if c.points < 0])):
            if some:
                shown = [f"{c.holder} ({c.points:+.1f})" for c in some[:_SHOWN]]
                rest = f" and {len(some) - _SHOWN} more" if len(some) > _SHOWN else ""
                sentences.append(f"Because {why}, {', '.join(shown)}{rest} now trust you {verb}.")
    if not changes and stop.passed:
        sentences.append("Nobody learned anything about you.")
    return sentences


def trust_reasons(stop: Stop, state: ClassroomState, seat: str) -> list[str]:
    """Return the reasons of the changes of trust in a seat: cooperation, statement, contestation, talk, time."""
    words = {text: key for key, text in _REASONS.items()}
    return list(dict.fromkeys(words[change.why] for change in trust_changes(stop, state, seat)))


def news(stop: Stop, planned: Held | None = None) -> list[str]:
    """Return the news of the last advance for the whole class, in sentences; with a plan, of its sitting."""
    if planned is not None:
        return _told(stop, planned)
    sentences: list[str] = []
    if len(stop.passed) > 1:
        meetings = dict.fromkeys(stop.scenario.meeting(held.place.meeting).name for held in stop.passed)
        sentences.append(f"{len(stop.passed)} sittings were held: {join_names([*meetings], 4)}.")
    return sentences + [line for held in stop.passed[-1:] for line in _told(stop, held)]


def _told(stop: Stop, held: Held) -> list[str]:
    return vote_report(stop, None, held) if held.phase is Phase.VOTE else _others(stop, held)


def meetings_not_held(stop: Stop) -> list[str]:
    """Return the meetings that were cancelled after the last one that closed, with the reason, in sentences."""
    order = [meeting.id for meeting in in_order(stop.scenario)]
    closed = stop.record.trace.meetings
    last = order.index(closed[-1].id) if closed else -1
    return [
        f"“{stop.scenario.meeting(meeting).name}” was not held: {why}."
        for meeting, why in stop.model.trace.cancelled
        if order.index(meeting) > last
    ]


def _moved(points: float) -> str:
    if abs(points) < 0.05:
        return ", as before"
    return f", {abs(points):.1f} {'more' if points > 0 else 'less'} than before"


def _names(stop: Stop) -> list[str]:
    return [str(name).partition(" (")[0] for name in stop.model.population.actors["name"]]


def loudest(acts: list[str]) -> str:
    """Return the most memorable of the acts of several rounds."""
    return next((act for act in _LOUDEST if act in acts), "silence")


def _own(state: ClassroomState, seat: str, held: Held, row: int) -> str:
    did = join_names([ACT_WORDS[act] for act in dict.fromkeys(held.acts_of(row))])
    chosen = state.choices.get((seat, held.place.meeting, held.place.sitting), {}).get("act")
    return f"You {did}." if chosen else f"You did not choose, so the model chose for you: you {did}."


def _acts_of_others(stop: Stop, held: Held, table: Table, row: int) -> list[str]:
    names = _names(stop)
    sentences = []
    for act in ("cooperation", "contestation", "statement"):
        who = [names[other] for other in table.seated if other != row and act in held.acts_of(other)]
        if who:
            sentences.append(f"{join_names(who, 6)} {ACT_WORDS[act]}.")
    silent = sum(other != row and set(held.acts_of(other)) <= {"silence"} for other in table.seated)
    if silent:
        sentences.append(f"{silent} stayed silent.")
    return sentences


def _without_effect(stop: Stop, seat: str, held: Held) -> list[str]:
    """Return the choices for a sitting or its meeting that could not be carried out, with the reason."""
    return [
        f"Your choice could not be carried out ({move.words()}): {reason}."
        for move, reason in stop.model.trace.moves
        if reason
        and move.actor == seat
        and move.meeting == held.place.meeting
        and move.sitting in (None, held.place.sitting)
    ]


def _others(stop: Stop, held: Held) -> list[str]:
    seated = sum(len(table.seated) for table in held.tables)
    if not seated:
        return ["Nobody was in the corridor." if held.phase is Phase.CORRIDOR else "Nobody was in the room."]
    if held.phase is Phase.CORRIDOR:
        return [f"{seated} state{'' if seated == 1 else 's'} talked in the corridor, off the record."]
    counts = Counter(loudest(held.acts_of(row)) for table in held.tables for row in table.seated)
    parts = [f"{counts[act]} {ACT_WORDS[act]}" for act in ("cooperation", "statement", "contestation") if counts[act]]
    if counts["silence"]:
        parts.append(f"{counts['silence']} stayed silent")
    return [f"Of {seated} in the room, {join_names(parts)}."]


def vote_report(stop: Stop, seat: str | None, held: Held) -> list[str]:
    """Return the result of a vote, in sentences; with a seat, its own answer first."""
    trace = next((trace for trace in stop.model.trace.meetings if trace.id == held.place.meeting), None)
    if trace is None:
        return ["Votes are counted when the meeting closes."]
    sitting = held.place.sitting - 1
    vote = trace.votes[int((trace.phases[:sitting] == trace.phases[sitting]).sum())]
    text = next(v.text for v in stop.scenario.meeting(held.place.meeting).votes if v.id == vote.vote)
    counts = Counter(ANSWERS[int(answer)] for answer in vote.answers)
    sentences = [
        f"{text}: {counts['yes']} yes, {counts['abstain']} abstained, {counts['no']} no, {counts['absent']} absent; "
        f"{decided(vote.is_adopted, vote.decision)}."
    ]
    if seat is not None:
        mine = np.flatnonzero(vote.rows == stop.model.population.rows[seat])
        if len(mine):
            answer = ANSWERS[int(vote.answers[mine[0]])]
            sentences.insert(0, "You left the hall." if answer == "absent" else f"You voted: {answer}.")
    return sentences
