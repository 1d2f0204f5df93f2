"""Options that several commands share. Only typer is imported here."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["Patches", "Posterior", "Preset", "Quiet", "ScenarioName", "Settings", "Workers", "end", "examples"]

ScenarioName = Annotated[
    str, typer.Argument(metavar="SCENARIO", help="Name of a shipped scenario, or path of a .toml file.")
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Set one value by its dotted path; list items go by id. Repeatable.",
        show_default=False,
    ),
]
Patches = Annotated[
    list[str] | None,
    typer.Option(
        "--patch",
        "--mechanism",
        metavar="NAME",
        help="Apply a what-if patch: a shipped name or a .toml file; or your own mechanism, a .py file. Repeatable.",
        show_default=False,
    ),
]
Preset = Annotated[
    str | None,
    typer.Option(
        "--preset",
        metavar="THEORY",
        help="Theory: socialisation, institutionalist (no socialisation) or rationalist (no trust learning either).",
        show_default="set by the scenario",
    ),
]
Posterior = Annotated[
    str | None,
    typer.Option(
        metavar="FILE",
        help="Draws of parameters, as comity calibrate writes them, or 'shipped': bands are over parameters and luck.",
        show_default="luck only",
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")]
Workers = Annotated[
    int | None,
    typer.Option(metavar="N", help="Number of processes; 1 runs in this process.", show_default="one per core"),
]


def examples(*lines: str) -> str:
    """Return an epilog of examples, one per line."""
    return "[bold]Examples[/bold]\n\n" + "\n\n".join(lines)


def end(status: int) -> None:
    """End the command with this exit status."""
    if status:
        raise typer.Exit(status)
