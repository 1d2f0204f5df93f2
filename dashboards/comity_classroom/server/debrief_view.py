"""The debrief of a seat: charts of three runs, and the fidelity to the brief."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from comity.scenario.loading import from_data
from comity_classroom.briefs import Fidelity, brief_of, conduct_of, fidelity
from comity_classroom.core.debrief import Course, counted_beside, course, courses_of, is_history, last_closed
from comity_classroom.core.moves import scenario_of
from comity_classroom.server.context import PageContext, remembered
from comity_classroom.server.drawing import Line, chart

__all__ = ["debrief_view", "fidelity_of"]

_WHO = {
    "you": ("your class, with you", "#b2182b"),
    "model": ("the model in your seat", "#0072b2"),
    "history": ("no class: the model in all seats", "#666666"),
}
_POINTS = "0 to 100, at the close of each meeting"
_CHARTS = {"trust": "Trust of all others in you", "cooperation": "Your readiness to cooperate"}


def debrief_view(context: PageContext, seat: str, memory: dict[Any, Any]) -> dict[str, Any]:
    """Return the debrief of a seat. Repeated runs are cached until the class moves on."""
    state, stop = context.state, context.stop
    shown: dict[str, Any] = {
        "title": state.scenario["title"], "seat": seat, "seat_name": context.name(seat),
        "is_history": is_history(from_data(dict(state.scenario))),
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
            *((title, _POINTS, _chart(table, what, title)) for what, title in _CHARTS.items()),
            *_attendance(shared["class"], shared["history"], counted_beside(stop.scenario)),
        ],
        "sentences": _sentences(
            table,
            {meeting.id: meeting.name for meeting in stop.scenario.meetings},
            has_chosen=any(choice for (of, _, _), choice in state.choices.items() if of == seat),
        ),
        "fidelity": fidelity_of(context, seat, memory),
    }


def fidelity_of(context: PageContext, seat: str, memory: dict[Any, Any]) -> Fidelity | None:
    """Return the fidelity of a seat so far, or None before a meeting has closed."""
    record = context.stop.record
    if not record.trace.meetings:
        return None

    def judged() -> Fidelity:
        return fidelity(brief_of(context.stop.scenario, seat), conduct_of(record, seat))

    return remembered(memory, context.stop, ("fidelity", seat), judged)  # type: ignore[no-any-return]


def _chart(table: pd.DataFrame, what: str, title: str) -> Any:
    lines = []
    for who, (name, colour) in _WHO.items():
        rows = table[table["who"] == who]
        lines.append(Line(name=name, colour=colour, days=list(rows["date"]), values=list(rows[what])))
    return chart(lines, title=title, width=380)


def _attendance(played: Course, empty: Course, history: Mapping[int, float]) -> list[tuple[str, str, Any]]:
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
        Line(name=name, colour=colour, days=[_middle(year) for year in counts[who]], values=list(counts[who].values()))
        for who, (name, colour) in _WHO.items()
        if who in counts
    ]
    past = {year: value for year, value in history.items() if year <= max(played.came)}
    title, unit = "States at the annual forum", "number of states by year"
    if past:
        days, unit = [_middle(year) for year in past], f"{unit}; observed: fact F20 of comity score"
        lines.append(Line(name="observed", colour="#000000", days=days, values=list(past.values())))
    return [(title, unit, chart(lines, title=title, width=380))]


def _middle(year: int) -> pd.Timestamp:
    return pd.Timestamp(year, 7, 1)


def _sentences(table: pd.DataFrame, names: Mapping[str, str], *, has_chosen: bool = True) -> list[str]:
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
            return "no meeting would have been held"
        value, meeting = f"{last[who]['trust']:.1f}", str(last[who]["meeting"])
        if meeting == you["meeting"]:
            return f"it would have been {value}"
        return f"that meeting would not have been held; when “{names[meeting]}” closed it would have been {value}"

    told = [
        f"When “{names[str(you['meeting'])]}” closed, the others’ trust in you was {you['trust']:.1f} of 100. With the "
        f"model in your seat and everybody else as played, {would('model')}. With no class at all, {would('history')}."
    ]
    if "model" not in last or last["model"]["meeting"] != you["meeting"]:
        return told
    if not has_chosen:
        told.append("Nobody chose for your seat: the model played it throughout.")
        return told
    gained = you["trust"] - last["model"]["trust"]
    if abs(gained) < 0.05:
        told.append("So your choices hardly changed their trust.")
    else:
        told.append(f"So your choices changed their trust by {gained:+.1f} points.")
    return told
