"""Watch: play a run, with the rooms and the charts."""

from __future__ import annotations

import solara

from comity_dashboard.band_switch import BandSwitch, use_bands
from comity_dashboard.desk import DESK, Desk
from comity_dashboard.figures.preferences import preference_space
from comity_dashboard.figures.watch import lines_of
from comity_dashboard.hooks import show_error, use_attempt
from comity_dashboard.parts import GROUPS, Chart, RunBar
from comity_dashboard.runs import story_of
from comity_dashboard.story import Story
from comity_dashboard.widgets import Caption, Chairs, Packed, Player, Room

__all__ = ["Watch", "chain_of_chairs"]

_BESIDE = ("trust", "silence")


@solara.component
def Watch() -> None:
    """Draw the page."""
    desk = solara.use_context(DESK)
    setup = desk.run.value
    RunBar(setup=setup, change=desk.change)
    story, error = use_attempt(lambda: story_of(setup), [setup.following("")])
    if story is None:
        show_error(error)
        return
    Played(story=story, desk=desk)


@solara.component
def Played(story: Story, desk: Desk) -> None:
    """Draw a run."""
    setup = desk.run.value
    source = f"{setup.name}, seed {setup.seed}, one run"
    bands = use_bands(desk)
    shades = {} if bands.runs is None else bands.runs.lines
    figures = solara.use_memo(
        lambda: [
            lines.banded(shades[lines.key]) if lines.key in shades else lines.figure()
            for lines in lines_of(story.record)
        ],
        [id(story), id(bands.runs)],
    )
    known = setup.actor if setup.actor in story.record.population.rows else ""
    space = solara.use_memo(lambda: preference_space(story.record, known), [id(story), known])
    chairs = solara.use_memo(lambda: Packed(chain_of_chairs(story)), [id(story)])
    if known != setup.actor:
        solara.Text(f"No actor of this run has the id “{setup.actor}”. Nobody is followed.", classes=["comity-refused"])
    with solara.Div(classes=["comity-sticky"]):
        Player(timeline=story.timeline, phases=story.phases)
        Caption(captions=story.captions)
    with solara.Div(classes=["comity-stage"]):
        with solara.Div(classes=["comity-card"]):
            Room(
                rooms=story.rooms,
                groups=GROUPS,
                actor=known,
                event_find_actor=lambda actor: desk.change(lambda s: s.following(actor)),
            )
        with solara.Div(classes=["comity-side"]):
            BandSwitch(desk=desk, bands=bands)
            for figure in figures:
                if figure.key in _BESIDE:
                    Chart(figure=figure, source=source, height=252).key(figure.key)
    with solara.Div(classes=["comity-grid"]):
        if space is not None:
            Chart(figure=space, source=source, height=330).key("space")
        for figure in figures:
            if figure.key not in _BESIDE:
                Chart(figure=figure, source=source, height=330).key(figure.key)
        with solara.Div(classes=["comity-card", "comity-wide", "comity-rest"]):
            Chairs(entries=chairs)


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
