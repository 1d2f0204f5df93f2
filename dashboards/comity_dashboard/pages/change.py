"""Change: move a slider, and see another history on the same luck."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import solara

from comity.measures import measure
from comity.record import Record
from comity.scenario.presets import PRESETS
from comity.scenario.schema import Scenario
from comity_dashboard.clipboard import as_command, as_toml
from comity_dashboard.desk import DESK, Desk
from comity_dashboard.differences import label_of
from comity_dashboard.drawn import Drawn, drawn
from comity_dashboard.figures import watch
from comity_dashboard.figures.figure import Figure
from comity_dashboard.figures.lines import Lines
from comity_dashboard.figures.measures import changed_measures
from comity_dashboard.hooks import show_error, use_attempt
from comity_dashboard.language import use_words
from comity_dashboard.levers import choices_of, left_out, parameter_groups, patch_choices
from comity_dashboard.packed import pack
from comity_dashboard.parts import Chart, RunBar
from comity_dashboard.phrases import ENGLISH, Phrases
from comity_dashboard.runs import fitting_patches, scenario_of, shared, table_of
from comity_dashboard.setup import Setup
from comity_dashboard.widgets import Copy, Levers

__all__ = ["Change", "Shown", "changed_figures", "shown_of"]


@solara.component
def Change() -> None:
    """Draw the page."""
    desk = solara.use_context(DESK)
    setup, words = desk.run.value, use_words()
    base = setup.reset()
    RunBar(setup=setup, change=desk.change)
    before, wrong = use_attempt(lambda: shown_of(base, words), [base.following(""), words.language])
    if before is None:
        show_error(wrong)
        return
    Board(desk=desk, base=base, before=before)


@solara.component
def Board(desk: Desk, base: Setup, before: Shown) -> None:
    """Draw the levers and the charts."""
    setup, words = desk.run.value, use_words()
    turn = solara.use_ref(0)
    _, redraw = solara.use_state(0)
    original = before.scenario
    groups = solara.use_memo(lambda: pack(parameter_groups(original, words)), [id(before)])
    now, error = use_attempt(lambda: shown_of(setup, words), [setup.following(""), words.language])
    scenario, _ = use_attempt(lambda: scenario_of(setup), [setup.following("")])
    figures = solara.use_memo(lambda: () if now is None else _drawn(base, setup, words), [id(before), id(now)])

    def set_parameter(event: dict[str, Any]) -> None:
        value = event["value"]
        turn.current = int(event["turn"])
        changed = setup.setting(f"parameters.{event['name']}", None if value is None else f"{value:g}")
        if changed == setup:
            redraw(turn.current)  # the slider waits for an answer even if nothing has changed
        else:
            desk.change(lambda _: changed)

    def choose(event: dict[str, Any]) -> None:
        if event["what"] == "parameter":
            set_parameter(event)
        elif event["what"] == "patch":
            desk.change(lambda s: s.toggled(event["value"]))
        else:
            scripted = getattr(original.choices, event["name"])
            value = None if event["value"] == scripted else event["value"]
            desk.change(lambda s: s.setting(f"choices.{event['name']}", value))

    with solara.Div(classes=["comity-change"]):
        Levers(
            groups=groups,
            values=setup.parameters if not error else {},
            fixed=dict(PRESETS[(scenario or original).theory]),
            patches=patch_choices(setup, fitting_patches(setup), words),
            left_out=left_out(setup, words),
            choices=choices_of(original, setup, words),
            done=turn.current,
            event_choose=choose,
        )
        with solara.Div():
            _Actions(desk=desk, setup=setup)
            if now is None:
                show_error(error)
            else:
                with solara.Div(classes=["comity-grid"]):
                    for figure in figures:
                        Chart(figure=figure, bus="change", source=label_of(setup, words)).key(figure.key)


@solara.component
def _Actions(desk: Desk, setup: Setup) -> None:
    words = use_words()
    shown, set_shown = solara.use_state("")
    texts, _ = use_attempt(
        lambda: {"toml": as_toml(setup, words), "command": as_command(setup, words)}, [setup, words.language]
    )
    kept = desk.kept.value
    with solara.Div(classes=["comity-actions"]):
        solara.Button(
            words.say("change.reset"),
            on_click=lambda: desk.change(lambda s: s.reset()),
            text=True,
            disabled=setup == setup.reset(),
        )
        for name, text in (texts or {}).items():
            called = words.say(f"change.{name}")
            Copy(text=text, label=words.say("change.copy", name=called))
            solara.Button(
                words.say("change.show", name=called) if shown != name else words.say("change.hide"),
                on_click=lambda name=name: set_shown("" if shown == name else name),
                text=True,
            )
        solara.Button(words.say("change.keep"), on_click=desk.keep_as_other, text=True)
        if kept is not None:
            phrase = "change.kept" if kept.setup.following("") == setup.following("") else "change.kept_changed"
            text = words.say(phrase, time=kept.time, run=label_of(kept.setup, words))
            solara.v.Html(tag="div", children=[text], class_="comity-kept", attributes={"role": "status"})
    if texts and shown in texts:
        solara.v.Html(tag="pre", children=[texts[shown]], class_="comity-text")


@dataclass(frozen=True, kw_only=True)
class Shown:
    """The drawn part of a run: scenario, lines, main measures, and time span."""

    scenario: Scenario
    lines: dict[str, Lines]
    measures: dict[str, float]
    span: tuple[date, date]

    @classmethod
    def of(cls, record: Record, words: Phrases = ENGLISH) -> Shown:
        """Return the drawn part of a record."""
        charts = (watch.trust, watch.cooperation, watch.sovereignty, watch.silence, watch.agenda, watch.openness)
        lines = {
            chart.key: chart for chart in (make(record, words) for make in (*charts, watch.support)) if len(chart.table)
        }
        scenario = record.scenario
        return cls(scenario=scenario, lines=lines, measures=measure(record), span=(scenario.start, scenario.end))


def shown_of(setup: Setup, words: Phrases = ENGLISH) -> Shown:
    """Return the drawn part of a run, shared by all visitors."""
    return shared("shown", (setup,), lambda: Shown.of(table_of(setup, "meetings"), words), words.language)


def _drawn(base: Setup, setup: Setup, words: Phrases) -> tuple[Drawn, ...]:
    """Return the charts of a change, shared by all visitors."""

    def make() -> tuple[Drawn, ...]:
        return tuple(map(drawn, changed_figures(shown_of(base, words), shown_of(setup, words), words)))

    return shared("changed", (base, setup), make, words.language)


def changed_figures(before: Shown, now: Shown, words: Phrases = ENGLISH) -> list[Figure]:
    """Return the charts of a change: the lines of both runs, and their main measures."""
    span = (min(before.span[0], now.span[0]), max(before.span[1], now.span[1]))
    here, there = words.say("change.now"), words.say("change.before")
    figures = []
    for key, lines in now.lines.items():
        chart = watch.spanned(lines, span)
        figures.append(chart.over(before.lines[key], here, there) if key in before.lines else chart.figure())
    return [*figures, changed_measures(before.measures, now.measures, (there, here), words)]
