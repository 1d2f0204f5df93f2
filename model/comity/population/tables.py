"""Reading actors from tables, or from the scenario's own list, with errors that name file, row and column."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

import pandas as pd

from comity.errors import InputError
from comity.population.columns import OF_MIGRATION, Columns
from comity.population.pairs import no_pairs, pairs_from_list, read_pairs
from comity.population.table_files import first_line, numbers, read_table, refuse_cell
from comity.scenario.own_tables import check_tables, is_shipped
from comity.scenario.people import ABSENT, NON_YES
from comity.scenario.schema import ListedActor, PopulationSource

__all__ = ["read_population"]

_REACH = ("members",)
"""How far an organisation reaches; one without this column reaches every state."""
_TEXTS = ("id", "name", "kind", "role", "stance", "active_from", "active_to")
_REQUIRED = {
    "states": ("id", "name", "role", "developed", "income", "capacity", "sovereignty", "cooperation", "active_from"),
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
_WORDS = ("region", "imputed", "un_system", "written_out")
_NAMED = {"source", "states", "regimes", "organisations", "networks", "pairs", "checksums"}
"""Settings of a population that say which tables are read."""
_ID = re.compile(r"[A-Za-z][A-Za-z0-9_\-]{0,39}")
_REGIME = ("civil_society_climate", "electoral_competition")
_OPTIONAL = {
    "states": (*_REGIME, "emigrant_share", "region", "imputed", "kind", "active_to", "non_yes_share", "absent_share"),
    "organisations": ("un_system", *_REACH, "imputed"),
    "networks": (),
}
"""Columns that a table must have, those of the subject beside, and may have; ``mandate_ISSUE``, the competence to speak
on an issue, in each."""
_CODES = {
    "states": {"kind": {"state"}},
    "organisations": {"kind": {"io"}},
    "networks": {"kind": {"cso", "business", "mayors", "youth"}, "stance": {"inside", "bridge", "outside"}},
}


def read_population(
    settings: PopulationSource, issues: list[str], notices: list[str] | None = None, columns: Columns = OF_MIGRATION
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the actors, one row each, and the pairs of states, from the tables and the list of a scenario.

    ``notices`` gets a sentence for what the tables say and is not used. ``columns`` are those of the subject.
    """
    notices = [] if notices is None else notices
    frames = []
    pairs = no_pairs()
    if settings.source == "tables":
        check_tables(settings)
        named = settings.model_dump_json(include=_NAMED)
        tables, pairs, said = _from_tables(named, tuple(issues), columns)
        frames.extend(tables)
        notices.extend(said)
    if settings.actors:
        frames.append(_from_list(settings.actors, issues, columns))
        listed = pairs_from_list(settings.actors)
        pairs = pd.concat([item for item in (pairs, listed) if len(item)] or [pairs], ignore_index=True)
    actors = pd.concat([frame for frame in frames if len(frame)] or frames, ignore_index=True)
    actors["written_out"] = actors["written_out"].eq(True) if "written_out" in actors else False
    for name in _REACH:
        reaches = actors[name] if name in actors else pd.Series(float("nan"), actors.index)
        actors[name] = reaches.where(actors["kind"] == "io", 0.0).fillna(1.0)
    for name in (*columns.shares, *columns.flags, *(f"mandate_{issue}" for issue in issues)):
        if name not in actors:
            actors[name] = 0.0
    # Attributes that a kind of actor does not have (a state's service, a network's income) are zero here.
    numeric = [name for name in actors.columns if name not in _TEXTS and name not in _WORDS]
    actors[numeric] = actors[numeric].apply(pd.to_numeric, errors="coerce").fillna(0.0)
    for name in _TEXTS:
        actors[name] = actors[name].fillna("") if name in actors else ""
    return actors, pairs


@lru_cache(maxsize=2)
def _from_tables(
    named: str, issues: tuple[str, ...], columns: Columns
) -> tuple[list[pd.DataFrame], pd.DataFrame, list[str]]:
    """Return actors by kind, pairs of states and notices from the tables that the settings, as JSON, name.

    Most scenarios of a study name the same tables, and reading them takes longer than many runs. Tables of one's own
    are known by their checksums, shipped ones by the version of comity. Callers do not write to what they get.
    """
    settings, notices = PopulationSource.model_validate_json(named), list[str]()
    frames = [
        _read_actors(path, table, list(issues), notices, columns)
        for table in ("states", "organisations", "networks")
        if (path := getattr(settings, table)) or table == "states"
    ]
    frames[0] = _with_regimes(frames[0], settings, notices)
    pairs = read_pairs(settings.pairs, frames[0], settings, notices) if settings.pairs else no_pairs()
    return frames, pairs, notices


def _read_actors(path: str, table: str, issues: list[str], notices: list[str], columns: Columns) -> pd.DataFrame:
    """Return the actors of a table in the order of their ids, so that the order of its lines does not matter."""
    by_issue = tuple(f"{name}_{issue}" for issue in issues for name in ("position", "salience"))
    mandates = tuple(f"mandate_{issue}" for issue in issues)
    of_states = columns.needed if table == "states" else ()
    required = (*_REQUIRED[table], *of_states, *by_issue, *(mandates if table == "organisations" else ()))
    spare = columns.flags if table == "states" else ()
    frame = read_table(path, required, (*_OPTIONAL[table], *mandates, *spare), notices)
    _check_names(frame, path)
    if table == "states":
        frame["kind"], frame["stance"] = frame.get("kind", "state"), ""
        frame["active_to"] = frame.get("active_to", "")
    else:
        frame["role"] = ""
        if table == "organisations":
            frame["stance"] = ""
    for name in (*columns.shares, *columns.flags, *_REACH, "emigrant_share", *by_issue, *mandates):
        if name in frame:
            if name in columns.flags:
                is_flag = frame[name].isin(["0", "1", "0.0", "1.0"])
                refuse_cell(path, frame, ~is_flag, name, "0 or 1", "Write 1 for yes and 0 for no.")
            frame[name] = numbers(path, frame, name)
    if table == "states":
        for name, mean in (("non_yes_share", NON_YES), ("absent_share", ABSENT)):
            frame[name] = frame.get(name, mean)
    roles = {"role": set(columns.roles)} if table == "states" else {}
    for name, known in (roles | _CODES[table]).items():
        refuse_cell(path, frame, ~frame[name].isin(known), name, f"one of {sorted(known)}")
    _with_exact_saliences(frame, path, issues, notices)
    _check_dates(frame, path)
    return frame.sort_values("id", kind="stable")


def _check_names(frame: pd.DataFrame, path: str) -> None:
    """Raise InputError where an id cannot be one, or is there twice, or a name is missing."""
    is_id = frame["id"].map(lambda text: bool(_ID.fullmatch(text))).astype(bool)
    what = "letters, digits, _ and -, a letter first, 40 at most"
    refuse_cell(path, frame, ~is_id, "id", what, "Correct the cell.")
    doubled = frame["id"].duplicated()
    if doubled.any():
        line = first_line(doubled)
        raise InputError(
            f"{path}: line {line}: actor ids must be unique, got {frame.loc[line, 'id']!r} twice. Remove one of them."
        )
    refuse_cell(path, frame, frame["name"] == "", "name", "a name", "Fill the cell.")


def _with_exact_saliences(frame: pd.DataFrame, path: str, issues: list[str], notices: list[str]) -> None:
    """Divide the saliences of each actor by their sum, which must be 1 but for rounding."""
    total = frame[[f"salience_{issue}" for issue in issues]].sum(axis=1)
    off = (total - 1).abs()
    if (off > 1e-3).any():
        line = first_line(off > 1e-3)
        raise InputError(
            f"{path}: line {line}: saliences must sum to 1, got {total.loc[line]:.4f}. Correct the row; the issues "
            f"are {', '.join(issues)}."
        )
    rounded = off > 1e-9
    if rounded.any():
        notices.append(
            f"{path}: the saliences of {int(rounded.sum())} of {len(frame)} actors do not sum to 1 exactly, first in "
            f"line {first_line(rounded)}: {total.loc[first_line(rounded)]:.6g}. The model divides them by their sum."
        )
    for issue in issues:
        frame[f"salience_{issue}"] /= total


def _with_regimes(states: pd.DataFrame, settings: PopulationSource, notices: list[str]) -> pd.DataFrame:
    """Return the states with their regime columns, from their own table, from that of regimes, or from both alike."""
    own = [name for name in _REGIME if name in states]
    if not settings.regimes:
        for name in _REGIME:
            if name not in own:
                raise InputError(
                    f"{settings.states}: column {name!r} is missing. Add it, or name a table of regimes in "
                    "population.regimes."
                )
        return states
    path = settings.regimes
    regimes = read_table(path, ("id", *_REGIME), ("name", "imputed"), notices)
    for name in _REGIME:
        regimes[name] = numbers(path, regimes, name)
    counts = regimes["id"].value_counts()
    for state in states["id"]:
        if (count := int(counts.get(state, 0))) > 1 or (count == 0 and len(own) < len(_REGIME)):
            what = "Add or remove lines."
            if is_shipped(path):
                what = (
                    f"Add the columns {' and '.join(_REGIME)} to {settings.states}, or name a table of regimes of your "
                    "own in population.regimes."
                )
            raise InputError(f"{path}: every state must have one line, {state!r} has {count}. {what}")
    refuse_cell(path, regimes, regimes["id"] == "", "id", "the id of a state", "Fill the cell, or remove the line.")
    strangers = [state for state in regimes["id"] if state not in set(states["id"])]
    if strangers and not is_shipped(path):
        notices.append(
            f"{path}: lines of states that are not in {settings.states} are not used: {', '.join(strangers[:20])}."
        )
    found = regimes.drop_duplicates("id").set_index("id").reindex(states["id"])
    for name in _REGIME:
        there = pd.Series(found[name].to_numpy(float), index=states.index)
        if name in own:
            differs = (there - states[name]).abs() > 1e-9  # a spreadsheet may change the last digit
            if differs.any():
                line = first_line(differs)
                raise InputError(
                    f"{settings.states}: line {line}, column {name!r} must be {float(there.loc[line])!r} as in "
                    f"{path}, got {float(states[name].loc[line])!r}. Remove one of the columns, or write "
                    'regimes = "" in [population].'
                )
        else:
            states[name] = there
    return states


def _check_dates(frame: pd.DataFrame, path: str) -> None:
    for name in ("active_from", "active_to"):
        wrong = (frame[name] != "") & ~frame[name].map(_is_date).astype(bool)
        refuse_cell(path, frame, wrong, name, "a date YYYY-MM-DD or empty", "Write year, month and day: 2007-07-09.")
    backward = (frame["active_to"] != "") & (frame["active_to"] < frame["active_from"])
    refuse_cell(path, frame, backward, "active_to", "empty or not before active_from", "Correct a date.")


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text  # later Pythons also read 20060628
    except ValueError:
        return False


def _from_list(actors: tuple[ListedActor, ...], issues: list[str], columns: Columns) -> pd.DataFrame:
    rows = []
    for actor in actors:
        row: dict[str, object] = {name: _share(actor, name) for name in (*columns.shares, *_REACH)}
        row |= {
            "written_out": True,
            "id": actor.id,
            "name": actor.name,
            "kind": actor.kind,
            "role": actor.role or "",
            "stance": actor.stance or "",
            "developed": int(actor.developed),
            **{column: int(_is_member(actor, name)) for name, column in columns.memberships},
            "active_from": actor.active_from.isoformat(),
            "active_to": actor.active_to.isoformat() if actor.active_to else "",
        }
        for issue in issues:
            row[f"position_{issue}"] = actor.position[issue]
            row[f"salience_{issue}"] = actor.salience[issue]
            row[f"mandate_{issue}"] = actor.mandate.get(issue, 0.0)
        rows.append(row)
    return pd.DataFrame(rows)


def _share(actor: ListedActor, name: str) -> float:
    """Return a share of a listed actor; what its subject declares is 0 for actors that are no states."""
    return float(getattr(actor, name, actor.attributes.get(name, 0.0)))


def _is_member(actor: ListedActor, name: str) -> bool:
    """Return whether a listed actor is in the treaty or agency of that id."""
    of_migration = {"crmw": actor.crmw_party, "iom": actor.iom_member}
    return name in actor.member_of or of_migration.get(name, False)
