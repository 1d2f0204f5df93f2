"""A recorded vote beside the modelled one: two maps, the largest errors, and a headline with both numbers."""

from __future__ import annotations

from typing import Any

import pandas as pd

from comity.bands import band_of
from comity.record import Record
from comity_dashboard.figures.figure import Figure
from comity_dashboard.figures.lines import SHARE_OF_BAND
from comity_dashboard.figures.world_map import ANSWERS, draw_map, outlines_note, text_of
from comity_dashboard.palette import actor_names
from comity_dashboard.phrases import ENGLISH, Phrases

__all__ = ["KINDS", "compared", "difference_map", "headline", "misses", "recorded_map"]

KINDS = {
    "both_yes": "#0072b2", "both_other": "#9ecae1", "willing": "#d55e00", "unwilling": "#7b3294",
    "absent": ANSWERS["absent"], "unknown": "#c8b89a",
}  # fmt: skip
"""Colour of each kind of difference."""
_MOST = 15


def compared(record: Record, vote: str, answers: dict[str, str], words: Phrases = ENGLISH) -> pd.DataFrame:
    """Return one row for each state that may vote: what was recorded, what is modelled, and the kind of difference.

    Parameters
    ----------
    record
        Record of a run with that vote.
    vote
        Id of the vote.
    answers
        The recorded answers, by state.
    words
        The language of the names.

    Returns
    -------
    pandas.DataFrame
        actor, name; recorded (empty without a record), answer (drawn in this run), p_yes; chance of yes given that the
        state comes, 0 to 1; kind: both_yes, both_other, willing, unwilling, absent or unknown.
    """
    table = record.votes[record.votes["vote"] == vote].reset_index(drop=True)
    names = actor_names(record, words)
    chance = table["p_yes"] / (1.0 - table["p_absent"]).clip(lower=1e-12)
    recorded = [answers.get(str(state), "") for state in table["actor"]]
    return pd.DataFrame(
        {
            "actor": table["actor"], "name": table["actor"].map(names), "recorded": recorded,
            "answer": table["answer"].astype(str), "p_yes": table["p_yes"], "chance": chance,
            "kind": [_kind(one, p >= 0.5) for one, p in zip(recorded, chance, strict=True)],
        }
    )  # fmt: skip


def _kind(recorded: str, expects_yes: bool) -> str:
    if recorded in ("", "absent"):
        return "absent" if recorded else "unknown"
    if recorded == "yes":
        return "both_yes" if expects_yes else "unwilling"
    return "willing" if expects_yes else "both_other"


def headline(table: pd.DataFrame, runs: pd.Series, elsewhere: int, words: Phrases = ENGLISH) -> list[str]:
    """Return what a record and a run say of a vote, in sentences with both numbers.

    Parameters
    ----------
    table
        As :func:`compared` returns it.
    runs
        Expected yes votes of other runs; empty without any.
    elsewhere
        Number of recorded states that are not in the run.
    words
        The language.
    """
    recorded, drawn = (int((table[name] == "yes").sum()) for name in ("recorded", "answer"))
    said = [
        words.say(
            "history.headline.recorded", recorded=recorded, expected=words.number(table["p_yes"].sum(), 1), drawn=drawn
        )
    ]
    if len(runs):
        band = band_of(runs.to_numpy(float))
        where = "below" if recorded < band.low else "above" if recorded > band.high else "within"
        said.append(
            words.say(
                "history.headline.bands", share=SHARE_OF_BAND, runs=len(runs), low=words.number(band.low, 1),
                high=words.number(band.high, 1), where=words.say(f"history.headline.{where}"),
            )
        )  # fmt: skip
    n = {kind: int((table["kind"] == kind).sum()) for kind in KINDS}
    right, yes = n["both_yes"] + n["both_other"], n["both_yes"] + n["unwilling"]
    answered = right + n["willing"] + n["unwilling"]
    sides = {"answered": answered, "right": right, "willing": n["willing"], "unwilling": n["unwilling"]}
    said.append(words.say("history.headline.sides", **sides, constant=max(yes, answered - yes)))
    for kind, count in (("absent", n["absent"]), ("missing", n["unknown"]), ("elsewhere", elsewhere)):
        said += [words.count(f"history.headline.{kind}", count)] if count else []
    return said


def recorded_map(record: Record, vote: str, table: pd.DataFrame, source: str, words: Phrases = ENGLISH) -> Figure:
    """Return the recorded answers as a map. ``table`` is that of :func:`compared`, ``source`` where they are from."""
    known = table[table["recorded"] != ""]
    called = {answer: words.say(f"history.answers.{answer}") for answer in ANSWERS}
    counts = known["recorded"].value_counts()
    fills = {str(row["actor"]): ANSWERS[row["recorded"]] for row in known.to_dict("records")}
    texts = {
        str(row["actor"]): words.say("history.recorded.tip", name=row["name"], answer=called[row["recorded"]])
        for row in known.to_dict("records")
    }
    key = [(colour, f"{called[answer]} ({int(counts.get(answer, 0))})") for answer, colour in ANSWERS.items()]
    note = words.say("history.recorded.note", states=len(known), source=source)
    return Figure(
        key=f"map_{vote}_recorded", title=words.say("history.recorded.title", text=text_of(record, vote, words)),
        unit=words.say("history.map.answer_unit"), table=known[["actor", "name", "recorded"]],
        svg=draw_map(fills, texts, dict(zip(table["actor"], table["name"], strict=True)), key, words),
        note=" ".join(filter(None, [note, outlines_note(fills, words)])), how=words.say("history.recorded.how"),
    )  # fmt: skip


def difference_map(vote: str, table: pd.DataFrame, words: Phrases = ENGLISH) -> Figure:
    """Return the differences between model and record as a map. ``table`` is that of :func:`compared`."""
    counts = table["kind"].value_counts()
    called = {kind: words.say(f"history.difference.{kind}") for kind in KINDS}
    rows = table.to_dict("records")
    fills = {str(row["actor"]): KINDS[row["kind"]] for row in rows}
    texts = {str(row["actor"]): _tip(row, called[row["kind"]], words) for row in rows}
    key = [
        (colour, f"{called[kind]} ({int(counts.get(kind, 0))})")
        for kind, colour in KINDS.items()
        if kind != "unknown" or kind in counts
    ]
    return Figure(
        key=f"map_{vote}_difference", title=words.say("history.difference.title"),
        unit=words.say("history.difference.unit"), table=table,
        svg=draw_map(fills, texts, dict(zip(table["actor"], table["name"], strict=True)), key, words),
        note=words.say("history.difference.note"), how=words.say("history.difference.how"),
    )  # fmt: skip


def _tip(row: dict[Any, Any], what: str, words: Phrases) -> str:
    answer = f"history.answers.{row['recorded']}" if row["recorded"] else "history.difference.unknown"
    return words.say(
        "history.difference.tip", name=row["name"], what=what, answer=words.say(answer), chance=row["chance"]
    )


def misses(table: pd.DataFrame, words: Phrases = ENGLISH) -> Figure:
    """Return the states that the model expects on the other side, the most confident errors first."""
    wrong = table[table["kind"].isin(("willing", "unwilling"))]
    wrong = wrong.assign(off=(wrong["chance"] - (wrong["recorded"] == "yes")).abs())
    wrong = wrong.sort_values("off", ascending=False, kind="stable").head(_MOST)
    rows = [
        [
            str(row["name"]), words.say(f"history.answers.{row['recorded']}"), words.number(row["chance"]),
            words.say(f"history.difference.{row['kind']}"),
        ]
        for row in wrong.to_dict("records")
    ]  # fmt: skip
    columns = [words.say(f"history.misses.{name}") for name in ("state", "recorded", "chance", "what")]
    return Figure(
        key="misses",
        title=words.say("history.misses.title"),
        unit="",
        table=table,
        columns=columns,
        rows=rows,
        empty="" if rows else words.say("history.misses.empty"),
        how=words.say("history.misses.how"),
    )
