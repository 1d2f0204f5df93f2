"""A world map in SVG with a colour for each state. The outlines ship with the application."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

import pandas as pd

from comity.record import Record
from comity.words.decisions import decided
from comity_dashboard.atlas import world
from comity_dashboard.figures.figure import Figure

__all__ = ["ANSWERS", "vote_map"]

ANSWERS: dict[str, tuple[str, str]] = {
    "yes": ("#0072b2", "yes"),
    "abstain": ("#e6c229", "abstain"),
    "no": ("#cc4125", "no"),
    "absent": ("#9aa0a8", "absent"),
}
_NOTHING = "#e3e5e8"
_SCALE = ("#f7e3c4", "#e7b97c", "#9fb7cf", "#4f8cc0", "#0b5cad")
"""Probability of a yes in fifths, from light orange (low) to dark blue (high)."""


def vote_map(record: Record, vote: str, show: str = "answer") -> Figure:
    """Return a vote as a map.

    Parameters
    ----------
    record
        Record of a run with that vote.
    vote
        Id of the vote.
    show
        ``"answer"`` for the answer of each state in this run, ``"probability"`` for the probability of a yes.
    """
    table = record.votes[record.votes["vote"] == vote].reset_index(drop=True)
    names = dict(zip(record.actors_by_id["id"], record.actors_by_id["name"], strict=True))
    fills, texts = {}, {}
    for row in table.to_dict("records"):
        state, p = str(row["actor"]), float(row["p_yes"])
        answer = str(row["answer"])
        fills[state] = ANSWERS[answer][0] if show == "answer" else _SCALE[min(int(p * 5), 4)]
        chances = ", ".join(f"{ANSWERS[a][1]} {row[f'p_{a}']:.2f}" for a in ANSWERS)
        texts[state] = f"{names[state]}: {ANSWERS[answer][1]} in this run; probability of {chances}"
    counts = table["answer"].value_counts()
    if show == "answer":
        key = [(colour, f"{word} ({int(counts.get(answer, 0))})") for answer, (colour, word) in ANSWERS.items()]
    else:
        key = [(colour, f"{i / 5:.1f}–{(i + 1) / 5:.1f}") for i, colour in enumerate(_SCALE)]
    text = next(v.text for m in record.scenario.meetings for v in m.votes if v.id == vote)
    what = "Answers in this run" if show == "answer" else "Probability of a yes in this run"
    return Figure(
        key=f"map_{vote}_{show}", title=f"{what}: {text}", unit="answer" if show == "answer" else "probability, 0 to 1",
        svg=_draw(fills, texts, names, key),
        table=table.assign(name=table["actor"].map(names)),
        note=f"Output of the model for {len(table)} states, not a recorded vote. Expected number of yes votes: "
        f"{table['p_yes'].sum():.1f}. In this run the text is {_outcome(table)}."
        f"{' Outlines: Natural Earth, public domain.' if _on_map(fills) else ''}",
        how="Hover over a state for its name, its answer and the probability of each answer. Circles are states too "
        "small for the outlines. The model gives the probabilities and draws the answers from them: another seed "
        "gives other answers, but nearly the same probabilities.",
    )  # fmt: skip


def _outcome(table: pd.DataFrame) -> str:
    return decided(bool(table["adopted"].iloc[0]), table["decision"].iloc[0])


def _on_map(states: Iterable[str]) -> set[str]:
    return {state for state in states if state in world()["paths"] or state in world()["points"]}


def _draw(fills: dict[str, str], texts: dict[str, str], names: dict[str, str], key: list[tuple[str, str]]) -> str:
    """Return the map, or boxes with names if all states are invented."""
    known, placed = world(), _on_map(fills)
    width, height, parts = known["width"], 0, []
    across, wide, high, size = 5, 190, 44, 18
    if placed:
        height, parts, key = known["height"], _outlines(known, fills, texts), [*key, (_NOTHING, "not in this run")]
        across, wide, high, size = 22, 40, 22, 10
    unplaced = [state for state in fills if state not in placed]
    for number, state in enumerate(unplaced):  # invented actors are rows of boxes below the map
        left, top = 12 + (wide + 4) * (number % across), height + 46 + (high + 4) * (number // across)
        word = state[:6] if placed else names[state].partition(" (")[0][:18]  # the part in brackets is in the title
        parts.append(
            f'<rect x="{left}" y="{top}" width="{wide}" height="{high}" rx="3" fill="{fills[state]}" '
            f'data-state="{escape(state)}">'
            f'<title>{escape(texts[state])}</title></rect><text x="{left + wide / 2:g}" y="{top + high * 0.66:g}" '
            f'text-anchor="middle" font-size="{size}" pointer-events="none">{escape(word)}</text>'
        )
    x = 12.0
    for colour, word in key:
        parts.append(
            f'<rect x="{x}" y="{height + 8}" width="16" height="16" fill="{colour}" stroke="#888" stroke-width="0.5"/>'
            f'<text x="{x + 21}" y="{height + 21}" font-size="18" fill="currentColor">{escape(word)}</text>'
        )
        x += 44 + 9.6 * len(word)
    total = height + 34 + ((high + 4) * (1 + (len(unplaced) - 1) // across) + 12 if unplaced else 0)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 -8 {width} {total + 8}" role="img" '
        f'aria-label="The states" font-family="sans-serif" color="inherit">{"".join(parts)}</svg>'
    )


def _outlines(known: dict[str, Any], fills: dict[str, str], texts: dict[str, str]) -> list[str]:
    parts = []
    for state, path in known["paths"].items():
        title = f"<title>{escape(texts[state])}</title>" if state in texts else ""
        parts.append(
            f'<path d="{path}" fill="{fills.get(state, _NOTHING)}" stroke="#ffffff" stroke-width="0.4" '
            f'data-state="{state}">{title}</path>'
        )
    for state, (x, y) in known["points"].items():
        if state in fills:
            parts.append(
                f'<circle cx="{x}" cy="{y}" r="4" fill="{fills[state]}" stroke="#555" stroke-width="0.8" '
                f'data-state="{state}"><title>{escape(texts[state])}</title></circle>'
            )
    return parts
