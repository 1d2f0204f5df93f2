"""The practices that actors copied from one another."""

from __future__ import annotations

import pandas as pd

from comity.record import Record
from comity_dashboard.figures.lines import Lines
from comity_dashboard.phrases import ENGLISH, Phrases

__all__ = ["practices"]


def practices(record: Record, words: Phrases = ENGLISH) -> Lines:
    """Return the number of practices copied since the start."""
    line = words.say("charts.practices.line")
    table = pd.DataFrame(
        {
            "meeting": [trace.id for trace in record.trace.meetings],
            "date": pd.to_datetime([trace.start for trace in record.trace.meetings]),
            line: [trace.practices for trace in record.trace.meetings],
        }
    )
    return Lines(
        key="practices", title=words.say("charts.practices.title"), unit=words.say("charts.practices.unit"),
        how=words.say("charts.practices.how"), table=table, low=0, colours={line: "#44aa99"}, words=words,
    )  # fmt: skip
