"""The comity command. Only typer is imported here: each command imports what it needs when it is called."""

from __future__ import annotations

import errno
import os
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from comity import __version__
from comity.errors import InputError, Notice
from comity_classroom.commands import mount as mount_classroom
from comity_dashboard.commands import mount as mount_dashboard
from comity_lab.commands import mount

__all__ = ["app", "main"]

_UsageError: Any = typer.BadParameter.__mro__[2]
"""Typer's base of all usage errors, which it takes from click or brings along itself, by version."""


def _examples(*lines: str) -> str:
    """Return an epilog of examples, one a line."""
    return "[bold]Examples[/bold]\n\n" + "\n\n".join(lines)


app = typer.Typer(
    name="comity",
    help="Replay the recurring forums of global migration governance, and ask what if.",
    epilog=_examples(
        "comity run                                  the history of 2006-2021, and what came of it",
        "comity run teaching --seed 7                twelve actors, three meetings: the model in small",
        "comity describe teaching                    what will happen, before it does",
        "comity explain --actor MAR                  why Morocco's cooperation changed",
        "comity run --help                           the options of a command, with examples",
    ),
    rich_markup_mode="rich",
    no_args_is_help=False,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

ScenarioName = Annotated[
    str,
    typer.Argument(metavar="SCENARIO", help="Name of a shipped scenario or path of a .toml file.", show_default=True),
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Set one value by its dotted path; items of lists go by their id. May be repeated.",
        show_default=False,
    ),
]
Patches = Annotated[
    list[str] | None,
    typer.Option(
        "--patch",
        metavar="NAME",
        help="Lay a what-if over the scenario: a shipped name or a .toml file. May be repeated.",
        show_default=False,
    ),
]
Preset = Annotated[
    str | None,
    typer.Option(
        "--preset",
        metavar="THEORY",
        help="Theory: socialisation, institutionalist (no socialisation) or rationalist (no trust learning either).",
        show_default="the scenario's own",
    ),
]


@app.callback(invoke_without_command=True)
def _start(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False,
) -> None:
    if version:
        typer.echo(f"comity {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command(
    epilog=_examples(
        "comity run                                  the history, 2006-2021",
        "comity run teaching --seed 7                twelve actors, three meetings",
        "comity run --preset rationalist             the same luck under another theory",
        "comity run --patch no_gfmd --seed 7         a what-if",
        "comity run --set parameters.persuasion_rate=0 --out runs/deaf",
    )
)
def run(
    scenario: ScenarioName = "hld_gfmd",
    seed: Annotated[str, typer.Option(metavar="N", help="Seed of all luck: a whole number, 0 or more.")] = "0",
    settings: Settings = None,
    patches: Patches = None,
    preset: Preset = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Write the record into this new folder.", show_default="not written"),
    ] = None,
    keep: Annotated[
        str,
        typer.Option(metavar="LEVEL", help="Detail: meetings; all, also every actor; trust, also every trust matrix."),
    ] = "all",
    show_all: Annotated[bool, typer.Option("--all", help="Show meetings without states too.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")] = False,
) -> None:
    """Hold all meetings of a scenario and print what happened."""
    from comity.commands.choice import Choice
    from comity.commands.run import run

    choice = Choice(scenario=scenario, patches=tuple(patches or ()), settings=tuple(settings or ()), theory=preset)
    run(choice, seed, out, keep, show_all, quiet)  # type: ignore[arg-type]  # the model checks the level


@app.command(
    epilog=_examples(
        "comity rerun runs/deaf                      run it again, compare every byte",
        "comity rerun runs/deaf --out runs/again     run it again and write it",
    )
)
def rerun(
    record: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a record; with --run, of a sweep.")],
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Write the record into this new folder.", show_default="not written"),
    ] = None,
    check: Annotated[
        bool,
        typer.Option("--check", help="Compare all files byte by byte, also with --out; exit status 1 if one differs."),
    ] = False,
    run_id: Annotated[
        str | None,
        typer.Option(
            "--run", metavar="ID", help="One run of a sweep's folder: its id, or POINT:REPLICATE.", show_default="none"
        ),
    ] = None,
) -> None:
    """Repeat a saved record; without --out, compare it with what is stored. With --run, repeat one run of a sweep."""
    if run_id is not None:
        from comity_lab.sweep_command import rerun_run

        if not rerun_run(record, run_id, out):
            raise typer.Exit(1)
        return
    from comity.commands.rerun import rerun_record

    if not rerun_record(record, out, check):
        raise typer.Exit(1)


@app.command(
    epilog=_examples(
        "comity explain --actor MAR                  why did Morocco's cooperation change?",
        "comity explain --actor Morocco --what trust --until 2013",
        "comity explain teaching --seed 7 --actor NORTHLAND --what sovereignty",
        "comity explain runs/deaf --actor DEU --what position --until GFMD2010",
    )
)
def explain(
    source: Annotated[
        str,
        typer.Argument(metavar="SCENARIO|RECORD", help="A scenario, which is run first, or the folder of a record."),
    ] = "hld_gfmd",
    actor: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Id or name of the actor; ISO code of a state.", show_default="required"),
    ] = None,
    what: Annotated[
        str, typer.Option(metavar="WHAT", help="cooperation, trust, sovereignty or position.")
    ] = "cooperation",
    until: Annotated[
        str | None,
        typer.Option(metavar="WHEN", help="Last year, or id of the last meeting.", show_default="last meeting"),
    ] = None,
    seed: Annotated[str | None, typer.Option(metavar="N", help="Seed of the run.", show_default="0")] = None,
    settings: Settings = None,
    patches: Patches = None,
    preset: Preset = None,
) -> None:
    """Say why an actor's cooperation, trust, sovereignty or positions changed."""
    from comity.commands.choice import Choice
    from comity.commands.explaining import explain_actor

    if actor is None:
        raise InputError("--actor must be given, got nothing. Name an actor by id or name, such as --actor MAR.")
    choice = Choice(scenario=source, patches=tuple(patches or ()), settings=tuple(settings or ()), theory=preset)
    explain_actor(choice, seed, actor, what, until)


@app.command(
    epilog=_examples(
        "comity describe teaching",
        "comity describe hld_gfmd --patch no_gfmd    what the patch changes",
        "comity describe hld_gfmd --sources          with all sources",
    )
)
def describe(
    scenario: ScenarioName = "hld_gfmd",
    settings: Settings = None,
    patches: Patches = None,
    preset: Preset = None,
    sources: Annotated[bool, typer.Option("--sources", help="Print all sources too.")] = False,
) -> None:
    """Say in words what will happen, meeting by meeting, before anything runs."""
    from comity.commands.choice import Choice
    from comity.commands.listings import describe_scenario

    choice = Choice(scenario=scenario, patches=tuple(patches or ()), settings=tuple(settings or ()), theory=preset)
    describe_scenario(choice, sources)


@app.command()
def scenarios() -> None:
    """List the scenarios and what-if patches that come with comity."""
    from comity.commands.listings import list_scenarios

    list_scenarios()


@app.command(
    epilog=_examples(
        "comity parameters --free                    those that calibration may move",
        "comity run --set parameters.NAME=VALUE      set one for a run",
    )
)
def parameters(
    free: Annotated[bool, typer.Option("--free", help="Only those that calibration may move.")] = False,
) -> None:
    """List all parameters: symbol, default, range, unit, meaning and source."""
    from comity.commands.listings import list_parameters

    list_parameters(free)


@app.command(epilog=_examples("comity schema --out scenario.schema.json"))
def schema(
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write it to this new file.", show_default="standard output")
    ] = None,
) -> None:
    """Print the JSON Schema of scenario files, with which editors complete and check them."""
    from comity.commands.listings import write_schema

    write_schema(out)


@app.command("compile", epilog=_examples("comity compile                              once, after installing"))
def compile_all(
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")] = False,
) -> None:
    """Compile the rules now, so that no run has to wait for it: after installing, in an image, on a cluster."""
    from comity.commands.compiling import compile_rules

    compile_rules(quiet)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status: 2 for wrong input, 130 when interrupted.

    Parameters
    ----------
    arguments
        Words after ``comity``; None: those of the process.
    """
    if sys.stdout is None:
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # whoever started this has closed it
    # Figures go to files: a notebook hands on a backend that is perhaps not installed here.
    os.environ["MPLBACKEND"] = "agg"
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a pipe on Windows may not know every sign
    if _is_nowhere():  # before libraries are loaded: some end in errors of their own
        return _complain("the folder in which this runs has been removed. Change to one that exists.")
    try:
        with _notices():
            status = app(args=None if arguments is None else list(arguments), prog_name="comity", standalone_mode=False)
        sys.stdout.flush()
    except InputError as error:
        return _complain(str(error))
    except _UsageError as error:
        context = getattr(error, "ctx", None)
        command = context.command_path if context is not None else "comity"
        return _complain(f"{error.format_message()} See {command} --help.")
    except OSError as error:
        if error.errno != errno.ENOSPC or error.filename is not None:
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # else Python tries again at its end
        return _complain(f"what is printed could not be written: {error.strerror}. Print elsewhere.")
    except (KeyboardInterrupt, typer.Abort):
        status = 130
    if status == 130:
        typer.echo("comity: stopped.", err=True)
    return status if isinstance(status, int) else 0


def _is_nowhere() -> bool:
    """Return whether the working folder was removed."""
    try:
        os.getcwd()
    except FileNotFoundError:
        return True
    return False


@contextmanager
def _notices() -> Iterator[None]:
    """Print each notice once, as one paragraph on standard error."""
    told: set[str] = set()
    with warnings.catch_warnings():
        warnings.simplefilter("always", Notice)
        show = warnings.showwarning

        def tell(message: Warning | str, category: type[Warning], *rest: Any, **more: Any) -> None:
            if not issubclass(category, Notice):
                show(message, category, *rest, **more)
            elif str(message) not in told:
                told.add(str(message))
                typer.echo(f"comity: note: {' '.join(str(message).split())}", err=True)

        warnings.showwarning = tell
        yield


def _complain(message: str) -> int:
    """Print one paragraph on standard error and return the exit status of wrong input."""
    typer.echo(f"comity: {' '.join(message.split())}", err=True)
    return 2


mount(app)
mount_dashboard(app)
mount_classroom(app)

if __name__ == "__main__":
    sys.exit(main())
