"""Fifteen years at a glance, as plain data: what the moving picture and the small charts of a run are drawn from."""

from __future__ import annotations

from typing import Any

import numpy as np

from comity.record import Record
from comity_dashboard.figures.figure import plain_rows
from comity_dashboard.figures.lines import Lines
from comity_dashboard.palette import MANY
from comity_dashboard.phrases import ENGLISH, Phrases
from comity_dashboard.story import lane_of

__all__ = ["charts_of", "events_of", "glance_of"]


def glance_of(record: Record, words: Phrases = ENGLISH) -> dict[str, Any]:
    """Return what the moving picture adds to the values of all actors, which the room has.

    ``dates`` has the ISO date of the start and of each meeting, ``events`` is as in :func:`events_of`. By actor:
    ``sizes``, the capacity of its delegation at the start, a share; ``since`` and ``until``, the first and the last
    of the dates at which it exists.
    """
    held = record.trace.meetings
    active = np.array([trace.active for trace in held], dtype=bool).reshape(len(held), len(record.population.ids))
    active = np.concatenate([active[:1], active])  # who exists at the first meeting exists at the start
    ever = active.any(axis=0)
    return {
        "dates": [f"{record.scenario.start:%Y-%m-%d}", *(f"{trace.start:%Y-%m-%d}" for trace in held)],
        "sizes": plain_rows(record.actors_by_id["capacity"].to_numpy(float), 3),
        "since": np.where(ever, active.argmax(axis=0), len(active)).tolist(),
        "until": np.where(ever, len(active) - 1 - active[::-1].argmax(axis=0), -1).tolist(),
        "events": events_of(record, words),
    }


def events_of(record: Record, words: Phrases = ENGLISH) -> list[dict[str, str]]:
    """Return date and text of the events that the picture names, by date.

    They are the shocks of the scenario, the first meeting of each forum, the meetings of forums that decide the arena,
    and the last meeting with a vote. Meetings that a run did not hold are left out.
    """
    scenario = record.scenario
    lanes = {forum.id: lane_of(scenario, forum) for forum in scenario.forums}
    held = [scenario.meeting(trace.id) for trace in record.trace.meetings]
    firsts = {meeting.forum: meeting.id for meeting in reversed(held)}
    voted = [meeting.id for meeting in held if meeting.votes]
    chosen = {*firsts.values(), *voted[-1:]} | {meeting.id for meeting in held if lanes[meeting.forum] == "dialogue"}
    starts = {trace.id: trace.start for trace in record.trace.meetings}
    found = [
        (starts[meeting.id], words.term("model.meetings", meeting.name)) for meeting in held if meeting.id in chosen
    ]
    found += [(shock.date, words.term("model.shocks", shock.name)) for shock in scenario.shocks]
    return [{"date": f"{day:%Y-%m-%d}", "text": text} for day, text in sorted(found)]


def charts_of(here: list[Lines], there: list[Lines] | None = None) -> list[dict[str, Any]]:
    """Return charts over time, with those of another run, as points in days since 1970."""
    others = {chart.key: chart for chart in there or ()}
    return [_chart(chart, others.get(chart.key)) for chart in here]


def _chart(chart: Lines, other: Lines | None) -> dict[str, Any]:
    names = list(dict.fromkeys([*chart.names, *(other.names if other is not None else ())]))
    colours = dict(zip(names, MANY * 3, strict=False)) | (other.colours if other is not None else {}) | chart.colours
    return {
        "key": chart.key, "title": chart.title, "unit": chart.unit, "form": chart.form,
        "low": chart.low, "high": chart.high,
        "lines": [
            {"name": name, "colour": colours[name], "runs": [_points(chart, name), _points(other, name)]}
            for name in names
        ],
    }  # fmt: skip


def _points(chart: Lines | None, name: str) -> list[list[float]]:
    if chart is None or name not in chart.table:
        return []
    days = chart.table["date"].to_numpy().astype("datetime64[D]").astype(int)
    values = chart.table[name].to_numpy(float)
    known = np.isfinite(values)
    return [[int(day), round(float(value), 4)] for day, value in zip(days[known], values[known], strict=True)]
