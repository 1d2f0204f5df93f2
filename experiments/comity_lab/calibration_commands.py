"""The command that calibrates: its options. Only typer is imported here, all else when it is called."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["calibrate", "mount_calibration"]

_EXAMPLES = "\n\n".join(
    (
        "[bold]Examples[/bold]",
        "comity calibrate                                 the history against its facts; the same again continues",
        "comity calibrate --parameters trust_learning,persuasion_rate --points 60",
        "comity calibrate --twin 1                        would it find values that were planted?",
        "comity run --patch sweeps/calibration_hld_gfmd/calibration.toml",
    )
)


def calibrate(
    scenario: Annotated[
        str, typer.Argument(metavar="SCENARIO", help="Name of a shipped scenario or path of a .toml file.")
    ] = "hld_gfmd",
    facts: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Facts (.toml).", show_default="those that come with comity")
    ] = None,
    parameters: Annotated[
        str | None,
        typer.Option(
            metavar="A,B,…|all",
            help="What is moved: names, or all that are free.",
            show_default="those that a screening finds to move a fact, one for two facts at most",
        ),
    ] = None,
    waves: Annotated[int, typer.Option(metavar="N", help="Waves; a folder can be continued with more.")] = 3,
    points: Annotated[int, typer.Option(metavar="N", help="Points of a wave.")] = 200,
    replicates: Annotated[int, typer.Option(metavar="N", help="Runs at a point, 2 or more.")] = 4,
    seed: Annotated[int, typer.Option(metavar="N", help="Seed of all luck.")] = 0,
    discrepancy: Annotated[
        float, typer.Option(metavar="D", help="Standard deviation of what the model leaves out; 1: that of the fact.")
    ] = 1.0,
    reach: Annotated[
        float, typer.Option(metavar="SHARE", help="How far a value is moved to either side, as a share of its range.")
    ] = 0.25,
    twin: Annotated[
        int | None,
        typer.Option(
            metavar="SEED", help="Plant parameters, observe a run, and see what is found.", show_default="no twin"
        ),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(metavar="N", help="Processes; 1: this one.", show_default="one for each core")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder: new, or that of this calibration.", show_default="sweeps/…"),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")] = False,
) -> None:
    """Find which values of the parameters the facts do not rule out, by history matching."""
    from comity_lab.calibration.command import Wanted, calibrate_scenario

    wanted = Wanted(
        scenario=scenario,
        facts=facts,
        parameters=parameters,
        waves=waves,
        points=points,
        replicates=replicates,
        seed=seed,
        discrepancy=discrepancy,
        reach=reach,
        twin=twin,
    )
    status = calibrate_scenario(wanted, out, workers=workers, quiet=quiet)
    if status:
        raise typer.Exit(status)


def mount_calibration(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command(epilog=_EXAMPLES)(calibrate)
