"""``comity lesson`` and ``comity teach``: their options. Only typer is imported here, all else when one is called."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["lesson", "mount_teaching", "teach"]

_LESSON_EXAMPLES = "\n\n".join(
    (
        "[bold]Examples[/bold]",
        "comity lesson                               the six sessions, and the page on doubting the model",
        "comity lesson 1                             one of them, with answers for the instructor",
        "comity lesson 1 --html lesson1.html         the same as a page to print",
        "comity lesson doubt --path                  where the file is",
    )
)
_TEACH_EXAMPLES = "\n\n".join(
    (
        "[bold]Examples[/bold]",
        "comity teach teaching --out pack            twelve role sheets and all the rest",
        "comity teach hld_gfmd --out pack            a teaching set of 20 seats out of 266",
        "comity teach hld_gfmd --seats DEU,PHL,IOM --runs 100 --out small",
        "comity teach teaching --text my_language --out pack",
    )
)


def lesson(
    which: Annotated[
        str | None, typer.Argument(metavar="[N]", help="Number of the lesson, or doubt.", show_default="a list of all")
    ] = None,
    is_path: Annotated[bool, typer.Option("--path", help="Only print where the file is.")] = False,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write it as a page into this new file.", show_default="shown")
    ] = None,
) -> None:
    """List the sessions of a seminar, or show one: question, reading, steps, discussion, answers."""
    from comity_classroom.seminar.showing import show

    show(which, is_path=is_path, html=html)


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
        str | None, typer.Option(metavar="CODE", help="A language that comes with comity.", show_default="en")
    ] = None,
    text: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Phrases and templates of your own, instead.", show_default="none"),
    ] = None,
    runs: Annotated[int, typer.Option(metavar="N", help="Pairs of runs for each question of the debrief.")] = 30,
    seed: Annotated[str, typer.Option(metavar="N", help="Seed of these runs.")] = "0",
) -> None:
    """Write a teacher's pack: role sheets, agenda, timed plans, injects, observation form, debrief; all printable."""
    from comity_classroom.pack.command import teach_scenario

    teach_scenario(scenario, out=out, seats=seats, language=language, text=text, runs=runs, seed=seed)


def mount_teaching(app: typer.Typer) -> None:
    """Add the commands to the command line, once."""
    if all(command.callback is not teach for command in app.registered_commands):
        app.command(epilog=_LESSON_EXAMPLES)(lesson)
        app.command(epilog=_TEACH_EXAMPLES)(teach)
