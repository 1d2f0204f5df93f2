"""The commands that read a sweep: their options. Only typer is imported here, all else when one is called."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["differences", "means", "mount_analysis", "plan", "report", "sensitivity"]

Sweep = Annotated[
    list[Path], typer.Argument(metavar="DIR", help="Folder of a sweep, or of its shards.", show_default=False)
]
MeasureNames = Annotated[
    list[str] | None,
    typer.Option("--measure", "-m", metavar="NAME", help="Only this one. May be repeated.", show_default="all"),
]
Out = Annotated[
    Path | None,
    typer.Option(metavar="FOLDER", help="Also save table (CSV) and figure (SVG, PNG).", show_default="not saved"),
]
Against = Annotated[
    str, typer.Option(metavar="POINT", help="Reference: its number, or FACTOR=VALUE,… that names one point.")
]


def means(sweep: Sweep, measures: MeasureNames = None, out: Out = None) -> None:
    """Print the mean of every measure at every point, with its 95 % interval."""
    from comity_lab.analysis_printing import print_means

    print_means(sweep, measures, out)


def differences(sweep: Sweep, against: Against = "0", measures: MeasureNames = None, out: Out = None) -> None:
    """Print how every point differs from a reference point, replicate by replicate, with 95 % intervals."""
    from comity_lab.analysis_printing import print_differences

    print_differences(sweep, against, measures, out)


def sensitivity(
    sweep: Sweep,
    measures: MeasureNames = None,
    resamples: Annotated[int, typer.Option(metavar="N", help="Resamples that the bootstrap draws.")] = 1000,
    out: Out = None,
) -> None:
    """Print Sobol or Morris indices with bootstrapped 95 % intervals, by the sampler of the design."""
    from comity_lab.analysis_printing import print_sensitivity

    print_sensitivity(sweep, measures, resamples, out)


def plan(
    sweep: Sweep,
    half_width: Annotated[
        float | None, typer.Option(metavar="H", help="Wanted 95 % interval, ± H.", show_default="1 % of the mean")
    ] = None,
    effect: Annotated[
        float | None,
        typer.Option(metavar="D", help="Smallest difference that is to be found.", show_default="2 % of the mean"),
    ] = None,
    against: Against = "0",
    power: Annotated[float, typer.Option(metavar="P", help="Probability of finding it.")] = 0.95,
    alpha: Annotated[float, typer.Option(metavar="A", help="Of finding one that is not there, two-sided.")] = 0.01,
    measures: MeasureNames = None,
    out: Out = None,
) -> None:
    """Say how many replicates are needed, from the spread in a pilot of 20 or so."""
    from comity_lab.analysis_printing import print_plan

    print_plan(sweep, measures, half_width, effect, against, power, alpha, out)


def report(
    sweep: Sweep,
    out: Annotated[Path, typer.Option(metavar="FILE", help="The page; a new file.")] = Path("report.html"),
    against: Against = "0",
    measures: MeasureNames = None,
) -> None:
    """Write one self-contained HTML page: methods, design, provenance, tables and figures."""
    from comity_lab.analysis_printing import write_report

    write_report(sweep, out, against, measures)


def mount_analysis(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    for command in (means, differences, sensitivity, plan, report):
        app.command(epilog=_EXAMPLES[command.__name__])(command)


_EXAMPLES = {
    name: "[bold]Examples[/bold]\n\n" + "\n\n".join(lines)
    for name, lines in {
        "means": ("comity means sweeps/what_if -m cooperation", "comity means sweeps/what_if --out tables"),
        "differences": (
            "comity differences sweeps/what_if --against patch=none",
            "comity differences sweeps/what_if --against 0 -m trust_roles",
        ),
        "sensitivity": ("comity sensitivity sweeps/free_parameters -m cooperation",),
        "plan": ("comity plan sweeps/pilot -m cooperation --half-width 0.005 --effect 0.01",),
        "report": ("comity report sweeps/what_if --out report.html",),
    }.items()
}
