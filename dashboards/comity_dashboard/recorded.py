"""Recorded votes for the page History: those that come with the project, or one of the visitor's own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from comity.errors import InputError
from comity.facts.votes import recorded_answers
from comity.record import Record
from comity.scenario.locate import scenario_folder
from comity_lab.scoring.roll_call import read_roll_call

__all__ = ["Recorded", "is_forecast", "named_vote", "recorded_in"]

_LAST_YEAR = 2013
"""Last year of the facts and votes that the project uses."""
_ESTIMATED = (2000, 2012)
"""Years of the roll calls on which the parameters of the vote were estimated."""


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """A recorded vote.

    Attributes
    ----------
    answers
        The answer of each state in the run, by id.
    elsewhere
        Number of recorded states that are not in the run.
    file
        Name of the visitor's file; empty for a shipped record.
    is_fitted
        Whether parameters of the vote were estimated on roll calls of its time.
    """

    answers: dict[str, str]
    elsewhere: int
    file: str = ""
    is_fitted: bool = False


def is_forecast(record: Record, vote: str) -> bool:
    """Return whether a vote is shown as a forecast only: it is one that the project foretold, or later than its facts.

    A vote after 2013 of a scenario of one's own is no forecast of the project, unless it has the id of one.
    """
    sealed = scenario_folder() / "forecasts" / f"{vote}.json"
    return _year_of(record, vote) > _LAST_YEAR and sealed.is_file()


def _year_of(record: Record, vote: str) -> int:
    return next(m.start.year for m in record.scenario.meetings for v in m.votes if v.id == vote)


def named_vote(file: str, votes: list[str]) -> str:
    """Return the vote that the name of a file says; empty if it names none."""
    stem = Path(file).stem
    return stem if stem in votes else ""


def recorded_in(record: Record, vote: str, file: str = "") -> Recorded | None:
    """Return what was recorded of a vote of a run; None if nothing is known, or the vote is a forecast.

    Parameters
    ----------
    record
        Record of a run with that vote.
    vote
        Id of the vote.
    file
        CSV of the visitor, which replaces the shipped record; empty for none.

    Raises
    ------
    InputError
        If the file cannot be used. The message does not show what the file holds: it may be any file of the machine.
    """
    if is_forecast(record, vote):
        return None
    states = set(map(str, record.votes.loc[record.votes["vote"] == vote, "actor"]))
    if file:
        return Recorded(answers=_own(Path(file), states, vote), elsewhere=0, file=Path(file).name)
    if _year_of(record, vote) > _LAST_YEAR:  # never what happened later
        return None
    shipped = recorded_answers(vote)
    here = {state: answer for state, answer in shipped.items() if state in states}
    if not here:
        return None
    fitted = _ESTIMATED[0] <= _year_of(record, vote) <= _ESTIMATED[1]
    return Recorded(answers=here, elsewhere=len(shipped) - len(here), is_fitted=fitted)


def _own(path: Path, states: set[str], vote: str) -> dict[str, str]:
    if path.suffix.lower() != ".csv" or not path.is_file():
        raise InputError(
            f"{path}: must be a CSV file with the columns iso3 and vote, got no such file. Check the path."
        )
    try:
        return {str(state): str(answer) for state, answer in read_roll_call(path, states, vote).items()}
    except InputError as error:
        line = re.match(r": line [0-9]+", str(error).removeprefix(path.name))
        raise InputError(
            f"{path.name}{line[0] if line else ''}: must have, in UTF-8, the columns iso3, each state that could vote "
            f"in {vote} at most once, and vote, one of yes, abstain, no and absent, but has not. Correct it. Pages do "
            "not show what a file holds; comity score --votes does."
        ) from None
