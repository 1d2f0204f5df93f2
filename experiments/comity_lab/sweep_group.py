"""The commands of ``comity sweep``: their options. Only typer is imported here; the rest when a command is called."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from comity.commands.options import Quiet, Workers, end, examples
from comity.errors import InputError

__all__ = ["sweep"]

Sweep = Annotated[
    list[Path], typer.Argument(metavar="DIR", help="Folder of a sweep, or of its shards.", show_default=False)
]
MeasureNames = Annotated[
    list[str] | None,
    typer.Option("--measure", "-m", metavar="NAME", help="Only this measure. Repeatable.", show_default="all"),
]
Out = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Also save the table (CSV) and figure (SVG, PNG).", show_default="not saved"),
]
Against = Annotated[
    str, typer.Option(metavar="POINT", help="Reference point: its number, or FACTOR=VALUE,… that identifies it.")
]


class _SweepGroup(TyperGroup):
    """The commands of ``comity sweep``; a word that is no command is a design to run."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put ``run`` before anything that is neither a command, nor a misspelt one, nor a request for help."""
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            is_file = Path(args[0]).exists() or Path(f"{args[0]}.toml").exists()
            if is_file or not get_close_matches(args[0], self.commands):
                args = ["run", *args]
        return super().parse_args(ctx, args)


sweep = typer.Typer(
    cls=_SweepGroup,
    no_args_is_help=True,
    help="Run a design with many runs, and analyse its results.\n\n`comity sweep DESIGN` is short for "
    "`comity sweep run DESIGN`. The other commands read the folder of a sweep, which may still be running.",
    epilog=examples(
        "comity sweep what_if --dry-run          how many runs, how long, how much disk",
        "comity sweep what_if                    run it; repeating continues it",
        "comity sweep differences sweeps/what_if --against patch=none",
    ),
)


@sweep.command(
    epilog=examples(
        "comity sweep run design.toml --dry-run          how many runs, how long",
        "comity sweep run design.toml                    on all cores",
        "comity sweep run design.toml --shard 3/8        the third of eight machines",
        "comity sweep run design.toml --cluster tcp://host:8786",
        "comity sweep run sweeps/design --retry-failed   a folder stands for its design",
    )
)
def run(
    design: Annotated[
        Path,
        typer.Argument(
            metavar="DESIGN",
            help="A design (.toml, or a shipped one: what_if, free_parameters, sliders, socialisation_or_learning), "
            "or the folder of a sweep to continue.",
        ),
    ],
    workers: Workers = None,
    cluster: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Dask scheduler, such as tcp://host:8786.", show_default="none"),
    ] = None,
    shard: Annotated[
        str | None, typer.Option(metavar="K/N", help="Only every N-th run, starting at the K-th.", show_default="all")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Fail unless the sweep has been started before.")] = False,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Repeat the runs that failed.")] = False,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="New folder, or the folder of this sweep.", show_default="sweeps/NAME"),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Estimate time and disk from a few runs; write nothing.")
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Run a design, or continue it.

    Finished runs are kept, whatever happens. The same command continues the sweep.

    Without --workers a small sweep runs in this process, a larger one on all cores, on threads where that is faster.
    With --workers N it runs in N processes with one thread each.
    """
    from comity_lab.shipped import find_design

    if cluster is not None and workers is not None:
        raise InputError("sweep: --workers and --cluster exclude each other, got both. Give one.")
    find_design(design)
    from comity_lab.sweep_command import sweep_design

    end(sweep_design(design, workers if cluster is None else cluster, shard, resume, retry_failed, out, dry_run, quiet))


@sweep.command(
    epilog=examples(
        "comity sweep means sweeps/what_if -m cooperation", "comity sweep means sweeps/what_if --out tables"
    )
)
def means(folders: Sweep, measures: MeasureNames = None, out: Out = None) -> None:
    """Print the mean of each measure at each point.

    With 95 % intervals over replicates.
    """
    from comity_lab.analysis.printing import print_means

    print_means(folders, measures, out)


@sweep.command(
    epilog=examples(
        "comity sweep differences sweeps/what_if --against patch=none",
        "comity sweep differences sweeps/what_if --against 0 -m trust_roles",
    )
)
def differences(folders: Sweep, against: Against = "0", measures: MeasureNames = None, out: Out = None) -> None:
    """Print how each point differs from a reference point.

    Differences are paired by replicate and have 95 % intervals.
    """
    from comity_lab.analysis.printing import print_differences

    print_differences(folders, against, measures, out)


@sweep.command(
    epilog=examples(
        'comity sweep effects sweeps/factorial                      a design with sampler = "grid"',
        "comity sweep effects sweeps/factorial -m adopted --out tables",
    )
)
def effects(folders: Sweep, measures: MeasureNames = None, out: Out = None) -> None:
    """Print the effects of the factors, and of pairs of them.

    For a factorial design, which holds all combinations of the values.

    Main effect: change of the mean when a factor goes from its first value to
    another. Interaction: change of that effect when a second factor does so.

    Intervals are 95 %; with common random numbers, over paired replicates.
    """
    from comity_lab.analysis.printing import print_effects

    print_effects(folders, measures, out)


@sweep.command(epilog=examples("comity sweep sensitivity sweeps/free_parameters -m cooperation"))
def sensitivity(
    folders: Sweep,
    measures: MeasureNames = None,
    resamples: Annotated[int, typer.Option(metavar="N", help="Number of bootstrap resamples.")] = 1000,
    out: Out = None,
) -> None:
    """Print Sobol or Morris sensitivity indices.

    The sampler of the design decides which. Intervals are bootstrapped, 95 %.
    """
    from comity_lab.analysis.printing import print_sensitivity

    print_sensitivity(folders, measures, resamples, out)


@sweep.command(
    epilog=examples(
        "comity sweep discover sweeps/cube --success 'adopted >= 1'",
        "comity sweep discover sweeps/cube --success 'cooperation > 0.5' --density 0.9",
    )
)
def discover(
    folders: Sweep,
    success: Annotated[
        list[str],
        typer.Option(
            metavar="'MEASURE >= NUMBER'",
            help="When a run succeeds: >=, <=, >, <, == or !=. Repeatable; all must hold.",
            show_default=False,
        ),
    ],
    density: Annotated[float, typer.Option(metavar="D", help="Least share of successes in a box.")] = 0.8,
    mass: Annotated[float, typer.Option(metavar="M", help="Least share of the runs in a box.")] = 0.05,
    out: Out = None,
) -> None:
    """Find where runs succeed: boxes of PRIM and CART.

    A box is a rule on few factors: persuasion_rate at least 0.05 and patch none.

    Coverage: share of all successes that the box holds. Density: share of its
    runs that succeed. Mass: share of all runs that it holds.

    Use a design that covers the factors evenly, such as a Latin hypercube.
    """
    from comity_lab.analysis.discovery_printing import print_discovery

    print_discovery(folders, success, density, mass, out)


@sweep.command(epilog=examples("comity sweep plan sweeps/pilot -m cooperation --half-width 0.005 --effect 0.01"))
def plan(
    folders: Sweep,
    half_width: Annotated[
        float | None, typer.Option(metavar="H", help="Wanted 95 % interval, ± H.", show_default="1 % of the mean")
    ] = None,
    effect: Annotated[
        float | None, typer.Option(metavar="D", help="Smallest difference to detect.", show_default="2 % of the mean")
    ] = None,
    against: Against = "0",
    power: Annotated[float, typer.Option(metavar="P", help="Probability of detecting it.")] = 0.95,
    alpha: Annotated[float, typer.Option(metavar="A", help="Two-sided significance level.")] = 0.01,
    measures: MeasureNames = None,
    out: Out = None,
) -> None:
    """Say how many replicates are needed, from a pilot sweep.

    A pilot of about 20 replicates is enough.
    """
    from comity_lab.analysis.printing import print_plan

    print_plan(folders, measures, half_width, effect, against, power, alpha, out)


@sweep.command(epilog=examples("comity sweep report sweeps/what_if --out report.html"))
def report(
    folders: Sweep,
    out: Annotated[Path, typer.Option(metavar="FILE", help="New HTML file.")] = Path("report.html"),
    against: Against = "0",
    measures: MeasureNames = None,
) -> None:
    """Write a self-contained HTML report of a sweep.

    Methods, design, provenance, tables and figures.
    """
    from comity_lab.analysis.printing import write_report

    write_report(folders, out, against, measures)
