"""Describe: in words, what a scenario will do before anything runs."""

from __future__ import annotations

import textwrap
from collections import Counter
from datetime import date
from pathlib import Path

from comity.forum.choices import moves_by_meeting
from comity.forum.stage import Stage, prepare
from comity.mechanism import Mechanism
from comity.phases import Phase
from comity.rules import MECHANISMS
from comity.rules.agenda import Topic
from comity.scenario.inert import notices
from comity.scenario.moves import Move
from comity.scenario.own_mechanisms import OwnMechanism
from comity.scenario.parameters import parameter_table
from comity.scenario.presets import PRESETS
from comity.scenario.schema import Meeting, PopulationSource, Scenario, Shock
from comity.scenario.subject import MIGRATION
from comity.words.changes import differences
from comity.words.decisions import DECIDED

__all__ = ["NOT_CALIBRATED", "describe", "differences"]

NOT_CALIBRATED = (
    "Not calibrated: parameters are assumptions, or were fitted to the migration forums of 2003-2013. No fact of this "
    "forum was used to choose them."
)
"""What is said of every scenario with a subject of its own."""

_WIDTH = 98
_THEORIES = {
    "socialisation": "trust is learned, positions and habits change",
    "institutionalist": "trust is learned, positions and habits stay as they are",
    "rationalist": "neither trust nor habits change: stakes and costs only",
}
_PHASES = {
    Phase.PREPARATION: "preparatory", Phase.ASSEMBLY: "assembly", Phase.CIVIL_SOCIETY_DAY: "civil-society",
    Phase.COMMON_SPACE: "common-space", Phase.PLENARY: "plenary", Phase.ROUND_TABLES: "round-table",
    Phase.CORRIDOR: "corridor", Phase.CLOSING: "closing", Phase.VOTE: "voting",
}  # fmt: skip
_KINDS = {
    "io": ("organisation", "organisations"), "cso": ("civil-society network", "civil-society networks"),
    "business": ("business mechanism", "business mechanisms"), "mayors": ("mayors' mechanism", "mayors' mechanisms"),
    "youth": ("youth mechanism", "youth mechanisms"),
}  # fmt: skip


def describe(scenario: Scenario, base: Scenario | None = None) -> str:
    """Return what a scenario will do, as plain text for people: actors, calendar, choices, changes, sources.

    Parameters
    ----------
    scenario
        What is to be described.
    base
        What it is compared with; without one, parameters are compared with their defaults.
    """
    stage = prepare(scenario)
    name = f"{scenario.name}, content hash {scenario.hash}" if scenario.name else f"content hash {scenario.hash}"
    blocks = [scenario.title, name]
    if scenario.description:
        blocks += ["", *_wrap(" ".join(scenario.description.split()))]
    blocks += _section("What runs", _what_runs(scenario))
    if base is not None:
        changed = differences(base, scenario)
        blocks += _section(f"Compared with {base.name or base.title}", changed or ["nothing is different"])
    blocks += _section("Parameters that differ from their defaults", _changed_parameters(scenario) or ["none"])
    if scenario.mechanisms:
        blocks += _section("Mechanisms of your own", _own(scenario))
    blocks += _section("Mechanisms switched off", _switched_off(scenario) or ["none"])
    blocks += _section("Actors", _actors(stage))
    blocks += _section("Forums", _forums(scenario))
    if without := [*notices(scenario), *stage.population.notices]:
        blocks += _section("Without effect", without)
    blocks += ["", "Calendar", *_calendar(stage)]
    if scenario.moves:
        blocks += _section("Chosen by people", _moves(scenario, stage))
    n_sources = len(scenario.sources())
    rests = f"It rests on {_count(n_sources, 'listed source', 'listed sources')}" if n_sources else "It names no source"
    blocks += _section("Sources", [f"{rests}; what is not sourced is marked as an assumption."])
    return "\n".join(blocks)


def _what_runs(scenario: Scenario) -> list[str]:
    by_forum = Counter(meeting.forum for meeting in scenario.meetings)
    held = ", ".join(f"{count} {name}" for name, count in by_forum.items())
    lines = [] if scenario.subject == MIGRATION else [f"about {scenario.subject.topic}. {NOT_CALIBRATED}"]
    lines += [
        f"{_day(scenario.start)} to {_day(scenario.end)}: "
        f"{_count(len(scenario.meetings), 'meeting', 'meetings')} ({held})",
        f"theory: {scenario.theory}: {_THEORIES[scenario.theory]}",
    ]
    choices = scenario.choices.model_dump()
    scripted = [name for name, how in choices.items() if how == "scripted"]
    free = [name for name, how in choices.items() if how != "scripted"]
    lines.append(
        f"scripted by the file: {', '.join(scripted) or 'nothing'}; left to the model: {', '.join(free) or 'nothing'}"
    )
    turns = sum(1 for year in range(scenario.start.year, scenario.end.year + 1) if date(year, 12, 31) <= scenario.end)
    shocks = _count(len(scenario.shocks), "shock", "shocks")
    lines.append(
        f"between meetings: {_count(turns, 'turn of a year', 'turns of years')} "
        f"(delegates change, experience fades, states join treaties) and {shocks}"
    )
    return lines


def _changed_parameters(scenario: Scenario) -> list[str]:
    fixed = PRESETS[scenario.theory]
    lines = []
    for row in parameter_table(scenario.mechanisms):
        value = getattr(scenario.strengths, row["name"])
        if value != row["default"]:
            by = f", fixed by the {scenario.theory} theory" if row["name"] in fixed else ""
            lines.append(f"{row['name']} = {value:g} instead of {row['default']:g}{by}: {row['meaning']}")
    return lines


def _own(scenario: Scenario) -> list[str]:
    lines = []
    for item in scenario.mechanisms:
        values = [f"{p.name} = {getattr(scenario.strengths, p.name):g} ({p.meaning})" for p in item.parameters]
        lines.append(
            f"{item.name}, from {item.file_name}: acts before {item.moment}, changes {', '.join(item.changes)}; "
            f"{'; '.join(values) or 'no parameter'}. Source: {item.origin}"
        )
    return lines


def _switched_off(scenario: Scenario) -> list[str]:
    known: list[Mechanism | OwnMechanism] = [*MECHANISMS, *scenario.mechanisms]
    return [
        f"{item.name} ({item.strength} = 0), which would change {', '.join(item.changes)}"
        for item in known
        if item.strength is not None and getattr(scenario.strengths, item.strength) == 0
    ]


def _actors(stage: Stage) -> list[str]:
    actors = stage.population.actors
    states = actors[actors["kind"] == "state"]
    roles = states["role"].value_counts()
    words = {"origin": "of origin", "destination": "of destination", "both": "both in one"}
    shown = ", ".join(f"{roles[role]} {word}" for role, word in words.items() if role in roles)
    if stage.scenario.subject != MIGRATION:
        shown = ", ".join(f"{role.many} {roles[role.id]}" for role in stage.scenario.subject.roles if role.id in roles)
    lines = [f"{_count(len(states), 'state', 'states')}: {shown}"]
    for kind, (one, many) in _KINDS.items():
        group = actors[actors["kind"] == kind]
        if len(group):
            stances = group["stance"].value_counts()
            how = ", ".join(f"{count} {stance}" for stance, count in stances.items() if stance)
            lines.append(_count(len(group), one, many) + (f": {how}" if how else ""))
    first, last = stage.scenario.start.toordinal(), stage.scenario.end.toordinal()
    partly = int(((stage.population.active_from > first) | (stage.population.active_to < last)).sum())
    if partly:
        lines.append(f"{partly} of them {'exists' if partly == 1 else 'exist'} for a part of the time only")
    settings = stage.scenario.population
    out = f"; left out: {', '.join(settings.remove)}" if settings.remove else ""
    return [*lines, f"taken from {_origin(settings)}{out}"]


def _origin(settings: PopulationSource) -> str:
    if settings.source == "synthetic":
        return "stated distributions"
    own = "the scenario's own list"
    if settings.source == "list":
        return own
    named = [settings.states, settings.regimes, settings.organisations, settings.networks, settings.pairs]
    named += [settings.reach] if settings.reach else []
    named = [path for path in named if path]
    files = [Path(path).name for path in named if path in settings.checksums]
    found = [f"the scenario's own tables {', '.join(files)}"] if files else []
    if len(files) < len(named):
        found.append("the data tables that come with comity" if files else "data tables")
    return " and ".join([*found, own] if settings.actors else found)


def _forums(scenario: Scenario) -> list[str]:
    chosen = scenario.choices.host == "endogenous"
    return [
        f"{item.id}: {item.name}; bindingness {item.bindingness:g}, {scenario.subject.frame} framing "
        f"{item.development_framing:g}, openness {item.openness:g}"
        + (f"; founded by {item.founded_by}, so that nobody is attached to it before" if item.founded_by else "")
        + ("; state-led" if item.state_led else "")
        + (f", {item.lineup} chairs designated ahead" if item.state_led and chosen and item.lineup > 1 else "")
        + ("; states rank the arenas after it" if item.decides_arena else "")
        for item in scenario.forums
    ]


def _calendar(stage: Stage) -> list[str]:
    lines: list[str] = []
    scenario = stage.scenario
    entries: list[Meeting | Shock] = [*scenario.meetings, *scenario.shocks]
    for entry in sorted(entries, key=lambda e: (_start(e), isinstance(e, Meeting), e.id)):
        if isinstance(entry, Shock):
            who = ", ".join(entry.actors) or _hit(scenario, entry)
            who = "all states" if not entry.actors and len(entry.roles) == 3 else who
            scaled = f", scaled by {entry.scaled_by.replace('_', ' ')}" if entry.scaled_by else ""
            head = f"{_day(entry.date)}  shock {entry.id}: {entry.name}"
            lines += [*_hanging(head), *_wrap(f"hits {who}{scaled}: {_effects(entry)}", 6)]
        else:
            lines += _meeting(stage, entry)
    return lines


def _hit(scenario: Scenario, shock: Shock) -> str:
    if scenario.subject == MIGRATION:
        return f"states of {' and '.join(shock.roles)}"
    return " and ".join(role.many for role in scenario.subject.roles if role.id in shock.roles)


def _start(entry: Meeting | Shock) -> date:
    return entry.start if isinstance(entry, Meeting) else entry.date


def _effects(shock: Shock) -> str:
    names = ("sovereignty", "pressure", "capacity", "attachment", "withdrawal")
    effects = [f"{name} {getattr(shock, name):+g}" for name in names if getattr(shock, name)]
    if shock.withdrawal:
        effects[-1] += f" for {shock.years:g} {'year' if shock.years == 1 else 'years'}"
    return (
        ", ".join([*effects, *(f"anchor on {issue} {value:+g}" for issue, value in shock.anchors.items())]) or "nothing"
    )


def _meeting(stage: Stage, meeting: Meeting) -> list[str]:
    scenario = stage.scenario
    rules = scenario.forum(meeting.forum)
    where = ", ".join(filter(None, [meeting.city, "online" if meeting.venue == "online" else ""]))
    if scenario.choices.host == "endogenous" and rules.state_led:
        host = "hosted by whoever volunteers"
    else:
        host = f"hosted by {', '.join(meeting.hosts)}" if meeting.hosts else ""
    lines = _hanging(f"{_days(meeting.start, meeting.end)}  {meeting.id}: {meeting.name}")
    lines += _wrap("; ".join(filter(None, [rules.id, where, host])), 6)
    agenda, text = _agenda(stage, meeting)
    rooms = stage.programme(meeting, rules, agenda).rooms
    n_rooms = Counter(room.phase for room in rooms)
    sittings = Counter(phase for phase, _ in dict.fromkeys((room.phase, room.sitting) for room in rooms))
    shown = ", ".join(
        f"{number} {_PHASES[phase]}" + (f" ({n_rooms[phase]} rooms)" if n_rooms[phase] > number else "")
        for phase, number in sittings.items()
    )
    varies = scenario.choices.openness == "endogenous" and any(e.phase is Phase.COMMON_SPACE for e in rules.format)
    also = "; the number of common-space sittings follows openness" if varies else ""
    lines += _wrap(f"{_count(sum(sittings.values()), 'sitting', 'sittings')}: {shown}{also}", 6)
    if text and set(sittings) != {Phase.VOTE}:
        lines += _wrap(f"agenda: {text}", 6)
    for vote in meeting.votes:
        who = f", {_count(len(vote.members), 'member', 'members')} vote" if vote.members else ""
        kind = f"{vote.text_class} text" if vote.text_class else "text without a class"
        lines += _wrap(f"vote {vote.id} on {vote.text}: {kind}, decided {DECIDED[vote.decision]}{who}", 6)
    return lines


def _agenda(stage: Stage, meeting: Meeting) -> tuple[tuple[Topic, ...], str]:
    """Return the agenda, where it is known, and what to say of it."""
    scenario = stage.scenario
    scripted = stage.agendas[meeting.id]
    count = meeting.session_count or len(meeting.sessions)
    if scenario.choices.agenda == "endogenous" and count:
        themes = f" on {_count(meeting.themes, 'theme', 'themes')}" if meeting.themes else ""
        text = f"{_count(count, 'topic', 'topics')}{themes} that the model chooses"
        return tuple(scripted[n % len(scripted)] for n in range(count)), text
    issues = Counter(scenario.issues[stage.issue_index[topic.category]].name for topic in scripted)
    listed = "; ".join(f"{name} ({number})" if number > 1 else name for name, number in issues.most_common())
    if not meeting.sessions:
        return scripted, f"no sessions listed; what those invited care about most: {listed}"
    return scripted, f"{_count(len(scripted), 'session', 'sessions')}: {listed}"


def _moves(scenario: Scenario, stage: Stage) -> list[str]:
    """Return what people chose, one line for each meeting and actor, in the order of the calendar."""
    moves_by_meeting(scenario, stage.population)  # refuses a move of nobody
    lines = []
    for meeting in sorted(scenario.meetings, key=lambda m: (m.start, m.end, m.id)):
        made = [move for move in scenario.moves if move.meeting == meeting.id]
        for actor in dict.fromkeys(move.actor for move in made):
            words = ", ".join(move.words() + _in_vain(stage, meeting, move) for move in made if move.actor == actor)
            lines.append(f"{meeting.id}: {actor} {words}")
    return lines


def _in_vain(stage: Stage, meeting: Meeting, move: Move) -> str:
    """Return why a move cannot have an effect, where that is known before anything runs."""
    scenario, rules = stage.scenario, stage.scenario.forum(meeting.forum)
    row = stage.population.rows.get(move.actor)
    why = ""
    if row is None:
        why = "the actor is left out"
    elif move.choice in ("hosts", "pledges", "vote", "arena", "partner", "draft") and not stage.is_state[row]:
        why = "only states do"
    elif move.choice == "arena" and not rules.decides_arena and scenario.choices.arena == "scripted":
        why = "states do not rank the arenas after this meeting"
    elif move.sitting is not None and {scenario.choices.arena, scenario.choices.openness} == {"scripted"}:
        count = stage.programme(meeting, rules, _agenda(stage, meeting)[0]).n_sittings
        why = f"the meeting has {_count(count, 'sitting', 'sittings')}" if move.sitting > count else ""
    return f" (without effect: {why})" if why else ""


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _days(first: date, last: date) -> str:
    """Return a range of days without saying the same month or year twice."""
    if first == last:
        return _day(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}-{_day(last)}"
    return f"{first.day} {first:%b} - {_day(last)}" if first.year == last.year else f"{_day(first)} - {_day(last)}"


def _wrap(text: str, indent: int = 0) -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent=" " * indent, subsequent_indent=" " * indent)


def _section(heading: str, lines: list[str]) -> list[str]:
    return ["", heading, *(piece for line in lines for piece in _hanging(line))]


def _hanging(text: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent="  ", subsequent_indent="      ")
