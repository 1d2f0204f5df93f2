"""What a visitor can guess before a change is shown: the course of a line, and the yes votes in a vote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from comity.facts.votes import recorded_answers
from comity.record import Record
from comity_dashboard.figures.lines import Lines

__all__ = ["GUESSED", "Vote", "guessable", "votes_of"]

GUESSED = ("trust", "cooperation", "sovereignty")
"""Keys of the charts whose lines can be guessed. Their values are shares."""


@dataclass(frozen=True, kw_only=True)
class Vote:
    """A vote of a run.

    Attributes
    ----------
    id, title
        Id, and year with text.
    yes
        Expected number of yes votes: the sum of the probabilities of a yes.
    states
        Number of states that may vote.
    recorded
        Recorded number of yes votes; None if no record is shipped.
    """

    id: str
    title: str
    yes: float
    states: int
    recorded: int | None


def votes_of(record: Record) -> tuple[Vote, ...]:
    """Return the votes of a run, by date."""
    found = []
    for trace in record.trace.meetings:
        for vote in trace.votes:
            answers = recorded_answers(vote.vote)
            found.append(
                Vote(
                    id=vote.vote,
                    title=f"{trace.start.year}: {vote.text}",
                    yes=float(vote.probabilities[:, 0].sum()),
                    states=len(vote.rows),
                    recorded=sum(answer == "yes" for answer in answers.values()) if answers else None,
                )
            )
    return tuple(found)


def guessable(lines: Mapping[str, Lines], votes: tuple[Vote, ...]) -> dict[str, Any]:
    """Return the lines and votes of a run that can be guessed, as plain data for the browser."""
    found = []
    for key in GUESSED:
        chart = lines.get(key)
        for name in chart.names if chart is not None else ():
            assert chart is not None
            known = chart.table[["date", name]].dropna()
            points = [[f"{day:%Y-%m-%d}", round(float(value), 4)] for day, value in known.itertuples(index=False)]
            if points:
                found.append({"id": f"{key}/{name}", "title": f"{chart.title}: {name}", "points": points})
    return {"lines": found, "votes": [vars(vote) for vote in votes]}
