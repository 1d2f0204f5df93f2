"""Options of ``comity classroom``. Only typer is imported here; the rest is imported when the command runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["classroom", "mount"]

_EXAMPLES = "\n\n".join(
    (
        "[bold]Examples[/bold]",
        "comity classroom --open                            the start page, in a browser: choose there",
        "comity classroom teaching                          twelve seats, this machine only",
        "comity classroom hld_gfmd --host 0.0.0.0           thirty seats, for a class on the same network",
        "comity classroom hld_gfmd --plan 90 --team 3       a class of 90 minutes, up to three students in a seat",
        "comity classroom hld_gfmd --seats MEX,PHL,DEU,USA  only these seats",
        "comity classroom classroom-teaching-2026-11-24     continue an existing classroom",
    )
)


def classroom(
    source: Annotated[
        str | None,
        typer.Argument(
            metavar="[SCENARIO|FOLDER]",
            help="Scenario of a new classroom, or folder of one to continue.",
            show_default="that of the plan file, else the start page",
        ),
    ] = None,
    host: Annotated[
        str, typer.Option(metavar="HOST", help="Address to listen on; 0.0.0.0 serves the whole network.")
    ] = "127.0.0.1",
    port: Annotated[
        int | None, typer.Option(metavar="N", help="Port.", show_default="8000 for a network, else a free one")
    ] = None,
    seed: Annotated[int | None, typer.Option(metavar="N", help="Seed of a new classroom.", show_default="0")] = None,
    folder: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="New folder for the classroom; on the start page, folder of all classes.",
            show_default="classroom-SCENARIO-DATE; ~/comity-classes",
        ),
    ] = None,
    seats: Annotated[
        str | None,
        typer.Option(
            metavar="LIST",
            help="Seats that people may take: ids, separated by commas.",
            show_default="all of up to 40 actors, else 30",
        ),
    ] = None,
    plan: Annotated[
        str | None,
        typer.Option(
            metavar="MINUTES|FILE",
            help="Play only the sittings of a plan: 45, 90, 180, or a plan file.",
            show_default="every sitting",
        ),
    ] = None,
    team: Annotated[
        int | None, typer.Option(metavar="N", help="Most students in one seat, 1 to 4.", show_default="1")
    ] = None,
    language: Annotated[
        str | None,
        typer.Option(
            metavar="CODE", help="Language of teacher and projector: en, fr or es. Students choose.", show_default="en"
        ),
    ] = None,
    grace: Annotated[
        float, typer.Option(metavar="S", help="Seconds without a sign of life after which the model plays a seat.")
    ] = 60.0,
    address: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="Public address of the class, such as that of a proxy.", show_default="this machine's"
        ),
    ] = None,
    proxy: Annotated[
        str | None,
        typer.Option(
            metavar="IP", help="Address of a reverse proxy whose X-Forwarded-For is trusted.", show_default="none"
        ),
    ] = None,
    is_shown: Annotated[bool, typer.Option("--open", help="Open the teacher's address in a browser.")] = False,
) -> None:
    """Serve a classroom in which people take seats in a browser. It needs no internet.

    Without a scenario: a start page, on which a teacher chooses a scenario or a lesson, prints the pack, goes on with a
    class, or deletes one.
    """
    from comity.commands.choice import check_source

    if source is None and plan is not None:
        from comity_classroom.pack.plan_file import scenario_of_plan

        source = scenario_of_plan(plan)
    from comity_classroom.server.opening import Wanted

    wanted = Wanted(seed=seed, folder=folder, seats=seats, plan=plan, team=team, language=language)
    if source is None:
        _must_choose_there(wanted._asdict())
    else:
        check_source(source)
    from comity_classroom.server.serving import Front, serve

    status = serve(source, wanted, host=host, port=port, grace=grace, front=Front(address, proxy), is_shown=is_shown)
    if status:
        raise typer.Exit(status)


def _must_choose_there(wanted: dict[str, object]) -> None:
    """Refuse options of a class without a scenario: they are chosen on the start page."""
    from comity.errors import InputError

    for name, value in wanted.items():
        if value is not None and name != "folder":
            raise InputError(
                f"--{name} needs a scenario, got none. Name one, such as comity classroom teaching --{name} {value}; "
                "or leave it out, and choose on the start page."
            )


def mount(app: typer.Typer) -> None:
    """Add the command to the command line, once."""
    if all(command.callback is not classroom for command in app.registered_commands):
        app.command(epilog=_EXAMPLES)(classroom)
