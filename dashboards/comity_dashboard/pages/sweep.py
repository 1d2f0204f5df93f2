"""Sweep: a folder of many runs, even while it grows."""

from __future__ import annotations

from typing import Any

import solara

from comity.errors import InputError
from comity_dashboard.access import Kind, allow
from comity_dashboard.desk import DESK, Desk
from comity_dashboard.drawn import Drawn, drawn
from comity_dashboard.figures.sweep import means_chart, response, sensitivity
from comity_dashboard.figures.words import factor_in_words, factor_meaning, in_words
from comity_dashboard.hooks import show_error, use_attempt
from comity_dashboard.parts import Chart, Counter
from comity_dashboard.runs import scenario_of
from comity_dashboard.setup import Setup
from comity_dashboard.widgets import Folder, Ticker
from comity_lab.factor import NO_PATCH
from comity_lab.reading import SweepTables, read_sweep

__all__ = ["Sweep", "setup_of_run"]


@solara.component
def Sweep() -> None:
    """Draw the page."""
    desk = solara.use_context(DESK)
    turn, set_turn = solara.use_state(0)
    folder = desk.choice("sweep")
    found, error = use_attempt(lambda: _read(folder), [folder, turn])
    n_runs, total = (len(found.runs), found.plan.n_runs) if found is not None else (0, 0)

    measures = found.measures if found is not None and n_runs else []
    factors = found.factors if found is not None else []
    measure, first, second = (desk.choice(name) for name in ("measure", "first", "second"))
    measure = measure if measure in measures else next(iter(measures), "")
    first = first if first in factors else next(iter(factors), "")
    second = second if second in factors and second != first else ""
    Folder(
        label="folder of a sweep",
        folder=folder,
        hint="folder of comity sweep --out FOLDER",
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
                solara.Text(f"{name}: this sweep has no “{desk.choice(name)}”.", classes=["comity-refused"])
    if not folder:
        solara.Text(
            "Enter the folder of a sweep to see its progress, means and sensitivity. "
            "The command comity sweep run design.toml --out FOLDER writes one. It may still be running."
        )
        return
    if found is None:
        show_error(error)
        solara.Text("If a sweep is about to start there, wait: the folder is read every 3 s.")
        Ticker(every=3.0, done=turn, event_tick=lambda _: set_turn(turn + 1))
        return
    running = n_runs < total
    failed = int((found.runs["status"] == "failed").sum()) if n_runs else 0
    points = found.plan.n_points
    done = f"{n_runs} of {total} runs are done, at {points} point{'' if points == 1 else 's'}"
    done += (f", {failed} failed" if failed else "") + ("; refreshed every 3 s" if running else ".")
    Counter(done=n_runs, total=total, text=done)
    if running:
        Ticker(every=3.0, done=turn, event_tick=lambda _: set_turn(turn + 1))
    for text in _missing(found, failed, measure) if n_runs else ():
        show_error(text)
    if n_runs and measure and found.runs[measure].notna().any():
        _Charts(desk=desk, sweep=found, measure=measure, factors=[name for name in (first, second) if name])


@solara.component
def _Charts(desk: Desk, sweep: SweepTables, measure: str, factors: list[str]) -> None:
    router = solara.use_router()
    wrong, set_wrong = solara.use_state("")
    key = [id(sweep), measure, *factors]

    def draw() -> list[Drawn]:
        shown = (means_chart(sweep, measure, factors), response(sweep, measure, factors))
        return [drawn(figure) for figure in shown if figure is not None]

    figures, error = use_attempt(draw, key)
    bars, gap = use_attempt(lambda: sensitivity(sweep, measure), [id(sweep), measure])
    indices = solara.use_memo(lambda: None if bars is None else drawn(bars), [id(bars)])

    def open_point(event: dict[str, Any]) -> None:
        if not str(event.get("name", "")).isdigit():
            return
        try:
            setup = setup_of_run(sweep, int(event["name"]))
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
    solara.Text("Click a dot to open the first run of its point on Watch.", classes=["comity-quiet"])
    parts = (sweep.design.name, sweep.design.scenario or sweep.design.function, f"{len(sweep.runs)} runs")
    source = f"sweep {', '.join(part for part in parts if part)}"
    with solara.Div(classes=["comity-swept"]):
        for figure in figures or []:
            Chart(figure=figure, bus="none", height=420, source=source, on_click=open_point).key(figure.key)
        if indices is not None:
            Chart(figure=indices, bus="none", height=420, source=source).key("sensitivity")
    if gap:
        solara.Text(f"No sensitivity indices yet: {gap}")


def _missing(sweep: SweepTables, failed: int, measure: str) -> list[str]:
    """Return, in sentences, why runs are missing in the charts."""
    sentences = []
    if failed:
        kind = str(sweep.failures["error"].iloc[0]).partition(":")[0][:40]
        runs = "1 run" if failed == 1 else f"{failed} runs"
        sentences.append(
            f"{runs} failed and {'is' if failed == 1 else 'are'} not in the charts. The first error is {kind}. "
            "comity_lab.read_sweep(FOLDER).failures has the details."
        )
    if sweep.damaged:
        sentences.append(
            f"{len(sweep.damaged)} files of the sweep cannot be read, and their runs are not in the charts. "
            "Start the sweep again to replace them."
        )
    if not measure:
        sentences.append("No run so far has a measure, so there is nothing to draw.")
    elif not sweep.runs[measure].notna().any():
        sentences.append(f"No run so far has a value of {in_words(measure)}, so there is nothing to draw.")
    return sentences


def _read(folder: str) -> SweepTables | None:
    return read_sweep(folder) if folder else None


def setup_of_run(sweep: SweepTables, point: int, replicate: int = 0) -> Setup:
    """Return the setup that repeats a run of a sweep.

    Raises
    ------
    InputError
        If the run is missing, or the scenario has changed since the sweep.
    """
    runs = sweep.runs
    row = runs[(runs["point"] == point) & (runs["replicate"] == replicate)]
    if row.empty:
        raise InputError(f"sweep: run {point}:{replicate} is not done yet. Wait for it, or click another point.")
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
            f"sweep: run {point}:{replicate} must have the scenario hash {then}, but {design.scenario!r} and its "
            "patches now give another one. Repeat the run with: comity rerun FOLDER --run POINT:REPLICATE."
        )
    return setup


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
