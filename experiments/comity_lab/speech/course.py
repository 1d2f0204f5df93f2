"""The course of a run as a speech would know it: states by year, at the time of the General Debate."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from comity.forum.trace import Snapshot
from comity.record import Record
from comity_lab.speech.panel import YEARS

__all__ = ["DEBATE", "Course", "Framings", "course_of", "framings_of", "stakes_of"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

DEBATE = (9, 20)
"""Month and day before which a meeting can be spoken of in the debate of its year: it opens in the last third of
September."""


@dataclass(frozen=True, kw_only=True)
class Framings:
    """Development framing of the dialogue and of the state-led forum, shares."""

    dialogue: float
    forum: float


@dataclass(frozen=True, kw_only=True)
class Course:
    """States by year, shape (n, years) each, unless it says otherwise.

    Attributes
    ----------
    states
        Ids.
    attachment, cooperation
        Attachment to the state-led forum and the disposition to cooperate, minus those at the start.
    views
        What a frame follows, by frame: the mean position on economic issues, the position on rights, the disposition to
        cooperate; shares.
    dialogue
        Whether a dialogue was held in the year before the debate, bool (years,).
    chair
        Whether a state chairs the forum in the year, bool.
    framings
        Of the scenario.
    """

    states: tuple[str, ...]
    attachment: Floats
    cooperation: Floats
    views: dict[str, Floats]
    dialogue: Flags
    chair: Flags
    framings: Framings

    def still(self) -> Course:
        """Return the same calendar in which no state ever changes."""
        started = {name: np.repeat(view[:, :1], view.shape[1], axis=1) for name, view in self.views.items()}
        zero = np.zeros_like(self.attachment)
        return replace(self, attachment=zero, cooperation=zero, views=started)

    def chairs(self) -> dict[str, int]:
        """Return the first year in which each chair chaired."""
        rows = np.flatnonzero(self.chair.any(axis=1))
        return {self.states[row]: YEARS[int(self.chair[row].argmax())] for row in rows}


def framings_of(record: Record) -> Framings:
    """Return the development framings of the first dialogue and the first state-led forum of a scenario."""
    forums = record.scenario.forums
    dialogue = next((forum.development_framing for forum in forums if forum.decides_arena), 0.0)
    return Framings(
        dialogue=dialogue, forum=next((forum.development_framing for forum in forums if forum.state_led), 0.0)
    )


def stakes_of(actors: pd.DataFrame) -> Floats:
    """Return the stake of states in migration: mean percentile rank of their shares of immigrants and emigrants, minus
    its mean."""
    ranks = actors[["immigrant_share", "emigrant_share"]].rank(pct=True).mean(axis=1).to_numpy(float)
    centred: Floats = ranks - ranks.mean()
    return centred


def course_of(record: Record) -> Course:
    """Return the course of a run kept with ``"all"``; before its first meeting, states are as at its start."""
    forums = record.scenario.forums
    led = [f for f, forum in enumerate(forums) if forum.state_led]
    deciding = {forum.id for forum in forums if forum.decides_arena}
    rows = np.flatnonzero((record.population.actors["kind"] == "state").to_numpy())
    start = record.trace.start
    assert start is not None
    snapshots = [(meeting.start, meeting.snapshot) for meeting in record.trace.meetings if meeting.snapshot is not None]
    by_year = [_last(snapshots, date(year, *DEBATE), start) for year in YEARS]
    economic = [issue.economic for issue in record.scenario.issues]
    rights = [issue.id == record.scenario.institutions.rights_issue for issue in record.scenario.issues]

    def of(snapshot: Snapshot) -> tuple[Floats, Floats, Floats, Floats]:
        position = snapshot.preferences["position"][rows]
        attached = snapshot.attachment[rows][:, led].mean(axis=1) if led else np.zeros(len(rows))
        return (
            attached,
            np.asarray(snapshot.actors["cooperation"][rows], float),
            position[:, economic].mean(axis=1) if any(economic) else np.full(len(rows), 0.5),
            position[:, rights].mean(axis=1) if any(rights) else np.full(len(rows), 0.5),
        )

    attached, cooperation, development, on_rights = (
        np.column_stack(parts) for parts in zip(*map(of, by_year), strict=True)
    )
    began = of(start)
    dialogues = [meeting.start for meeting in record.trace.meetings if meeting.forum in deciding]
    return Course(
        states=tuple(record.population.ids[row] for row in rows),
        attachment=attached - began[0][:, None],
        cooperation=cooperation - began[1][:, None],
        views={
            "development": development,
            "rights": on_rights,
            "cooperation": cooperation,
            "cooperation_any": cooperation,
        },
        dialogue=np.array([any(date(y, 1, 1) <= day <= date(y, *DEBATE) for day in dialogues) for y in YEARS]),
        chair=_chairs(record, rows),
        framings=framings_of(record),
    )


def _last(snapshots: list[tuple[date, Snapshot]], day: date, start: Snapshot) -> Snapshot:
    """Return the state of the world at the close of the last meeting that began before a day."""
    return next((snapshot for began, snapshot in reversed(snapshots) if began <= day), start)


def _chairs(record: Record, rows: NDArray[np.intp]) -> Flags:
    """Return who chairs in a year: the hosts of the forum's meeting in it, else of the next one, once it has begun."""
    led = {forum.id for forum in record.scenario.forums if forum.state_led}
    held = [(meeting.start.year, meeting.hosts) for meeting in record.trace.meetings if meeting.forum in led]
    chair = np.zeros((len(rows), len(YEARS)), dtype=bool)
    for (before, _), (year, hosts) in pairwise([(held[0][0] - 1, ()), *held] if held else []):
        for column, then in enumerate(YEARS):
            if before < then <= year:
                chair[:, column] = np.isin(rows, hosts)
    return chair
