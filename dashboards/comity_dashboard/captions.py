"""Captions: the events of a moment in one sentence, and the related section of the chapter."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

import numpy as np

from comity.forum.trace import MeetingTrace
from comity.phases import Phase
from comity.record import Record
from comity.rules.act import Act
from comity.world.world import Group
from comity_dashboard.palette import actor_names, names_of
from comity_dashboard.phrases import ENGLISH, Phrases

__all__ = ["captions"]

_CHAPTER = "Global encounters"
"""Part of the title of the chapter, as in the references of a scenario."""

_PHASES = list(Phase)


def captions(record: Record, moments: list[list[int]], words: Phrases = ENGLISH) -> list[dict[str, str]]:
    """Return, for each moment, its text, more text, and the section.

    The section, of Rother, Thiollet and Wihtol de Wenden (2023), is empty if the scenario does not cite the chapter.
    """
    sections = _sections(record)
    cited = any(_CHAPTER in text for text in record.scenario.sources())
    # Read once: looking up a table at each meeting would take longer than the run.
    names = actor_names(record, words)
    held = record.meetings.to_dict("records")
    found = []
    for m, s in moments:
        if m < 0:
            found.append({"text": _start(record, words), "more": "", "section": "premises"})
            continue
        trace = record.trace.meetings[m]
        phase = _PHASES[trace.phases[s]]
        section = _section(trace, phase, sections[m])
        happened = _happened(record, trace, s, phase, words)
        text, more = (_opening(record, m, held[m], names, words), happened) if s == 0 else (happened, "")
        if s == len(trace.phases) - 1:
            more = " ".join(filter(None, [more, _close(record, held[: m + 1], words)]))
        found.append({"text": text, "more": more, "section": section})
    return [item | {"section": words.say(f"captions.sections.{item['section']}") if cited else ""} for item in found]


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


def _start(record: Record, words: Phrases) -> str:
    group = record.population.world.actors["group"]
    states, organisations = int((group < 3).sum()), int((group == Group.ORGANISATION).sum())
    networks = len(group) - states - organisations
    return words.say(
        "captions.start", year=record.scenario.start.year, states=states,
        organisations=words.count("captions.organisations", organisations),
        networks=words.count("captions.networks", networks),
    )  # fmt: skip


def _opening(record: Record, m: int, row: dict[Hashable, Any], names: dict[str, str], words: Phrases) -> str:
    trace = record.trace.meetings[m]
    where = words.say("captions.where", city=words.term("model.cities", row["city"])) if row["city"] else ""
    hosts = [names.get(host, host) for host in row["hosts"].split(";") if host]
    hosted = words.say("captions.hosted", hosts=f" {words.say('and')} ".join(hosts)) if hosts else ""
    possible = int((trace.active & (record.population.world.actors["group"] < 3)).sum())
    if row["states"]:
        came = words.count("captions.came", int(row["states"]), possible=possible)
        networks = int(row["networks"])
        came += words.say("captions.with", networks=words.count("captions.networks", networks)) if networks else ""
        came += "" if networks else words.say("captions.without")
    else:
        came = words.count("captions.alone", int(trace.present.sum()))
    name = words.term("model.meetings", row["name"])
    return words.say("captions.opening", name=name, where=where, hosted=hosted, came=came)


def _happened(record: Record, trace: MeetingTrace, s: int, phase: Phase, words: Phrases) -> str:
    if phase is Phase.VOTE:
        return _vote(record, trace, s, words)
    group = record.population.world.actors["group"]
    if phase is Phase.CORRIDOR:
        n = int((trace.tables[s] >= 0).sum())
        contacts, agreements = (int(trace.experience[name].sum() / 2) for name in ("contacts", "agreements"))
        if not n:
            return words.say("captions.corridor.empty")
        about = words.count("captions.corridor.delegations", n)
        if not contacts:
            return words.say("captions.corridor.silent", delegations=about)
        agreed = words.count("captions.corridor.agreements", agreements)
        return words.count("captions.corridor.talks", contacts, delegations=about, agreements=agreed)
    first = int(trace.rounds[:s].sum())
    acts = trace.acts[first : first + int(trace.rounds[s])]
    seats, where = int((acts >= 0).any(axis=0).sum()), words.say(f"captions.phases.{phase.value}")
    if not seats:
        return words.say("captions.nobody", where=where)
    said = {act: int((acts == act).sum()) for act in (Act.STATEMENT, Act.COOPERATION, Act.CONTESTATION)}
    spoke = int((acts > Act.SILENCE).any(axis=0).sum())
    issues = {issue.id: words.term("model.issues", issue.name) for issue in record.scenario.issues}
    rooms = [r for r in trace.rooms if r.sitting == s]
    topics = dict.fromkeys(issues[record.issues[record.scenario.issue_of(room.category)]] for room in rooms)
    about = words.say("captions.about", topics=_listed(topics, words)) if topics else ""
    if spoke:
        offers = words.count("captions.offers", said[Act.COOPERATION])
        objections = words.count("captions.objections", said[Act.CONTESTATION])
        text = words.count("captions.spoke", spoke, seats=seats, offers=offers, objections=objections)
    else:
        text = words.count("captions.silent", seats)
    destination = acts[:, group == Group.DESTINATION]
    theirs = int((destination >= 0).any(axis=0).sum())
    quiet = theirs - int((destination > Act.SILENCE).any(axis=0).sum())
    if theirs >= 2 and spoke:
        second = list(names_of(record.scenario.subject, words).values())[1]
        text += words.count("captions.quiet", quiet, theirs=theirs, group=second)
    return words.say("captions.sitting", where=where, about=about, text=text)


def _vote(record: Record, trace: MeetingTrace, s: int, words: Phrases) -> str:
    before = int((trace.phases[:s] == trace.phases[s]).sum())
    vote = trace.votes[min(before, len(trace.votes) - 1)]
    text = next(item.text for item in record.scenario.meeting(trace.id).votes if item.id == vote.vote)
    yes, abstain, no, absent = (int((vote.answers == answer).sum()) for answer in range(4))
    outcome = words.say(f"captions.{'adopted' if vote.is_adopted else 'failed'}.{vote.decision}")
    return words.say(
        "captions.vote", text=words.term("model.texts", text), yes=yes, abstain=abstain, no=no, absent=absent,
        outcome=outcome,
    )  # fmt: skip


def _close(record: Record, held: list[dict[Hashable, Any]], words: Phrases) -> str:
    """Return the change of trust of one side in the other since the last meeting of states."""
    before = next((row for row in reversed(held[:-1]) if row["states"]), None)
    if not held[-1]["states"] or before is None:
        return ""
    first, second, _ = record.scenario.subject.role_ids
    column, called = f"trust_{second}_{first}", names_of(record.scenario.subject, words)
    change = float(held[-1][column]) - float(before[column])
    if np.isnan(change) or abs(change) < 5e-4:
        return ""
    verb = "rose" if change > 0 else "fell"
    size = words.number(abs(change), 3)
    return words.say(f"captions.trust.{verb}", second=called[second], first=called[first], change=size)


def _listed(topics: Iterable[str], words: Phrases, most: int = 3) -> str:
    items = [words.say("captions.topic", topic=topic) for topic in topics]
    return words.listing(items[:most] + ([words.say("captions.further", n=len(items) - most)] if items[most:] else []))
