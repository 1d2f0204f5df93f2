"""Options of ``comity dashboard``. Only typer is imported here; the rest is imported when the command runs."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["dashboard", "mount"]

_EXAMPLES = "\n\n".join(
    (
        "[bold]Examples[/bold]",
        "comity dashboard                            the history of 2006-2021",
        "comity dashboard teaching my_whatif.toml    a choice of scenarios; opens the first",
        "comity dashboard runs/deaf --port 8800      a record from comity run --out",
    )
)


def dashboard(
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SCENARIO|RECORD]...", help="What to open; the first one is shown.", show_default="hld_gfmd"
        ),
    ] = None,
    port: Annotated[
        int | None, typer.Option(metavar="N", help="Port on this machine.", show_default="a free one")
    ] = None,
    host: Annotated[
        str,
        typer.Option(
            metavar="ADDRESS",
            help="Address to listen on; 0.0.0.0 serves the network, to holders of the printed address.",
        ),
    ] = "127.0.0.1",
    posterior: Annotated[
        str, typer.Option(metavar="FILE", help="Draws of parameters for bands, as comity calibrate writes them.")
    ] = "shipped",
    open_browser: Annotated[bool, typer.Option("--open", help="Open the address in a browser.")] = False,
) -> None:
    """Serve the application that plays, changes and compares runs. It needs no internet."""
    from comity_dashboard.serving import serve

    status = serve(tuple(sources or ()), host=host, port=port, open_browser=open_browser, posterior=posterior)
    if status:
        raise typer.Exit(status)


def mount(app: typer.Typer) -> None:
    """Add the command to the command line, once."""
    if all(command.callback is not dashboard for command in app.registered_commands):
        app.command(epilog=_EXAMPLES)(dashboard)
