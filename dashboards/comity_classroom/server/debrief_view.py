"""The debrief of a seat: charts of three runs, and the fidelity to the brief."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from comity.scenario.loading import from_data
from comity_classroom.briefs import Fidelity, brief_of, conduct_of, fidelity
from comity_classroom.core.debrief import Course, counted_beside, course, courses_of, is_history, last_closed
from comity_classroom.core.moves import scenario_of
from comity_classroom.core.so_far import conduct_so_far
from comity_classroom.phrases import Phrases
from comity_classroom.server.context import PageContext, remembered
from comity_classroom.server.drawing import Line, chart

__all__ = ["debrief_view", "fidelity_of"]

_WHO = {"you": "#b2182b", "model": "#0072b2", "history": "#666666"}
"""The runs, with their colours."""


def debrief_view(context: PageContext, seat: str, memory: dict[Any, Any]) -> dict[str, Any]:
    """Return the debrief of a seat. Repeated runs are cached until the class moves on."""
    state, stop = context.state, context.stop
    shown: dict[str, Any] = {
        "title": context.title, "seat": seat, "seat_name": context.name(seat),
        "is_history": is_history(from_data(dict(state.scenario))), "is_planned": bool(state.planned),
    }  # fmt: skip
    if not stop.record.trace.meetings:
        return shown | {"charts": [], "sentences": [], "fidelity": None}
    until = last_closed(stop)
    shared = {
        "class": remembered(
            memory, stop, "class", lambda: course(scenario_of(state, up_to_now=True), state.seed, until)
        ),
        "history": remembered(
            memory, stop, "history", lambda: course(from_data(dict(state.scenario)), state.seed, until)
        ),
    }
    table = remembered(memory, stop, seat, lambda: courses_of(state, stop, seat, shared))
    return shown | {
        "charts": [
            *(_chart(table, what, context.phrases) for what in ("trust", "cooperation")),
            *_attendance(shared["class"], shared["history"], counted_beside(stop.scenario), context.phrases),
        ],
        "sentences": _sentences(
            table,
            {meeting.id: context.phrases.name(meeting.name) for meeting in stop.scenario.meetings},
            context.phrases,
            has_chosen=any(choice for (of, _, _), choice in state.choices.items() if of == seat),
        ),
        "fidelity": fidelity_of(context, seat, memory),
    }


def fidelity_of(context: PageContext, seat: str, memory: dict[Any, Any]) -> Fidelity | None:
    """Return the fidelity of a seat so far, or None before a meeting has closed.

    With a plan, only the sittings that the class plays count, as on the page of the seat.
    """
    stop, state, language = context.stop, context.state, context.phrases.language
    record = stop.record
    if not record.trace.meetings:
        return None

    def judged() -> Fidelity:
        conduct = conduct_so_far(stop, state, seat) if state.planned else conduct_of(record, seat)
        return fidelity(brief_of(stop.scenario, seat, language), conduct)

    return remembered(memory, stop, ("fidelity", seat, language), judged)  # type: ignore[no-any-return]


def _chart(table: pd.DataFrame, what: str, phrases: Phrases) -> tuple[str, str, Any]:
    lines = []
    for who, colour in _WHO.items():
        rows, name = table[table["who"] == who], phrases.say(f"compared.who.{who}")
        lines.append(Line(name=name, colour=colour, days=list(rows["date"]), values=list(rows[what])))
    title = phrases.say(f"compared.{what}")
    return title, phrases.say("compared.points"), chart(lines, phrases, title=title, width=380)


def _attendance(
    played: Course, empty: Course, history: Mapping[int, float], phrases: Phrases
) -> list[tuple[str, str, Any]]:
    """Return the chart of attending states; none before the first annual meeting.

    Parameters
    ----------
    history
        Observed numbers of states by year; empty if the meetings are not the historical ones.
    """
    if not played.came:
        return []
    counts = {"you": played.came, "history": empty.came}
    lines = [
        Line(
            name=phrases.say(f"compared.who.{who}"),
            colour=_WHO[who],
            days=[_middle(year) for year in count],
            values=list(count.values()),
        )
        for who, count in counts.items()
    ]
    past = {year: value for year, value in history.items() if year <= max(played.came)}
    title, unit = phrases.say("compared.states"), phrases.say("compared.by_year")
    if past:
        days, unit = [_middle(year) for year in past], phrases.say("compared.by_year_observed")
        name = phrases.say("compared.who.observed")
        lines.append(Line(name=name, colour="#000000", days=days, values=list(past.values())))
    return [(title, unit, chart(lines, phrases, title=title, width=380))]


def _middle(year: int) -> pd.Timestamp:
    return pd.Timestamp(year, 7, 1)


def _sentences(
    table: pd.DataFrame, names: Mapping[str, str], phrases: Phrases, *, has_chosen: bool = True
) -> list[str]:
    """Return a summary of the charts in sentences. Only values at the same meeting are compared.

    Parameters
    ----------
    names
        Names of the meetings by id.
    has_chosen
        Whether the seat has made a choice.
    """
    last = {str(who): rows.iloc[-1] for who, rows in table.groupby("who", sort=False)}
    you = last["you"]

    def would(who: str) -> str:
        if who not in last:
            return phrases.say("compared.none_held")
        value, meeting = phrases.number(last[who]["trust"], 1), str(last[who]["meeting"])
        how = "same_meeting" if meeting == you["meeting"] else "earlier"
        return phrases.say(f"compared.{how}", value=value, meeting=names[meeting])

    values = {"meeting": names[str(you["meeting"])], "value": phrases.number(you["trust"], 1)}
    told = [phrases.say("compared.summary", **values, model=would("model"), history=would("history"))]
    if "model" not in last or last["model"]["meeting"] != you["meeting"]:
        return told
    gained = you["trust"] - last["model"]["trust"]
    how = "not_chosen" if not has_chosen else "hardly" if abs(gained) < 0.05 else "gained"
    return [*told, phrases.say(f"compared.{how}", gained=phrases.signed(gained, 1))]
