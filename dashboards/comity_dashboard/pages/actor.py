"""Actor: the story of one actor, in sentences and charts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import solara

from comity.record import Record
from comity.words.explain import explain
from comity.words.explanation import QUANTITIES
from comity_dashboard.desk import DESK, Desk
from comity_dashboard.drawn import Drawn, drawn
from comity_dashboard.figures import actor as charts
from comity_dashboard.figures import ego
from comity_dashboard.hooks import show_error, use_attempt
from comity_dashboard.packed import Packed, pack
from comity_dashboard.palette import colours_of
from comity_dashboard.parts import Chart, RunBar
from comity_dashboard.relations import Relations
from comity_dashboard.runs import relations_of, shared, story_of
from comity_dashboard.setup import Setup
from comity_dashboard.widgets import Picker

__all__ = ["Actor"]


@solara.component
def Actor() -> None:
    """Draw the page."""
    desk = solara.use_context(DESK)
    setup = desk.run.value
    RunBar(setup=setup, change=desk.change)
    people, error = use_attempt(lambda: _people_of(setup), [setup.following("")])
    if people is None:
        show_error(error)
        return
    Life(desk=desk, people=people)


@dataclass(frozen=True, kw_only=True)
class People:
    """The actors of a run: names by id, the same packed, and the actor shown first."""

    names: dict[str, str]
    listed: Packed
    first: str


def _people_of(setup: Setup) -> People:
    """Return the actors of a run, shared by all visitors."""

    def make() -> People:
        record = story_of(setup).record
        names = _by_id(record, "name")
        listed = pack([{"id": key, "name": name} for key, name in names.items()])
        return People(names=names, listed=listed, first=_first(record))

    return shared("people", (setup,), make)


@solara.component
def Life(desk: Desk, people: People) -> None:
    """Draw the story of the followed actor, or else of the first state that hosts a meeting."""
    setup = desk.run.value
    what = desk.choice("quantity") if desk.choice("quantity") in QUANTITIES else next(iter(QUANTITIES))
    actor = setup.actor if setup.actor in people.names else people.first

    def choose(event: dict[str, str]) -> None:
        if event["what"] == "actor":
            desk.change(lambda s: s.following(event["value"]))
        else:
            desk.choose("quantity", event["value"])

    Picker(
        actors=people.listed,
        actor=actor,
        quantities=[{"id": key, "name": name} for key, name in QUANTITIES.items()],
        quantity=what,
        event_pick=choose,
    )
    if setup.actor not in ("", actor):
        text = f"No actor of this run has the id “{setup.actor}”. The page shows {people.names[actor]}."
        solara.Text(text, classes=["comity-refused"])
    told, error = use_attempt(lambda: _told_of(setup, actor, what), [setup.following(""), actor, what])
    if told is None:
        show_error(error)
        return
    with solara.Div(classes=["comity-caption"]):
        for number, sentence in enumerate(told.sentences):
            with solara.Div(classes=["comity-caption-more" if number else "comity-caption-text"]):
                solara.Text(sentence)
    source = f"{people.names[actor]}, {setup.name}, seed {setup.seed}, one run"
    with solara.Div(classes=["comity-grid"]):
        for figure in told.figures:
            Chart(figure=figure, bus="none", source=source, height=330).key(figure.key)


@dataclass(frozen=True, kw_only=True)
class Told:
    """The story of an actor."""

    sentences: tuple[str, ...]
    figures: tuple[Drawn, ...]


def _told_of(setup: Setup, actor: str, what: str) -> Told:
    """Return the story of an actor and of one of its quantities, shared by all visitors."""

    def make() -> Told:
        record = story_of(setup).record
        found = explain(record, actor, what, called={issue.id: issue.name for issue in record.scenario.issues})
        figures = [
            drawn(charts.state_over_time(record, actor).figure()),
            drawn(charts.parts_by_meeting(record, actor, what)),
            drawn(charts.total_parts(found)),
            drawn(charts.acts_by_meeting(record, actor)),
        ]
        figures.extend(_among_others(setup, record, actor))
        figures.append(drawn(charts.interventions(record, actor)))
        return Told(sentences=tuple(found.sentences), figures=tuple(figures))

    return shared("told", (setup,), make, actor, what)


def _among_others(setup: Setup, record: Record, actor: str) -> list[Drawn]:
    """Return the charts of an actor among others, from a run that stops before each sitting."""

    def make() -> list[Drawn]:
        found = relations_of(setup)
        names, groups = _by_id(record, "name"), _by_id(record, "group")
        ids, row = list(record.population.ids), record.population.rows[actor]
        subject = record.scenario.subject
        others = pd.Index([one for one in ids if one != actor])

        def of(values: np.ndarray) -> pd.Series:
            return pd.Series(values, index=ids).loc[others]

        before, after = found.trust[0], found.trust[-1]
        first, last = (of(np.minimum(trust[row], trust[:, row])) for trust in (before, after))
        return [
            drawn(ego.closest(actor, first, last, names, groups, found.meetings[-1], subject)),
            drawn(charts.partners(of(before[row]), of(after[row]), names, groups, colours_of(subject))),
            drawn(ego.in_group(actor, groups[actor], _of_group(record, found, groups, actor), subject)),
            drawn(ego.exchange(of(found.copied[row]), of(found.copied[:, row]), of(found.sponsored[row]), names)),
        ]

    return shared("among_others", (setup,), make, actor)


def _of_group(
    record: Record, found: Relations, groups: dict[str, str], actor: str
) -> dict[str, tuple[pd.Series, pd.Series]]:
    """Return values of all members of the group of an actor at the start and at the end, by name."""
    ids = list(record.population.ids)
    members = [one for one in ids if groups[one] == groups[actor]]
    snaps = [record.trace.start, *(trace.snapshot for trace in record.trace.meetings)]
    kept = [snap for snap in snaps if snap is not None]

    def both(one: Callable[[int], np.ndarray]) -> tuple[pd.Series, pd.Series]:
        first, last = (pd.Series(one(frame), index=ids).loc[members] for frame in (0, len(kept) - 1))
        return first, last

    def mean(frame: int, axis: int) -> np.ndarray:
        trust = found.trust[frame].astype(float)
        np.fill_diagonal(trust, np.nan)
        total: np.ndarray = np.nansum(trust, axis=axis) / max(len(ids) - 1, 1)
        return total

    return {
        QUANTITIES["cooperation"]: both(lambda frame: kept[frame].actors["cooperation"]),
        QUANTITIES["sovereignty"]: both(lambda frame: kept[frame].actors["sovereignty"]),
        "mean trust in others": both(lambda frame: mean(frame, 1)),
        "mean trust of others in it": both(lambda frame: mean(frame, 0)),
    }


def _by_id(record: Record, column: str) -> dict[str, str]:
    people = record.actors_by_id
    return dict(zip(people["id"], people[column], strict=True))


def _first(record: Record) -> str:
    hosts = [host for meeting in record.scenario.meetings for host in meeting.hosts]
    return hosts[0] if hosts else str(record.population.ids[0])
