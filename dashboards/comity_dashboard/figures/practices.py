"""The practices that actors copied from one another."""

from __future__ import annotations

import pandas as pd

from comity.record import Record
from comity_dashboard.figures.lines import Lines

__all__ = ["practices"]


def practices(record: Record) -> Lines:
    """Return the number of practices copied since the start."""
    table = pd.DataFrame(
        {
            "meeting": [trace.id for trace in record.trace.meetings],
            "date": pd.to_datetime([trace.start for trace in record.trace.meetings]),
            "practices copied": [trace.practices for trace in record.trace.meetings],
        }
    )
    return Lines(
        key="practices", title="Practices adopted", unit="practices copied since the start", table=table, low=0,
        colours={"practices copied": "#44aa99"},
        how="Practices that actors copied from others who shared them at their table, all since the start. An actor "
        "copies from speakers whom it trusts. The number is an expectation, so it need not be whole.",
    )  # fmt: skip
