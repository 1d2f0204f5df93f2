"""Sweep: recent folders, a sweep to start, and a folder of many runs, even while it grows."""

from __future__ import annotations

from typing import Any

import solara

from comity.errors import InputError
from comity_dashboard.access import Kind, allow
from comity_dashboard.desk import DESK, Desk
from comity_dashboard.drawn import Drawn, drawn
from comity_dashboard.figures.matters import Matter, matters
from comity_dashboard.figures.sweep import means_chart, response
from comity_dashboard.figures.words import factor_in_words, factor_meaning, in_words
from comity_dashboard.hooks import show_error, use_attempt
from comity_dashboard.language import use_words
from comity_dashboard.parts import Chart, Counter
from comity_dashboard.phrases import ENGLISH, Phrases
from comity_dashboard.runs import scenario_of
from comity_dashboard.setup import Setup
from comity_dashboard.sweep_start import SweepStart
from comity_dashboard.sweeps import going
from comity_dashboard.weights import study
from comity_dashboard.widgets import Folder, Ticker
from comity_lab.factor import NO_PATCH
from comity_lab.reading import SweepTables, read_sweep

__all__ = ["Sweep", "setup_of_run"]

_MEASURE = "trust_roles"
"""The measure that is shown first, if a sweep has it."""
_TOP = 3  # factors of the shipped study that are named


@solara.component
def Sweep() -> None:
    """Draw the page."""
    desk, words = solara.use_context(DESK), use_words()
    turn, set_turn = solara.use_state(0)
    folder = desk.choice("sweep")
    found, error = use_attempt(lambda: _read(folder), [folder, turn])
    n_runs, total = (len(found.runs), found.plan.n_runs) if found is not None else (0, 0)

    measures = found.measures if found is not None and n_runs else []
    factors = found.factors if found is not None else []
    measure, first, second = (desk.choice(name) for name in ("measure", "first", "second"))
    measure = measure if measure in measures else next((one for one in (_MEASURE, *measures) if one in measures), "")
    matter, gap = use_attempt(
        lambda: matters(found, measure, words) if found is not None and measure else None,
        [id(found), measure, words.language],
    )
    first = first if first in factors else next(iter(factors), "") if matter is None else matter.factor
    second = second if second in factors and second != first else ""
    if not folder:
        _Shipped()
    SweepStart()
    solara.HTML("h2", words.say("sweep.head_read"))
    Folder(
        words=words.table["sweep"]["folder"],
        folder=folder,
        measures=[{"id": name, "name": in_words(name)} for name in measures],
        factors=[
            {"id": name, "name": ": ".join(filter(None, [factor_in_words(name), factor_meaning(name)]))}
            for name in factors
        ],
        chosen={"measure": measure, "first": first, "second": second},
        event_choose=lambda event: desk.choose("sweep" if event["what"] == "folder" else event["what"], event["value"]),
    )
    if found is not None:
        for name, taken, known in (
            ("measure", measure, measures), ("first", first, factors), ("second", second, factors),
        ):  # fmt: skip
            if known and desk.choice(name) not in ("", taken):
                text = words.say("sweep.unknown", what=name, name=desk.choice(name))
                solara.Text(text, classes=["comity-refused"])
    if not folder:
        solara.Text(words.say("sweep.empty"))
        return
    if found is None:
        now = going()
        if now is not None and now.folder == folder:
            solara.Text(words.say("sweep.starting"))
        else:
            show_error(error)
            solara.Text(words.say("sweep.wait"))
        Ticker(every=3.0, done=turn, event_tick=lambda _: set_turn(turn + 1))
        return
    running = n_runs < total
    failed = int((found.runs["status"] == "failed").sum()) if n_runs else 0
    text = words.count(
        "sweep.progress", found.plan.n_points, done=n_runs, total=total,
        failed=words.say("sweep.progress_failed", n=failed) if failed else "",
        more=words.say("sweep.progress_more" if running else "sweep.progress_end"),
    )  # fmt: skip
    Counter(done=n_runs, total=total, text=text)
    if running:
        Ticker(every=3.0, done=turn, event_tick=lambda _: set_turn(turn + 1))
        now = going()
        if now is None or now.folder != folder:
            solara.Text(words.say("sweep.idle", folder=folder), classes=["comity-quiet", "comity-small"])
    for text in _missing(found, failed, measure, words) if n_runs else ():
        show_error(text)
    if n_runs and measure and found.runs[measure].notna().any():
        _Matter(matter=matter, gap=gap)
        _Charts(
            desk=desk, sweep=found, measure=measure, factors=[name for name in (first, second) if name], matter=matter
        )


@solara.component
def _Shipped() -> None:
    """Say which factors matter most in the study that comes with the application."""
    words, found = use_words(), study()
    factors = [
        f"{words.term('parameters.meanings', name, factor_meaning(f'parameters.{name}'))} ({words.number(weight)})"
        for name, weight in list(found.weights.items())[:_TOP]
    ]
    said = words.say("sweep.shipped.first", factors=words.say("sweep.shipped.between").join(factors))
    how = words.say(
        "sweep.shipped.how", runs=found.about["runs"], seed=found.about["seed"], parameters=len(found.weights)
    )
    with solara.Div(classes=["comity-caption"]):
        with solara.Div(classes=["comity-caption-text"]):
            solara.Text(said)
        solara.Text(how, style={"margin-right": "6px"})
        with solara.Link("/change"):
            solara.Text(words.say("sweep.shipped.link"))


@solara.component
def _Matter(matter: Matter | None, gap: str) -> None:
    """Draw the sentences on which factor matters, or why that is not known."""
    words = use_words()
    said = [words.say("sweep.matters.gap", reason=gap)] if matter is None else matter.said
    if said:
        with solara.Div(classes=["comity-caption"]):
            with solara.Div(classes=["comity-caption-text"] if matter is not None else []):
                solara.Text(said[0])
            solara.Text(" ".join(said[1:]))


@solara.component
def _Charts(desk: Desk, sweep: SweepTables, measure: str, factors: list[str], matter: Matter | None) -> None:
    router, words = solara.use_router(), use_words()
    wrong, set_wrong = solara.use_state("")
    key = [id(sweep), measure, *factors, words.language]

    def draw() -> list[Drawn]:
        shown = (response(sweep, measure, factors, words), means_chart(sweep, measure, factors, words))
        return [drawn(figure) for figure in shown if figure is not None]

    figures, error = use_attempt(draw, key)
    bars = solara.use_memo(lambda: None if matter is None else drawn(matter.figure), [id(matter)])

    def open_point(event: dict[str, Any]) -> None:
        if not str(event.get("name", "")).isdigit():
            return
        try:
            setup = setup_of_run(sweep, int(event["name"]), words=words)
        except InputError as problem:
            set_wrong(str(problem))
            return
        allow("scenario", setup.scenario)
        chosen: dict[Kind, tuple[str, ...]] = {"patch": setup.patches, "set": setup.settings}
        for kind, names in chosen.items():
            for name in names:
                allow(kind, name)  # so that a refresh of Watch works
        desk.change(lambda _: setup)
        router.push("/")

    for text in filter(None, (error, wrong)):
        show_error(text)
    design = sweep.design
    parts = (design.name, design.scenario or design.function, words.say("sweep.runs", n=len(sweep.runs)))
    source = words.say("sweep.source", parts=", ".join(part for part in parts if part))
    with solara.Div(classes=["comity-swept"]):
        if bars is not None:
            Chart(figure=bars, bus="none", height=420, source=source).key("sensitivity")
        for figure in figures or []:
            Chart(figure=figure, bus="none", height=420, source=source, on_click=open_point).key(figure.key)
    solara.Text(words.say("sweep.open_dot"), classes=["comity-quiet"])


def _missing(sweep: SweepTables, failed: int, measure: str, words: Phrases) -> list[str]:
    """Return, in sentences, why runs are missing in the charts."""
    sentences = []
    if failed:
        kind = str(sweep.failures["error"].iloc[0]).partition(":")[0][:40]
        sentences.append(words.count("sweep.missing.failed", failed, kind=kind))
    if sweep.damaged:
        sentences.append(words.count("sweep.missing.damaged", len(sweep.damaged)))
    if not measure:
        sentences.append(words.say("sweep.missing.measures"))
    elif not sweep.runs[measure].notna().any():
        sentences.append(words.say("sweep.missing.values", measure=in_words(measure)))
    return sentences


def _read(folder: str) -> SweepTables | None:
    return read_sweep(folder) if folder else None


def setup_of_run(sweep: SweepTables, point: int, replicate: int = 0, words: Phrases = ENGLISH) -> Setup:
    """Return the setup that repeats a run of a sweep.

    Raises
    ------
    InputError
        If the run is missing, or the scenario has changed since the sweep.
    """
    runs = sweep.runs
    row = runs[(runs["point"] == point) & (runs["replicate"] == replicate)]
    if row.empty:
        raise InputError(words.say("sweep.run.missing", point=point, replicate=replicate))
    design = sweep.design
    setup = Setup(scenario=design.scenario, seed=str(int(row["seed"].iloc[0])), patches=design.patches)
    for path, value in design.settings.items():
        setup = setup.setting(path, _text(value))
    values = sweep.plan.values(point)
    for factor in design.factors:
        value = values[factor.name]
        if factor.parameter is not None:
            setup = setup.setting(f"parameters.{factor.parameter}", repr(float(value)))
        elif factor.name == "patch":
            setup = setup if value == NO_PATCH else setup.toggled(str(value))
        elif factor.name in ("preset", "theory"):
            setup = setup.under(str(value))
        else:
            setup = setup.setting(factor.name, _text(value))
    then = str(row["scenario_hash"].iloc[0])
    if scenario_of(setup).hash != then:
        raise InputError(
            words.say("sweep.run.changed", point=point, replicate=replicate, then=then, scenario=repr(design.scenario))
        )
    return setup


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
