"""Reports after a sitting: the events at a table, and the changes of trust in a seat, in sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from comity.phases import Phase
from comity.rules.vote import ANSWERS
from comity_classroom.core.amendments import in_order
from comity_classroom.core.choices import about
from comity_classroom.core.state import ClassroomState
from comity_classroom.core.stop import Held, Stop, Table
from comity_classroom.phrases import Phrases

__all__ = [
    "TrustChange",
    "join_names",
    "meetings_not_held",
    "names_in",
    "news",
    "sitting_name",
    "sitting_report",
    "trust_changes",
    "trust_reasons",
    "trust_report",
    "vote_report",
]

_LOUDEST = ("contestation", "cooperation", "statement")
_SEEN = 5e-4
"""Changes of trust below half a thousandth are not reported."""

_SHOWN = 6


@dataclass(frozen=True, kw_only=True)
class TrustChange:
    """A change of the trust of one actor (its row) in a seat, in points of 100.

    Attributes
    ----------
    why
        cooperation, statement, contestation, talk or time; empty for none.
    """

    holder: int
    points: float
    why: str


def join_names(names: Sequence[str], phrases: Phrases, most: int = 8) -> str:
    """Return names as a list in a sentence: A, B and C. Names beyond ``most`` are counted."""
    if len(names) > most:
        return phrases.say("reports.and_more", names=", ".join(names[:most]), n=len(names) - most)
    return phrases.listing(list(names))


def names_in(stop: Stop, phrases: Phrases) -> list[str]:
    """Return the short names of the actors in a language, by row."""
    return [phrases.short_name(str(name)) for name in stop.model.population.actors["name"]]


def _meeting(stop: Stop, meeting: str, phrases: Phrases) -> str:
    return phrases.name(stop.scenario.meeting(meeting).name)


def sitting_name(stop: Stop, held: Held, phrases: Phrases) -> str:
    """Return the name of a sitting: its phase and its meeting."""
    phase = phrases.say(f"sittings.{held.phase.value}")
    return phrases.say("reports.sitting", phase=phase, meeting=_meeting(stop, held.place.meeting, phrases))


def sitting_report(stop: Stop, state: ClassroomState, seat: str, held: Held, phrases: Phrases) -> list[str]:
    """Return the events of a sitting, as a seat saw them, in sentences."""
    return [*_seen(stop, state, seat, held, phrases), *_without_effect(stop, seat, held, phrases)]


def _seen(stop: Stop, state: ClassroomState, seat: str, held: Held, phrases: Phrases) -> list[str]:
    row = stop.model.population.rows[seat]
    if held.phase is Phase.VOTE:
        return vote_report(stop, seat, held, phrases)
    table = held.table_of(row)
    if table is None:
        return [phrases.say("reports.not_there"), *_others(held, phrases)]
    names = names_in(stop, phrases)
    company = [names[other] for other in table.seated if other != row]
    if held.phase is Phase.CORRIDOR:
        return [phrases.say(f"reports.corridor.{_number(len(company))}", n=len(company))]
    where = "table" if len(held.tables) > 1 else "room"
    values = {"n": table.number, "about": about(table, phrases), "names": join_names(company, phrases)}
    sat = phrases.say(f"reports.sat_at_{where}.{'company' if company else 'alone'}", **values)
    return [sat, _own(state, seat, held, row, phrases), *_acts_of_others(names, held, table, row, phrases)]


def _number(n: int) -> str:
    return {0: "none", 1: "one"}.get(n, "many")


def trust_changes(stop: Stop, state: ClassroomState, seat: str) -> list[TrustChange]:
    """Return the changes of trust in a seat during the last advance, the largest first."""
    column = state.offered.index(seat)
    row = stop.model.population.rows[seat]
    sums: dict[tuple[int, str], float] = {}
    for held in stop.passed:
        table = held.table_of(row)
        why = ""
        if table is not None:
            did = "talk" if held.phase is Phase.CORRIDOR else loudest(held.acts_of(row))
            why = "" if did == "silence" else did
        for holder in np.flatnonzero(np.abs(held.change[:, column]) >= _SEEN):
            heard = bool(why) and table is not None and holder in table.seated
            key = (int(holder), why if heard else "time")
            sums[key] = sums.get(key, 0.0) + float(held.change[holder, column])
    found = [TrustChange(holder=holder, points=100 * value, why=why) for (holder, why), value in sums.items()]
    return sorted(found, key=lambda change: -abs(change.points))


def trust_report(stop: Stop, state: ClassroomState, seat: str, phrases: Phrases) -> list[str]:
    """Return the changes of trust in a seat, in sentences."""
    column = state.offered.index(seat)
    others = np.arange(stop.trust.shape[0]) != stop.model.population.rows[seat]
    now = 100 * float(stop.trust[others, column].mean())
    moved = 100 * sum(float(held.change[others, column].mean()) for held in stop.passed)
    how = "same" if abs(moved) < 0.05 else "more" if moved > 0 else "less"
    values = {"now": phrases.number(now, 1), "moved": phrases.number(abs(moved), 1)}
    sentences = [phrases.say(f"reports.trust.{how}", **values)]
    changes, names = trust_changes(stop, state, seat), names_in(stop, phrases)
    for why in dict.fromkeys(change.why for change in changes):
        mine = [change for change in changes if change.why == why]
        for verb, some in (("up", [c for c in mine if c.points > 0]), ("down", [c for c in mine if c.points < 0])):
            if some:
                shown = ", ".join(f"{names[c.holder]} ({phrases.signed(c.points, 1)})" for c in some[:_SHOWN])
                if len(some) > _SHOWN:
                    shown = phrases.say("reports.and_more", names=shown, n=len(some) - _SHOWN)
                reason = phrases.say(f"reports.because.{why}")
                sentences.append(phrases.say(f"reports.trust.{verb}", reason=reason, names=shown))
    if not changes and stop.passed:
        sentences.append(phrases.say("reports.trust.nothing"))
    return sentences


def trust_reasons(stop: Stop, state: ClassroomState, seat: str) -> list[str]:
    """Return the reasons of the changes of trust in a seat: cooperation, statement, contestation, talk, time."""
    return list(dict.fromkeys(change.why for change in trust_changes(stop, state, seat)))


def news(stop: Stop, phrases: Phrases, planned: Held | None = None) -> list[str]:
    """Return the news of the last advance for the whole class, in sentences; with a plan, of its sitting."""
    if planned is not None:
        return _told(stop, planned, phrases)
    sentences: list[str] = []
    if len(stop.passed) > 1:
        meetings = [_meeting(stop, name, phrases) for name in dict.fromkeys(held.place.meeting for held in stop.passed)]
        sentences.append(phrases.say("reports.held", n=len(stop.passed), meetings=join_names(meetings, phrases, 4)))
    return sentences + [line for held in stop.passed[-1:] for line in _told(stop, held, phrases)]


def _told(stop: Stop, held: Held, phrases: Phrases) -> list[str]:
    return vote_report(stop, None, held, phrases) if held.phase is Phase.VOTE else _others(held, phrases)


def meetings_not_held(stop: Stop, phrases: Phrases) -> list[str]:
    """Return the meetings that were cancelled after the last one that closed, with the reason, in sentences."""
    order = [meeting.id for meeting in in_order(stop.scenario)]
    closed = stop.record.trace.meetings
    last = order.index(closed[-1].id) if closed else -1
    return [
        phrases.say("reports.not_held", meeting=_meeting(stop, meeting, phrases), why=phrases.name(why))
        for meeting, why in stop.model.trace.cancelled
        if order.index(meeting) > last
    ]


def loudest(acts: list[str]) -> str:
    """Return the most memorable of the acts of several rounds."""
    return next((act for act in _LOUDEST if act in acts), "silence")


def _own(state: ClassroomState, seat: str, held: Held, row: int, phrases: Phrases) -> str:
    did = phrases.listing([phrases.say(f"reports.you_did.{act}") for act in dict.fromkeys(held.acts_of(row))])
    chosen = state.choices.get((seat, held.place.meeting, held.place.sitting), {}).get("act")
    return phrases.say("reports.you_chose" if chosen else "reports.model_chose", did=did)


def _acts_of_others(names: list[str], held: Held, table: Table, row: int, phrases: Phrases) -> list[str]:
    sentences = []
    for act in ("cooperation", "contestation", "statement"):
        who = [names[other] for other in table.seated if other != row and act in held.acts_of(other)]
        if who:
            said = "one_did" if len(who) == 1 else "they_did"
            sentences.append(phrases.say(f"reports.{said}.{act}", names=join_names(who, phrases, 6)))
    silent = sum(other != row and set(held.acts_of(other)) <= {"silence"} for other in table.seated)
    if silent:
        sentences.append(phrases.say(f"reports.silent.{_number(silent)}", n=silent))
    return sentences


def _without_effect(stop: Stop, seat: str, held: Held, phrases: Phrases) -> list[str]:
    """Return the choices for a sitting or its meeting that could not be carried out, with the reason."""
    return [
        phrases.say("reports.no_effect", choice=phrases.say(f"reports.moves.{move.choice}"), why=phrases.name(reason))
        for move, reason in stop.model.trace.moves
        if reason
        and move.actor == seat
        and move.meeting == held.place.meeting
        and move.sitting in (None, held.place.sitting)
    ]


def _others(held: Held, phrases: Phrases) -> list[str]:
    seated = sum(len(table.seated) for table in held.tables)
    where = "in_corridor" if held.phase is Phase.CORRIDOR else "in_room"
    if not seated or held.phase is Phase.CORRIDOR:
        return [phrases.say(f"reports.{where}.{_number(seated)}", n=seated)]
    counts = Counter(loudest(held.acts_of(row)) for table in held.tables for row in table.seated)
    parts = [
        phrases.say(f"reports.counts.{act}.{_number(counts[act])}", n=counts[act])
        for act in ("cooperation", "statement", "contestation", "silence")
        if counts[act]
    ]
    return [phrases.say("reports.in_room.acts", n=seated, parts=phrases.listing(parts))]


def vote_report(stop: Stop, seat: str | None, held: Held, phrases: Phrases) -> list[str]:
    """Return the result of a vote, in sentences; with a seat, its own answer first."""
    trace = next((trace for trace in stop.model.trace.meetings if trace.id == held.place.meeting), None)
    if trace is None:
        return [phrases.say("reports.vote.later")]
    sitting = held.place.sitting - 1
    vote = trace.votes[int((trace.phases[:sitting] == trace.phases[sitting]).sum())]
    text = next(v.text for v in stop.scenario.meeting(held.place.meeting).votes if v.id == vote.vote)
    counts = {answer: 0 for answer in ANSWERS} | Counter(ANSWERS[int(answer)] for answer in vote.answers)
    decided = phrases.say(f"reports.{'adopted' if vote.is_adopted else 'not_adopted'}.{vote.decision}")
    sentences = [phrases.say("reports.vote.result", text=phrases.name(text), decided=decided, **counts)]
    if seat is not None:
        mine = np.flatnonzero(vote.rows == stop.model.population.rows[seat])
        if len(mine):
            sentences.insert(0, phrases.say(f"reports.vote.you.{ANSWERS[int(vote.answers[mine[0]])]}"))
    return sentences
