"""Parts of a scenario that cannot act: an error where a setting asks for nothing else, else a notice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from comity.errors import InputError, nearest
from comity.scenario.merging import settings_tree
from comity.scenario.people import ListedActor, PopulationSource
from comity.scenario.presets import PRESETS
from comity.scenario.schema import Scenario, Shock

__all__ = ["check_chairs", "check_settings", "late_shocks", "notices", "notices_of"]

OF_STATES = (
    "destination_scale", "developed", "income", "civil_society_climate", "electoral_competition", "immigrant_share",
    "stake", "crmw_party", "iom_member", "attributes", "member_of", "non_yes_share", "absent_share",
)  # fmt: skip
"""Attributes that are read of states only."""

_CODED = ("interface", "half_day", "full_day", "merged")
"""Lengths of the common space that say how open a meeting is."""

_CHAIR = ("chair_selectivity", "withdrawal_rate", "withdrawal_unfunded", "donors_needed")


def check_settings(settings: Mapping[str, Any], theory: str | None) -> None:
    """Raise InputError for a theory that is given twice, and differs.

    Parameters
    ----------
    settings
        As :func:`comity.load` takes them.
    theory
        The theory that was asked for beside them, if any.
    """
    tree = settings_tree(settings, "--set")
    if theory is not None and tree.get("theory", theory) != theory:
        raise InputError(
            f"--set: theory must be given once, got {tree['theory']!r} and the preset {theory!r}. Leave one out."
        )


def notices_of(asked: Mapping[str, Any], scenario: Scenario) -> list[str]:
    """Return what a patch, a file that extends another, or settings ask for in vain, one sentence each.

    Parameters
    ----------
    asked
        What they say, as plain data; meetings as a list with ids, or as a table by id.
    scenario
        The scenario that came of it.
    """
    found = []
    parameters, meetings = asked.get("parameters", {}), _by_id(asked.get("meetings"))
    for name in parameters if isinstance(parameters, dict) else ():
        if why := _idle(scenario, name):
            found.append(f"parameters.{name} has no effect here: {why}")
    ids = {meeting.id for meeting in scenario.meetings}
    for name, values in meetings.items():
        for key, why in _idle_in_meeting(scenario, name, values) if name in ids else ():
            found.append(f"meetings.{name}.{key} has no effect here: {why}")
    for name, values in _by_id(asked.get("forums")).items():
        if "openness" in values and (why := _shadowed_openness(scenario, name)):
            found.append(f"forums.{name}.openness has no effect here: {why}")
        if "lineup" in values and scenario.choices.host == "scripted":
            found.append(f'forums.{name}.lineup has no effect here: choices.host = "scripted"')
        if "theme_issues" in values and scenario.choices.agenda == "scripted":
            found.append(f'forums.{name}.theme_issues has no effect here: choices.agenda = "scripted"')
    found += [*_overridden(asked, scenario), *late_shocks(asked, scenario)]
    if asked.get("chairs") and scenario.choices.host == "endogenous":
        found.append('chairs has no effect here: choices.host = "endogenous"')
    return found


def _by_id(items: Any) -> dict[str, Mapping[str, Any]]:
    """Return the items of a list with ids, as a file has it, or of a table by id, as settings have it."""
    if isinstance(items, list):
        items = {item["id"]: item for item in items if isinstance(item, dict) and isinstance(item.get("id"), str)}
    return {name: item for name, item in items.items() if isinstance(item, Mapping)} if isinstance(items, dict) else {}


def late_shocks(asked: Mapping[str, Any], scenario: Scenario) -> Iterator[str]:
    """Yield a notice for each shock that a file, a patch or settings date after the last meeting."""
    last = max(scenario.meetings, key=lambda meeting: meeting.end)
    given = _by_id(asked.get("shocks"))
    for shock in scenario.shocks:
        if shock.id in given and shock.date > last.end:
            yield (
                f"shock {shock.id!r} of {shock.date} comes after the last meeting, {last.id}: of all tables only "
                "memberships and joiners can show its effect"
            )


def _shadowed_openness(scenario: Scenario, forum: str) -> str:
    """Return why no meeting of a forum reads its openness, or nothing."""
    held = [meeting for meeting in scenario.meetings if meeting.forum == forum]
    if scenario.choices.openness == "endogenous" or not any(forum == item.id for item in scenario.forums):
        return ""
    if scenario.forum(forum).accreditation:
        return ""  # its openness says how many networks are admitted
    value = scenario.forum(forum).openness
    if held and all(m.openness is not None or m.common_space in _CODED for m in held):
        if any(m.openness != value for m in held):
            return "each of its meetings says how open it is, by openness or common_space"
    return ""


def _overridden(asked: Mapping[str, Any], scenario: Scenario) -> Iterator[str]:
    """Yield what is asked of actors of the list and is overridden."""
    population = asked.get("population")
    for name, values in _by_id(population.get("actors") if isinstance(population, Mapping) else None).items():
        for key in scenario.population.override.get(name, {}).keys() & values.keys():
            yield f"population.actors.{name}.{key} has no effect here: population.override.{name}.{key} replaces it"


def _idle_in_meeting(scenario: Scenario, meeting: str, given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what is given of a meeting and has no effect, and why."""
    choices, now = scenario.choices, scenario.meeting(meeting)
    forum = scenario.forum(now.forum)
    if "hosts" in given and choices.host == "endogenous" and forum.state_led:
        yield "hosts", 'choices.host = "endogenous"'
    if "openness" in given and choices.openness == "endogenous":
        yield "openness", 'choices.openness = "endogenous"'
    if "session_count" in given and choices.agenda == "scripted" and "sessions" not in given:
        yield "session_count", 'choices.agenda = "scripted"'
    if "themes" in given and choices.agenda == "scripted":
        yield "themes", 'choices.agenda = "scripted"'
    if "civil_society_sessions" in given and choices.arena == "scripted":
        if now.civil_society_sessions and not any(entry.agenda == "mirrored" for entry in forum.format):
            yield "civil_society_sessions", f'forum {forum.id} has no room with agenda = "mirrored"'
    phases = [entry.phase for entry in forum.format]
    for phase in now.sittings if "sittings" in given and choices.arena == "scripted" else ():
        if phase in given["sittings"] and phase not in phases:
            yield f"sittings.{phase.value}", f"forum {forum.id} has no such phase"


def _idle(scenario: Scenario, parameter: str) -> str:
    """Return why a parameter moves nothing in a scenario, or nothing."""
    forums = {meeting.forum: scenario.forum(meeting.forum) for meeting in scenario.meetings}.values()
    choices, institutions = scenario.choices, scenario.institutions
    fixed = PRESETS[scenario.theory].get(parameter)
    if fixed is not None and getattr(scenario.parameters, parameter) != fixed:
        return f"the {scenario.theory} theory fixes it at {fixed:g}"
    coded = all(m.openness is not None or m.common_space == "merged" for m in scenario.meetings)
    is_led, accredits = any(forum.state_led for forum in forums), any(forum.accreditation for forum in forums)
    votes, ranked = any(meeting.votes for meeting in scenario.meetings), any(forum.decides_arena for forum in forums)
    drafts = any(move.draft is not None for move in scenario.moves)
    has_places = scenario.population.source == "tables" and bool(scenario.population.reach)
    are_given = choices.host == "scripted" and not scenario.moves
    cases = (
        (parameter.startswith("agenda_") and choices.agenda == "scripted", 'choices.agenda = "scripted"'),
        (parameter in _CHAIR and are_given, 'choices.host = "scripted"'),
        (parameter.startswith(("pledge_", "chair_")) and not is_led, "no forum is state-led"),
        (parameter.startswith("openness_") and choices.openness == "scripted" and coded, "all openness is given"),
        (parameter == "attendance_reach" and not has_places, "no table says where states are"),
        (parameter.startswith("accreditation_") and not accredits, "no forum accredits networks"),
        (parameter.startswith("arena_") and not ranked, "after no forum states rank the arenas"),
        (parameter == "ratification_rate" and not institutions.rights_issue, "institutions.rights_issue is not given"),
        (parameter == "accession_rate" and not institutions.agency, "institutions.agency is not given"),
        (parameter.startswith(("vote_", "absence_", "draft_")) and not votes, "no meeting votes"),
        (parameter.startswith("draft_") and not drafts, "no move is on the wording of a text"),
    )  # fmt: skip
    return next((why for is_idle, why in cases if is_idle), "")


def check_chairs(events: Any, meetings: Iterable[Any], where: str) -> None:
    """Raise InputError where an event in the chain of chairs, as plain data, names a meeting that there never was.

    A patch may remove a meeting and leave its chairs, who then happen for nothing; so this is asked of each file.
    """
    known = [item.get("id") for item in meetings if isinstance(item, dict)]
    for event in events if isinstance(events, list) else ():
        name = event.get("meeting") if isinstance(event, dict) else None
        if isinstance(name, str) and name and name not in known:
            raise InputError(
                f"{where}: chairs: meeting {name!r} is not in the calendar. {nearest(name, map(str, known))}"
            )


def notices(scenario: Scenario) -> list[str]:
    """Return what in a scenario has no effect, or not the one it seems to have, one sentence each."""
    return [*_of_calendar(scenario), *_of_population(scenario)]


def _of_calendar(scenario: Scenario) -> Iterator[str]:
    for event in scenario.chairs:
        if not scenario.start <= event.date <= scenario.end:
            yield (
                f"chairs: the {event.event} of {event.date} lies outside {scenario.start} to {scenario.end}; it is "
                "listed, and nothing happens"
            )
    for shock in scenario.shocks:
        effects = (shock.sovereignty, shock.pressure, shock.capacity, shock.attachment, shock.withdrawal)
        if not any(effects) and not any(shock.anchors.values()):
            yield f"shock {shock.id!r} changes nothing: all of its effects are 0"
        if shock.years != Shock.model_fields["years"].default and not shock.withdrawal:
            yield f"shock {shock.id!r}: years have no effect: withdrawal is 0"
        if shock.actors and len(set(shock.roles)) < len(scenario.subject.roles):
            yield f"shock {shock.id!r}: roles have no effect: actors are given"
        if shock.attachment and not any(forum.state_led for forum in scenario.forums):
            yield f"shock {shock.id!r}: attachment has no effect: it acts on state-led forums, and there is none"


def _of_population(scenario: Scenario) -> Iterator[str]:
    population = scenario.population
    if population.synthetic is not None and population.source != "synthetic":
        yield f'population.synthetic has no effect: population.source is "{population.source}"'
    if population.source != "tables":
        for table in ("states", "regimes", "organisations", "networks", "pairs", "reach"):
            if getattr(population, table) != PopulationSource.model_fields[table].default:
                yield f'population.{table} has no effect: population.source is "{population.source}"'
    for actor in population.actors if population.source != "synthetic" else ():
        for name in _foreign(actor):
            yield f"actor {actor.id!r}: {name} has no effect on an actor of kind {actor.kind!r}"
        if actor.active_from > scenario.end or (actor.active_to is not None and actor.active_to < scenario.start):
            yield f"actor {actor.id!r} does not exist between {scenario.start} and {scenario.end}"


def _foreign(actor: ListedActor) -> Iterator[str]:
    """Yield the attributes that were given to an actor and are not read of its kind."""
    fields = ListedActor.model_fields
    unread = (*(OF_STATES if actor.kind != "state" else ()), *(("service", "members") if actor.kind != "io" else ()))
    unread = (*unread, *(("normative_mandate",) if actor.kind == "state" else ()))
    for name in unread:
        if getattr(actor, name) != fields[name].get_default(call_default_factory=True):
            yield name
