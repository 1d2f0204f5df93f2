"""Reading actors from tables, or from the scenario's own list, with errors that name file, row and column."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from comity.errors import InputError, nearest
from comity.scenario.own_tables import check_tables, find_table
from comity.scenario.schema import Actor, Population

__all__ = ["read_population"]

_SHARES = (
    "destination_scale",
    "income",
    "capacity",
    "sovereignty",
    "cooperation",
    "civil_society_climate",
    "electoral_competition",
    "immigrant_share",
    "normative_mandate",
    "service",
)
_FLAGS = ("developed", "crmw_party_2006", "iom_member_2006")
_TEXTS = ("id", "name", "kind", "role", "stance", "active_from", "active_to")
_REQUIRED = {
    "states": (
        "id",
        "name",
        "role",
        "destination_scale",
        "developed",
        "income",
        "capacity",
        "sovereignty",
        "cooperation",
        "immigrant_share",
        "crmw_party_2006",
        "iom_member_2006",
        "active_from",
    ),
    "organisations": (
        "id",
        "name",
        "kind",
        "normative_mandate",
        "service",
        "capacity",
        "cooperation",
        "sovereignty",
        "active_from",
        "active_to",
    ),
    "networks": (
        "id",
        "name",
        "kind",
        "stance",
        "normative_mandate",
        "capacity",
        "cooperation",
        "sovereignty",
        "active_from",
        "active_to",
    ),
}
_REGIME = ("civil_society_climate", "electoral_competition")
_PAIRS = ("a", "b", "shared_blocs", "vote_agreement", "stake_ab", "stake_ba")
_CODES = {
    "states": {"role": {"origin", "destination", "both"}},
    "organisations": {"kind": {"io"}},
    "networks": {"kind": {"cso", "business", "mayors", "youth"}, "stance": {"inside", "bridge", "outside"}},
}


def read_population(settings: Population, issues: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the actors, one row each, and the pairs of states, from the tables and the list of a scenario."""
    frames = []
    pairs = pd.DataFrame(columns=list(_PAIRS)).astype({name: float for name in _PAIRS[2:]})
    if settings.source == "tables":
        check_tables(settings)
        for table in ("states", "organisations", "networks"):
            frames.append(_read_actors(getattr(settings, table), table, issues))
        frames[0] = _with_regimes(frames[0], settings)
        pairs = _read_pairs(settings.pairs, set(frames[0]["id"]))
    if settings.actors:
        frames.append(_from_list(settings.actors, issues))
        pairs = pd.concat([pairs, _pairs_from_list(settings.actors)], ignore_index=True)
    actors = pd.concat(frames, ignore_index=True)
    for name in (*_SHARES, *_FLAGS, *(f"mandate_{issue}" for issue in issues)):
        if name not in actors:
            actors[name] = 0.0
    # Attributes that a kind of actor does not have (a state's service, a network's income) are zero here.
    numeric = [name for name in actors.columns if name not in _TEXTS and name not in ("region", "imputed", "un_system")]
    actors[numeric] = actors[numeric].apply(pd.to_numeric, errors="coerce").fillna(0.0)
    for name in _TEXTS:
        actors[name] = actors[name].fillna("") if name in actors else ""
    return actors, pairs


def _read(path: str, required: tuple[str, ...]) -> pd.DataFrame:
    file = find_table(path)
    try:
        frame = pd.read_csv(file, dtype=str, keep_default_na=False, encoding="utf-8")
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError, EOFError) as error:
        raise InputError(f"{path}: must be a CSV table in UTF-8, got: {error}. Repair the file.") from None
    for name in required:
        if name not in frame:
            raise InputError(f"{path}: column {name!r} is missing. {nearest(name, frame.columns)}")
    return frame


def _numbers(frame: pd.DataFrame, names: tuple[str, ...], path: str, low: float = 0.0, high: float = 1.0) -> None:
    for name in names:
        values = pd.to_numeric(frame[name], errors="coerce")
        wrong = values.isna() | (values < low) | (values > high)
        if wrong.any():
            row = int(wrong.to_numpy().argmax())
            raise InputError(
                f"{path}: line {row + 2}, column {name!r} must be a number in [{low:g}, {high:g}], "
                f"got {frame[name].iloc[row]!r}. Correct the cell."
            )
        frame[name] = values


def _read_actors(path: str, table: str, issues: list[str]) -> pd.DataFrame:
    by_issue = tuple(f"{name}_{issue}" for issue in issues for name in ("position", "salience"))
    required = (*_REQUIRED[table], *by_issue)
    frame = _read(path, required)
    if table == "states":
        frame["kind"], frame["stance"], frame["active_to"] = "state", "", ""
    else:
        frame["role"] = ""
        if table == "organisations":
            frame["stance"] = ""
            by_issue += tuple(f"mandate_{issue}" for issue in issues)
            _read(path, by_issue)
    _numbers(frame, tuple(n for n in (*_SHARES, *_FLAGS) if n in required) + by_issue, path)
    for name, known in _CODES[table].items():
        wrong = ~frame[name].isin(known)
        if wrong.any():
            row = int(wrong.to_numpy().argmax())
            raise InputError(
                f"{path}: line {row + 2}, column {name!r} must be one of {sorted(known)}, "
                f"got {frame[name].iloc[row]!r}. Correct the cell."
            )
    total = frame[[f"salience_{issue}" for issue in issues]].sum(axis=1)
    wrong = (total - 1).abs() > 1e-3
    if wrong.any():
        row = int(wrong.to_numpy().argmax())
        raise InputError(
            f"{path}: line {row + 2}: saliences must sum to 1, got {total.iloc[row]:.4f}. Correct the row; the issues "
            f"are {', '.join(issues)}."
        )
    for issue in issues:
        frame[f"salience_{issue}"] /= total
    _dates(frame, path)
    return frame


def _with_regimes(states: pd.DataFrame, settings: Population) -> pd.DataFrame:
    """Return the states with their regime columns, which must be there for each of them."""
    regimes = _read(settings.regimes, ("id", *_REGIME))
    _numbers(regimes, _REGIME, settings.regimes)
    for state in states["id"]:
        if (count := int((regimes["id"] == state).sum())) != 1:
            raise InputError(
                f"{settings.regimes}: every state must have one line, {state!r} has {count}. Add or remove lines."
            )
    return states.merge(regimes[["id", *_REGIME]], on="id", how="left", sort=False)


def _dates(frame: pd.DataFrame, path: str) -> None:
    for name in ("active_from", "active_to"):
        given = frame[name] != ""
        wrong = given & ~frame[name].map(_is_date)
        if wrong.any():
            row = int(wrong.to_numpy().argmax())
            raise InputError(
                f"{path}: line {row + 2}, column {name!r} must be a date YYYY-MM-DD or empty, "
                f"got {frame[name].iloc[row]!r}. Correct the cell."
            )


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text  # later Pythons also read 20060628
    except ValueError:
        return False


def _read_pairs(path: str, states: set[str]) -> pd.DataFrame:
    frame = _read(path, _PAIRS)
    for name in ("a", "b"):
        wrong = ~frame[name].isin(states)
        if wrong.any():
            row = int(wrong.to_numpy().argmax())
            code = frame[name].iloc[row]
            raise InputError(
                f"{path}: line {row + 2}, column {name!r}: unknown country code {code!r}. {nearest(code, states)}"
            )
    _numbers(frame, _PAIRS[2:], path)
    alone = (frame["a"] == frame["b"]).to_numpy()
    if alone.any():
        row = int(alone.argmax())
        state = frame["a"].iloc[row]
        raise InputError(f"{path}: line {row + 2}: a pair must be of two states, got {state!r} twice. Remove the line.")
    # Either order: (a, b) and (b, a) are one pair, which would count twice.
    ends = frame[["a", "b"]].to_numpy(str)
    doubled = pd.DataFrame(np.sort(ends, axis=1)).duplicated().to_numpy()
    if doubled.any():
        row = int(doubled.argmax())
        a, b = ends[row]
        raise InputError(
            f"{path}: line {row + 2}: the pair {str(a)!r}, {str(b)!r} is there twice. Remove one of the lines."
        )
    return frame[list(_PAIRS)]


def _from_list(actors: tuple[Actor, ...], issues: list[str]) -> pd.DataFrame:
    rows = []
    for actor in actors:
        row = {name: getattr(actor, name) for name in _SHARES}
        row |= {
            "id": actor.id,
            "name": actor.name,
            "kind": actor.kind,
            "role": actor.role or "",
            "stance": actor.stance or "",
            "developed": int(actor.developed),
            "crmw_party_2006": int(actor.crmw_party),
            "iom_member_2006": int(actor.iom_member),
            "active_from": actor.active_from.isoformat(),
            "active_to": actor.active_to.isoformat() if actor.active_to else "",
        }
        for issue in issues:
            row[f"position_{issue}"] = actor.position[issue]
            row[f"salience_{issue}"] = actor.salience[issue]
            row[f"mandate_{issue}"] = actor.mandate.get(issue, 0.0)
        rows.append(row)
    return pd.DataFrame(rows)


def _pairs_from_list(actors: tuple[Actor, ...]) -> pd.DataFrame:
    stakes = {(actor.id, partner): share for actor in actors for partner, share in actor.stake.items()}
    ids = {actor.id for actor in actors}
    for _, partner in stakes:
        if partner not in ids:
            raise InputError(
                f"population.actors: stake names {partner!r}, which is not an actor. {nearest(partner, ids)}"
            )
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
        columns=list(_PAIRS),
    )
