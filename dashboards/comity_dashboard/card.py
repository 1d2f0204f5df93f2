"""The scorecard of the page History: its controls, its total and most telling row, and its tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import solara
import solara.lab

from comity.errors import InputError
from comity.posterior import Draw
from comity_dashboard.bands import asked_of
from comity_dashboard.desk import DESK, Desk
from comity_dashboard.drawn import drawn
from comity_dashboard.figures.scores import Scores, read_scores
from comity_dashboard.hooks import attempt, show_error, use_attempt
from comity_dashboard.language import use_words
from comity_dashboard.parts import Chart, Counter
from comity_dashboard.phrases import Phrases
from comity_dashboard.runs import scenario_of
from comity_dashboard.scoring import REPLICATES, Scored, n_runs, run_scores
from comity_dashboard.setup import Setup
from comity_dashboard.widgets import Folder, Scoring

__all__ = ["Card"]


@solara.component
def Card() -> None:
    """Draw the scorecard."""
    desk, words = solara.use_context(DESK), use_words()
    folder, scored = desk.choice("scores"), desk.scored.value
    found, error = use_attempt(lambda: _read(folder, words), [folder, words.language])
    _Scoring(desk=desk)
    Folder(
        words={key: words.say(f"history.card.{key}") for key in ("label", "hint")},
        folder=folder,
        measures=[],
        factors=[],
        chosen={},
        event_choose=lambda event: desk.choose("scores", event["value"]),
    )
    if scored is not None:
        run = {"run": scored.setup.name, "seed": scored.setup.seed}
        if scored.setup.following("") != desk.run.value.following(""):
            solara.Text(words.say("history.card.outdated", **run))
        _Scored(scores=scored.scores, source=words.say("history.card.source", **run))
    elif not folder:
        solara.Text(words.say("history.card.empty"))
    elif found is None:
        show_error(error)
    else:
        _Scored(scores=found, source=folder)


@solara.component
def _Scoring(desk: Desk) -> None:
    """Draw the controls of scoring. It stops on request, or when the visitor leaves the page."""
    words = use_words()
    done, set_done = solara.use_state(0)
    total, set_total = solara.use_state(0)
    replicates, set_replicates = solara.use_state(REPLICATES)
    ended = solara.use_ref(False)
    setup = desk.run.value
    draws = solara.use_memo(lambda: _draws_of(setup), [setup.following("")])

    def end() -> None:
        ended.current = True

    def hold(wanted: int, drawn_from: Sequence[Draw]) -> None:
        scenario = scenario_of(setup)
        set_total(n_runs(scenario, wanted))
        set_done(0)
        ended.current = False

        def on_progress(runs: int) -> bool:
            if not ended.current:
                set_done(runs)
            return not ended.current

        scores = run_scores(scenario, wanted, setup.number, on_progress, drawn_from)
        if scores is not None:
            desk.scored.set(Scored(setup=setup, scores=scores))

    def start(asked: dict[str, Any]) -> None:
        wanted = int(asked["replicates"] or 0)
        set_replicates(wanted)
        set_total(0)
        task(wanted, draws if asked["draws"] else ())

    task: Any = solara.lab.use_task(hold, dependencies=None, raise_error=False)
    solara.use_effect(lambda: end, [])
    if task.pending:
        text = words.say("history.card.runs", done=done, total=total) if done else words.say("history.card.starting")
        Counter(done=done, total=total, text=text, on_stop=end)
    else:
        Scoring(words=words.table["history"]["card"], replicates=replicates, is_open=bool(draws), event_start=start)
    if isinstance(task.exception, InputError):
        show_error(str(task.exception))
    elif task.exception is not None:
        raise task.exception


def _draws_of(setup: Setup) -> tuple[Draw, ...]:
    """Return the draws of the posterior that this run leaves open; none if the posterior is not about it."""
    asked, _ = attempt(lambda: asked_of(setup))
    return () if asked is None else asked.draws


@solara.component
def _Scored(scores: Scores, source: str) -> None:
    words = use_words()
    figures = solara.use_memo(
        lambda: [drawn(scores.totals(words)), drawn(scores.differing(words)), drawn(scores.targets(words))],
        [id(scores), words.language],
    )
    with solara.Div(classes=["comity-caption"]):
        for number, sentence in enumerate([*scores.headline(words), *scores.telling(words)]):
            with solara.Div(classes=["comity-caption-more" if number else "comity-caption-text"]):
                solara.Text(sentence)
        solara.Text(words.say("history.card.head", title=scores.title), classes=["comity-quiet", "comity-small"])
    with solara.Div(classes=["comity-grid"]):
        for figure in figures:
            Chart(figure=figure, bus="none", source=source).key(figure.key)
    with solara.v.Html(tag="details", class_="comity-codes"):
        with solara.v.Html(tag="summary"):
            solara.Text(words.say("history.card.codes"))
        solara.Text(words.say("history.card.codes_how"), classes=["comity-quiet"])
        for sentence in scores.marked():
            solara.HTML("div", sentence)


def _read(folder: str, words: Phrases) -> Scores | None:
    if not folder:
        return None
    try:
        scores = read_scores(folder)
        for make in (scores.totals, scores.differing, scores.targets, scores.headline, scores.telling, scores.marked):
            make()  # so that missing fields are reported here, not while drawing
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        if isinstance(error, InputError):
            raise
        say = words.say
        field = (
            say("history.card.field", name=str(error)) if isinstance(error, KeyError) else say("history.card.a_field")
        )
        raise InputError(say("history.card.broken", folder=folder, field=field)) from None
    return scores
