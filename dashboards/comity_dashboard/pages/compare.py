"""Compare: two runs with the same seed on one timeline, and many pairs in the background."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import solara
import solara.lab

from comity.errors import InputError
from comity.record import Record
from comity_dashboard.desk import DESK, Desk
from comity_dashboard.differences import differences, label_of
from comity_dashboard.drawn import Drawn, drawn
from comity_dashboard.ensembles import REPLICATES, PairedRuns, effects, run_pairs
from comity_dashboard.figures.figure import Figure
from comity_dashboard.figures.watch import lines_of
from comity_dashboard.hooks import attempt, show_error, use_attempt
from comity_dashboard.packed import Packed
from comity_dashboard.palette import legend_of
from comity_dashboard.parts import Chart, Counter, RunBar
from comity_dashboard.runs import scenario_of, shared, story_of
from comity_dashboard.setup import Setup
from comity_dashboard.side_by_side import SideBySide
from comity_dashboard.widgets import Caption, Player, Room

__all__ = ["Compare", "compared_figures"]


@solara.component
def Compare() -> None:
    """Draw the page."""
    desk = solara.use_context(DESK)
    first, second = desk.run.value, desk.other.value
    RunBar(setup=first, change=desk.change, label="first")
    RunBar(setup=second, change=desk.change_other, label="second", luck=False, whatifs=True)
    paired, error = use_attempt(lambda: _paired_of(first, second), [first.following(""), second.following("")])
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


def _paired_of(first: Setup, second: Setup) -> Paired:
    """Return what the page shows of two runs, shared by all visitors."""
    names = _names(first.name, second.name)

    def make() -> Paired:
        one, two = story_of(first), story_of(second)
        both = SideBySide(one, two)
        return Paired(
            timeline=both.timeline,
            phases=both.phases,
            captions=(one.captions, two.captions),
            rooms=(one.rooms, two.rooms),
            places=both.places,
            figures=tuple(map(drawn, compared_figures(one.record, two.record, names))),
            groups=(legend_of(one.record.scenario.subject), legend_of(two.record.scenario.subject)),
        )

    return shared("paired", (first, second), make, names)


@solara.component
def Both(desk: Desk, paired: Paired) -> None:
    """Draw two runs."""
    first, second = desk.run.value, desk.other.value
    names = _names(first.name, second.name)
    _Between(desk=desk)
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
    Pairs(desk=desk, names=names)
    source = f"{names[0]} and {names[1]}, seed {first.seed}"
    with solara.Div(classes=["comity-pair"]):
        for figure in paired.figures:
            Chart(figure=figure, bus="pair", source=source, height=270).key(figure.key)


@solara.component
def _Between(desk: Desk) -> None:
    """Draw the differences between the setups, and the state of the kept run."""
    first, second, kept = desk.run.value, desk.other.value, desk.kept.value
    found = differences(first, second)
    with solara.Div(classes=["comity-between"]):
        if found:
            solara.Text(f"In the second run, {'; '.join(found)}.")
        else:
            solara.Text("Both runs are the same. Choose a what-if or a theory for the second run, or change the first.")
        if kept is not None:
            beside = not differences(kept.setup, second)
            seed = f" Both runs now have seed {first.seed}." if kept.setup.seed != first.seed else ""
            where = "is the second run" if beside else "is no longer the second run"
            solara.Text(f"The run kept at {kept.time} ({label_of(kept.setup)}) {where}.{seed}")
            if not beside:
                solara.Button(
                    "Use it as the second run again",
                    on_click=lambda: desk.change_other(lambda _: kept.setup.with_seed(first.seed)),
                    text=True,
                )
        if not found and first != first.reset():
            solara.Button(
                "Reset the first run, to see the effect of the changes",
                on_click=lambda: desk.change(lambda s: s.reset()),
                text=True,
            )


@solara.component
def Pairs(desk: Desk, names: tuple[str, str]) -> None:
    """Draw the paired ensemble, with buttons to start and stop it."""
    first, second = desk.run.value, desk.other.value
    done, set_done = solara.use_state(0)
    stop = solara.use_ref(False)

    def hold() -> PairedRuns:
        stop.current = False
        set_done(0)

        def on_progress(pairs: int) -> bool:
            set_done(pairs)
            return not stop.current

        return run_pairs(scenario_of(first), scenario_of(second), names, first.number, on_progress)

    task = solara.lab.use_task(hold, dependencies=None, raise_error=False)
    if task.pending:
        Counter(
            done=done,
            total=REPLICATES,
            text=f"{done} of {REPLICATES} pairs of runs",
            on_stop=lambda: setattr(stop, "current", True),
        )
    else:
        with solara.Div(classes=["comity-actions"]):
            solara.Button(f"Run {REPLICATES} pairs: is the difference more than luck?", on_click=task, text=True)
    if isinstance(task.exception, InputError):
        show_error(str(task.exception))
    elif task.exception is not None:
        raise task.exception
    found = task.value
    if found is not None and not task.pending:
        if found.names != names:
            solara.Text("The results below are for the previous setups. Run the pairs again for the current ones.")
        _Effects(found=found)


@solara.component
def _Effects(found: PairedRuns) -> None:
    figures = solara.use_memo(lambda: list(map(drawn, effects(found))), [id(found)])
    n, seeds = len(found.seeds), found.seeds
    source = f"{found.names[0]} and {found.names[1]}, seeds {seeds[0]} to {seeds[-1]}, {n} pair{'' if n == 1 else 's'}"
    with solara.Div(classes=["comity-effects"]):
        for figure in figures:
            Chart(figure=figure, bus="none", height=430, source=source).key(figure.key)


def compared_figures(first: Record, second: Record, names: tuple[str, str]) -> list[Figure]:
    """Return each chart over time with both runs, and a chart of the difference, second minus first."""
    mine, others = ({lines.key: lines for lines in lines_of(record)} for record in (first, second))
    figures = []
    for key in dict.fromkeys([*mine, *others]):
        if key in mine and key in others:
            figures.append(others[key].over(mine[key], names[1], names[0]))
            figures.append(others[key].minus(mine[key], f"{mine[key].title}: second minus first"))
        else:
            alone = (mine.get(key) or others[key]).figure()
            figures.append(
                replace(alone, note=f"Only in {names[0] if key in mine else names[1]}, so without a difference.")
            )
    return figures


def _names(first: str, second: str) -> tuple[str, str]:
    """Return two distinct names."""
    if first == second:
        return f"{first} (first)", f"{second} (second)"
    return first, second
