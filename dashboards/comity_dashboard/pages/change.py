"""Change: move a slider, and see another history on the same luck."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

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
from comity_dashboard.guesses import Guesses, Vote, changes_of, guessable, votes_of
from comity_dashboard.hooks import show_error, use_attempt
from comity_dashboard.language import use_words
from comity_dashboard.levers import choices_of, left_out, parameter_groups, patch_choices
from comity_dashboard.packed import Packed, pack
from comity_dashboard.parts import Chart, RunBar
from comity_dashboard.phrases import ENGLISH, Phrases
from comity_dashboard.runs import fitting_patches, scenario_of, shared, table_of
from comity_dashboard.setup import Setup
from comity_dashboard.weights import study
from comity_dashboard.widgets import Copy, Guess, Levers, Replay

__all__ = ["Change", "Shown", "changed_figures", "shown_of"]

_NOTHING = pack(None)


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


@dataclass(frozen=True, kw_only=True)
class Step:
    """The last change with a lever: which lever, and the setups before and after. One lever moved on is one step."""

    lever: str
    before: Setup
    after: Setup


@solara.component
def Board(desk: Desk, base: Setup, before: Shown) -> None:
    """Draw the levers and the charts."""
    setup, words = desk.run.value, use_words()
    turn = solara.use_ref(0)
    _, redraw = solara.use_state(0)
    guesses, set_guesses = solara.use_state(Guesses())
    step, set_step = solara.use_state(cast("Step | None", None))
    asked, set_asked = solara.use_state(cast("Step | None", None))
    original = before.scenario
    groups = solara.use_memo(lambda: pack(parameter_groups(original, words)), [id(before)])
    now, error = use_attempt(lambda: shown_of(setup, words), [setup.following(""), words.language])
    scenario, _ = use_attempt(lambda: scenario_of(setup), [setup.following("")])
    figures = solara.use_memo(lambda: () if now is None else _drawn(base, setup, words), [id(before), id(now)])
    last = step if step is not None and step.after.following("") == setup.following("") else None
    wanted = last if asked is last else None
    past = solara.use_memo(lambda: _NOTHING if wanted is None else _past(base, wanted, words), [id(before), wanted])
    levered = guesses.waiting_in(setup) or setup

    def change(lever: str, changed: Setup) -> None:
        if guesses.on and now is not None:
            set_guesses(guesses.asking(setup, changed))
            redraw(turn.current)
            return
        set_step(Step(lever=lever, before=last.before if last and last.lever == lever else setup, after=changed))
        desk.change(lambda _: changed)

    def set_parameter(event: dict[str, Any]) -> None:
        value, name = event["value"], event["name"]
        turn.current = int(event["turn"])
        changed = levered.setting(f"parameters.{name}", None if value is None else f"{value:g}")
        if changed == levered:
            redraw(turn.current)  # the slider waits for an answer even if nothing has changed
        else:
            change(name, changed)

    def choose(event: dict[str, Any]) -> None:
        if event["what"] == "parameter":
            set_parameter(event)
        elif event["what"] == "patch":
            change(event["value"], levered.toggled(event["value"]))
        else:
            scripted = getattr(original.choices, event["name"])
            value = None if event["value"] == scripted else event["value"]
            change(event["name"], levered.setting(f"choices.{event['name']}", value))

    def guess(event: dict[str, Any]) -> None:
        changed = guesses.waiting_in(setup)
        if event["what"] == "show" and changed is not None:
            set_guesses(
                Guesses(on=guesses.on, shown=setup, told=changed) if event["guessed"] else Guesses(on=guesses.on)
            )
            set_step(Step(lever="", before=setup, after=changed))
            desk.change(lambda _: changed)
        elif event["what"] == "switch":
            set_guesses(Guesses(on=bool(event["on"])))
        else:
            set_guesses(Guesses(on=guesses.on))

    with solara.Div(classes=["comity-change"]):
        Levers(
            groups=groups,
            values=levered.parameters if not error else {},
            fixed=dict(PRESETS[(scenario or original).theory]),
            offered={
                "patches": patch_choices(levered, fitting_patches(setup), words),
                "left_out": left_out(setup, words),
                "choices": choices_of(original, levered, words),
                "first": study().first,
                "order": study().about,
            },
            done=turn.current,
            event_choose=choose,
        )
        with solara.Div():
            _Guessing(guesses=guesses, setup=setup, act=guess)
            with solara.Div(classes=["comity-change-bar"]):
                Replay(
                    sent=past,
                    words=words.table["replay"],
                    able=last is not None,
                    bus="change",
                    event_ask=lambda *_: set_asked(last),
                )
                _Actions(desk=desk, setup=setup)
            if now is None:
                show_error(error)
            else:
                with solara.Div(classes=["comity-grid"]):
                    for figure in figures:
                        Chart(figure=figure, bus="change", source=label_of(setup, words)).key(figure.key)


@solara.component
def _Guessing(guesses: Guesses, setup: Setup, act: Callable[[dict[str, Any]], None]) -> None:
    words, waiting = use_words(), guesses.waiting_in(setup)
    first, second = guesses.told_in(setup) or (setup, None)
    depends = [first.following(""), second, guesses.on, words.language]
    before, _ = use_attempt(lambda: _guessable(first, words) if guesses.on else None, depends)
    after, _ = use_attempt(lambda: None if second is None else _guessable(second, words), depends)
    waits = [] if waiting is None else changes_of(setup, waiting, words)
    Guess(before=before or _NOTHING, after=after or _NOTHING, waits=waits, words=words.table["guess"], event_act=act)


def _guessable(setup: Setup, words: Phrases) -> Packed:
    """Return what can be guessed of a run, shared by all visitors."""
    shown = shown_of(setup, words)
    return shared("guessable", (setup,), lambda: pack(guessable(shown.lines, shown.votes)), words.language)


def _past(base: Setup, last: Step, words: Phrases) -> Packed:
    """Return the charts before the last change, by key, for a replay."""
    return pack({figure.key: figure.props.data for figure in _drawn(base, last.before, words)})


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
    """The drawn part of a run: scenario, lines, votes, main measures, and time span."""

    scenario: Scenario
    lines: dict[str, Lines]
    votes: tuple[Vote, ...]
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
        span = (scenario.start, scenario.end)
        return cls(scenario=scenario, lines=lines, votes=votes_of(record, words), measures=measure(record), span=span)


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
