"""The commands of the lab: their options. Only typer is imported here, all else when a command is called."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from comity.errors import InputError
from comity_lab.analysis_commands import mount_analysis
from comity_lab.calibration_commands import mount_calibration
from comity_lab.what_if_commands import mount_what_ifs

__all__ = ["estimate_vote", "mount", "score", "sweep"]

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
_SCORE_EXAMPLES = "\n\n".join(
    (
        "[bold]Examples[/bold]",
        "comity score                                    the facts of 2003-2013, 200 replicates of each theory",
        "comity score hld_gfmd --set parameters.persuasion_rate=0 --replicates 50",
        "comity score --votes IMD2012 --out score",
        "comity score runs/deaf                          the scenario of a run",
    )
)


def sweep(
    design: Annotated[
        Path,
        typer.Argument(
            metavar="DESIGN",
            help="A design (.toml, or a shipped one: what_if, free_parameters, socialisation_or_learning), or the "
            "folder of a sweep to be continued.",
        ),
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

    if cluster is not None and workers is not None:
        raise InputError("sweep: --workers and --cluster exclude each other, got both. Give one.")
    status = sweep_design(
        design,
        workers=workers if cluster is None else cluster,
        shard=shard,
        resume=resume,
        retry_failed=retry_failed,
        out=out,
        dry_run=dry_run,
        quiet=quiet,
    )
    if status:
        raise typer.Exit(status)


def score(
    scenario: Annotated[
        str, typer.Argument(metavar="SCENARIO|DIR", help="A scenario, or the folder of a run or of a sweep.")
    ] = "hld_gfmd",
    replicates: Annotated[
        int | None, typer.Option(metavar="N", help="Runs of each theory, on the same seeds.", show_default="200")
    ] = None,
    seed: Annotated[
        str | None, typer.Option(metavar="N", help="From which the seeds of the runs are derived.", show_default="0")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(metavar="N", help="Processes; 1: this one.", show_default="one for each core")
    ] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="As in comity run.", show_default=False)
    ] = None,
    patches: Annotated[
        list[str] | None, typer.Option("--patch", metavar="NAME", help="As in comity run.", show_default=False)
    ] = None,
    preset: Annotated[
        str | None, typer.Option(metavar="THEORY", help="The theory that is scored.", show_default="the scenario's own")
    ] = None,
    facts: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Facts of your own (.toml).", show_default="those of 2003-2013")
    ] = None,
    votes: Annotated[
        Path | None,
        typer.Option(
            metavar="CSV",
            help="A recorded vote, columns iso3 and vote, to score too; IMD2012 and GFMD2008VOTE are shipped.",
            show_default="none",
        ),
    ] = None,
    vote: Annotated[
        str | None, typer.Option(metavar="ID", help="Which vote of the scenario it is.", show_default="as the file")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Also save CSV and JSON.", show_default="not saved")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")] = False,
) -> None:
    """Hold runs against what was observed, beside rival theories and baselines; say where these win."""
    from comity.commands.choice import Choice
    from comity_lab.scoring.command import RollCall, score_choice

    choice = Choice(scenario=scenario, patches=tuple(patches or ()), settings=tuple(settings or ()), theory=preset)
    score_choice(
        choice,
        replicates=replicates,
        seed=seed,
        workers=workers,
        facts_file=facts,
        roll_call=RollCall(votes, vote),
        out=out,
        quiet=quiet,
    )


def estimate_vote(
    resamples: Annotated[int, typer.Option(metavar="N", help="Samples of states for the intervals.")] = 200,
    seed: Annotated[int, typer.Option(metavar="N", help="Seed of the samples.")] = 0,
    out: Annotated[Path | None, typer.Option(metavar="FOLDER", help="Also save CSV.", show_default="not saved")] = None,
) -> None:
    """Estimate the vote on recorded roll calls to 2012, and foretell 2008 and 2012 from earlier votes only."""
    from comity_lab.voting.command import estimate_vote

    estimate_vote(resamples=resamples, seed=seed, out=out)


def mount(app: typer.Typer) -> None:
    """Add the commands of the lab to the command line, once."""
    if all(command.callback is not sweep for command in app.registered_commands):
        app.command(epilog=_EXAMPLES)(sweep)
        app.command(epilog=_SCORE_EXAMPLES)(score)
        app.command()(estimate_vote)
        mount_analysis(app)
        mount_what_ifs(app)
        mount_calibration(app)
