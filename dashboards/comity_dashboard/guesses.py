"""What a visitor can guess before a change is shown: the course of a line, and the yes votes in a vote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from comity.facts.votes import recorded_answers
from comity.record import Record
from comity_dashboard.figures.lines import Lines
from comity_dashboard.figures.words import patch_label
from comity_dashboard.phrases import ENGLISH, Phrases
from comity_dashboard.setup import Setup

__all__ = ["GUESSED", "Guesses", "Vote", "changes_of", "guessable", "votes_of"]

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


def votes_of(record: Record, words: Phrases = ENGLISH) -> tuple[Vote, ...]:
    """Return the votes of a run, by date."""
    texts = {vote.id: vote.text for meeting in record.scenario.meetings for vote in meeting.votes}
    found = []
    for trace in record.trace.meetings:
        for vote in trace.votes:
            answers = recorded_answers(vote.vote)
            found.append(
                Vote(
                    id=vote.vote,
                    title=words.say(
                        "guess.vote_of", year=trace.start.year, text=words.term("model.texts", texts[vote.vote])
                    ),
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


@dataclass(frozen=True, kw_only=True)
class Guesses:
    """What a visitor who guesses first is at.

    Attributes
    ----------
    on
        Whether the visitor guesses first.
    shown
        The setup that was shown when the guess was asked for.
    waiting
        The changed setup that waits for a guess; None without one.
    told
        The changed setup that was shown after a guess; None without one.
    """

    on: bool = False
    shown: Setup | None = None
    waiting: Setup | None = None
    told: Setup | None = None

    def asking(self, setup: Setup, changed: Setup) -> Guesses:
        """Return the state in which a change waits for a guess; none waits that makes no difference."""
        return Guesses(on=self.on, shown=setup, waiting=None if _same(changed, setup) else changed)

    def waiting_in(self, setup: Setup) -> Setup | None:
        """Return the setup that waits, if this one is still shown. Another scenario or seed ends the waiting."""
        return self.waiting if self.shown is not None and _same(self.shown, setup) else None

    def told_in(self, setup: Setup) -> tuple[Setup, Setup] | None:
        """Return the setups before and after the guess, if this one is the second."""
        if self.shown is None or self.told is None or not _same(self.told, setup):
            return None
        return self.shown, self.told


def _same(first: Setup, second: Setup) -> bool:
    return first.following("") == second.following("")


def changes_of(setup: Setup, changed: Setup, words: Phrases) -> list[str]:
    """Return what a changed setup changes, as sentences: what-ifs as questions, other values from and to."""

    def named(patch: str) -> str:
        question = f"whatifs.{patch}.question"
        return words.say(question) if words.has(question) else f"{patch_label(patch, words)}."

    found = [named(patch) for patch in changed.patches if patch not in setup.patches]
    found += [words.say("guess.without", what=named(patch)) for patch in setup.patches if patch not in changed.patches]
    before, after = (dict(text.split("=", 1) for text in one.settings) for one in (setup, changed))
    for path in dict.fromkeys([*before, *after]):
        values = [held.get(path, words.say("guess.scenario")) for held in (before, after)]
        if values[0] != values[1]:
            own = path.partition(".")[2]
            name = words.term("parameters.names", own, own.replace("_", " "))
            found.append(words.say("guess.value", name=name, before=values[0], after=values[1]))
    return found
