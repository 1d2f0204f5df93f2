"""Captions: the events of a moment in one sentence, and the related section of the chapter."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np

from comity.forum.trace import MeetingTrace
from comity.phases import Phase
from comity.record import Record
from comity.rules.act import Act
from comity.scenario.subject import Subject
from comity.words.decisions import decided
from comity.world.world import Group

__all__ = ["SECTIONS", "captions"]

SECTIONS: dict[str, str] = {
    "intro": "Introduction",
    "premises": "Premises",
    "framing": "From Rights to Development",
    "first": "UN-Led Multilateral Encounters: the HLDs of 2006 and 2013",
    "second": "The Second HLD (2013)",
    "forum": "GFMD: A State-Led Initiative",
    "conclusion": "Conclusion: Convergence and Contradictions",
}
"""Sections of Rother, Thiollet and Wihtol de Wenden (2023), shortened."""

_CHAPTER = "Global encounters"
"""Part of the title of the chapter, as in the references of a scenario."""

_PHASES = list(Phase)
_WHERE = {
    Phase.PREPARATION: "In preparation",
    Phase.ASSEMBLY: "In their own assembly",
    Phase.CIVIL_SOCIETY_DAY: "On the civil society day",
    Phase.COMMON_SPACE: "In the common space of states and civil society",
    Phase.PLENARY: "In the plenary",
    Phase.ROUND_TABLES: "At the round tables",
    Phase.CLOSING: "In the closing session",
}


def captions(record: Record, moments: list[list[int]]) -> list[dict[str, str]]:
    """Return, for each moment, its text, more text, and the section.

    The section is empty if the scenario does not cite the chapter.
    """
    sections = _sections(record)
    shown = SECTIONS if any(_CHAPTER in text for text in record.scenario.sources()) else dict.fromkeys(SECTIONS, "")
    # Read once: looking up a table at each meeting would take longer than the run.
    names = dict(zip(record.actors_by_id["id"], record.actors_by_id["name"], strict=True))
    held = record.meetings.to_dict("records")
    found = []
    for m, s in moments:
        if m < 0:
            found.append({"text": _start(record), "more": "", "section": shown["premises"]})
            continue
        trace = record.trace.meetings[m]
        phase = _PHASES[trace.phases[s]]
        section = _section(trace, phase, sections[m])
        happened = _happened(record, trace, s, phase)
        text, more = (_opening(record, m, held[m], names), happened) if s == 0 else (happened, "")
        if s == len(trace.phases) - 1:
            more = " ".join(filter(None, [more, _close(held[: m + 1], record.scenario.subject)]))
        found.append({"text": text, "more": more, "section": shown[section]})
    return found


def _sections(record: Record) -> list[str]:
    """Return the section of each meeting, derived from the rules of its forum."""
    found, dialogues = [], 0
    for trace in record.trace.meetings:
        forum = record.scenario.forum(trace.forum)
        if forum.decides_arena:
            dialogues += 1
            found.append("first" if dialogues == 1 else "second")
        elif trace.votes:
            found.append("conclusion")
        else:
            found.append("forum" if dialogues or forum.state_led else "first")
    return found


def _section(trace: MeetingTrace, phase: Phase, meeting: str) -> str:
    if phase is Phase.VOTE:
        return "conclusion"
    rights = [topic.category.startswith("rights") for topic in trace.topics]
    if meeting == "forum" and phase is Phase.ROUND_TABLES and rights and not any(rights):
        return "framing"
    return meeting


def _start(record: Record) -> str:
    group = record.population.world.actors["group"]
    states, organisations = int((group < 3).sum()), int((group == Group.ORGANISATION).sum())
    networks = len(group) - states - organisations
    return (
        f"The start, {record.scenario.start.year}: {states} states, {_count(organisations, 'organisation')} and "
        f"{_count(networks, 'network')} as in the data or the scenario. Nobody has met yet. Press play."
    )


def _opening(record: Record, m: int, row: dict[Hashable, Any], names: dict[str, str]) -> str:
    trace = record.trace.meetings[m]
    where = f" in {row['city']}" if row["city"] else ""
    hosts = " and ".join(names.get(host, host) for host in row["hosts"].split(";") if host)
    hosted = f", hosted by {hosts}" if hosts else ""
    possible = int((trace.active & (record.population.world.actors["group"] < 3)).sum())
    if row["states"]:
        came = f"{row['states']} of {possible} states {_do(row['states'], 'come')}"
        came += f", with {_count(int(row['networks']), 'network')}" if row["networks"] else ", without civil society"
    else:
        alone = int(trace.present.sum())
        came = f"{_count(alone, 'network')} {'meets' if alone == 1 else 'meet'} without states"
    return f"{row['name']} opens{where}{hosted}: {came}."


def _happened(record: Record, trace: MeetingTrace, s: int, phase: Phase) -> str:
    if phase is Phase.VOTE:
        return _vote(record, trace, s)
    group = record.population.world.actors["group"]
    if phase is Phase.CORRIDOR:
        n = int((trace.tables[s] >= 0).sum())
        contacts, agreements = (int(trace.experience[name].sum() / 2) for name in ("contacts", "agreements"))
        bilateral = _count(agreements, "bilateral agreement") if agreements else "no agreement"
        if not n:
            return "Nobody is in the corridor."
        about = f"{_count(n, 'delegation').capitalize()} {'is' if n == 1 else 'are'} in the corridor"
        if not contacts:
            return f"{about}; none of them talk."
        return f"{about}; {_count(contacts, 'pair')} {_do(contacts, 'talk')}, with {bilateral}."
    first = int(trace.rounds[:s].sum())
    acts = trace.acts[first : first + int(trace.rounds[s])]
    seats = int((acts >= 0).any(axis=0).sum())
    if not seats:
        return f"{_WHERE[phase]}, nobody takes a seat."
    said = {act: int((acts == act).sum()) for act in (Act.STATEMENT, Act.COOPERATION, Act.CONTESTATION)}
    spoke = int((acts > Act.SILENCE).any(axis=0).sum())
    issues = {issue.id: issue.name for issue in record.scenario.issues}
    rooms = [r for r in trace.rooms if r.sitting == s]
    topics = dict.fromkeys(issues[record.issues[record.scenario.issue_of(room.category)]] for room in rooms)
    about = f" on {_words([f'“{topic}”' for topic in topics])}" if topics else ""
    text = f"{_WHERE[phase]}{about}, "
    if spoke:
        text += f"{spoke} of {seats} {_do(spoke, 'take')} the floor: {_count(said[Act.COOPERATION], 'offer')}"
        text += f", {_count(said[Act.CONTESTATION], 'objection')}" if said[Act.CONTESTATION] else ", no objection"
    else:
        text += "the only delegate is silent" if seats == 1 else f"all {seats} delegates are silent"
    destination = acts[:, group == Group.DESTINATION]
    theirs = int((destination >= 0).any(axis=0).sum())
    quiet = theirs - int((destination > Act.SILENCE).any(axis=0).sum())
    if theirs >= 2 and spoke:
        second = record.scenario.subject.roles[1].many
        text += f"; {quiet} of {theirs} {second} {_do(quiet, 'stay')} silent"
    return f"{text}."


def _vote(record: Record, trace: MeetingTrace, s: int) -> str:
    before = int((trace.phases[:s] == trace.phases[s]).sum())
    vote = trace.votes[min(before, len(trace.votes) - 1)]
    text = next(item.text for item in record.scenario.meeting(trace.id).votes if item.id == vote.vote)
    yes, abstain, no, absent = (int((vote.answers == answer).sum()) for answer in range(4))
    outcome = decided(vote.is_adopted, vote.decision)
    return f"States vote on “{text}”: {yes} yes, {abstain} abstain, {no} no, {absent} absent; {outcome}."


def _close(held: list[dict[Hashable, Any]], subject: Subject) -> str:
    """Return the change of trust of one side in the other since the last meeting of states."""
    before = next((row for row in reversed(held[:-1]) if row["states"]), None)
    if not held[-1]["states"] or before is None:
        return ""
    first, second, _ = subject.roles
    column = f"trust_{second.id}_{first.id}"
    change = float(held[-1][column]) - float(before[column])
    if np.isnan(change) or abs(change) < 5e-4:
        return ""
    verb = "rose" if change > 0 else "fell"
    return f"Since the previous meeting, the trust of {second.many} in {first.many} {verb} by {abs(change):.3f}."


def _count(number: int, word: str) -> str:
    return f"{'no' if number == 0 else number} {word}{'' if number == 1 else 's'}"


def _do(number: int, verb: str) -> str:
    """Return a verb in agreement with a number: one talks, two talk."""
    return f"{verb}s" if number == 1 else verb


def _words(items: list[str], most: int = 3) -> str:
    shown: list[Any] = items[:most] + ([f"{len(items) - most} more"] if len(items) > most else [])
    return " and ".join(filter(None, [", ".join(shown[:-1]), shown[-1]]))
