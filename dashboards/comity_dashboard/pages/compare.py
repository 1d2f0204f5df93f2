"""Compare: two runs with the same seed on one timeline, and the verdict of many pairs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import solara
import solara.lab

from comity.errors import InputError
from comity.record import Record
from comity_dashboard.desk import DESK, Desk
from comity_dashboard.differences import differences, label_of, name_in_words, names_of
from comity_dashboard.drawn import Drawn, drawn
from comity_dashboard.ensembles import REPLICATES, PairedRuns, effects, run_pairs, verdict
from comity_dashboard.figures.figure import Figure
from comity_dashboard.figures.watch import lines_of
from comity_dashboard.hooks import attempt, show_error, use_attempt
from comity_dashboard.language import use_words
from comity_dashboard.packed import Packed
from comity_dashboard.palette import legend_of
from comity_dashboard.parts import Chart, Counter, RunBar
from comity_dashboard.phrases import ENGLISH, Phrases
from comity_dashboard.runs import scenario_of, shared, story_of
from comity_dashboard.setup import Setup
from comity_dashboard.side_by_side import SideBySide
from comity_dashboard.widgets import Caption, Player, Room

__all__ = ["Compare", "compared_figures"]


@solara.component
def Compare() -> None:
    """Draw the page."""
    desk, words = solara.use_context(DESK), use_words()
    first, second = desk.run.value, desk.other.value
    RunBar(setup=first, change=desk.change, label=words.say("compare.first"))
    RunBar(setup=second, change=desk.change_other, label=words.say("compare.second"), luck=False, whatifs=True)
    key = [first.following(""), second.following(""), words.language]
    paired, error = use_attempt(lambda: _paired_of(first, second, words), key)
    if paired is None:
        wrong = filter(None, (attempt(partial(story_of, setup))[1] for setup in (first, second)))
        for text in list(wrong) or [error]:
            show_error(text)
    else:
        Both(desk=desk, paired=paired)


@dataclass(frozen=True, kw_only=True)
class Paired:
    """What the page shows of two runs, without their records. Tuples have an element for each run."""

    timeline: Packed
    phases: Packed
    captions: tuple[Packed, Packed]
    rooms: tuple[Packed, Packed]
    places: tuple[Packed, Packed]
    figures: tuple[Drawn, ...]
    groups: tuple[list[dict[str, str]], list[dict[str, str]]]


def _paired_of(first: Setup, second: Setup, words: Phrases) -> Paired:
    """Return what the page shows of two runs, shared by all visitors."""
    names = names_of(first, second, words)

    def make() -> Paired:
        one, two = (story_of(setup).said_in(words) for setup in (first, second))
        both = SideBySide(one, two)
        return Paired(
            timeline=both.timeline,
            phases=both.phases,
            captions=(one.captions, two.captions),
            rooms=(one.rooms, two.rooms),
            places=both.places,
            figures=tuple(map(drawn, compared_figures(one.record, two.record, names, words))),
            groups=(legend_of(one.record.scenario.subject, words), legend_of(two.record.scenario.subject, words)),
        )

    return shared("paired", (first, second), make, names, words.language)


@solara.component
def Both(desk: Desk, paired: Paired) -> None:
    """Draw two runs: first what the pairs say, then one pair on a timeline, then all measures and charts."""
    words = use_words()
    first, second = desk.run.value, desk.other.value
    names = names_of(first, second, words)
    found, set_found = solara.use_state(None)
    _Between(desk=desk)
    Verdict(first=first, second=second, keep=set_found)
    with solara.Div(classes=["comity-sticky"]):
        Player(timeline=paired.timeline, phases=paired.phases, bus="pair", names=list(names))
        with solara.Div(classes=["comity-pair"]):
            for number in (0, 1):
                Caption(sent=paired.captions[number], bus="pair", label=names[number], places=paired.places[number])
    with solara.Div(classes=["comity-pair"]):
        for number in (0, 1):
            with solara.Div(classes=["comity-card"]):
                Room(
                    sent=paired.rooms[number],
                    groups=paired.groups[number],
                    actor=first.actor,
                    bus="pair",
                    places=paired.places[number],
                    event_find_actor=lambda actor: desk.change(lambda s: s.following(actor)),
                )
    if found is not None:
        _Effects(found=found, names=names)
    source = words.say(
        "compare.source", first=name_in_words(first, words), second=name_in_words(second, words), seed=first.seed
    )
    with solara.Div(classes=["comity-pair"]):
        for figure in paired.figures:
            Chart(figure=figure, bus="pair", source=source, height=270).key(figure.key)


@solara.component
def _Between(desk: Desk) -> None:
    """Draw the differences between the setups, and the state of the kept run."""
    words = use_words()
    first, second, kept = desk.run.value, desk.other.value, desk.kept.value
    found = differences(first, second, words)
    with solara.Div(classes=["comity-between"]):
        if found:
            solara.Text(words.say("compare.between.differences", differences="; ".join(found)))
        else:
            solara.Text(words.say("compare.between.none"))
        if kept is not None:
            beside = not differences(kept.setup, second, words)
            phrase = "compare.between.kept" if beside else "compare.between.kept_away"
            said = [words.say(phrase, time=kept.time, run=label_of(kept.setup, words))]
            if kept.setup.seed != first.seed:
                said.append(words.say("compare.between.seed", seed=first.seed))
            solara.Text(" ".join(said))
            if not beside:
                solara.Button(
                    words.say("compare.between.again"),
                    on_click=lambda: desk.change_other(lambda _: kept.setup.with_seed(first.seed)),
                    text=True,
                )
        if not found and first != first.reset():
            solara.Button(
                words.say("compare.between.reset"), on_click=lambda: desk.change(lambda s: s.reset()), text=True
            )


@solara.component
def Verdict(first: Setup, second: Setup, keep: Callable[[PairedRuns | None], None]) -> None:
    """Run pairs while this is shown, and draw what they say. ``keep`` gets the pairs, or None while they run.

    The runs end on request, when a setup changes, or when the visitor leaves the page.
    """
    words = use_words()
    done, set_done = solara.use_state(0)
    turn, set_turn = solara.use_state(0)
    wanted, ended = solara.use_ref(None), solara.use_ref(None)
    key = (first.following(""), second.following(""), turn) if differences(first, second) else None
    wanted.current = key

    def hold() -> tuple[Any, PairedRuns] | None:
        keep(None)
        if key is None:
            return None
        set_done(0)

        def on_progress(pairs: int) -> bool:
            is_wanted: bool = wanted.current == key
            if is_wanted:
                set_done(pairs)
            return is_wanted and ended.current != key

        found = run_pairs(scenario_of(first), scenario_of(second), first.number, on_progress)
        if wanted.current == key:
            keep(found)
        return key, found

    def stop() -> None:
        ended.current = key

    def leave() -> None:
        wanted.current = None

    task: Any = solara.lab.use_task(hold, dependencies=[key], raise_error=False)
    solara.use_effect(lambda: leave, [])
    if key is None:
        return
    made = None if task.pending else task.value
    found = made[1] if made is not None and made[0] == key else None
    with solara.Div(classes=["comity-caption"], attributes={"role": "status"}):
        if task.pending:
            text = words.say("compare.verdict.progress", done=done, n=REPLICATES)
            Counter(done=done, total=REPLICATES, text=text, on_stop=stop)
        elif found is not None:
            said, *more = verdict(found, words)
            with solara.Div(classes=["comity-caption-text"]):
                solara.Text(said)
            solara.Text(" ".join(more))
            if len(found.seeds) < REPLICATES:
                solara.Button(
                    words.say("compare.verdict.run", n=REPLICATES), on_click=lambda: set_turn(turn + 1), text=True
                )
    if isinstance(task.exception, InputError):
        show_error(str(task.exception))
    elif task.exception is not None:
        raise task.exception


@solara.component
def _Effects(found: PairedRuns, names: tuple[str, str]) -> None:
    words = use_words()
    figures = solara.use_memo(lambda: list(map(drawn, effects(found, names, words))), [id(found), words.language])
    first, *_, last = (found.seeds[0], *found.seeds)
    source = words.count(
        "compare.effects.source", len(found.seeds), first=names[0], second=names[1], low=first, high=last
    )
    with solara.Div(classes=["comity-effects"]):
        for figure in figures:
            Chart(figure=figure, bus="none", height=430, source=source).key(figure.key)


def compared_figures(first: Record, second: Record, names: tuple[str, str], words: Phrases = ENGLISH) -> list[Figure]:
    """Return each chart over time with both runs, and a chart of the difference, second minus first."""
    mine, others = ({lines.key: lines for lines in lines_of(record, words)} for record in (first, second))
    figures = []
    for key in dict.fromkeys([*mine, *others]):
        if key in mine and key in others:
            figures.append(others[key].over(mine[key], names[1], names[0]))
            figures.append(others[key].minus(mine[key], words.say("compare.minus", title=mine[key].title)))
        else:
            alone = (mine.get(key) or others[key]).figure()
            note = words.say("compare.alone", name=names[0] if key in mine else names[1])
            figures.append(replace(alone, note=note))
    return figures
