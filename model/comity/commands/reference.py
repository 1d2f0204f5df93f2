"""The commands that list, and that which compiles. Only typer is imported here; the rest when a command is called."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from comity.commands.choice import Choice
from comity.commands.options import Patches, Quiet, examples

__all__ = ["mount"]


def scenarios() -> None:
    """List the shipped scenarios and what-if patches."""
    from comity.commands.listings import list_scenarios

    list_scenarios()


def new(name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the scenario, and of its files.")]) -> None:
    """Write a scenario of your own that runs at once, with every key explained, into this folder.

    Nothing is overwritten. Comments in the file say what to change.
    """
    from comity.commands.new import new_scenario

    new_scenario(name)


def parameters(
    scenario: Annotated[
        str | None, typer.Argument(metavar="SCENARIO", help="Scenario with mechanisms of its own.", show_default="none")
    ] = None,
    free: Annotated[bool, typer.Option("--free", help="Only the parameters that calibration may vary.")] = False,
    patches: Patches = None,
) -> None:
    """List the parameters with default, range and source, also those of mechanisms of your own."""
    choice = None
    if scenario is not None or patches:
        choice = Choice(scenario=scenario or "hld_gfmd", patches=tuple(patches or ())).checked()
    from comity.commands.listings import list_parameters

    list_parameters(free, choice)


def mechanism(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="Example to print, such as gossip.", show_default="list")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Copy it to this new file.", show_default="standard output")
    ] = None,
) -> None:
    """Print an example of a mechanism of your own, or list examples and moments."""
    from comity.commands.listings import show_mechanism

    show_mechanism(name, out)


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
    app.command(epilog=examples("comity new fishing", "comity run fishing.toml"))(new)
    app.command()(scenarios)
    app.command(
        epilog=examples(
            "comity parameters --free                    the ones that calibration may vary",
            "comity parameters --mechanism gossip.py     those of a mechanism of your own, too",
            "comity run --set parameters.NAME=VALUE      set one for a run",
        )
    )(parameters)
    app.command(
        epilog=examples(
            "comity mechanism                            when a mechanism can act, and the examples",
            "comity mechanism gossip --out gossip.py     a file to start from",
            "comity run teaching --mechanism gossip.py   run with it",
        )
    )(mechanism)
    app.command(epilog=examples("comity dictionary votes", "comity dictionary measures"))(dictionary)
    app.command(epilog=examples("comity odd | less"))(odd)
    app.command("compile", epilog=examples("comity compile                              once, after installing"))(
        compile_all
    )
