"""Departures: how a what-if departs from the description of the model, element by element of the ODD protocol."""

from __future__ import annotations

from collections.abc import Iterable

from comity.changes import Change, changes, shown
from comity.description import ELEMENTS, Section, sections, submodels
from comity.mechanism import Mechanism
from comity.odd import declared_mechanisms
from comity.population.people import build_population
from comity.scenario.parameters import parameter_table
from comity.scenario.schema import Scenario

__all__ = ["READ_BY", "departures"]

_ROOM = "comity.mechanisms"
READ_BY: dict[str, tuple[str, ...]] = {
    "issues.politicisation": (f"{_ROOM}.exposure",),
    "issues.development_framing": (f"{_ROOM}.exposure",),
    "issues.categories": ("comity.forum.agenda",),
    "forums.bindingness": (
        f"{_ROOM}.exposure", f"{_ROOM}.attendance", f"{_ROOM}.persuasion", f"{_ROOM}.reassurance", "comity.forum.arena",
    ),
    "forums.development_framing": (f"{_ROOM}.exposure", "comity.forum.arena"),
    "forums.openness": ("comity.forum.openness",),
    "forums.inside_access": ("comity.forum.openness",),
    "forums.attachment": (f"{_ROOM}.attachment",),
    "forums.stances": (f"{_ROOM}.attendance",),
    "forums.accreditation": ("comity.forum.openness",),
    "forums.format": ("comity.forum.timetable", "comity.forum.seating"),
    "forums.online_intimacy": ("comity.forum.timetable",),
    "forums.state_led": ("comity.forum.chairing", "comity.forum.arena"),
    "forums.decides_arena": ("comity.forum.arena",),
    "meetings.openness": ("comity.forum.openness",),
    "meetings.common_space": ("comity.forum.openness", "comity.forum.timetable"),
    "meetings.sittings": ("comity.forum.timetable",),
    "meetings.venue": ("comity.forum.timetable", f"{_ROOM}.corridor"),
    "meetings.hosts": ("comity.forum.chairing", "comity.forum.openness"),
    "meetings.sessions": ("comity.forum.agenda",),
    "meetings.session_count": ("comity.forum.agenda",),
    "meetings.civil_society_sessions": ("comity.forum.agenda",),
    "meetings.votes": ("comity.between.compact",),
    "shocks": ("comity.between.shocks",),
    "moves": ("comity.forum.choices",),
    "choices.host": ("comity.forum.chairing",),
    "choices.agenda": ("comity.forum.agenda",),
    "choices.openness": ("comity.forum.openness",),
    "choices.arena": ("comity.forum.arena",),
    "institutions.rights_issue": ("comity.between.ratification",),
    "institutions.agency": ("comity.between.accession",),
    "population.override.normative_mandate": ("comity.between.organisations",),
    "population.override.service": ("comity.between.organisations",),
}  # fmt: skip
"""Modules whose submodel reads a field of the scenario; a longer path counts for those that begin with it."""

_LEARNING = ("trust-building", "persuasion", "social influence", "mimicry", "reassurance", "backlash")
"""Names of the mechanisms by which actors learn."""

_OFF_WITHOUT = {
    "civil_society_day": "civil-society day", "common_space": "common space", "corridor": "corridor",
    "preparation": "preparation", "round_tables": "round tables", "plenary": "plenary", "closing": "closing",
}  # fmt: skip
_ELEMENT_OF = {
    "issues": 2, "forums": 2, "population": 2, "theory": 4, "parameters": 7, "meetings": 3, "start": 3, "end": 3,
    "chairs": 6, "shocks": 6, "choices": 6, "institutions": 6, "moves": 6,
}  # fmt: skip


def departures(base: Scenario, scenario: Scenario, text: str) -> list[tuple[str, list[str]]]:
    """Return for each element of the protocol what is said of it: its heading, and lines.

    Parameters
    ----------
    base
        The scenario that the description speaks of.
    scenario
        The same with a what-if.
    text
        The description, in which sections are found.
    """
    numbers = {section.number: section for section in sections(text)}
    by_module = submodels(text)
    lines: dict[int, list[str]] = {number: [] for number in range(1, 8)}
    found = changes(base, scenario)
    lines[2] += _actors(base, scenario) + _forums(base, scenario)
    for change in found:
        top = change.path.partition(".")[0]
        if top == "parameters" or change.path in ("population.remove", "population.keep_roles"):
            continue
        where = [by_module[module] for module in _readers(change) if module in by_module]
        element = 5 if change.path.startswith("population.") else _ELEMENT_OF.get(top, 6)
        lines[element].append(_with_sections(change.line(), where))
        lines[3] += _phases_off(change)
    off = _switched_off(base, scenario, by_module)
    lines[4] += [f"learning: {line}" for line in off if line.startswith(_LEARNING)]
    lines[7] += off
    lines[7] += _parameters(base, scenario, by_module)
    result = []
    for number, title in enumerate(ELEMENTS, 1):
        heading = str(numbers.get(str(number), Section(number=str(number), title=title)))
        result.append((heading, lines[number] or ["unchanged"]))
    return result


def _actors(base: Scenario, scenario: Scenario) -> list[str]:
    """Say which actors came and went, whatever the way in which the scenario says so."""
    if base.population == scenario.population:
        return []
    before, after = (build_population(side).actors.set_index("id") for side in (base, scenario))
    lines = []
    for word, here, there in (("removed", before, after), ("added", after, before)):
        gone = here[~here.index.isin(there.index)]
        for kind, members in gone.groupby("kind", sort=False):
            names = list(members.index)
            shown_names = ", ".join(names[:12]) + (f" and {len(names) - 12} more" if len(names) > 12 else "")
            roles = "".join(
                f", {count} {role}" for role, count in members["role"].value_counts(sort=False).items() if role
            )
            lines.append(f"actors of kind {kind} {word}: {len(names)}{roles} ({shown_names})")
    return lines


def _forums(base: Scenario, scenario: Scenario) -> list[str]:
    """Say which forums no longer have a meeting; they stay entities that nobody meets in."""
    before, after = ({meeting.forum for meeting in side.meetings} for side in (base, scenario))
    return [f"forum {forum.id} has no meeting left" for forum in base.forums if forum.id in before - after]


def _readers(change: Change) -> tuple[str, ...]:
    path = change.path
    if path.startswith("population.override."):
        fields = change.after if isinstance(change.after, dict) else {path.rpartition(".")[2]: None}
        modules = [READ_BY.get(f"population.override.{field}", ()) for field in fields]
        return tuple(dict.fromkeys(module for group in modules for module in group))
    parts = path.split(".")
    return next((READ_BY[".".join(parts[:n])] for n in range(len(parts), 0, -1) if ".".join(parts[:n]) in READ_BY), ())


def _phases_off(change: Change) -> list[str]:
    """Say which phases a meeting no longer has: their sittings are set to zero, or their line is out of the format."""
    place, _, phase = change.path.rpartition(".")
    if place == "meetings.sittings" and change.after == 0:
        return [f"no {_OFF_WITHOUT.get(phase, phase)} at {len(change.ids)} meetings (section 3.3)"]
    if change.path == "forums.format" and isinstance(change.after, list):
        after = {item["phase"] for item in change.after}
        gone = [item["phase"] for before in change.before for item in before if item["phase"] not in after]
        return [f"{', '.join(change.ids)}: no {_OFF_WITHOUT.get(name, name)} (section 3.3)" for name in gone]
    if change.path == "meetings.venue" and change.after == "online":
        return ["no corridor at meetings that are online now, where their format has one (section 3.5)"]
    return []


def _switched_off(base: Scenario, scenario: Scenario, by_module: dict[str, Section]) -> list[str]:
    lines = []
    for module, mechanism in declared_mechanisms():
        was, now = (_is_off(mechanism, side) for side in (base, scenario))
        if was != now:
            word = "switched off" if now else "switched on"
            where = [by_module[module]] if module in by_module else []
            lines.append(_with_sections(f"{mechanism.name} {word} ({mechanism.strength})", where))
    return lines


def _is_off(mechanism: Mechanism, scenario: Scenario) -> bool:
    return mechanism.strength is not None and getattr(scenario.strengths, mechanism.strength) == 0


def _parameters(base: Scenario, scenario: Scenario, by_module: dict[str, Section]) -> list[str]:
    lines = []
    for row in parameter_table():
        was, now = (getattr(side.strengths, row["name"]) for side in (base, scenario))
        if was == now:
            continue
        readers = [module for module, mechanism in declared_mechanisms() if row["name"] in mechanism.parameters]
        where = [by_module[module] for module in readers if module in by_module]
        other = "" if was == row["default"] else f", {shown(was)} in the base"
        unit = "" if row["unit"] == "1" else f" {row['unit']}"
        text = f"{row['name']} ({row['symbol']}): default {row['default']:g}{other}, now {now:g}{unit}"
        lines.append(_with_sections(text, where))
    return lines


def _with_sections(text: str, where: Iterable[Section]) -> str:
    named = list(dict.fromkeys(f"{section.number} {section.title}" for section in where))
    return f"{text} [{'; '.join(named)}]" if named else text
