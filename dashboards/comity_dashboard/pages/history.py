"""History: votes on a world map, and the scorecard against facts and baselines."""

from __future__ import annotations

from typing import Any

import solara
import solara.lab

from comity.errors import InputError
from comity_dashboard.band_switch import BandSwitch, use_bands
from comity_dashboard.desk import DESK, Desk
from comity_dashboard.drawn import Drawn, drawn
from comity_dashboard.figures.scores import Scores, read_scores
from comity_dashboard.figures.votes import expected_yes
from comity_dashboard.figures.world_map import vote_map
from comity_dashboard.hooks import show_error, use_attempt
from comity_dashboard.parts import Chart, Counter, RunBar
from comity_dashboard.runs import scenario_of, shared, story_of
from comity_dashboard.scoring import REPLICATES, Scored, n_runs, run_scores
from comity_dashboard.setup import Setup
from comity_dashboard.widgets import Folder, Scoring

__all__ = ["History"]


@solara.component
def History() -> None:
    """Draw the page."""
    desk = solara.use_context(DESK)
    setup = desk.run.value
    RunBar(setup=setup, change=desk.change)
    votes, error = use_attempt(lambda: _votes_of(setup), [setup.following("")])
    solara.HTML("h2", "Votes")
    if votes is None:
        show_error(error)
    elif not votes:
        solara.Text("No meeting of this scenario ends in a vote.")
    else:
        _Votes(desk=desk, titles=votes, source=f"{setup.name}, seed {setup.seed}, one run")
    solara.HTML("h2", "Scorecard")
    _Card(desk=desk)


def _votes_of(setup: Setup) -> dict[str, str]:
    """Return the votes of a run, by id: year and text."""

    def make() -> dict[str, str]:
        record = story_of(setup).record
        titles = {v.id: f"{m.start.year}: {v.text}" for m in record.scenario.meetings for v in m.votes}
        return {str(vote): titles[vote] for vote in dict.fromkeys(record.votes["vote"])}

    return dict(shared("votes", (setup,), make))


def _maps_of(setup: Setup, vote: str) -> tuple[Drawn, ...]:
    """Return the maps of a vote, shared by all visitors."""

    def make() -> tuple[Drawn, ...]:
        record = story_of(setup).record
        return tuple(drawn(vote_map(record, vote, show)) for show in ("probability", "answer"))

    return shared("maps", (setup,), make, vote)


@solara.component
def _Votes(desk: Desk, titles: dict[str, str], source: str) -> None:
    setup = desk.run.value
    votes = list(titles)
    vote = desk.choice("vote") if desk.choice("vote") in votes else votes[-1]
    if desk.choice("vote") not in ("", vote):
        text = f"No vote of this run has the id “{desk.choice('vote')}”. The page shows the last vote."
        solara.Text(text, classes=["comity-refused"])
    with solara.Div(classes=["comity-whatifs"]):
        for name in votes:
            classes = ["comity-on"] if name == vote else []
            solara.Button(
                titles[name], on_click=lambda name=name: desk.choose("vote", name), text=True, classes=classes
            )
    run = setup.following("")
    maps = solara.use_memo(lambda: _maps_of(setup, vote), [run, vote])
    with solara.Div(classes=["comity-pair"]):
        for number, figure in enumerate(maps):
            Chart(figure=figure, bus="none", source=source).key(f"map{number}")
    bands = use_bands(desk)
    BandSwitch(desk=desk, bands=bands)
    expected = solara.use_memo(
        lambda: (
            None if bands.runs is None else drawn(expected_yes(story_of(setup).record, bands.runs.votes, bands.total))
        ),
        [run, id(bands.runs)],
    )
    if expected is not None:
        Chart(figure=expected, bus="none", source=source).key("expected")


@solara.component
def _Card(desk: Desk) -> None:
    folder, scored = desk.choice("scores"), desk.scored.value
    found, error = use_attempt(lambda: _read(folder), [folder])
    _Scoring(desk=desk)
    Folder(
        label="folder of scores",
        folder=folder,
        hint="folder of comity score --out FOLDER",
        measures=[],
        factors=[],
        chosen={},
        event_choose=lambda event: desk.choose("scores", event["value"]),
    )
    if scored is not None:
        if scored.setup.following("") != desk.run.value.following(""):
            solara.Text(
                f"These scores are for {scored.setup.name}, seed {scored.setup.seed}. Score again for the new scenario."
            )
        _Scored(scores=scored.scores, source=f"{scored.setup.name}, seed {scored.setup.seed}")
    elif not folder:
        solara.Text("Score the scenario above, or enter a folder of scores, to see which facts the model reproduces.")
    elif found is None:
        show_error(error)
    else:
        _Scored(scores=found, source=folder)


@solara.component
def _Scoring(desk: Desk) -> None:
    """Draw the controls of scoring. It stops on request, or when the visitor leaves the page."""
    done, set_done = solara.use_state(0)
    total, set_total = solara.use_state(0)
    replicates, set_replicates = solara.use_state(REPLICATES)
    ended = solara.use_ref(False)

    def end() -> None:
        ended.current = True

    def hold(wanted: int) -> None:
        setup = desk.run.value
        scenario = scenario_of(setup)
        set_total(n_runs(scenario, wanted))
        set_done(0)
        ended.current = False

        def on_progress(runs: int) -> bool:
            if not ended.current:
                set_done(runs)
            return not ended.current

        scores = run_scores(scenario, wanted, setup.number, on_progress)
        if scores is not None:
            desk.scored.set(Scored(setup=setup, scores=scores))

    def start(wanted: int) -> None:
        set_replicates(wanted)
        set_total(0)
        task(wanted)

    task: Any = solara.lab.use_task(hold, dependencies=None, raise_error=False)
    solara.use_effect(lambda: end, [])
    if task.pending:
        text = f"{done} of {total} runs" if done else "Starting the first runs …"
        Counter(done=done, total=total, text=text, on_stop=end)
    else:
        Scoring(replicates=replicates, event_start=lambda wanted: start(int(wanted or 0)))
    if isinstance(task.exception, InputError):
        show_error(str(task.exception))
    elif task.exception is not None:
        raise task.exception


@solara.component
def _Scored(scores: Scores, source: str) -> None:
    figures = solara.use_memo(lambda: [drawn(scores.totals()), drawn(scores.targets())], [id(scores)])
    with solara.Div(classes=["comity-caption"]):
        solara.Text(scores.title, classes=["comity-caption-text"])
        for sentence in scores.marked():
            solara.HTML("div", sentence)
        solara.Text(
            "Codes such as F1 are in the last column below. Hover over a code to read the fact.",
            classes=["comity-quiet"],
        )
    with solara.Div(classes=["comity-grid"]):
        for figure in figures:
            Chart(figure=figure, bus="none", source=source).key(figure.key)


def _read(folder: str) -> Scores | None:
    if not folder:
        return None
    try:
        scores = read_scores(folder)
        for make in (scores.totals, scores.targets, scores.marked):
            make()  # so that missing fields are reported here, not while drawing
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        if isinstance(error, InputError):
            raise
        field = f"field {error}" if isinstance(error, KeyError) else "a field"
        raise InputError(
            f"{folder}/scorecard.json: {field} must be as comity score writes it, but is not. "
            "Repeat comity score --out with this version."
        ) from None
    return scores
