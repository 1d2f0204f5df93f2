"""Explain: why cooperation, trust, sovereignty, positions or the domestic anchor of an actor changed, in sentences."""

from __future__ import annotations

import difflib
from collections.abc import Hashable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from comity.errors import InputError, nearest
from comity.phases import Moment
from comity.scenario.subject import MIGRATION, Subject
from comity.words.explanation import (
    BETWEEN,
    BUILT_IN,
    PHRASES,
    QUANTITIES,
    Explanation,
    enumerate_words,
    partners,
    quantity,
    sentences,
    who,
)

if TYPE_CHECKING:
    from comity.record import Record

__all__ = ["QUANTITIES", "Explanation", "explain", "find_actor", "quantity"]

_BY_ISSUE = {"position": "by_", "anchor": "anchor_by_"}
"""What has one value for each issue, and how the columns of its parts begin in the table of positions."""


def explain(
    record: Record | Mapping[str, pd.DataFrame],
    actor: str,
    what: str = "cooperation",
    until: int | str | None = None,
    called: Mapping[str, str] | None = None,
) -> Explanation:
    """Explain why a quantity of one actor changed since the start of a run.

    Parameters
    ----------
    record
        A record kept with ``"all"`` or ``"trust"``, also one that was read from disk, or its tables by name, which are
        told in the words of migration.
    actor
        Id or name of the actor.
    what
        ``"cooperation"``, ``"trust"``, ``"sovereignty"``, ``"position"`` or ``"anchor"``.
    until
        Last year, or id of the last meeting, to be explained; None: to the last meeting.
    called
        Names of issues by id, for the sentences; None: their ids, which is all that tables hold.

    Raises
    ------
    InputError
        Where the actor, the quantity or the meeting is not there, or the record does not have the detail.
    """
    if what not in QUANTITIES:
        raise InputError(f"what must be one of {', '.join(QUANTITIES)}, got {what!r}. {nearest(what, QUANTITIES)}")
    tables, subject = _tables(record), _subject_of(record)
    actor = find_actor(tables["actors_by_id"], actor)
    person = tables["actors_by_id"].set_index("id").loc[[actor]].to_dict("records")[0]
    history = tables["actors"][tables["actors"]["actor"] == actor].reset_index(drop=True)
    history = _cut(history, until)
    meetings = list(history["meeting"])
    values, parts = _movement(tables, history, actor, what, person)
    own = {} if isinstance(record, Mapping) else {item.name: item for item in record.scenario.mechanisms}
    between = {name for name, item in own.items() if Moment[item.moment] < Moment.ARENA} | (BETWEEN & BUILT_IN[what])
    shown = _parts(parts, what, {name: f"the mechanism {name} ({item.file_name})" for name, item in own.items()})
    named = {"before_it": between, "in_it": (BUILT_IN[what] | set(own)) - between}
    if outside := set(map(str, parts)) - named["before_it"] - named["in_it"]:
        named["from_outside"] = outside
    titles = dict(zip(tables["meetings"]["meeting"], tables["meetings"]["name"], strict=True))
    by_meeting = pd.DataFrame(
        {
            "meeting": meetings, "name": [titles.get(name, "") for name in meetings],
            "date": history["date"], "present": history["present"].astype(bool),
            **{when: parts[[name for name in parts if name in some]].sum(axis=1) for when, some in named.items()},
            "after": values,
        }
    ).iloc[1:].reset_index(drop=True)  # fmt: skip
    details = pd.DataFrame()
    if what == "trust":
        details = _details(tables["trust_by_group"], "trust", "partner", actor, meetings)
    elif what in _BY_ISSUE:
        details = _details(tables["positions"], what, "issue", actor, meetings)
    until_date = history["date"].iloc[-1]
    found = Explanation(
        actor=actor,
        name=str(person["name"]),
        who=who(subject)[str(person["role"]) if person["kind"] == "state" else str(person["kind"])],
        what=what,
        since=f"the start on {_day(history['date'].iloc[0])}",
        until=f"the close of “{titles[meetings[-1]]}” ({_month(until_date)})",
        before=float(values.iloc[0]),
        after=float(values.iloc[-1]),
        parts=shown,
        meetings=by_meeting,
        details=details,
        called=partners(subject) if what == "trust" else {issue: f"“{name}”" for issue, name in (called or {}).items()},
        topic=subject.topic,
    )
    told = (*sentences(found), _deeds(tables, history, actor, str(person["kind"])), *_chosen(tables, history, actor))
    return replace(found, sentences=told)


def find_actor(actors: pd.DataFrame, text: str) -> str:
    """Return the id of the actor of that id or name; case does not matter, and the beginning of one name will do.

    Raises
    ------
    InputError
        Where nobody, or more than one, answers to it; the message names the nearest.
    """
    wanted = text.strip().casefold()
    for column in ("id", "name"):
        found = actors["id"][actors[column].str.casefold() == wanted]
        if len(found):
            return str(found.iloc[0])
    begins = actors[actors["name"].str.casefold().str.startswith(wanted)] if wanted else actors.iloc[:0]
    if len(begins) == 1:
        return str(begins["id"].iloc[0])
    if len(begins) > 1:
        several = ", ".join(f"{row.id} ({row.name})" for row in begins.head(6).itertuples(index=False))
        raise InputError(f"actor {text!r} must be one actor, but {len(begins)} names begin so: {several}. Give an id.")
    folded = {str(name).casefold(): row for row, name in enumerate([*actors["id"], *actors["name"]])}
    close = difflib.get_close_matches(wanted, folded, n=1, cutoff=0.6)
    if close:
        row = folded[close[0]] % len(actors)
        hint = f"Did you mean {actors['id'].iloc[row]!r} ({actors['name'].iloc[row]})?"
    else:
        hint = nearest(text, actors["id"])
    raise InputError(f"actor {text!r} is not in this record. {hint}")


def _tables(record: Record | Mapping[str, pd.DataFrame]) -> Mapping[str, pd.DataFrame]:
    if not isinstance(record, Mapping):
        record = {**record.tables(), "actors_by_id": record.actors_by_id}
    for name in ("actors_by_id", "meetings", "actors", "positions", "trust_by_group", "sittings"):
        if name not in record:
            raise InputError(
                f"record: table {name!r} must be kept to explain an actor, but it is not there. "
                'Run again with keep="all" (comity run --keep all).'
            )
    return record


def _subject_of(record: Record | Mapping[str, pd.DataFrame]) -> Subject:
    return MIGRATION if isinstance(record, Mapping) else record.scenario.subject


def _cut(history: pd.DataFrame, until: int | str | None) -> pd.DataFrame:
    """Return the rows of an actor up to a year or a meeting, the start among them."""
    if len(history) < 2:
        raise InputError("record: a meeting must have been held to explain an actor, none was. Widen the calendar.")
    if until is None:
        return history
    text = str(until).strip()
    if text.isdigit():
        n_meetings = int((history["date"].iloc[1:].dt.year <= int(text)).sum())
        if not n_meetings:
            first = history.iloc[1]
            raise InputError(
                f"until must not be before the first meeting, {first['meeting']} in {first['date'].year}, got {text}. "
                "Give a later year, or the id of a meeting."
            )
        return history.iloc[: n_meetings + 1]
    ids = list(history["meeting"].iloc[1:])
    found = [row for row, name in enumerate(ids, 1) if name.casefold() == text.casefold()]
    if not found:
        raise InputError(
            f"until must be a year or the id of a meeting that was held, got {text!r}. {nearest(text, ids)}"
        )
    return history.iloc[: found[0] + 1]


def _movement(
    tables: Mapping[str, pd.DataFrame], history: pd.DataFrame, actor: str, what: str, person: Mapping[Hashable, Any]
) -> tuple[pd.Series, pd.DataFrame]:
    """Return the quantity at each row of the history, and the parts of its change since the row before."""
    if what not in _BY_ISSUE:
        prefix = f"{what}_by_"
        names = [name for name in history.columns if name.startswith(prefix)]
        value = history["trust_held" if what == "trust" else what]
        return value, history[names].rename(columns=lambda name: name.removeprefix(prefix))
    table, prefix = tables["positions"], _BY_ISSUE[what]
    if what not in table:
        raise InputError(
            f"record: table 'positions' must have a column {what!r} to explain it, got none, as with earlier rules. "
            "Run the scenario again."
        )
    table = table[(table["actor"] == actor) & table["meeting"].isin(history["meeting"])]
    weights = table["issue"].map(lambda issue: float(person[f"salience_{issue}"]))
    names = [name for name in table.columns if name.startswith(prefix)]
    weighted = table[[what, *names]].mul(weights, axis=0).groupby(table["meeting"], sort=False).sum()
    weighted = weighted.reindex(history["meeting"]).reset_index(drop=True)
    return weighted[what], weighted[names].rename(columns=lambda name: name.removeprefix(prefix))


def _parts(parts: pd.DataFrame, what: str, own: Mapping[str, str]) -> pd.DataFrame:
    """Return the sum of each part over all rows, its meaning, and its share of all movement.

    ``own`` are the meanings of mechanisms of one's own.
    """
    total = parts.sum()
    moved = float(total.abs().sum())
    known = {part: text for (quantity, part), text in PHRASES.items() if quantity == what}
    rows = [
        {
            "mechanism": str(name).replace("_", " "),
            "meaning": known.get(str(name), own.get(str(name), f"steps from outside named {name}")),
            "part": float(part), "share": abs(float(part)) / moved if moved else 0.0,
        }
        for name, part in total.items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def _details(table: pd.DataFrame, value: str, by: str, actor: str, meetings: list[str]) -> pd.DataFrame:
    """Return one row per partner group or issue: of, before, after, change, and the parts."""
    table = table[(table["actor"] == actor) & table["meeting"].isin(meetings)]
    prefix = _BY_ISSUE.get(value, "by_")
    names = [name for name in table.columns if name.startswith(prefix)]
    grouped = table.groupby(by, sort=False)
    result = pd.DataFrame({"before": grouped[value].first(), "after": grouped[value].last()})
    result["change"] = result["after"] - result["before"]
    result = result[(result["before"] != 0) | (result["after"] != 0)]  # a group without members
    parts = grouped[names].sum().rename(columns=lambda name: name.removeprefix(prefix).replace("_", " "))
    return result.join(parts).reset_index().rename(columns={by: "of"})


def _deeds(tables: Mapping[str, pd.DataFrame], history: pd.DataFrame, actor: str, kind: str) -> str:
    """Return what the actor did: meetings it came to, seats it took, and what it said."""
    like = tables["actors_by_id"].loc[tables["actors_by_id"]["kind"] == kind, "id"]
    actors = tables["actors"]
    with_its_like = actors.loc[actors["present"].astype(bool) & actors["actor"].isin(like), "meeting"].unique()
    possible = int(history["meeting"].isin(with_its_like).sum())
    came = int(history["present"].sum())
    whose = "states" if kind == "state" else "organisations" if kind == "io" else "actors of its kind"
    text = f"It came to {came} of the {possible} meetings with {whose}."
    if not came:
        return text
    sittings = tables["sittings"]
    mine = sittings[(sittings["actor"] == actor) & sittings["meeting"].isin(history["meeting"])]
    counts = mine["act"].value_counts()
    spoken = [
        f"{counts[act]} {word}{'' if counts[act] == 1 else 's'}"
        for act, word in (
            ("statement", "statement"),
            ("cooperation", "cooperative intervention"),
            ("contestation", "contesting intervention"),
        )
        if act in counts
    ]
    turns, talks = int(history["seats"].sum()), int(counts.get("talk", 0))
    if turns:
        used = f"used {turns - int(counts.get('silence', 0))}, for {enumerate_words(spoken)}" if spoken else "used none"
        text += f" Of {turns} turn{'' if turns == 1 else 's'} to speak it {used}."
    if talks:
        text += f" It was in the corridor in {talks} sitting{'' if talks == 1 else 's'}."
    return text


def _chosen(tables: Mapping[str, pd.DataFrame], history: pd.DataFrame, actor: str) -> list[str]:
    """Return what a person chose for the actor, in one sentence; nothing where the model decided everything."""
    if "moves" not in tables:
        return []
    moves = tables["moves"]
    mine = moves[(moves["actor"] == actor) & moves["meeting"].isin(history["meeting"]) & moves["effect"]]
    if mine.empty:
        return []
    words = {
        "attends": "whether it came", "hosts": "whether it hosted", "pledges": "whether it pledged",
        "arena": "its arena", "vote": "its vote", "table": "where it sat", "act": "what it did with the floor",
        "partner": "whom it met in the corridor", "draft": "what it said of the text",
    }  # fmt: skip
    counts = mine["choice"].value_counts()
    listed = [
        f"{word} ({counts[choice]} time{'' if counts[choice] == 1 else 's'})"
        for choice, word in words.items()
        if choice in counts
    ]
    return [f"Not the model but a person chose for it {enumerate_words(listed)}."]


def _day(day: pd.Timestamp) -> str:
    return f"{day.day} {day:%B %Y}"


def _month(day: pd.Timestamp) -> str:
    return f"{day:%B %Y}"
