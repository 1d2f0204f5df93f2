"""Actor: the story of one actor, in sentences and charts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import solara

from comity.record import Record
from comity.words.explain import explain
from comity.words.explanation import QUANTITIES, quantity
from comity_dashboard.desk import DESK, Desk
from comity_dashboard.differences import differences
from comity_dashboard.drawn import Drawn, drawn
from comity_dashboard.figures import actor as charts
from comity_dashboard.figures import ego
from comity_dashboard.figures.measures import signed
from comity_dashboard.hooks import show_error, use_attempt
from comity_dashboard.language import use_words
from comity_dashboard.packed import Packed, pack
from comity_dashboard.palette import actor_names, colours_of
from comity_dashboard.parts import Chart, RunBar
from comity_dashboard.phrases import Phrases
from comity_dashboard.relations import Relations
from comity_dashboard.runs import relations_of, shared, story_of
from comity_dashboard.setup import Setup
from comity_dashboard.widgets import Picker

__all__ = ["Actor"]


@solara.component
def Actor() -> None:
    """Draw the page."""
    desk, words = solara.use_context(DESK), use_words()
    setup = desk.run.value
    RunBar(setup=setup, change=desk.change)
    people, error = use_attempt(lambda: _people_of(setup, words), [setup.following(""), words.language])
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


def _people_of(setup: Setup, words: Phrases) -> People:
    """Return the actors of a run, shared by all visitors."""

    def make() -> People:
        record = story_of(setup).record
        names = actor_names(record, words)
        listed = pack([{"id": key, "name": name} for key, name in names.items()])
        return People(names=names, listed=listed, first=_first(record))

    return shared("people", (setup,), make, words.language)


@solara.component
def Life(desk: Desk, people: People) -> None:
    """Draw the story of the followed actor, or else of the first state that hosts a meeting."""
    setup, words = desk.run.value, use_words()
    other = desk.other.value if differences(setup, desk.other.value) else None
    what = desk.choice("quantity") if desk.choice("quantity") in QUANTITIES else next(iter(QUANTITIES))
    actor = setup.actor if setup.actor in people.names else people.first
    name = people.names[actor]

    def choose(event: dict[str, str]) -> None:
        if event["what"] == "actor":
            desk.change(lambda s: s.following(event["value"]))
        else:
            desk.choose("quantity", event["value"])

    Picker(
        words={key: words.say(f"actor.{key}") for key in ("label", "name", "why", "quantity", "change")}
        | {"nobody": words.table["actor"]["nobody"]},
        actors=people.listed,
        actor=actor,
        quantities=[{"id": key, "name": charts.named(key, words)} for key in QUANTITIES],
        quantity=what,
        event_pick=choose,
    )
    if setup.actor not in ("", actor):
        solara.Text(words.say("actor.lost", id=setup.actor, name=name), classes=["comity-refused"])
    run = setup.following("")
    told, error = use_attempt(lambda: _told_of(setup, actor, what, words), [run, actor, what, words.language])
    beside, wrong = use_attempt(
        lambda: None if other is None else _beside_of(setup, other, actor, what, words),
        [run, other, actor, what, words.language],
    )
    if told is None:
        show_error(error)
        return
    with solara.Div(classes=["comity-caption"]):
        for number, sentence in enumerate(told.sentences):
            with solara.Div(classes=["comity-caption-more" if number else "comity-caption-text"]):
                solara.Text(sentence)
    _Beside(said=() if beside is None else beside.sentences, wrong=wrong, is_alone=other is None)
    source = words.say("actor.source", name=name, run=setup.name, seed=setup.seed)
    figures = told.figures if beside is None else (*beside.figures, *told.figures[len(beside.figures) :])
    with solara.Div(classes=["comity-grid"]):
        for figure in figures:
            Chart(figure=figure, bus="none", source=source, height=330).key(figure.key)


@solara.component
def _Beside(said: tuple[str, ...], wrong: str, is_alone: bool) -> None:
    """Draw what the second run of Compare says of the actor, or how to get one."""
    router, words = solara.use_router(), use_words()
    if wrong:
        show_error(wrong)
    with solara.Div(classes=["comity-between"]):
        if is_alone:
            solara.Text(words.say("actor.beside.none"), classes=["comity-quiet"])
            solara.Button(words.say("actor.beside.open"), on_click=lambda: router.push("/compare"), text=True)
        elif said:
            with solara.Div(classes=["comity-caption"]):
                solara.Text(" ".join(said))


@dataclass(frozen=True, kw_only=True)
class Told:
    """The story of an actor: sentences, and charts."""

    sentences: tuple[str, ...]
    figures: tuple[Drawn, ...]


def _told_of(setup: Setup, actor: str, what: str, words: Phrases) -> Told:
    """Return the story of an actor and of one of its quantities, shared by all visitors."""

    def make() -> Told:
        record = story_of(setup).record
        found = explain(record, actor, what, called={issue.id: issue.name for issue in record.scenario.issues})
        figures = [
            drawn(charts.state_over_time(record, actor, words).figure()),
            drawn(charts.parts_by_meeting(record, actor, what, words)),
            drawn(charts.total_parts(found, words)),
            drawn(charts.acts_by_meeting(record, actor, words)),
        ]
        figures.extend(_among_others(setup, record, actor, words))
        figures.append(drawn(charts.interventions(record, actor, words)))
        return Told(sentences=tuple(found.sentences), figures=tuple(figures))

    return shared("told", (setup,), make, actor, what, words.language)


def _beside_of(setup: Setup, other: Setup, actor: str, what: str, words: Phrases) -> Told:
    """Return an actor beside itself in the second run of Compare: its lines over each other, and both changes."""
    differs = words.say("actor.beside.differs", differences="; ".join(differences(setup, other, words)))

    def make() -> Told:
        mine, theirs = story_of(setup).record, story_of(other).record
        if actor not in theirs.population.rows:
            name = actor_names(mine, words)[actor]
            return Told(sentences=(words.say("actor.beside.missing", name=name),), figures=())
        here, there = (signed(explain(record, actor, what).change, words=words) for record in (mine, theirs))
        called = words.term("actor.quantities", what, quantity(what, mine.scenario.subject.topic))
        phrase = "actor.beside.same" if here == there else "actor.beside.changes"
        lines = [charts.state_over_time(record, actor, words) for record in (mine, theirs)]
        both = lines[0].over(lines[1], words.say("actor.beside.here"), words.say("actor.beside.there"))
        said = (differs, words.say(phrase, what=called, here=here, there=there), words.say("actor.beside.luck"))
        return Told(sentences=said, figures=(drawn(both),))

    return shared("actor_beside", (setup, other), make, actor, what, differs, words.language)


def _among_others(setup: Setup, record: Record, actor: str, words: Phrases) -> list[Drawn]:
    """Return the charts of an actor among others, from a run that stops before each sitting."""

    def make() -> list[Drawn]:
        found = relations_of(setup)
        names, groups = actor_names(record, words), _by_id(record, "group")
        ids, row = list(record.population.ids), record.population.rows[actor]
        subject = record.scenario.subject
        others = pd.Index([one for one in ids if one != actor])

        def of(values: np.ndarray) -> pd.Series:
            return pd.Series(values, index=ids).loc[others]

        before, after = found.trust[0], found.trust[-1]
        first, last = (of(np.minimum(trust[row], trust[:, row])) for trust in (before, after))
        return [
            drawn(ego.closest(actor, first, last, names, groups, found.meetings[-1], subject, words)),
            drawn(charts.partners(of(before[row]), of(after[row]), names, groups, colours_of(subject), words=words)),
            drawn(ego.in_group(actor, groups[actor], _of_group(record, found, groups, actor, words), subject, words)),
            drawn(
                ego.exchange(of(found.copied[row]), of(found.copied[:, row]), of(found.sponsored[row]), names, words)
            ),
        ]

    return shared("among_others", (setup,), make, actor, words.language)


def _of_group(
    record: Record, found: Relations, groups: dict[str, str], actor: str, words: Phrases
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
        charts.named("cooperation", words): both(lambda frame: kept[frame].actors["cooperation"]),
        charts.named("sovereignty", words): both(lambda frame: kept[frame].actors["sovereignty"]),
        words.say("actor.in_group.trusts"): both(lambda frame: mean(frame, 1)),
        words.say("actor.in_group.trusted"): both(lambda frame: mean(frame, 0)),
    }


def _by_id(record: Record, column: str) -> dict[str, str]:
    people = record.actors_by_id
    return dict(zip(people["id"], people[column], strict=True))


def _first(record: Record) -> str:
    hosts = [host for meeting in record.scenario.meetings for host in meeting.hosts]
    return hosts[0] if hosts else str(record.population.ids[0])
