"""Measures of recorded votes: how many answered what, and whether those that said yes are those expected to."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from comity.facts.measure import ANY, Found, measured
from comity.facts.reading import Period
from comity.forum.trace import VoteTrace
from comity.record import Record
from comity.rules.vote import ANSWERS
from comity.scenario.locate import scenario_folder

__all__ = ["recorded_answers"]


def _held(record: Record, years: Period) -> Iterator[VoteTrace]:
    for meeting in record.trace.meetings:
        if years[0] <= meeting.start.year <= years[1]:
            yield from meeting.votes


@measured("count", ANY)
def vote_answers(record: Record, years: Period, other: Record) -> Found:
    """States that answered a vote in some way, by VOTE_ANSWER, such as IMD2012_yes."""
    return {
        f"{vote.vote}_{answer}": float((vote.answers == code).sum())
        for vote in _held(record, years)
        for code, answer in enumerate(ANSWERS)
    }


@measured("share", ANY)
def vote_ranking(record: Record, years: Period, other: Record) -> Found:
    """Chance that a state recorded with yes has a higher probability of yes, among those present, than one recorded
    with another answer, ties counted half (AUC), by vote; absent states left out."""
    found = {}
    for vote in _held(record, years):
        recorded = recorded_answers(vote.vote)
        answers = np.array([recorded.get(record.population.ids[row], "absent") for row in vote.rows])
        voted = answers != "absent"
        absent = vote.probabilities[:, ANSWERS.index("absent")]
        chance = vote.probabilities[:, ANSWERS.index("yes")] / np.maximum(1.0 - absent, 1e-12)
        yes, rest = chance[voted & (answers == "yes")], chance[voted & (answers != "yes")]
        if len(yes) and len(rest):
            found[vote.vote] = float((yes[:, None] > rest).mean() + 0.5 * (yes[:, None] == rest).mean())
    return found


@lru_cache(maxsize=32)
def recorded_answers(vote: str) -> dict[str, str]:
    """Return the recorded answers to a vote by state; empty where none is shipped."""
    file = scenario_folder() / "data" / "votes" / f"{vote}.csv"
    if not file.is_file():
        return {}
    with file.open(encoding="utf-8", newline="") as opened:
        return {row["iso3"]: row["vote"] for row in csv.DictReader(opened)}
