"""``comity classroom``: its options. Only typer is imported here, all else when the command is called."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["classroom", "mount"]

_EXAMPLES = "\n\n".join(
    (
        "[bold]Examples[/bold]",
        "comity classroom teaching                          twelve seats, on this machine only",
        "comity classroom hld_gfmd --host 0.0.0.0           thirty seats, for a class in the same network",
        "comity classroom hld_gfmd --seats MEX,PHL,DEU,USA  the seats that people may take",
        "comity classroom classroom-teaching-2026-11-24     go on in a room that there is",
    )
)


def classroom(
    source: Annotated[
        str,
        typer.Argument(metavar="SCENARIO|ROOM", help="A scenario for a new room, or the folder of a room to go on in."),
    ] = "teaching",
    host: Annotated[
        str, typer.Option(metavar="HOST", help="Address to listen on; 0.0.0.0 lets everybody on the network reach it.")
    ] = "127.0.0.1",
    port: Annotated[int | None, typer.Option(metavar="N", help="Port.", show_default="a free one")] = None,
    seed: Annotated[
        int | None, typer.Option(metavar="N", help="Seed of all luck of a new room.", show_default="0")
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="New folder for the room.", show_default="classroom-SCENARIO-DATE"),
    ] = None,
    seats: Annotated[
        str | None,
        typer.Option(
            metavar="LIST",
            help="Seats that people may take: ids with commas.",
            show_default="all of up to 40 actors, else 30",
        ),
    ] = None,
    grace: Annotated[
        float, typer.Option(metavar="S", help="Seconds after which the model plays for somebody who is gone.")
    ] = 60.0,
    address: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="Address that the class uses, such as that of a proxy.", show_default="this machine's"
        ),
    ] = None,
    proxy: Annotated[
        str | None,
        typer.Option(
            metavar="IP",
            help="Address of a proxy in front, whose X-Forwarded-For is believed.",
            show_default="nobody's is",
        ),
    ] = None,
) -> None:
    """Open a room in which people take seats, from any browser; it asks nothing of the internet."""
    from comity_classroom.server.serving import Front, serve

    status = serve(
        source, host=host, port=port, seed=seed, folder=folder, seats=seats, grace=grace, front=Front(address, proxy)
    )
    if status:
        raise typer.Exit(status)


def mount(app: typer.Typer) -> None:
    """Add the command to the command line, once."""
    if all(command.callback is not classroom for command in app.registered_commands):
        app.command(epilog=_EXAMPLES)(classroom)
