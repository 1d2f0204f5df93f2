"""Watch: play a run, with the rooms and the charts."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import solara

from comity_dashboard.band_switch import BandSwitch, use_bands
from comity_dashboard.bands import BandRuns
from comity_dashboard.desk import DESK, Desk
from comity_dashboard.drawn import Drawn, drawn
from comity_dashboard.exporting import beside_of, file_name, page_of
from comity_dashboard.figures.preferences import preference_space
from comity_dashboard.figures.watch import lines_of
from comity_dashboard.hooks import show_error, use_attempt
from comity_dashboard.language import use_words
from comity_dashboard.network import network_of, talks_by_moment
from comity_dashboard.packed import Packed, pack
from comity_dashboard.parts import Chart, RunBar, legend_of
from comity_dashboard.runs import relations_of, shared, story_of
from comity_dashboard.setup import Setup
from comity_dashboard.story import Story
from comity_dashboard.widgets import Caption, Chairs, Future, Network, Player, Room

__all__ = ["Watch", "Watched", "chain_of_chairs", "watched_of"]

_BESIDE = ("trust", "silence")


@solara.component
def Watch() -> None:
    """Draw the page."""
    desk = solara.use_context(DESK)
    setup = desk.run.value
    RunBar(setup=setup, change=desk.change)
    watched, error = use_attempt(lambda: watched_of(setup), [setup.following("")])
    if watched is None:
        show_error(error)
        return
    Played(watched=watched, desk=desk)


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
    figures: tuple[Drawn, ...]


def watched_of(setup: Setup) -> Watched:
    """Return what the page shows of a run, shared by all visitors."""

    def make() -> Watched:
        story, found = story_of(setup), relations_of(setup)
        return Watched(
            actors=frozenset(map(str, story.record.population.rows)),
            groups=legend_of(story.record.scenario.subject),
            timeline=story.timeline,
            phases=story.phases,
            captions=story.captions,
            rooms=story.rooms,
            talks=pack(talks_by_moment(found, story.moments)),
            network=pack(network_of(found)),
            chairs=pack(chain_of_chairs(story)),
            figures=tuple(drawn(lines.figure()) for lines in lines_of(story.record)),
        )

    return shared("watched", (setup,), make)


def _space_of(setup: Setup, actor: str) -> Drawn | None:
    """Return the preference space, with the path of an actor. Its table is made again when it is asked for."""

    def make() -> Drawn | None:
        space = preference_space(story_of(setup).record, actor)
        return None if space is None else drawn(space, table)

    def table() -> pd.DataFrame:
        space = preference_space(story_of(setup).record, actor)
        assert space is not None, "there was one before"
        return space.table() if callable(space.table) else space.table

    return shared("preferences", (setup,), make, actor)


def _banded(setup: Setup, runs: BandRuns) -> tuple[Drawn, ...]:
    """Return the charts over time with the bands of other runs."""

    def make() -> tuple[Drawn, ...]:
        charts = lines_of(story_of(setup).record)
        shades = runs.lines
        figures = (one.banded(shades[one.key]) if one.key in shades else one.figure() for one in charts)
        return tuple(map(drawn, figures))

    return shared("banded", (setup,), make, runs.key)


@solara.component
def Played(watched: Watched, desk: Desk) -> None:
    """Draw a run."""
    setup, words = desk.run.value, use_words()
    source = f"{setup.name}, seed {setup.seed}, one run"
    bands = use_bands(desk)
    runs = bands.runs
    figures = solara.use_memo(
        lambda: watched.figures if runs is None else _banded(setup, runs), [id(watched), id(runs)]
    )
    known = setup.actor if setup.actor in watched.actors else ""
    router = solara.use_router()

    def follow(actor: str) -> None:
        desk.change(lambda s: s.following(actor))

    def open_actor(actor: str) -> None:
        follow(actor)
        router.push("/actor")

    space = solara.use_memo(lambda: _space_of(setup, known), [id(watched), known])
    if known != setup.actor:
        solara.Text(f"No actor of this run has the id “{setup.actor}”. Nobody is followed.", classes=["comity-refused"])
    with solara.Div(classes=["comity-sticky"]):
        Player(timeline=watched.timeline, phases=watched.phases)
        Caption(sent=watched.captions)
    with solara.Div(classes=["comity-stage"]):
        with solara.Div(classes=["comity-card"]):
            Room(
                sent=watched.rooms,
                groups=watched.groups,
                actor=known,
                talks=watched.talks,
                event_find_actor=follow,
                event_open_actor=open_actor,
            )
        with solara.Div(classes=["comity-side"]):
            with solara.Div(classes=["comity-actions"]):
                BandSwitch(desk=desk, bands=bands)
                SaveAsFile(setup=setup)
                Future(words=words.table["future"])
            for figure in figures:
                if figure.key in _BESIDE:
                    Chart(figure=figure, source=source, height=252).key(figure.key)
    with solara.Div(classes=["comity-card", "comity-apart"]):
        Network(
            sent=watched.network,
            groups=watched.groups,
            words=words.table["network"],
            actor=known,
            event_find_actor=follow,
            event_open_actor=open_actor,
        )
    with solara.Div(classes=["comity-grid"]):
        if space is not None:
            Chart(figure=space, source=source, height=330).key("space")
        for figure in figures:
            if figure.key not in _BESIDE:
                Chart(figure=figure, source=source, height=330).key(figure.key)
        with solara.Div(classes=["comity-card", "comity-wide", "comity-rest"]):
            Chairs(entries=watched.chairs)


@solara.component
def SaveAsFile(setup: Setup) -> None:
    """Draw the button that saves the run as one page; it is made when the button is clicked."""
    words = use_words().table["export"]
    with solara.FileDownload(
        lambda: page_of(setup, beside_of(setup)).encode(), filename=file_name(setup), mime_type="text/html"
    ):
        solara.Button(words["button"], attributes={"title": words["button_hint"]}, text=True)


def chain_of_chairs(story: Story) -> list[dict[str, str]]:
    """Return the events of the chain of chairs, by date."""
    names = dict(zip(story.record.actors_by_id["id"], story.record.actors_by_id["name"], strict=True))
    called = {meeting.id: meeting.name for meeting in story.record.scenario.meetings}
    return [
        {
            "date": f"{row['date']:%Y-%m-%d}",
            "day": f"{row['date'].day} {row['date']:%b %Y}",
            "event": str(row["event"]),
            "text": str(row["text"]),
            "state": names.get(row["state"], str(row["state"])),
            "meeting": called.get(row["meeting"], str(row["meeting"])),
        }
        for row in story.record.chairs.to_dict("records")
    ]
