"""A world map in SVG with a colour for each state. The outlines ship with the application."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

import pandas as pd

from comity.record import Record
from comity_dashboard.figures.atlas import world
from comity_dashboard.figures.figure import Figure
from comity_dashboard.palette import actor_names
from comity_dashboard.phrases import ENGLISH, Phrases

__all__ = ["ANSWERS", "NOTHING", "draw_map", "outlines_note", "text_of", "vote_map"]

ANSWERS: dict[str, str] = {"yes": "#0072b2", "abstain": "#e6c229", "no": "#cc4125", "absent": "#9aa0a8"}
"""Colour of each answer."""
NOTHING = "#e3e5e8"
"""Colour of a state without a value."""
_SCALE = ("#f7e3c4", "#e7b97c", "#9fb7cf", "#4f8cc0", "#0b5cad")
"""Probability of a yes in fifths, from light orange (low) to dark blue (high)."""
_ROW, _LETTER = 32, 12.8
"""Height of a line of the key, and mean width of its letters, large enough for the narrow map of a phone."""


def text_of(record: Record, vote: str, words: Phrases = ENGLISH) -> str:
    """Return the text on which states vote."""
    text = next(v.text for m in record.scenario.meetings for v in m.votes if v.id == vote)
    return words.term("model.texts", text)


def vote_map(
    record: Record, vote: str, show: str = "answer", words: Phrases = ENGLISH, *, is_forecast: bool = False
) -> Figure:
    """Return a vote as a map.

    Parameters
    ----------
    record
        Record of a run with that vote.
    vote
        Id of the vote.
    show
        ``"answer"`` for the answer of each state in this run, ``"probability"`` for the probability of a yes.
    words
        The language.
    is_forecast
        Whether the title calls it a forecast.
    """
    table = record.votes[record.votes["vote"] == vote].reset_index(drop=True)
    names = actor_names(record, words)
    called = {answer: words.say(f"history.answers.{answer}") for answer in ANSWERS}
    fills, texts = {}, {}
    for row in table.to_dict("records"):
        state, p, answer = str(row["actor"]), float(row["p_yes"]), str(row["answer"])
        fills[state] = ANSWERS[answer] if show == "answer" else _SCALE[min(int(p * 5), 4)]
        chances = ", ".join(f"{called[a]} {words.number(float(row[f'p_{a}']))}" for a in ANSWERS)
        texts[state] = words.say("history.map.tip", name=names[state], answer=called[answer], chances=chances)
    counts = table["answer"].value_counts()
    if show == "answer":
        key = [(colour, f"{called[answer]} ({int(counts.get(answer, 0))})") for answer, colour in ANSWERS.items()]
    else:
        key = [(colour, f"{words.number(i / 5, 1)}–{words.number((i + 1) / 5, 1)}") for i, colour in enumerate(_SCALE)]
    text = text_of(record, vote, words)
    what = {"answer": "forecast_answer", "probability": "forecast"}[show] if is_forecast else show
    note = words.say(
        "history.map.note",
        states=len(table),
        expected=words.number(table["p_yes"].sum(), 1),
        outcome=_outcome(table, words),
    )
    return Figure(
        key=f"map_{vote}_{show}", title=words.say(f"history.map.{what}", text=text),
        unit=words.say(f"history.map.{show}_unit"),
        svg=draw_map(fills, texts, names, key, words),
        table=table.assign(name=table["actor"].map(names)),
        note=" ".join(filter(None, [note, outlines_note(fills, words)])),
        how=words.say("history.map.how"),
    )  # fmt: skip


def outlines_note(states: Iterable[str], words: Phrases) -> str:
    """Return the source of the outlines, if any of the states has one."""
    return words.say("history.map.outlines") if _on_map(states) else ""


def _outcome(table: pd.DataFrame, words: Phrases) -> str:
    which = "adopted" if table["adopted"].iloc[0] else "failed"
    return words.say(f"captions.{which}.{table['decision'].iloc[0]}")


def _on_map(states: Iterable[str]) -> set[str]:
    return {state for state in states if state in world()["paths"] or state in world()["points"]}


def draw_map(
    fills: dict[str, str], texts: dict[str, str], names: dict[str, str], key: list[tuple[str, str]], words: Phrases
) -> str:
    """Return a map as SVG, or boxes with names if all states are invented.

    Parameters
    ----------
    fills, texts
        Colour and text of each state, by id.
    names
        Names of the actors, by id.
    key
        Colours and their meaning.
    words
        The language.
    """
    known, placed = world(), _on_map(fills)
    width, height, parts = known["width"], 0, []
    across, wide, high, size = 5, 190, 44, 18
    if placed:
        height, parts = known["height"], _outlines(known, fills, texts)
        key = [*key, (NOTHING, words.say("history.map.nowhere"))]
        across, wide, high, size = 22, 40, 22, 10
    lines = _keyed(key, width)
    below = height + _ROW * (max((line for _, line, *_ in lines), default=0) + 1)
    unplaced = [state for state in fills if state not in placed]
    for number, state in enumerate(unplaced):  # invented actors are rows of boxes below the map
        left, top = 12 + (wide + 4) * (number % across), below + 22 + (high + 4) * (number // across)
        word = state[:6] if placed else names[state].partition(" (")[0][:18]  # the part in brackets is in the title
        parts.append(
            f'<rect x="{left}" y="{top}" width="{wide}" height="{high}" rx="3" fill="{fills[state]}" '
            f'data-state="{escape(state)}">'
            f'<title>{escape(texts[state])}</title></rect><text x="{left + wide / 2:g}" y="{top + high * 0.66:g}" '
            f'text-anchor="middle" font-size="{size}" pointer-events="none">{escape(word)}</text>'
        )
    for x, line, colour, word in lines:
        top = height + 8 + _ROW * line
        parts.append(
            f'<rect x="{x:g}" y="{top}" width="22" height="22" fill="{colour}" stroke="#888" stroke-width="0.5"/>'
            f'<text x="{x + 28:g}" y="{top + 19}" font-size="24" fill="currentColor">{escape(word)}</text>'
        )
    total = below + 10 + ((high + 4) * (1 + (len(unplaced) - 1) // across) + 12 if unplaced else 0)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 -8 {width} {total + 8}" role="img" '
        f'aria-label="{escape(words.say("history.map.world"))}" font-family="sans-serif" color="inherit">'
        f"{''.join(parts)}</svg>"
    )


def _keyed(key: list[tuple[str, str]], width: float) -> list[tuple[float, int, str, str]]:
    """Return place, line, colour and word of each entry of the key; a full line is followed by another."""
    found, x, line = [], 12.0, 0
    for colour, word in key:
        room = 54 + _LETTER * len(word)
        if x > 12 and x + room > width:
            x, line = 12.0, line + 1
        found.append((x, line, colour, word))
        x += room
    return found


def _outlines(known: dict[str, Any], fills: dict[str, str], texts: dict[str, str]) -> list[str]:
    parts = []
    for state, path in known["paths"].items():
        title = f"<title>{escape(texts[state])}</title>" if state in texts else ""
        parts.append(
            f'<path d="{path}" fill="{fills.get(state, NOTHING)}" stroke="#ffffff" stroke-width="0.4" '
            f'data-state="{state}">{title}</path>'
        )
    for state, (x, y) in known["points"].items():
        if state in fills:
            parts.append(
                f'<circle cx="{x}" cy="{y}" r="4" fill="{fills[state]}" stroke="#555" stroke-width="0.8" '
                f'data-state="{state}"><title>{escape(texts[state])}</title></circle>'
            )
    return parts
