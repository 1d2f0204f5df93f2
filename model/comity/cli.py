"""The comity command. Only typer is imported here; each command imports what it needs when it is called.

What is light is imported first, to check the input: a misspelt name is refused before numba, pandas or Mesa load.
"""

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
from comity.commands.choice import Choice, check_record
from comity.commands.options import Patches, Posterior, Preset, Quiet, ScenarioName, Settings, examples
from comity.commands.panels import Commands, arrange
from comity.commands.reference import mount as mount_reference
from comity.errors import InputError, Notice
from comity_classroom.commands import mount as mount_classroom
from comity_dashboard.commands import mount as mount_dashboard
from comity_lab.commands import mount as mount_lab

__all__ = ["app", "main"]

_UsageError: Any = typer.BadParameter.__mro__[2]
"""Base class of typer's usage errors, which it imports from click or defines itself, depending on the version."""

app = typer.Typer(
    cls=Commands,
    name="comity",
    help="Simulate the recurring forums of global migration governance.",
    epilog=examples(
        "comity run                     the history of 2006-2021 and its outcomes",
        "comity run teaching --seed 7   a small model: twelve actors, three meetings",
        "comity describe teaching       what will happen, before anything runs",
        "comity explain --actor MAR     why Morocco's cooperation changed",
        "comity run --help              the options of a command, with examples",
    ),
    rich_markup_mode="rich",
    no_args_is_help=False,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


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
    epilog=examples(
        "comity run                                  the history, 2006-2021",
        "comity run teaching --seed 7                twelve actors, three meetings",
        "comity run --preset rationalist             another theory, same luck",
        "comity run --patch no_gfmd --seed 7         a what-if",
        "comity run --set parameters.persuasion_rate=0 --out runs/deaf",
        "comity run teaching --out runs/tables --csv",
    )
)
def run(
    scenario: ScenarioName = "hld_gfmd",
    seed: Annotated[str, typer.Option(metavar="N", help="Random seed: a whole number, 0 or more.")] = "0",
    settings: Settings = None,
    patches: Patches = None,
    preset: Preset = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Save the record in this new folder.", show_default="not saved")
    ] = None,
    keep: Annotated[
        str, typer.Option(metavar="LEVEL", help="Detail: meetings; all (adds actors); trust (adds trust matrices).")
    ] = "all",
    csv: Annotated[bool, typer.Option("--csv", help="With --out: also save each table as CSV.")] = False,
    show_all: Annotated[bool, typer.Option("--all", help="Also list meetings that no state attends.")] = False,
    posterior: Posterior = None,
    quiet: Quiet = False,
) -> None:
    """Run a scenario and print its meetings and outcomes.

    With --posterior, also run each draw and print bands of states and measures. --out DIR saves them as DIR_bands.csv.
    """
    if csv and out is None:
        raise InputError("--csv must come with --out, got --csv alone. Add --out FOLDER.")
    choice = Choice(
        scenario=scenario, patches=tuple(patches or ()), settings=tuple(settings or ()), theory=preset,
        posterior=posterior,
    ).checked(seed, out)  # fmt: skip
    from comity.commands.run import run

    run(choice, seed, out, keep, show_all, quiet, csv)  # type: ignore[arg-type]  # the model checks the level


@app.command(
    epilog=examples(
        "comity rerun runs/deaf                      repeat and compare byte by byte",
        "comity rerun runs/deaf --out runs/again     repeat and save",
        "comity rerun sweeps/what_if --run 3:12      point 3, replicate 12 of a sweep",
        "comity rerun deaf.zip                       what comity bundle wrote",
    )
)
def rerun(
    record: Annotated[
        Path, typer.Argument(metavar="DIR|ZIP", help="Folder of a record; with --run, of a sweep; or a bundle of one.")
    ],
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Save the record in this new folder.", show_default="not saved")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Compare all files byte by byte, also with --out; status 1 if any differs.")
    ] = False,
    run_id: Annotated[
        str | None,
        typer.Option(
            "--run", metavar="ID", help="One run of a sweep: its id, or POINT:REPLICATE.", show_default="none"
        ),
    ] = None,
) -> None:
    """Repeat a saved run and compare it with the original.

    With --run, repeat one run of a sweep. With --out, save the result.
    """
    if record.is_file() or (record.suffix == ".zip" and not record.is_dir()):
        from comity_lab.unbundling import rerun_bundle

        same = rerun_bundle(record, out, check, run_id)
    elif run_id is not None:
        from comity_lab.sweep_command import rerun_run

        same = rerun_run(record, run_id, out)
    else:
        check_record(record)
        from comity.commands.rerun import rerun_record

        same = rerun_record(record, out, check)
    if not same:
        raise typer.Exit(1)


@app.command(
    epilog=examples(
        "comity explain --actor MAR                  why did Morocco's cooperation change?",
        "comity explain --actor Morocco --what trust --until 2013",
        "comity explain teaching --seed 7 --actor NORTHLAND --what sovereignty",
        "comity explain runs/deaf --actor DEU --what position --until GFMD2010",
    )
)
def explain(
    source: Annotated[
        str, typer.Argument(metavar="SCENARIO|RECORD", help="A scenario, which is run first, or a record's folder.")
    ] = "hld_gfmd",
    actor: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Id or name of the actor; ISO code of a state.", show_default="required"),
    ] = None,
    what: Annotated[
        str, typer.Option(metavar="WHAT", help="cooperation, trust, sovereignty, position or anchor.")
    ] = "cooperation",
    until: Annotated[
        str | None,
        typer.Option(metavar="WHEN", help="Last year, or id of the last meeting.", show_default="last meeting"),
    ] = None,
    seed: Annotated[str | None, typer.Option(metavar="N", help="Random seed of the run.", show_default="0")] = None,
    settings: Settings = None,
    patches: Patches = None,
    preset: Preset = None,
) -> None:
    """Explain why an actor's cooperation or trust changed.

    Also sovereignty and positions. The change is split by mechanism, meeting and partner or issue.
    """
    if actor is None:
        raise InputError("--actor must be given, got nothing. Name an actor by id or name, such as --actor MAR.")
    choice = Choice(scenario=source, patches=tuple(patches or ()), settings=tuple(settings or ()), theory=preset)
    from comity.words.quantities import QUANTITIES

    if what not in QUANTITIES:
        raise InputError(f"--what must be one of {', '.join(QUANTITIES)}, got {what!r}. Give one of them.")
    choice = choice.checked(seed)
    from comity.commands.explaining import explain_actor

    explain_actor(choice, seed, actor, what, until)


@app.command(
    epilog=examples(
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
    sources: Annotated[bool, typer.Option("--sources", help="Also print all sources.")] = False,
) -> None:
    """Describe a scenario in words, before anything runs."""
    choice = Choice(scenario=scenario, patches=tuple(patches or ()), settings=tuple(settings or ()), theory=preset)
    choice = choice.checked()
    from comity.commands.listings import describe_scenario

    describe_scenario(choice, sources)


@app.command(
    epilog=examples("comity schema --out scenario.schema.json", "comity schema design --out design.schema.json")
)
def schema(
    what: Annotated[str, typer.Argument(metavar="KIND", help="Kind of files: scenario or design.")] = "scenario",
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write to this new file.", show_default="standard output")
    ] = None,
) -> None:
    """Print the JSON Schema of scenario or design files.

    Editors use it to complete and check such files.
    """
    from comity_lab.design_schema import write_schema_of

    write_schema_of(what, out)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status: 2 for wrong input, 130 when interrupted.

    Parameters
    ----------
    arguments
        Words after ``comity``; None: the arguments of the process.
    """
    if sys.stdout is None:
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # closed by the parent process
    # Figures go to files. A notebook passes on its backend, which may not be installed here.
    os.environ["MPLBACKEND"] = "agg"
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a pipe on Windows may lack some characters
    if _cwd_is_gone():  # checked before libraries are loaded, because some of them fail without a working folder
        return _complain("the working folder has been removed. Change to one that exists.")
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
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # otherwise Python tries to flush again on exit
        return _complain(f"the output could not be written: {error.strerror}. Send it elsewhere.")
    except (KeyboardInterrupt, typer.Abort):
        status = 130
    if status == 130:
        typer.echo("comity: stopped.", err=True)
    return status if isinstance(status, int) else 0


def _cwd_is_gone() -> bool:
    """Return whether the working folder has been removed."""
    try:
        os.getcwd()
    except FileNotFoundError:
        return True
    return False


@contextmanager
def _notices() -> Iterator[None]:
    """Print each notice once, as one paragraph on standard error."""
    printed: set[str] = set()
    with warnings.catch_warnings():
        warnings.simplefilter("always", Notice)
        show = warnings.showwarning

        def print_notice(message: Warning | str, category: type[Warning], *rest: Any, **more: Any) -> None:
            if not issubclass(category, Notice):
                show(message, category, *rest, **more)
            elif str(message) not in printed:
                printed.add(str(message))
                typer.echo(f"comity: note: {' '.join(str(message).split())}", err=True)

        warnings.showwarning = print_notice
        yield


def _complain(message: str) -> int:
    """Print one paragraph on standard error and return the exit status of wrong input."""
    typer.echo(f"comity: {' '.join(message.split())}", err=True)
    return 2


mount_reference(app)
mount_lab(app)
mount_dashboard(app)
mount_classroom(app)
arrange(app)

if __name__ == "__main__":
    sys.exit(main())
