"""The pairs of states: from a table, with errors that name file, line and column, or from the scenario's own list."""

from __future__ import annotations

from itertools import combinations, pairwise

import pandas as pd

from comity.errors import InputError, nearest
from comity.population.table_files import first_line, numbers, read_table
from comity.scenario.own_tables import is_shipped
from comity.scenario.people import STAKES_OFF
from comity.scenario.schema import ListedActor, PopulationSource

__all__ = ["no_pairs", "pairs_from_list", "read_pairs"]

_COLUMNS = ("a", "b", "shared_blocs", "vote_agreement", "stake_ab", "stake_ba")


def no_pairs() -> pd.DataFrame:
    """Return the table of pairs without rows."""
    return pd.DataFrame(columns=list(_COLUMNS)).astype({name: float for name in _COLUMNS[2:]})


def read_pairs(path: str, table: pd.DataFrame, settings: PopulationSource, notices: list[str]) -> pd.DataFrame:
    """Return the pairs, each once, with the first of both ids as ``a``, in the order of their ids.

    A pair is the same in either order, as (a, b) or as (b, a) with its stakes exchanged. The luck of the corridor goes
    by the order of both sides, so there is one.
    """
    states = sorted(table["id"])
    frame = read_table(path, _COLUMNS, ("imputed",), notices)
    for name in ("a", "b"):
        wrong = ~frame[name].isin(states)
        if wrong.any():
            line = first_line(wrong)
            code = str(frame.loc[line, name])
            what = nearest(code, states)
            if is_shipped(path):
                what = (
                    f"{settings.states} has no such state: name a table of pairs of your own in population.pairs, or "
                    f'keep the line of {code} and leave it out by [remove] actors = ["{code}"].'
                )
            raise InputError(f"{path}: line {line}, column {name!r}: unknown country code {code!r}. {what}")
    for name in _COLUMNS[2:]:
        frame[name] = numbers(path, frame, name)
    alone = frame["a"] == frame["b"]
    if alone.any():
        line = first_line(alone)
        raise InputError(
            f"{path}: line {line}: a pair must be of two states, got {frame.loc[line, 'a']!r} twice. Remove the line."
        )
    pairs = frame[list(_COLUMNS)]
    turned = pairs["a"] > pairs["b"]
    if turned.any():
        exchanged = pairs.rename(columns={"a": "b", "b": "a", "stake_ab": "stake_ba", "stake_ba": "stake_ab"})
        pairs = pairs.where(~turned, exchanged[list(_COLUMNS)])
    ends = [*zip(pairs["a"], pairs["b"], strict=True)]
    if not all(before < after for before, after in pairwise(ends)):
        pairs = _in_order(pairs, frame, path)
    _check_stakes(pairs, path)
    _note_missing(pairs, states, path, notices)
    return pairs.reset_index(drop=True)


def _check_stakes(pairs: pd.DataFrame, path: str) -> None:
    """Raise InputError where the stakes of a state, which are shares of all its migrants, sum to more than 1."""
    stakes = pd.concat([pairs.groupby("a")["stake_ab"].sum(), pairs.groupby("b")["stake_ba"].sum()])
    total = stakes.groupby(level=0).sum()
    over = total[total > 1 + STAKES_OFF]
    if len(over):
        raise InputError(
            f"{path}: the stakes of {over.index[0]!r} in all others must sum to 1 at most, got {over.iloc[0]:.4f}: "
            "each is a share of all its migrants, in and out. Divide them by the sum over all partners."
        )


def _note_missing(pairs: pd.DataFrame, states: list[str], path: str, notices: list[str]) -> None:
    """Give a notice where pairs of states have no line."""
    n_missing = len(states) * (len(states) - 1) // 2 - len(pairs)
    if n_missing:
        there = set(zip(pairs["a"], pairs["b"], strict=True))
        a, b = next(pair for pair in combinations(states, 2) if pair not in there)
        what = f"{n_missing} pairs of states have no line, first" if n_missing > 1 else "no line is of the pair"
        notices.append(f"{path}: {what} {a} and {b}: the model gives no shared bloc, a vote agreement of 1/2, no stake")


def _in_order(pairs: pd.DataFrame, frame: pd.DataFrame, path: str) -> pd.DataFrame:
    """Return the pairs in the order of their ids, or raise InputError where one is there twice and differs."""
    pairs = pairs.drop_duplicates()
    doubled = pairs.duplicated(["a", "b"])
    if doubled.any():
        line = first_line(doubled)
        a, b = (str(frame.loc[line, end]) for end in "ab")
        raise InputError(
            f"{path}: line {line}: the pair {a!r}, {b!r} is there twice. Remove one of the lines: their values differ."
        )
    return pairs.sort_values(["a", "b"], kind="stable", ignore_index=True)


def pairs_from_list(actors: tuple[ListedActor, ...]) -> pd.DataFrame:
    """Return the pairs of listed actors of which one has a stake in the other."""
    stakes = {(actor.id, partner): share for actor in actors for partner, share in actor.stake.items()}
    pairs = sorted({tuple(sorted(pair)) for pair in stakes})
    return pd.DataFrame(
        [
            {
                "a": a,
                "b": b,
                "shared_blocs": 0.0,
                "vote_agreement": 0.5,
                "stake_ab": stakes.get((a, b), 0.0),
                "stake_ba": stakes.get((b, a), 0.0),
            }
            for a, b in pairs
        ],
        columns=list(_COLUMNS),
    )
