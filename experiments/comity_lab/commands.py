"""The commands of the lab: their options. Only typer is imported here; the rest when a command is called."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from comity.commands.choice import Choice, check_source, check_what_ifs, read_seed_text
from comity.commands.options import Patches, Posterior, Preset, Quiet, Settings, Workers, end, examples
from comity.extras import needs
from comity_lab.sweep_group import sweep

__all__ = ["mount"]

Replicates = Annotated[int, typer.Option(metavar="N", help="Number of pairs of runs with the same luck.")]
Seed = Annotated[str, typer.Option(metavar="N", help="Seed of the study.")]
PairsOut = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR", help="Save the table (CSV, JSON), the figure (SVG, PNG) and the runs.", show_default="not saved"
    ),
]
Base = Annotated[str, typer.Option("--scenario", metavar="NAME", help="Scenario that the what-ifs vary.")]


def whatif(
    patches: Annotated[
        list[str] | None,
        typer.Argument(metavar="PATCH", help="Shipped what-ifs or .toml files, each run alone.", show_default=False),
    ] = None,
    scenario: Base = "hld_gfmd",
    replicates: Replicates = 100,
    seed: Seed = "0",
    workers: Workers = None,
    out: PairsOut = None,
    is_all: Annotated[bool, typer.Option("--all", help="All shipped what-ifs.")] = False,
    posterior: Posterior = None,
    quiet: Quiet = False,
) -> None:
    """Measure what a what-if changes.

    Runs with the patch minus runs without it, pair by pair, with 95 % intervals.
    """
    read_seed_text(seed)
    check_source(scenario)
    check_what_ifs(patches or (), is_all=is_all)
    from comity_lab.paired_printing import Pairs, what_if

    pairs = Pairs(replicates, seed, posterior or "")
    end(what_if(patches or [], scenario, pairs, workers, out, is_all, quiet))


def compare(
    first: Annotated[
        str, typer.Argument(metavar="A", help="Reference: a scenario, a .toml file, or a record's folder.")
    ],
    second: Annotated[str, typer.Argument(metavar="B", help="What is compared with it.")],
    replicates: Replicates = 100,
    seed: Seed = "0",
    workers: Workers = None,
    out: PairsOut = None,
    posterior: Posterior = None,
    quiet: Quiet = False,
) -> None:
    """Measure how two scenarios differ.

    Runs of B minus runs of A, pair by pair, with 95 % intervals. The Compare page of the application shows the same
    pairs for the same seed.
    """
    read_seed_text(seed)
    for name in (first, second):
        check_source(name)
    from comity_lab.paired_printing import Pairs, compare

    end(compare(first, second, Pairs(replicates, seed, posterior or ""), workers, out, quiet))


def score(
    scenario: Annotated[
        str, typer.Argument(metavar="SCENARIO|DIR", help="A scenario, or the folder of a record or sweep.")
    ] = "hld_gfmd",
    replicates: Annotated[
        int | None, typer.Option(metavar="N", help="Runs of each theory, on the same seeds.", show_default="200")
    ] = None,
    seed: Annotated[
        str | None, typer.Option(metavar="N", help="Seed from which the runs' seeds derive.", show_default="0")
    ] = None,
    workers: Workers = None,
    settings: Settings = None,
    patches: Patches = None,
    preset: Preset = None,
    facts: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Your own facts (.toml).", show_default="facts of 2003-2013")
    ] = None,
    votes: Annotated[
        Path | None,
        typer.Option(
            metavar="CSV",
            help="A recorded vote to score as well, with columns iso3 and vote; IMD2012 and GFMD2008VOTE are shipped.",
            show_default="none",
        ),
    ] = None,
    vote: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Vote of the scenario to score it on.", show_default="name of the file"),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Also save CSV and JSON.", show_default="not saved")
    ] = None,
    posterior: Posterior = None,
    quiet: Quiet = False,
) -> None:
    """Score runs against observed facts, rivals and baselines."""
    choice = Choice(
        scenario=scenario, patches=tuple(patches or ()), settings=tuple(settings or ()), theory=preset,
        posterior=posterior,
    ).checked(seed)  # fmt: skip
    if votes is not None:
        needs("--votes", "analysis", "scipy")
    from comity_lab.scoring.command import RollCall, score_choice

    score_choice(choice, replicates, seed, workers, facts, RollCall(votes, vote), out, quiet)


def speech(
    scenario: Annotated[
        str, typer.Argument(metavar="SCENARIO", help="Name of a shipped scenario, or path of a .toml file.")
    ] = "hld_gfmd",
    replicates: Annotated[int, typer.Option(metavar="N", help="Runs of each theory, on the same seeds.")] = 100,
    seed: Seed = "0",
    coupling: Annotated[
        float, typer.Option(metavar="X", help="How much of a lasting change is heard; 1 as preregistered.")
    ] = 1.0,
    settings: Settings = None,
    patches: Patches = None,
    power: Annotated[
        bool, typer.Option("--power", help="Print instead how large a change must be to be seen.")
    ] = False,
    draws: Annotated[int, typer.Option(metavar="N", help="Simulated panels of each world, with --power.")] = 300,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Also save the tables (CSV).", show_default="not saved")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Test the theories on speeches.

    Simulates what each run would show in the UN General Debate, and compares it with what states said in 1994-2013.
    """
    choice = Choice(scenario=scenario, patches=tuple(patches or ()), settings=tuple(settings or ())).checked(seed)
    needs("speech", "analysis", "scipy")
    from comity_lab.speech.command import speech_choice, speech_power

    if power:
        speech_power(choice, draws, quiet)
    else:
        speech_choice(choice, replicates, seed, coupling, out, quiet)


def audit(
    quick: Annotated[bool, typer.Option("--quick", help="A few claims and changes, 3 pairs: seconds.")] = False,
    scenario: Base = "hld_gfmd",
    replicates: Annotated[
        int | None, typer.Option(metavar="N", help="Pairs of runs for each what-if and change.", show_default="30")
    ] = None,
    seed: Seed = "0",
    workers: Workers = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Save the table (CSV) and the runs.", show_default="not saved")
    ] = None,
    claims: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Your own claims (.toml).", show_default="the shipped ones")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Test whether each claim of the argument is robust.

    Each claim is also tested with irrelevant details and uncertain inputs changed.
    """
    read_seed_text(seed)
    check_source(scenario)
    from comity_lab.audit.printing import audit_claims

    end(audit_claims(scenario, quick, replicates, seed, workers, out, claims, quiet))


def calibrate(
    scenario: Annotated[
        str, typer.Argument(metavar="SCENARIO", help="Name of a shipped scenario, or path of a .toml file.")
    ] = "hld_gfmd",
    facts: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Your own facts (.toml).", show_default="the shipped ones")
    ] = None,
    parameters: Annotated[
        str | None,
        typer.Option(
            metavar="A,B,…|all",
            help="Parameters to vary: names, or all free ones.",
            show_default="the ones that a screening finds to move a fact, at most one for two facts",
        ),
    ] = None,
    waves: Annotated[int, typer.Option(metavar="N", help="Waves; more can be added to a folder later.")] = 3,
    points: Annotated[int, typer.Option(metavar="N", help="Points per wave.")] = 200,
    replicates: Annotated[int, typer.Option(metavar="N", help="Runs per point, 2 or more.")] = 4,
    seed: Annotated[int, typer.Option(metavar="N", help="Random seed.")] = 0,
    discrepancy: Annotated[
        float, typer.Option(metavar="D", help="Model discrepancy, in standard deviations of each fact.")
    ] = 1.0,
    reach: Annotated[
        float, typer.Option(metavar="SHARE", help="How far a value may move either way, as a share of its range.")
    ] = 0.25,
    recover: Annotated[
        int | None,
        typer.Option(
            "--recover",
            "--twin",
            metavar="SEED",
            help="Recovery experiment: plant parameters, observe one run, and try to recover them.",
            show_default="observed facts",
        ),
    ] = None,
    workers: Workers = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="New folder, or the folder of this calibration.", show_default="sweeps/…"),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Find the parameter values that the facts do not rule out.

    The method is history matching.
    """
    check_source(scenario)
    needs("calibrate", "analysis", "scipy", "SALib", "matplotlib")
    from comity_lab.calibration.command import Wanted, calibrate_scenario

    wanted = Wanted(
        scenario=scenario, facts=facts, parameters=parameters, waves=waves, points=points, replicates=replicates,
        seed=seed, discrepancy=discrepancy, reach=reach, recover=recover,
    )  # fmt: skip
    end(calibrate_scenario(wanted, out, workers=workers, quiet=quiet))


def estimate_vote(
    resamples: Annotated[int, typer.Option(metavar="N", help="Samples of states for the intervals.")] = 200,
    seed: Annotated[int, typer.Option(metavar="N", help="Seed of the samples.")] = 0,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Also save CSV.", show_default="not saved")] = None,
) -> None:
    """Estimate the voting rule from recorded roll calls.

    Roll calls to 2012 are used; the votes of 2008 and 2012 are also forecast from earlier votes only.
    """
    needs("estimate-vote", "analysis", "scipy")
    from comity_lab.voting.command import estimate_vote

    estimate_vote(resamples=resamples, seed=seed, out=out)


def forecast_vote(
    vote: Annotated[str, typer.Argument(metavar="VOTE", help="Id of a vote of the scenario, such as IMD2012.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="New .csv; beside it a .json with date and checksum.")],
    scenario: Annotated[str, typer.Option(metavar="SCENARIO", help="A scenario.")] = "hld_gfmd",
    replicates: Annotated[int, typer.Option(metavar="N", help="Runs, over which the mean is taken.")] = 200,
    seed: Annotated[str, typer.Option(metavar="N", help="From which the seeds of the runs are derived.")] = "0",
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="As in comity run.", show_default=False)
    ] = None,
    patches: Annotated[
        list[str] | None, typer.Option("--patch", metavar="NAME", help="As in comity run.", show_default=False)
    ] = None,
) -> None:
    """Save how likely each answer of each state is in a vote, with date and checksum, before anybody looks."""
    choice = Choice(scenario=scenario, patches=tuple(patches or ()), settings=tuple(settings or ())).checked(seed)
    from comity_lab.voting.foretelling import forecast_vote

    forecast_vote(choice, vote, replicates=replicates, seed=seed, out=out)


def bundle(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a record or of a sweep.")],
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="New archive (.zip).", show_default="NAME.zip")
    ] = None,
) -> None:
    """Pack a run or a sweep into one archive, to publish it.

    With scenario, design, tables (also as CSV), your own tables of actors,
    provenance, versions and a README. Equal runs give equal bytes.

    `comity rerun FILE` repeats what the archive holds, and compares.
    """
    from comity_lab.bundling import bundle

    bundle(folder, Path(f"{folder.resolve().name}.zip") if out is None else out)


def mount(app: typer.Typer) -> None:
    """Add the commands of the lab to the command line."""
    app.add_typer(sweep, name="sweep")
    app.command(
        epilog=examples(
            "comity bundle runs/deaf --out deaf.zip     a record",
            "comity bundle sweeps/what_if               a sweep; writes what_if.zip",
            "comity rerun deaf.zip                      repeat it and compare",
        )
    )(bundle)
    app.command(
        epilog=examples(
            "comity whatif no_gfmd                      one what-if, with its lesson",
            "comity whatif no_pga no_iom --replicates 30",
            "comity whatif --all --out effects          all shipped; repeating it continues",
        )
    )(whatif)
    app.command(
        epilog=examples(
            "comity compare hld_gfmd hld_gfmd_2025",
            "comity compare runs/deaf my_scenario.toml  a record stands for its scenario",
        )
    )(compare)
    app.command(
        epilog=examples(
            "comity score                               200 replicates of each theory",
            "comity score hld_gfmd --set parameters.persuasion_rate=0 --replicates 50",
            "comity score --votes IMD2012 --out score",
            "comity score runs/deaf                     the scenario of a record",
        )
    )(score)
    app.command(
        epilog=examples(
            "comity speech                              100 runs of each theory, as preregistered",
            "comity speech --coupling 0.5 --out speech",
            "comity speech --power --draws 100",
        )
    )(speech)
    app.command(epilog=examples("comity audit --quick", "comity audit --replicates 30 --out audit"))(audit)
    app.command(
        epilog=examples(
            "comity calibrate                           the history; repeating it continues",
            "comity calibrate --parameters trust_learning,persuasion_rate --points 60",
            "comity calibrate --recover 1               would it recover known values?",
            "comity run --patch sweeps/calibration_hld_gfmd/calibration.toml",
        )
    )(calibrate)
    app.command(epilog=examples("comity estimate-vote", "comity estimate-vote --resamples 1000 --out vote"))(
        estimate_vote
    )
    app.command(epilog=examples("comity forecast-vote GCM2018 --out forecast.csv"))(forecast_vote)
