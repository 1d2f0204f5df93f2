"""Recorded votes: CSV files of states and answers; errors name the line."""

from __future__ import annotations

import csv
from collections.abc import Collection
from pathlib import Path

import pandas as pd

from comity.errors import InputError, nearest, note, remedy
from comity.rules.vote import ANSWERS
from comity.scenario.schema import Scenario

__all__ = ["read_roll_call", "vote_of"]


def read_roll_call(file: str | Path, states: Collection[str], vote: str = "") -> pd.Series:
    """Return the answers in a roll call by state, each one of yes, abstain, no, absent.

    Parameters
    ----------
    file
        CSV with columns ``iso3`` (id of a state in the scenario) and ``vote``; a notice names all other columns.
    states
        Ids of the states that could vote.
    vote
        Name of the vote, for errors.

    Raises
    ------
    InputError
        For a file that cannot be read, a missing column, an unknown state or answer, or a state that is there twice.
    """
    path = Path(file)
    rows = _rows(path)
    answers: dict[str, str] = {}
    for line, state, answer in rows:
        where = f"{path.name}: line {line}"
        if state not in states:
            could = f"could vote in {vote}" if vote else "could vote"
            raise InputError(f"{where}: iso3 must be a state that {could}, got {state!r}. {nearest(state, states)}")
        if state in answers:
            raise InputError(f"{where}: iso3 must occur only once, got {state!r} again. Remove one of the lines.")
        if answer not in ANSWERS:
            raise InputError(f"{where}: vote must be one of {', '.join(ANSWERS)}, got {answer!r}. Correct it.")
        answers[state] = answer
    if not answers:
        raise InputError(f"{path.name}: must have at least one state, got none. Add lines such as FRA,yes.")
    return pd.Series(answers, name="vote", dtype=str).rename_axis("iso3")


def _rows(path: Path) -> list[tuple[int, str, str]]:
    """Return line number, state and answer of every line that is not blank."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            head = next(reader, [])
            lines = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {remedy(error)} Check the path.") from None
    except (csv.Error, UnicodeDecodeError) as error:
        raise InputError(f"{path.name}: must be a CSV table in UTF-8, got: {error}. Correct it.") from None
    if not head:
        raise InputError(f"{path.name}: must be a CSV table in UTF-8, got nothing. Write the columns iso3 and vote.")
    if len(head) == 1 and ";" in head[0]:
        raise InputError(
            f"{path.name}: must be a CSV table with commas between its columns, got semicolons. Save it with commas."
        )
    for column in ("iso3", "vote"):
        if head.count(column) != 1:
            there = "is missing" if column not in head else "is there twice"
            raise InputError(
                f"{path.name}: must have the columns iso3 and vote, {column} {there}. {nearest(column, head)}"
            )
    for number, row in lines:
        if len(row) != len(head):
            raise InputError(
                f"{path.name}: line {number}: must have {len(head)} cells, as the first line has, got {len(row)}. "
                "Correct it."
            )
    unused = [repr(name) for name in head if name not in ("iso3", "vote")]
    if unused:
        note(f"{path.name}: not used: {'column' if len(unused) == 1 else 'columns'} {', '.join(unused)}")
    return [(number, row[head.index("iso3")], row[head.index("vote")]) for number, row in lines]


def vote_of(scenario: Scenario, file: str | Path, name: str | None = None) -> str:
    """Return the id of the vote that a roll call records: the one named, that of the file's name, or the only one."""
    known = [vote.id for meeting in scenario.meetings for vote in meeting.votes]
    if name is not None:
        if name not in known:
            raise InputError(f"--vote must be a vote of the scenario, got {name!r}. {nearest(name, known)}")
        return name
    if Path(file).stem in known:
        return Path(file).stem
    if len(known) == 1:
        return known[0]
    raise InputError(
        f"{Path(file).name}: must be named after a vote of the scenario, or --vote must say which it is, "
        f"got {Path(file).stem!r}. {nearest(Path(file).stem, known)}"
    )
