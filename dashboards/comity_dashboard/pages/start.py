"""Start: one question in three clicks, for visitors who have not seen the model."""

from __future__ import annotations

from typing import Any

import numpy as np
import solara

from comity.record import Record
from comity.scenario.subject import MIGRATION
from comity.world.world import GROUPS
from comity_dashboard.hooks import show_error, use_attempt
from comity_dashboard.language import use_words
from comity_dashboard.network import network_of
from comity_dashboard.packed import Packed, pack
from comity_dashboard.palette import legend_of
from comity_dashboard.runs import relations_of, shared, story_of
from comity_dashboard.setup import Setup
from comity_dashboard.widgets import Start as Question

__all__ = ["Start", "start_story"]

_RUN = Setup(scenario="hld_gfmd")
_WHATIF = "no_gfmd"


@solara.component
def Start() -> None:
    """Draw the page."""
    router, words = solara.use_router(), use_words()
    found, error = use_attempt(lambda: shared("start", (_RUN, _RUN.toggled(_WHATIF)), start_story), [])
    if found is None:
        show_error(error)
        return
    sent, numbers = found
    Question(
        sent=sent,
        groups=legend_of(MIGRATION, words),
        words=words.table["start"],
        numbers=numbers,
        event_leave=router.push,
    )


def start_story() -> tuple[Packed, dict[str, str]]:
    """Return what the page plays, and the numbers of its question."""
    record = story_of(_RUN).record
    dates = [f"{record.scenario.start}", *(f"{trace.start}" for trace in record.trace.meetings)]
    group = record.population.world.actors["group"]
    story = {
        "network": network_of(relations_of(_RUN)),
        "dates": dates,
        "start": f"{record.scenario.start}",
        "end": f"{record.scenario.end}",
        "run": _line(record),
        "other": _line(story_of(_RUN.toggled(_WHATIF)).record),
    }
    years = record.scenario.end.year - record.scenario.start.year
    return pack(story), {"states": str(int((group < GROUPS.index("organisation")).sum())), "years": str(years)}


def _line(record: Record) -> list[list[Any]]:
    """Return the mean trust of destination in origin states, by day."""
    holder, partner = GROUPS.index("destination"), GROUPS.index("origin")
    points = [(f"{trace.start}", float(trace.group_trust[holder, partner])) for trace in record.trace.meetings]
    return [[day, round(value, 4)] for day, value in points if np.isfinite(value)]
