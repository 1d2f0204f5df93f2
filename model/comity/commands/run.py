"""comity run: run a scenario, print what happened, and save the record."""

from __future__ import annotations

import sys
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from comity.commands.bands import bands_of, check_file, file_beside, print_bands, save_bands
from comity.commands.choice import Choice, read_seed_text
from comity.commands.compiling import while_compiling
from comity.commands.console import console
from comity.commands.meetings import print_meetings
from comity.commands.outcomes import print_outcomes
from comity.forum.calendar import Calendar
from comity.forum.trace import Keep
from comity.record import Record
from comity.scenario.schema import Scenario
from comity.scenario.subject import MIGRATION
from comity.words.describe import NOT_CALIBRATED

__all__ = ["actors_in_words", "hold", "run"]

_HOLDING = "holding meetings"


def run(
    choice: Choice, seed_text: str, out: Path | None, keep: Keep, show_all: bool, quiet: bool, csv: bool = False
) -> None:
    """Run a scenario, print it and save it where ``out`` says, also as CSV; the choice is already checked."""
    seed = read_seed_text(seed_text)
    scenario, draws = choice.load(), choice.draws()
    if out is not None and draws:
        check_file(file_beside(out))
    model = Calendar(scenario, seed=seed, keep=keep)
    screen = console()
    if not quiet:
        print_heading(screen, scenario, model, seed)
    record = hold(model, quiet)
    command = choice.command(seed, keep)
    if out is not None:
        record.save(out, command, csv=csv)
    bands = bands_of(record, draws, quiet) if draws and not (quiet and out is None) else None
    if out is not None and bands is not None:
        save_bands(bands, file_beside(out))
    if not quiet:
        print_meetings(screen, record, show_all)
        print_outcomes(screen, record)
        if bands is not None:
            print_bands(screen, record, bands)
        _print_where(screen, choice, seed, out, keep)


def print_heading(screen: Console, scenario: Scenario, model: Calendar, seed: int) -> None:
    """Print what is about to run."""
    years = f"{scenario.start.year}-{scenario.end.year}"
    screen.print(scenario.title, style="bold", markup=False, soft_wrap=True)
    meetings = f"{len(scenario.meetings)} meeting{'' if len(scenario.meetings) == 1 else 's'} in {years}"
    screen.print(f"{scenario.name}: {actors_in_words(model)}; {meetings}", markup=False, soft_wrap=True)
    if scenario.subject != MIGRATION:
        screen.print(NOT_CALIBRATED, markup=False, soft_wrap=True)
    screen.print(
        f"theory {scenario.theory}, seed {seed}, scenario hash {scenario.hash}\n", markup=False, soft_wrap=True
    )


def actors_in_words(model: Calendar) -> str:
    """Return the number of actors by kind."""
    kinds = model.population.actors["kind"]
    states, organisations = int((kinds == "state").sum()), int((kinds == "io").sum())
    counts = {"state": states, "organisation": organisations, "network": len(kinds) - states - organisations}
    return ", ".join(f"{number} {kind}{'' if number == 1 else 's'}" for kind, number in counts.items())


def hold(model: Calendar, quiet: bool) -> Record:
    """Hold all meetings of a model and return the record, with progress on a terminal."""
    notes = console(stderr=True)
    total = len(model.scenario.meetings)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    bar = Progress(*columns, console=notes, transient=True, disable=quiet or not sys.stderr.isatty())
    with bar:
        task = bar.add_task(_HOLDING, total=total)

        def show(count: int, seconds: float) -> None:
            bar.update(task, description=f"compiling the rules, once: {count}")
            if not quiet and bar.disable and not said:
                said.append("compiling the rules (first run only, 20 to 60 s; comity compile does it ahead)")
                notes.print(said[0], style="dim")

        said: list[str] = []
        with while_compiling(show) as first_sitting_held:
            while model.running:
                model.step()
                first_sitting_held.set()
                held = len(model.trace.meetings) + len(model.trace.cancelled)
                bar.update(task, completed=held, description=_HOLDING)
    return Record.of(model, by="comity.run")


def _print_where(screen: Console, choice: Choice, seed: int, out: Path | None, keep: Keep) -> None:
    screen.print()
    if out is None:
        lines = [
            f"Nothing was written. To keep the tables:  {choice.typed('run', seed, keep)} --out FOLDER",
            f"Why an actor changed:                     {choice.typed('explain', seed)} --actor ID",
        ]
    else:
        explained = [] if keep == "meetings" else [f"Why an actor changed:  comity explain {out} --actor ID"]
        lines = [
            f"Tables, scenario and provenance are in {out}",
            *([f"Bands are in {file_beside(out)}"] if choice.posterior is not None else []),
            *explained,
            f"The same bytes again:  comity rerun {out}",
        ]
    for line in lines:
        screen.print(line, markup=False, soft_wrap=True)
