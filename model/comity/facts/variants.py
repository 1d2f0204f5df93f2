"""Second runs that some measures read: the same actors, parameters and luck, with one thing changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from threading import Lock

from comity.record import Record
from comity.runs import run
from comity.scenario.moves import Move
from comity.scenario.schema import Choices, Scenario, Session

__all__ = ["VARIANTS", "shorten", "variant"]


def shorten(scenario: Scenario, year: int) -> Scenario:
    """Return a scenario that ends with a year: all up to then is the same run, to the byte."""
    end = date(year, 12, 31)
    if scenario.end <= end:
        return scenario
    meetings = tuple(meeting for meeting in scenario.meetings if meeting.start <= end)
    if not meetings:
        return scenario
    return scenario.replaced(
        end=max(end, *(meeting.end for meeting in meetings)),
        meetings=meetings,
        moves=tuple(move for move in scenario.moves if move.meeting in {meeting.id for meeting in meetings}),
        shocks=tuple(shock for shock in scenario.shocks if shock.date <= end),
        chairs=tuple(event for event in scenario.chairs if event.date <= end),
    )


def _endogenous(scenario: Scenario) -> Scenario:
    """Hosts, agenda and openness are chosen by the model; no theme of a civil-society day is given; the arena stays."""
    choices = Choices(host="endogenous", agenda="endogenous", openness="endogenous", arena=scenario.choices.arena)
    meetings = tuple(meeting.model_copy(update={"civil_society_sessions": ()}) for meeting in scenario.meetings)
    return scenario.replaced(choices=choices, meetings=meetings)


def _rights_dialogue(scenario: Scenario) -> Scenario | None:
    """The first dialogue, with which the run ends, is all about rights and frames nothing as development; what goes
    before it is as it was."""
    issue = next((item for item in scenario.issues if item.id == scenario.institutions.rights_issue), None)
    deciding = {forum.id for forum in scenario.forums if forum.decides_arena}
    dialogues = sorted((m for m in scenario.meetings if m.forum in deciding), key=lambda m: m.start)
    if issue is None or not dialogues:
        return None
    first = dialogues[0]
    sessions = first.sessions or (Session(code="1", title=issue.name, category=issue.categories[0]),)
    rights = tuple(item.model_copy(update={"category": issue.categories[0]}) for item in sessions)
    before = tuple(m for m in scenario.meetings if m.start <= first.start and m.id != first.id)
    forums = [f.model_copy(update={"development_framing": 0.0}) if f.id in deciding else f for f in scenario.forums]
    return scenario.replaced(
        forums=tuple(forums),
        meetings=(*before, first.model_copy(update={"sessions": rights})),
        moves=tuple(move for move in scenario.moves if move.meeting in {meeting.id for meeting in (*before, first)}),
        end=max(meeting.end for meeting in (*before, first)),
        choices=scenario.choices.model_copy(update={"agenda": "scripted"}),
    )


VARIANTS: dict[str, Callable[[Scenario], Scenario | None]] = {
    "endogenous": _endogenous,
    "rights_dialogue": _rights_dialogue,
}
"""How each second run is made; None where the scenario has nothing to change."""

_MADE: dict[tuple[str, tuple[Move, ...], str, int], Scenario | None] = {}
_MAKING = Lock()


def variant(record: Record, name: str, year: int) -> Record | None:
    """Run a variant of a record's scenario, with its parameters, theory and seed, and return its record.

    Parameters
    ----------
    name
        Of :data:`VARIANTS`.
    year
        The last one of interest.
    """
    scenario = record.scenario
    key = (scenario.setting_hash, scenario.moves, name, year)
    with _MAKING:
        if key not in _MADE:
            while len(_MADE) >= 32:
                _MADE.pop(next(iter(_MADE)))
            _MADE[key] = VARIANTS[name](shorten(scenario, year))
        made = _MADE[key]
    if made is None:
        return None
    again = made.replaced(parameters=scenario.parameters, theory=scenario.theory)
    return run(again, seed=record.seed, keep="meetings")
