"""Options of ``comity dashboard`` and ``comity export``.

Only typer is imported here; the rest is imported when a command runs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["dashboard", "export", "mount"]

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
    sweeps: Annotated[
        bool, typer.Option("--sweeps", help="Visitors may start sweeps even if --host serves the network.")
    ] = False,
    open_browser: Annotated[bool, typer.Option("--open", help="Open the address in a browser.")] = False,
) -> None:
    """Serve the application that plays, changes and compares runs. It needs no internet."""
    from comity_dashboard.serving import serve

    status = serve(
        tuple(sources or ()), host=host, port=port, open_browser=open_browser, posterior=posterior, sweeps=sweeps
    )
    if status:
        raise typer.Exit(status)


_EXPORTS = "\n\n".join(
    (
        "[bold]Examples[/bold]",
        "comity export --html                                  the history, beside: no GFMD",
        "comity export teaching --html --out run.html          a small one",
        "comity export --html --beside no_pga --seed 7         another what-if",
        "comity export --html --language fr                    the history in French",
        "comity export runs/deaf --html --beside runs/hearing  two records",
    )
)


def export(
    source: Annotated[
        str, typer.Argument(metavar="SCENARIO|RECORD", help="A scenario, which is run first, or a record's folder.")
    ] = "hld_gfmd",
    html: Annotated[bool, typer.Option("--html", help="Write one self-contained page. It is the only form.")] = False,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The new file.", show_default="named after the run, in .")
    ] = None,
    beside: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="What-if patch or record to show beside it; or none.", show_default="one that fits"
        ),
    ] = None,
    seed: Annotated[str | None, typer.Option(metavar="N", help="Random seed of the run.", show_default="0")] = None,
    language: Annotated[str, typer.Option(metavar="CODE", help="Language of the page: en, es or fr.")] = "en",
) -> None:
    """Write a run as one page that plays from a disk: room, network, charts, and a what-if beside it.

    The page needs no server and no internet. Send it to anybody; phones can open it.
    """
    from comity_dashboard.export_command import write_page

    typer.echo(write_page(source, html=html, out=out, beside=beside, seed=seed, language=language))


def mount(app: typer.Typer) -> None:
    """Add the commands to the command line, once."""
    if all(command.callback is not dashboard for command in app.registered_commands):
        app.command(epilog=_EXAMPLES)(dashboard)
        app.command(epilog=_EXPORTS)(export)
