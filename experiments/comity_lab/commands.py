"""The commands of the lab: their options. Only typer is imported here, all else when a command is called."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from comity_lab.analysis_commands import mount_analysis
from comity_lab.calibration_commands import mount_calibration

__all__ = ["mount", "sweep"]

_EXAMPLES = "\n\n".join(
    (
        "[bold]Examples[/bold]",
        "comity sweep design.toml --dry-run              how many runs, how long, how much disk",
        "comity sweep design.toml                        on all cores; Ctrl-C stops, the same again continues",
        "comity sweep design.toml --shard 3/8            the third of eight machines that share nothing",
        "comity sweep design.toml --cluster tcp://host:8786",
        "comity sweep sweeps/design --retry-failed       a folder stands for its design",
    )
)


def sweep(
    design: Annotated[
        Path, typer.Argument(metavar="DESIGN", help="A design (.toml), or the folder of a sweep to be continued.")
    ],
    workers: Annotated[
        int | None, typer.Option(metavar="N", help="Processes; 1: this one.", show_default="one for each core")
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Dask scheduler, such as tcp://host:8786.", show_default="none"),
    ] = None,
    shard: Annotated[
        str | None, typer.Option(metavar="K/N", help="Only every N-th run, from the K-th.", show_default="all")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Insist that the sweep was started before.")] = False,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Do failed runs again.")] = False,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder: new, or that of this sweep.", show_default="sweeps/NAME")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what it would take, from a few runs; write nothing.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")] = False,
) -> None:
    """Do all runs of a design. What is finished is kept, whatever happens; the same command continues."""
    from comity_lab.sweep_command import sweep_design

    status = sweep_design(
        design,
        workers=workers,
        cluster=cluster,
        shard=shard,
        resume=resume,
        retry_failed=retry_failed,
        out=out,
        dry_run=dry_run,
        quiet=quiet,
    )
    if status:
        raise typer.Exit(status)


def mount(app: typer.Typer) -> None:
    """Add the commands of the lab to the command line, once."""
    if all(command.callback is not sweep for command in app.registered_commands):
        app.command(epilog=_EXAMPLES)(sweep)
        mount_analysis(app)
        mount_calibration(app)
