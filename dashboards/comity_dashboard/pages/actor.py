"""Actor: the story of one actor, in sentences and charts."""

from __future__ import annotations

import pandas as pd
import solara

from comity.record import Record
from comity.words.explain import explain
from comity.words.explanation import QUANTITIES, Explanation
from comity_dashboard.desk import DESK, Desk
from comity_dashboard.figures import actor as charts
from comity_dashboard.hooks import show_error, use_attempt
from comity_dashboard.parts import Chart, RunBar
from comity_dashboard.runs import run_once, story_of
from comity_dashboard.setup import Setup
from comity_dashboard.widgets import Packed, Picker

__all__ = ["Actor"]


@solara.component
def Actor() -> None:
    """Draw the page."""
    desk = solara.use_context(DESK)
    setup = desk.run.value
    RunBar(setup=setup, change=desk.change)
    story, error = use_attempt(lambda: story_of(setup), [setup.following("")])
    if story is None:
        show_error(error)
        return
    Life(desk=desk, record=story.record)


@solara.component
def Life(desk: Desk, record: Record) -> None:
    """Draw the story of the followed actor, or else of the first state that hosts a meeting."""
    setup = desk.run.value
    what = desk.choice("quantity") if desk.choice("quantity") in QUANTITIES else next(iter(QUANTITIES))
    actor = setup.actor if setup.actor in record.population.rows else _first(record)
    people = record.actors_by_id
    names = dict(zip(people["id"], people["name"], strict=True))

    def choose(event: dict[str, str]) -> None:
        if event["what"] == "actor":
            desk.change(lambda s: s.following(event["value"]))
        else:
            desk.choose("quantity", event["value"])

    listed = solara.use_memo(lambda: Packed([{"id": key, "name": name} for key, name in names.items()]), [id(record)])
    Picker(
        actors=listed,
        actor=actor,
        quantities=[{"id": key, "name": name} for key, name in QUANTITIES.items()],
        quantity=what,
        event_pick=choose,
    )
    called = {issue.id: issue.name for issue in record.scenario.issues}
    if setup.actor not in ("", actor):
        text = f"No actor of this run has the id “{setup.actor}”. The page shows {names[actor]}."
        solara.Text(text, classes=["comity-refused"])
    found, error = use_attempt(lambda: explain(record, actor, what, called=called), [id(record), actor, what])
    if found is None:
        show_error(error)
        return
    _Explained(setup=setup, record=record, found=found)


@solara.component
def _Explained(setup: Setup, record: Record, found: Explanation) -> None:
    actor, what = found.actor, found.what
    people = record.actors_by_id
    names = dict(zip(people["id"], people["name"], strict=True))
    groups = dict(zip(people["id"], people["group"], strict=True))
    with solara.Div(classes=["comity-caption"]):
        for number, sentence in enumerate(found.sentences):
            with solara.Div(classes=["comity-caption-more" if number else "comity-caption-text"]):
                solara.Text(sentence)
    source = f"{names[actor]}, {setup.name}, seed {setup.seed}, one run"
    figures = solara.use_memo(
        lambda: [
            charts.state_over_time(record, actor).figure(),
            charts.parts_by_meeting(record, actor, what),
            charts.total_parts(found),
            charts.acts_by_meeting(record, actor),
            charts.interventions(record, actor),
        ],
        [id(record), actor, what],
    )
    trusted, _ = use_attempt(lambda: _partners(setup, record, actor), [id(record), actor])
    drawn = solara.use_memo(
        lambda: [] if trusted is None else [charts.partners(*trusted, names, groups)], [id(trusted), actor]
    )
    with solara.Div(classes=["comity-grid"]):
        for figure in [*figures[:-1], *drawn, figures[-1]]:
            Chart(figure=figure, bus="none", source=source, height=330).key(figure.key)


def _first(record: Record) -> str:
    hosts = [host for meeting in record.scenario.meetings for host in meeting.hosts]
    return hosts[0] if hosts else str(record.population.ids[0])


def _partners(setup: Setup, record: Record, actor: str) -> tuple[pd.Series, pd.Series]:
    """Return the trust of an actor in each other one, at the start and at the end, without keeping the matrices."""
    full = run_once(record.scenario, setup.number, "trust")
    last = full.trace.meetings[-1].id if full.trace.meetings else "start"
    row = record.population.rows[actor]
    held = [full.trust_matrix(name).iloc[row] for name in ("start", last)]
    before, after = (pd.Series(values).drop(index=actor) for values in held)
    return before, after
