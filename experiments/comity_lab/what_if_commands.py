"""The commands that compare: their options. Only typer is imported here, all else when one is called."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["audit", "compare", "mount_what_ifs", "odd", "whatif"]

Replicates = Annotated[int, typer.Option(metavar="N", help="Pairs of runs that share their luck.")]
Seed = Annotated[str, typer.Option(metavar="N", help="Seed of the study.")]
Workers = Annotated[
    int | None, typer.Option(metavar="N", help="Processes; 1: this one.", show_default="one for each core")
]
Out = Annotated[
    Path | None,
    typer.Option(
        metavar="FOLDER", help="Save table (CSV, JSON), figure (SVG, PNG) and runs.", show_default="not saved"
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")]
ScenarioOption = Annotated[str, typer.Option(metavar="NAME", help="What the what-ifs are laid over.")]


def whatif(
    patches: Annotated[
        list[str] | None,
        typer.Argument(metavar="PATCH", help="Shipped what-ifs or .toml files, each by itself.", show_default=False),
    ] = None,
    scenario: ScenarioOption = "hld_gfmd",
    replicates: Replicates = 100,
    seed: Seed = "0",
    workers: Workers = None,
    out: Out = None,
    is_all: Annotated[bool, typer.Option("--all", help="All shipped what-ifs.")] = False,
    quiet: Quiet = False,
) -> None:
    """Print what a what-if changes: its runs minus those of history, pair by pair, with 95 % intervals."""
    from comity_lab.paired_printing import what_if

    status = what_if(
        patches or [],
        scenario=scenario,
        replicates=replicates,
        seed=seed,
        workers=workers,
        out=out,
        is_all=is_all,
        quiet=quiet,
    )
    if status:
        raise typer.Exit(status)


def compare(
    first: Annotated[str, typer.Argument(metavar="A", help="Reference: a name, a .toml file, or a record's folder.")],
    second: Annotated[str, typer.Argument(metavar="B", help="What is compared with it.")],
    replicates: Replicates = 100,
    seed: Seed = "0",
    workers: Workers = None,
    out: Out = None,
    quiet: Quiet = False,
) -> None:
    """Print how the runs of scenario B differ from those of A, pair by pair, with 95 % intervals."""
    from comity_lab.paired_printing import compare

    status = compare(first, second, replicates=replicates, seed=seed, workers=workers, out=out, quiet=quiet)
    if status:
        raise typer.Exit(status)


def audit(
    quick: Annotated[bool, typer.Option("--quick", help="Some claims, some changes, 3 pairs: seconds.")] = False,
    scenario: ScenarioOption = "hld_gfmd",
    replicates: Annotated[
        int | None, typer.Option(metavar="N", help="Pairs of runs for each what-if and change.", show_default="30")
    ] = None,
    seed: Seed = "0",
    workers: Workers = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Save table (CSV) and runs.", show_default="not saved")
    ] = None,
    claims: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Other claims.", show_default="the shipped ones")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Ask whether each link of the argument holds, also when what should not matter or is uncertain is changed."""
    from comity_lab.audit.printing import audit_claims

    status = audit_claims(
        scenario=scenario,
        quick=quick,
        replicates=replicates,
        seed=seed,
        workers=workers,
        out=out,
        claims_file=claims,
        quiet=quiet,
    )
    if status:
        raise typer.Exit(status)


def odd(
    patches: Annotated[
        list[str] | None,
        typer.Argument(metavar="PATCH", help="With --diff: what-ifs, each by itself.", show_default=False),
    ] = None,
    diff: Annotated[bool, typer.Option("--diff", help="How a what-if departs from the description.")] = False,
    scenario: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="With --diff: what the what-ifs are laid over.", show_default="hld_gfmd"),
    ] = None,
) -> None:
    """Print the description of the model (ODD protocol), or how a what-if departs from it."""
    from comity.commands.description import print_departures, print_description

    if diff:
        print_departures(patches or [], scenario or "hld_gfmd")
    else:
        if scenario is not None:
            from comity.errors import InputError

            raise InputError(f"odd: --scenario must go with --diff, got {scenario!r} alone. Add --diff.")
        print_description(patches or [])


def mount_what_ifs(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    for command in (whatif, compare, audit, odd):
        app.command(epilog=_EXAMPLES[command.__name__])(command)


_EXAMPLES = {
    name: "[bold]Examples[/bold]\n\n" + "\n\n".join(lines)
    for name, lines in {
        "whatif": (
            "comity whatif no_gfmd                             one block, with the lesson",
            "comity whatif no_pga no_iom --replicates 30       a row each",
            "comity whatif --all --out effects                 all shipped; Ctrl-C stops, the same again continues",
        ),
        "compare": (
            "comity compare hld_gfmd hld_gfmd_2025",
            "comity compare runs/deaf my_scenario.toml         a record stands for its scenario",
        ),
        "audit": ("comity audit --quick", "comity audit --replicates 30 --out audit"),
        "odd": ("comity odd | less", "comity odd --diff no_gfmd open_hosts"),
    }.items()
}
