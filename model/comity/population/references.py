"""Whether the actors that a scenario names are there, are of the right kind, and exist when they are needed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pandas as pd

from comity.errors import InputError, nearest
from comity.scenario.inert import OF_STATES
from comity.scenario.schema import Scenario, Subject

__all__ = ["check_references", "of_absent_actors", "of_overrides"]

_UNREAD = {"state": ("normative_mandate", "service", "members"), "io": (*OF_STATES, "emigrant_share")}
_UNREAD["network"] = (*_UNREAD["io"], "service", "members")
"""Columns that are not read of a kind; those that a subject declares are read of states only."""


def check_references(actors: pd.DataFrame, scenario: Scenario) -> None:
    """Raise InputError for an actor that there is not, or one that is no state where only a state can be.

    Parameters
    ----------
    actors
        All actors, also those that the scenario leaves out.
    """
    kinds = dict(zip(actors["id"], actors["kind"], strict=True))
    for meeting in scenario.meetings:
        where = f"meeting {meeting.id!r}"
        for host in meeting.hosts:
            if host not in kinds:
                raise InputError(f"{where}: host {host!r} is not an actor. {nearest(host, kinds)}")
            if kinds[host] != "state":
                raise InputError(
                    f"{where}: host {host!r} must be a state, got one of kind {kinds[host]!r}. Name a state."
                )
        for session in (*meeting.sessions, *meeting.civil_society_sessions):
            for cochair in session.cochairs:
                if cochair not in kinds:
                    raise InputError(
                        f"{where}: session {session.code!r}: co-chair {cochair!r} is not an actor. "
                        f"{nearest(cochair, kinds)}"
                    )
                if kinds[cochair] != "state":
                    raise InputError(
                        f"{where}: session {session.code!r}: co-chair {cochair!r} must be a state. Name states only."
                    )
        for vote in meeting.votes:
            for member in vote.members:
                if kinds.get(member) != "state":
                    got = f"one of kind {kinds[member]!r}" if member in kinds else "no actor"
                    raise InputError(
                        f"{where}: vote {vote.id!r}: members must be states, got {member!r}, {got}. "
                        f"{nearest(member, [name for name, kind in kinds.items() if kind == 'state'])}"
                    )
    for event in scenario.chairs:
        if event.state and event.state not in kinds:
            raise InputError(f"chairs: {event.state!r} of {event.date} is not an actor. {nearest(event.state, kinds)}")
        if event.state and kinds[event.state] != "state":
            raise InputError(f"chairs: {event.state!r} of {event.date} must be a state. Name a state.")
    agency = scenario.institutions.agency
    # A drawn population may be drawn without organisations, and then simply has no agency.
    if agency and agency not in kinds and scenario.population.source != "synthetic":
        raise InputError(f"institutions: agency names {agency!r}, which is not there. {nearest(agency, kinds)}")
    if kinds.get(agency, "io") != "io":
        raise InputError(f"institutions.agency must name an organisation, got {agency!r}. Name one of kind io.")
    for shock in scenario.shocks:
        for name in shock.actors:
            if name not in kinds:
                raise InputError(
                    f"shock {shock.id!r}: actors names {name!r}, which is not there. {nearest(name, kinds)}"
                )


def of_absent_actors(actors: pd.DataFrame, scenario: Scenario) -> Iterator[str]:
    """Yield a notice for each actor that is named for a day on which it does not exist.

    Raises
    ------
    InputError
        For a host of the script that does not exist when it is to host.
    """
    lives = {
        actor: (first or date.min.isoformat(), last or date.max.isoformat())
        for actor, first, last in zip(actors["id"], actors["active_from"], actors["active_to"], strict=True)
    }

    def is_absent(actor: str, first: date, last: date) -> bool:
        begins, ends = lives.get(actor, ("", "a"))
        return not (begins <= last.isoformat() and first.isoformat() <= ends)

    for meeting in scenario.meetings:
        for host in meeting.hosts if scenario.choices.host == "scripted" else ():
            if is_absent(host, meeting.start, meeting.end):
                raise InputError(
                    f"meeting {meeting.id!r}: host {host!r} must exist on {meeting.start}, but exists from "
                    f"{lives[host][0]} to {lives[host][1]}. Name another host."
                )
        for session in meeting.sessions:
            for cochair in session.cochairs:
                if is_absent(cochair, meeting.start, meeting.end):
                    yield f"meeting {meeting.id!r}: co-chair {cochair!r} does not exist on {meeting.start}"
    for shock in scenario.shocks:
        for name in shock.actors:
            if is_absent(name, shock.date, date.max):
                yield f"shock {shock.id!r}: actor {name!r} does not exist any more on {shock.date}"
    for event in scenario.chairs if scenario.choices.host == "scripted" else ():
        if event.state and is_absent(event.state, event.date, event.date):
            yield f"chairs: {event.state!r} does not exist on {event.date}"


def of_overrides(actors: pd.DataFrame, override: dict[str, dict[str, float]], subject: Subject) -> Iterator[str]:
    """Yield a notice for each overridden attribute that is not read of the actor.

    Raises
    ------
    InputError
        For an attribute that is 0 or 1, and is given something between.
    """
    kinds = dict(zip(actors["id"], actors["kind"], strict=True))
    memberships = [item.column for item in subject.memberships if item]
    for actor, changes in override.items():
        kind = kinds.get(actor, "state")
        unread = _UNREAD.get(kind, _UNREAD["network"])
        if kind != "state":
            unread = (*unread, *memberships, *subject.attributes)
        for field, value in changes.items():
            if field in ("developed", *memberships) and value not in (0, 1):
                raise InputError(f"population.override.{actor}.{field} must be 0 or 1, got {value:g}. Change it.")
            if field in unread:
                yield f"population.override.{actor}.{field} has no effect on an actor of kind {kind!r}"
