"""History: votes as a world map, and the scorecard against facts and baselines."""

from __future__ import annotations

import solara

from comity.errors import InputError
from comity.record import Record
from comity_dashboard.desk import DESK, Desk
from comity_dashboard.figures.scores import Scores, read_scores
from comity_dashboard.figures.world_map import vote_map
from comity_dashboard.hooks import show_error, use_attempt
from comity_dashboard.parts import Chart, RunBar
from comity_dashboard.runs import story_of
from comity_dashboard.widgets import Folder

__all__ = ["History"]


@solara.component
def History() -> None:
    """Draw the page."""
    desk = solara.use_context(DESK)
    setup = desk.run.value
    RunBar(setup=setup, change=desk.change)
    story, error = use_attempt(lambda: story_of(setup), [setup.following("")])
    solara.HTML("h2", "Votes")
    if story is None:
        show_error(error)
    elif story.record.votes.empty:
        solara.Text("No meeting of this scenario ends in a vote.")
    else:
        _Votes(record=story.record, source=f"{setup.name}, seed {setup.seed}, one run")
    solara.HTML("h2", "Scorecard")
    _Card(desk=desk)


@solara.component
def _Votes(record: Record, source: str) -> None:
    votes = list(dict.fromkeys(record.votes["vote"]))
    chosen, choose = solara.use_state(votes[-1])
    vote = chosen if chosen in votes else votes[-1]
    titles = {v.id: f"{m.start.year}: {v.text}" for m in record.scenario.meetings for v in m.votes}
    with solara.Div(classes=["comity-whatifs"]):
        for name in votes:
            classes = ["comity-on"] if name == vote else []
            solara.Button(titles[name], on_click=lambda name=name: choose(name), text=True, classes=classes)
    maps = solara.use_memo(
        lambda: [vote_map(record, vote, show) for show in ("probability", "answer")], [id(record), vote]
    )
    with solara.Div(classes=["comity-pair"]):
        for number, figure in enumerate(maps):
            Chart(figure=figure, bus="none", source=source).key(f"map{number}")


@solara.component
def _Card(desk: Desk) -> None:
    folder = desk.scores.value
    found, error = use_attempt(lambda: _read(folder), [folder])
    Folder(
        label="folder of scores",
        folder=folder,
        hint="what comity score --out FOLDER has written",
        measures=[],
        factors=[],
        event_choose=lambda event: desk.scores.set(event["value"]),
    )
    if not folder:
        solara.Text("Run comity score --out FOLDER and name the folder here: what the model reproduces, and what not.")
    elif found is None:
        show_error(error)
    else:
        _Scored(scores=found)


@solara.component
def _Scored(scores: Scores) -> None:
    figures = solara.use_memo(lambda: [scores.totals(), scores.targets()], [id(scores)])
    with solara.Div(classes=["comity-caption"]):
        solara.Text(scores.title, classes=["comity-caption-text"])
        for sentence in scores.sentences:
            with solara.Div():
                solara.Text(sentence)
    with solara.Div(classes=["comity-grid"]):
        for figure in figures:
            Chart(figure=figure, bus="none").key(figure.key)


def _read(folder: str) -> Scores | None:
    if not folder:
        return None
    try:
        return read_scores(folder)
    except (KeyError, TypeError) as error:
        raise InputError(
            f"{folder}/scorecard.json: field {error} must be there, but is not. Write it anew with comity score --out."
        ) from None
