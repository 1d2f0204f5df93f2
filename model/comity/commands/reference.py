"""The commands that list, and that which compiles. Only typer is imported here; the rest when a command is called."""

from __future__ import annotations

from typing import Annotated

import typer

from comity.commands.options import Quiet, examples

__all__ = ["mount"]


def scenarios() -> None:
    """List the shipped scenarios and what-if patches."""
    from comity.commands.listings import list_scenarios

    list_scenarios()


def parameters(
    free: Annotated[bool, typer.Option("--free", help="Only the parameters that calibration may vary.")] = False,
) -> None:
    """List the parameters with default, range and source."""
    from comity.commands.listings import list_parameters

    list_parameters(free)


def dictionary(
    table: Annotated[
        str | None, typer.Argument(metavar="TABLE", help="Table, such as meetings; measures.", show_default="all")
    ] = None,
) -> None:
    """List the columns of tables with unit, range, meaning and source."""
    from comity.commands.listings import list_columns

    list_columns(table)


def odd() -> None:
    """Print the description of the model (ODD protocol)."""
    from comity.commands.listings import print_odd

    print_odd()


def compile_all(quiet: Quiet = False) -> None:
    """Compile the rules now, so that the first run need not.

    Useful after installing, in a container image and on a cluster.
    """
    from comity.commands.compiling import compile_rules

    compile_rules(quiet)


def mount(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command()(scenarios)
    app.command(
        epilog=examples(
            "comity parameters --free                    the ones that calibration may vary",
            "comity run --set parameters.NAME=VALUE      set one for a run",
        )
    )(parameters)
    app.command(epilog=examples("comity dictionary votes", "comity dictionary measures"))(dictionary)
    app.command(epilog=examples("comity odd | less"))(odd)
    app.command("compile", epilog=examples("comity compile                              once, after installing"))(
        compile_all
    )
