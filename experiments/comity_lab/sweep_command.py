"""comity sweep, and comity rerun of one run of a sweep."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Any

import numpy as np

from comity.errors import InputError
from comity_lab.design import Design, load_design
from comity_lab.executors import saves
from comity_lab.interrupts import terminate_is_interrupt, uninterrupted
from comity_lab.pilot import fly
from comity_lab.plan import Plan, plan_of
from comity_lab.progress import duration
from comity_lab.scoring.about import foreign
from comity_lab.sharding import read_shard
from comity_lab.shipped import find_design
from comity_lab.store import is_sweep, open_store
from comity_lab.sweeping import Outcome, check_out, check_workers, sweep

__all__ = ["rerun_run", "sweep_design"]


def sweep_design(
    design: Path,
    workers: int | str | None,
    shard: str | None,
    resume: bool,
    retry_failed: bool,
    out: Path | None,
    dry_run: bool,
    quiet: bool,
) -> int:
    """Sweep a design, or estimate its cost; return the exit status.

    Parameters
    ----------
    design
        TOML file, or the folder of a sweep, which is then continued.
    workers
        Number of processes, or the address of a Dask scheduler.
    shard, resume, retry_failed, out, dry_run, quiet
        As in ``comity sweep --help``.

    Returns
    -------
    int
        0: all runs are done; 1: some failed; 130: stopped by Ctrl-C.
    """
    k, n = read_shard(shard)
    n_processes = 1 if isinstance(workers, str) else check_workers(workers)
    if is_sweep(design):
        plan: Plan = open_store(design).plan
        out = design if out is None else out
    else:
        plan = plan_of(load_design(find_design(design)))
        out = Path("sweeps") / (design.stem if n == 1 else f"{design.stem}-{k}of{n}") if out is None else out
    check_out(out, plan, resume)
    if retry_failed and not is_sweep(out):
        raise InputError(
            f"{out}: --retry-failed must be used with an existing sweep, got none. Leave it out to start one."
        )
    wanted = plan.shard(k, n)
    if not len(wanted):
        raise InputError(f"--shard: {k}/{n} has no runs, because the sweep has {plan.n_runs}. Use fewer shards.")
    if not quiet:
        _say_what(plan, k, n, out)
    if dry_run:
        begins_here = workers is None and not plan.recipe.calls_user_code
        _say_needs(plan, _missing(out, wanted, retry_failed), n_processes, begins_here=begins_here)
        return 0
    command = _command(plan.design, design, shard)
    again = shlex.join(_again(design, out, workers, shard))
    try:
        with terminate_is_interrupt():
            outcome = sweep(
                plan,
                out,
                workers=workers,
                shard=shard,
                resume=resume,
                retry_failed=retry_failed,
                quiet=quiet,
                command=command,
            )
    except KeyboardInterrupt:  # while processes start or end
        with uninterrupted():
            _print_stopped(out, again)
        return 130
    with uninterrupted():
        return _say_end(outcome, again, quiet)


def _print_stopped(out: Path, again: str) -> None:
    kept = f"what is finished is kept in {out}. Continue" if is_sweep(out) else "nothing was written. Start again"
    _print(f"stopped: {kept}: {again}", sys.stderr)


def rerun_run(folder: Path, run: str, out: Path | None, *, named: Path | None = None) -> bool:
    """Repeat one run of a sweep in full detail; return whether it is the same.

    ``named`` is what the saved record calls the sweep, if it was unpacked from an archive.
    """
    from comity.folders import check_folder
    from comity_lab.repeating import repeat_run

    if out is not None:
        check_folder(out)
    repeated = repeat_run(folder, run)
    row = repeated.row
    _print(f"run {row['run']}: point {row['point']}, replicate {row['replicate']}, seed {row['seed']}")
    for name in [
        column for column in row.index if column == "patch" or "." in column or column in ("preset", "theory")
    ]:
        _print(f"  {name} = {row[name]}")
    if repeated.differences:
        _print("different: " + "; ".join(repeated.differences))
    else:
        _print("same: all measures are equal to the last bit")
    if out is not None:
        repeated.record.save(out, f"comity rerun {(named or folder).name} --run {row['run']}")
        _print(f"written to {out}")
    return not repeated.differences


def _say_what(plan: Plan, k: int, n: int, out: Path) -> None:
    design = plan.design
    subject = design.function or Path(design.scenario).stem
    part = "" if n == 1 else f"; shard {k} of {n}: {len(plan.shard(k, n))} runs"
    _print(f"{design.name or 'sweep'}: {subject}, {design.sampler} over {len(design.factors)} factors", sys.stderr)
    _print(f"{plan.n_points} points x {design.replicates} replicates = {plan.n_runs} runs{part}", sys.stderr)
    if "facts" in design.keep and plan.recipe.base is not None:
        if warning := foreign(plan.recipe.scenario(plan.values(0)), design.facts):
            _print(warning, sys.stderr)
    if is_sweep(out):
        _print(f"{out} holds this sweep already: it is continued", sys.stderr)


def _missing(out: Path, wanted: np.ndarray, retry_failed: bool) -> np.ndarray:
    """Return the wanted runs that are missing."""
    if not is_sweep(out):
        return wanted
    attempts, failed, _ = open_store(out).finished()
    is_missing = (attempts < 0) | failed if retry_failed else attempts < 0
    return np.asarray(wanted[is_missing[wanted]])


def _say_needs(plan: Plan, wanted: np.ndarray, workers: int, *, begins_here: bool) -> None:
    """Print what a sweep needs; one that begins here starts other processes only where that is sooner."""
    if not len(wanted):
        _print("all runs are done; nothing would be run")
        return
    pilot = fly(plan, wanted)
    runs = len(wanted)
    if begins_here and not saves(pilot.seconds(runs, 1), workers):
        workers = 1
    words = "1 process" if workers == 1 else f"{workers} processes of equal speed"
    _print(f"runs        {runs}")
    _print(
        f"time        {duration(pilot.seconds(runs, workers))} with {words} ({1000 * pilot.seconds_a_run:.1f} ms a run)"
    )
    _print(f"disk        about {_size(pilot.n_bytes(runs))} ({pilot.bytes_a_run:.0f} bytes a run)")
    _print(f"from        a pilot of {pilot.runs} runs; nothing was written")
    if pilot.failed:
        _print(f"warning     {pilot.failed} of the {pilot.runs} runs of the pilot failed")


def _say_end(outcome: Outcome, again: str, quiet: bool) -> int:
    there = outcome.before + outcome.done
    if outcome.interrupted:
        _print(f"stopped: {there} of {outcome.total} runs are kept in {outcome.folder}. Continue: {again}", sys.stderr)
        return 130
    if not quiet:
        _print(f"{there} of {outcome.total} runs are in {outcome.folder}, {outcome.done} of them new")
        _print(f"Read them:  comity_lab.read_sweep({str(outcome.folder)!r}).runs")
    if outcome.failed:
        _print(
            f"{outcome.failed} of the runs failed; read_sweep(…).failures says why. "
            f"Repeat them: {again} --retry-failed",
            sys.stderr,
        )
        return 1
    return 0


def _again(design: Path, out: Path, workers: int | str | None, shard: str | None) -> list[str]:
    words = ["comity", "sweep", str(design)]
    if design != out:
        words += ["--out", str(out)]
    for option, value in (("--cluster" if isinstance(workers, str) else "--workers", workers), ("--shard", shard)):
        if value is not None:
            words += [option, str(value)]
    return words


def _command(design: Design, file: Path, shard: str | None) -> str:
    """Return the command for the provenance, with file names but no folders."""
    return shlex.join(["comity", "sweep", file.name, *(["--shard", shard] if shard else [])])


def _size(n_bytes: float) -> str:
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if n_bytes >= size:
            return f"{n_bytes / size:.1f} {unit}"
    return f"{n_bytes:.0f} bytes"


def _print(text: str, stream: Any = None) -> None:
    print(text, file=stream or sys.stdout, flush=True)
