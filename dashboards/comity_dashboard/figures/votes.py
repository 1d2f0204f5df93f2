"""The expected yes votes of a run, with bands over other runs, and the recorded numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from comity.bands import Band, band_of
from comity.record import Record
from comity_dashboard.figures.figure import Figure, plain
from comity_dashboard.figures.lines import SHARE_OF_BAND
from comity_dashboard.palette import MANY
from comity_dashboard.phrases import ENGLISH, Phrases

__all__ = ["expected_yes"]


def expected_yes(
    record: Record, runs: pd.DataFrame, n_runs: int, recorded: Mapping[str, int] | None = None, words: Phrases = ENGLISH
) -> Figure:
    """Return the expected yes votes in each vote, a share of the states that may vote, with a band over other runs.

    Parameters
    ----------
    record
        The run that is shown.
    runs
        One row per other run and vote: vote, expected, adopted.
    n_runs
        Number of other runs.
    recorded
        Recorded number of yes votes, by vote.
    words
        The language.
    """
    known = recorded or {}
    titles = {
        v.id: f"{m.start.year}: {words.term('model.texts', v.text)}" for m in record.scenario.meetings for v in m.votes
    }
    rows = []
    for vote, answers in record.votes.groupby("vote", sort=False):
        others = runs[runs["vote"] == vote]
        rows.append(
            {"vote": vote, "text": titles[str(vote)], "states": len(answers), "this_run": answers["p_yes"].sum()}
            | vars(band_of(others["expected"].to_numpy(float)))
            | {"adopted_in_runs": int(others["adopted"].sum()), "recorded": known.get(str(vote))}
        )
    fields = ["vote", "text", "states", "this_run", *Band.__dataclass_fields__, "adopted_in_runs", "recorded"]
    table = pd.DataFrame(rows, columns=fields)
    shown = table.iloc[::-1].to_dict("records")
    labels = [_label(row, words) for row in shown]
    series: list[dict[str, Any]] = [
        {
            "type": "line", "name": label, "symbol": "none", "silent": True,
            "lineStyle": {"width": 9, "opacity": 0.35, "color": MANY[0]},
            "data": [[plain(row[end] / row["states"]), label] for end in ("low", "high")],
        }
        for label, row in zip(labels, shown, strict=True)
        if row["n"]
    ]  # fmt: skip
    say = words.say
    points = [[plain(row["this_run"] / row["states"]), label] for label, row in zip(labels, shown, strict=True)]
    series.append({"type": "scatter", "name": say("history.expected.this_run"), "symbolSize": 9, "data": points,
                   "shown": 0, "names": labels, "itemStyle": {"color": MANY[0]}})  # fmt: skip
    there = [
        [plain(known[str(row["vote"])] / row["states"]), label]
        for label, row in zip(labels, shown, strict=True)
        if str(row["vote"]) in known
    ]
    if there:
        series.append({"type": "scatter", "name": say("history.expected.record"), "symbol": "diamond", "shown": 0,
                       "symbolSize": 12, "data": there, "itemStyle": {"color": "#c4560a"}})  # fmt: skip
    unit = say("history.expected.unit")
    return Figure(
        key="expected_yes", title=say("history.expected.title"),
        unit=unit, table=table, height=80 + 44 * len(table),
        note=say("history.expected.note", share=SHARE_OF_BAND, runs=n_runs),
        option={
            "animation": False,
            "grid": {"left": 8, "right": 24, "top": 8, "bottom": 44, "containLabel": True},
            "tooltip": {"trigger": "item", "confine": True},
            "xAxis": {"type": "value", "scale": True, "name": unit, "nameLocation": "middle",
                      "nameGap": 26},
            "yAxis": {"type": "category", "data": labels, "axisLine": {"onZero": False},
                      "axisLabel": {"width": 520, "overflow": "truncate", "lineHeight": 15, "interval": 0}},
            "series": series,
        },
        how=say("history.expected.how", share=SHARE_OF_BAND),
    )  # fmt: skip


def _label(row: dict[Any, Any], words: Phrases) -> str:
    """Return the text of a vote, its expected yes votes with the band, and how often it was adopted."""
    text = words.say(
        "history.expected.label", text=row["text"], expected=words.number(row["this_run"], 1), states=row["states"]
    )
    low, high = (words.number(row[end], 1) for end in ("low", "high")) if row["n"] else ("", "")
    band = {"low": low, "high": high, "adopted": row["adopted_in_runs"], "runs": row["n"]}
    return text + words.say("history.expected.band", **band) if row["n"] else text
