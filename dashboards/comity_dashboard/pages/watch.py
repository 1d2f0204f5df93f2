"""Watch: play a run, with the rooms and the charts."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandas as pd
import solara
import solara.lab

from comity_dashboard.band_switch import BandSwitch, use_bands
from comity_dashboard.bands import BandRuns
from comity_dashboard.desk import DESK, Desk
from comity_dashboard.drawn import Drawn, drawn
from comity_dashboard.exporting import beside_of, file_name, page_of
from comity_dashboard.figures.atlas import background
from comity_dashboard.figures.preferences import preference_space
from comity_dashboard.figures.watch import lines_of
from comity_dashboard.glance import charts_of, glance_of
from comity_dashboard.hooks import attempt, show_error, use_attempt
from comity_dashboard.language import use_words
from comity_dashboard.network import network_of, talks_by_moment
from comity_dashboard.packed import Packed, pack
from comity_dashboard.palette import ON_BLACK, actor_names, legend_of
from comity_dashboard.parts import Chart, RunBar
from comity_dashboard.phrases import ENGLISH, Phrases
from comity_dashboard.runs import relations_of, shared, story_of
from comity_dashboard.setup import Setup
from comity_dashboard.story import Story
from comity_dashboard.widgets import Caption, Chairs, Future, Glance, Network, Player, Room, Save, Strip

__all__ = ["Watch", "Watched", "chain_of_chairs", "watched_of"]

_BLACK = pack(ON_BLACK)


@solara.component
def Watch() -> None:
    """Draw the page."""
    desk = solara.use_context(DESK)
    setup, words = desk.run.value, use_words()
    RunBar(setup=setup, change=desk.change)
    watched, error = use_attempt(lambda: watched_of(setup, words), [setup.following(""), words.language])
    if watched is None:
        show_error(error)
        return
    Played(watched=watched, desk=desk)


@lru_cache(maxsize=1)
def _world() -> Packed:
    return pack(background())


@dataclass(frozen=True, kw_only=True)
class Watched:
    """What the page shows of a run, without its record."""

    actors: frozenset[str]
    groups: list[dict[str, str]]
    timeline: Packed
    phases: Packed
    captions: Packed
    rooms: Packed
    talks: Packed
    network: Packed
    chairs: Packed
    glance: Packed
    small: Packed
    span: list[str]
    figures: tuple[Drawn, ...]


def watched_of(setup: Setup, words: Phrases = ENGLISH) -> Watched:
    """Return what the page shows of a run, shared by all visitors."""

    def make() -> Watched:
        story, found = story_of(setup).said_in(words), relations_of(setup)
        record, charts = story.record, lines_of(story.record, words)
        return Watched(
            actors=frozenset(map(str, record.population.rows)),
            groups=legend_of(record.scenario.subject, words),
            timeline=story.timeline,
            phases=story.phases,
            captions=story.captions,
            rooms=story.rooms,
            talks=pack(talks_by_moment(found, story.moments)),
            network=pack(network_of(found, words=words)),
            chairs=pack(chain_of_chairs(story)),
            glance=pack(glance_of(record, words)),
            small=pack(charts_of(charts)),
            span=[f"{record.scenario.start:%Y-%m-%d}", f"{record.scenario.end:%Y-%m-%d}"],
            figures=tuple(drawn(lines.figure()) for lines in charts),
        )

    return shared("watched", (setup,), make, words.language)


def _space_of(setup: Setup, actor: str, words: Phrases) -> Drawn | None:
    """Return the preference space, with the path of an actor. Its table is made again when it is asked for."""

    def make() -> Drawn | None:
        space = preference_space(story_of(setup).record, actor, words)
        return None if space is None else drawn(space, table)

    def table() -> pd.DataFrame:
        space = preference_space(story_of(setup).record, actor, words)
        assert space is not None, "there was one before"
        return space.table() if callable(space.table) else space.table

    return shared("preferences", (setup,), make, actor, words.language)


def _banded(setup: Setup, runs: BandRuns, words: Phrases) -> tuple[Drawn, ...]:
    """Return the charts over time with the bands of other runs."""

    def make() -> tuple[Drawn, ...]:
        charts = lines_of(story_of(setup).record, words)
        shades = runs.lines
        figures = (one.banded(shades[one.key]) if one.key in shades else one.figure() for one in charts)
        return tuple(map(drawn, figures))

    return shared("banded", (setup,), make, runs.key)


@solara.component
def Played(watched: Watched, desk: Desk) -> None:
    """Draw a run."""
    setup, words = desk.run.value, use_words()
    known = setup.actor if setup.actor in watched.actors else ""
    router = solara.use_router()

    def follow(actor: str) -> None:
        desk.change(lambda s: s.following(actor))

    def open_actor(actor: str) -> None:
        follow(actor)
        router.push("/actor")

    if known != setup.actor:
        solara.Text(words.say("watch.lost", name=setup.actor), classes=["comity-refused"])
    with solara.Div(classes=["comity-sticky"]):
        Player(timeline=watched.timeline, phases=watched.phases)
        Caption(sent=watched.captions)
    with solara.Div(classes=["comity-stage"]):
        with solara.Div(classes=["comity-card"]):
            Glance(
                sent=watched.rooms,
                more=watched.glance,
                groups=watched.groups,
                words=words.table["glance"],
                actor=known,
                event_find_actor=follow,
            )
        with solara.Div(classes=["comity-beside"]):
            with solara.Div(classes=["comity-card"]):
                Room(
                    sent=watched.rooms,
                    groups=watched.groups,
                    actor=known,
                    talks=watched.talks,
                    event_find_actor=follow,
                    event_open_actor=open_actor,
                )
            with solara.Div(classes=["comity-card"]):
                Chairs(entries=watched.chairs)
    Charts(watched=watched, desk=desk, actor=known)
    with solara.Div(classes=["comity-card", "comity-apart"]):
        Network(
            sent=watched.network,
            world=_world(),
            groups=watched.groups,
            words=words.table["network"],
            actor=known,
            event_find_actor=follow,
            event_open_actor=open_actor,
        )


@solara.component
def Charts(watched: Watched, desk: Desk, actor: str) -> None:
    """Draw the small charts, and under them the large ones that are chosen."""
    setup, words, chosen = desk.run.value, use_words(), desk.choice("charts")
    bands = use_bands(desk)
    runs = bands.runs

    def shown() -> tuple[Drawn, ...]:
        if not chosen:
            return ()
        figures = watched.figures if runs is None else _banded(setup, runs, words)
        space = _space_of(setup, actor, words) if chosen in ("all", "preferences") else None
        return tuple(one for one in (*figures, *((space,) if space else ())) if chosen in ("all", one.key))

    figures = solara.use_memo(shown, [id(watched), id(runs), chosen, actor])
    with solara.Div(classes=["comity-card", "comity-apart"]):
        Strip(
            sent=watched.small,
            span=watched.span,
            chosen=chosen,
            black=_BLACK,
            words=words.table["strip"],
            event_open=lambda key: desk.choose("charts", key),
        )
        with solara.Div(classes=["comity-actions"]):
            solara.Button(
                words.say("strip.none" if chosen == "all" else "strip.all"),
                on_click=lambda: desk.choose("charts", "" if chosen == "all" else "all"),
                text=True,
            )
            BandSwitch(desk=desk, bands=bands)
            SaveAsFile(setup=setup)
            Future(words=words.table["future"])
    source = words.say("watch.source", run=setup.name, seed=setup.seed)
    if figures:
        with solara.Div(classes=["comity-grid"] if len(figures) > 1 else ["comity-one"]):
            for figure in figures:
                Chart(figure=figure, source=source, height=330).key(figure.key)


@solara.component
def SaveAsFile(setup: Setup) -> None:
    """Draw the button that saves the run as one page. The page is made in the background when the button is clicked."""
    words = use_words()
    made, set_made = solara.use_state({})

    def make() -> None:
        page, wrong = attempt(lambda: page_of(setup, beside_of(setup), words))
        set_made({"id": uuid.uuid4().hex, "name": file_name(setup), "text": page or "", "wrong": wrong})

    task: Any = solara.lab.use_task(make, dependencies=None)
    Save(
        words={name: words.say(f"export.{name}") for name in ("button", "button_hint", "preparing")},
        made=made,
        event_make=lambda *_: task(),
        event_forget=lambda *_: set_made({}),
    )


def chain_of_chairs(story: Story) -> list[dict[str, str]]:
    """Return the events of the chain of chairs, by date."""
    words, names = story.words, actor_names(story.record, story.words)
    called = {meeting.id: words.term("model.meetings", meeting.name) for meeting in story.record.scenario.meetings}
    return [
        {
            "date": f"{row['date']:%Y-%m-%d}",
            "day": words.day(row["date"]),
            "event": str(row["event"]),
            "said": words.term("model.chairs", str(row["event"])),
            "text": words.term("model.chairs", str(row["text"])),
            "state": names.get(row["state"], str(row["state"])),
            "meeting": called.get(row["meeting"], str(row["meeting"])),
        }
        for row in story.record.chairs.to_dict("records")
    ]
