"""Options of ``comity lesson`` and ``comity teach``. Only typer is imported here; the rest when a command runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["lesson", "mount_teaching", "teach"]

_LESSON_EXAMPLES = "\n\n".join(
    (
        "[bold]Examples[/bold]",
        "comity lesson                               list the six sessions",
        "comity lesson 1                             show one, with answers for the instructor",
        "comity lesson 1 --html lesson1.html         write it as a page to print",
        "comity lesson 1 --language fr               show it in French",
        "comity lesson doubt --path                  print the path of the page on using and doubting the model",
    )
)
_TEACH_EXAMPLES = "\n\n".join(
    (
        "[bold]Examples[/bold]",
        "comity teach teaching --out pack            twelve role sheets and the other pages",
        "comity teach hld_gfmd --out pack            a teaching set of 20 seats out of 266",
        "comity teach hld_gfmd --seats DEU,PHL,IOM --runs 100 --out small",
        "comity teach teaching --text my_language --out pack",
    )
)


def lesson(
    which: Annotated[
        str | None, typer.Argument(metavar="[N]", help="Number of a lesson, or doubt.", show_default="list them")
    ] = None,
    is_path: Annotated[
        bool, typer.Option("--path", help="Only print print the path of the page on using and doubting the model.")
    ] = False,
    html: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write it to this new file as a page.", show_default="show it here"),
    ] = None,
    language: Annotated[str, typer.Option(metavar="CODE", help="Language: en, fr or es.")] = "en",
) -> None:
    """List the sessions of a seminar, or show one: question, reading, steps, discussion, answers."""
    from comity_classroom.seminar.showing import show

    show(which, is_path=is_path, html=html, language=language)


def teach(
    scenario: Annotated[
        str, typer.Argument(metavar="SCENARIO", help="Name of a shipped scenario or path of a .toml file.")
    ],
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="New folder for the pages.", show_default="required")
    ] = None,
    seats: Annotated[
        str | None,
        typer.Option(
            metavar="A,B,C",
            help="Ids of the seats, or all.",
            show_default="all of up to 24 actors, else a teaching set",
        ),
    ] = None,
    language: Annotated[
        str | None, typer.Option(metavar="CODE", help="A shipped language: en, fr or es.", show_default="en")
    ] = None,
    text: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="A folder with your own phrases and templates.", show_default="none"),
    ] = None,
    runs: Annotated[int, typer.Option(metavar="N", help="Pairs of runs for each question of the debrief.")] = 30,
    seed: Annotated[str, typer.Option(metavar="N", help="Seed of the runs for the debrief.")] = "0",
    plan: Annotated[
        str | None,
        typer.Option(metavar="MINUTES|FILE", help="Plan: 45, 90, 180, or a plan file.", show_default="all three"),
    ] = None,
) -> None:
    """Write a printable teacher's pack: role sheets, agenda, timed plans, injects, observation form, debrief."""
    from comity.commands.choice import read_seed_text
    from comity.scenario.locate import find_scenario

    read_seed_text(seed)
    find_scenario(scenario)
    from comity_classroom.pack.command import teach_scenario

    teach_scenario(scenario, out=out, seats=seats, language=language, text=text, runs=runs, seed=seed, plan=plan)


def mount_teaching(app: typer.Typer) -> None:
    """Add the commands to the command line, once."""
    if all(command.callback is not teach for command in app.registered_commands):
        app.command(epilog=_LESSON_EXAMPLES)(lesson)
        app.command(epilog=_TEACH_EXAMPLES)(teach)
