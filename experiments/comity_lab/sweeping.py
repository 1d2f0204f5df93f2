"""The sweep: does the runs of a design that its folder lacks."""

from __future__ import annotations

from concurrent.futures import Executor
from contextlib import AbstractContextManager
from pathlib import Path

from comity import __version__
from comity.compiled import rules_version
from comity.errors import InputError, remedy
from comity.folders import is_there
from comity_lab.design import Design
from comity_lab.dispatching import Dispatcher, Outcome
from comity_lab.executors import Crew, cluster, given, growing, in_process, n_cores, process_pool
from comity_lab.lock import locked
from comity_lab.plan import Plan, plan_of
from comity_lab.sharding import read_shard
from comity_lab.store import create_store, is_sweep, open_store

__all__ = ["Outcome", "check_out", "check_workers", "sweep"]


def sweep(
    design: Design | Plan,
    out: str | Path,
    *,
    workers: int | str | Executor | None = None,
    shard: str | tuple[int, int] | None = None,
    resume: bool = False,
    retry_failed: bool = False,
    quiet: bool = True,
    command: str = "",
) -> Outcome:
    """Run what a design still lacks in its folder.

    Parameters
    ----------
    design
        The design.
    out
        Folder: a new one, or that of the same design, which is continued.
    workers
        Number of processes; 1: this process. Or the address of a Dask scheduler. Or any
        ``concurrent.futures.Executor``; it is not closed. By default as many runs at once as there are cores: a sweep
        begins in this process, and goes on in others if these finish sooner. A process does several runs at once, on
        threads, if most of a run is compiled code; never with a runner or function of the user.
    shard
        ``"k/n"``: only every n-th run, beginning with the k-th.
    resume
        Insist that the folder is there.
    retry_failed
        Do failed runs again.
    quiet
        Print nothing.
    command
        For the provenance.

    Raises
    ------
    InputError
        Before anything is written, if the design, the folder or the cluster cannot be used; and if the disk is full, in
        which case finished runs are kept.
    """
    k, n = read_shard(shard)
    plan = design if isinstance(design, Plan) else plan_of(design)
    folder = Path(out)
    check_out(folder, plan, resume)
    with _crew(workers, calls_user_code=plan.recipe.calls_user_code) as crew:
        store = open_store(folder) if is_sweep(folder) else create_store(folder, plan, command)
        with locked(folder):
            return Dispatcher(store, crew, store.plan.shard(k, n), retry=retry_failed, quiet=quiet).work()


def _crew(workers: int | str | Executor | None, *, calls_user_code: bool) -> AbstractContextManager[Crew]:
    if isinstance(workers, Executor):
        return given(workers)
    if isinstance(workers, str):
        return cluster(workers)
    n_processes = check_workers(workers)
    if workers is None and n_processes > 1 and not calls_user_code:  # which may kill its process
        return growing(n_processes)
    return in_process() if n_processes == 1 else process_pool(n_processes)


def check_workers(workers: int | None) -> int:
    """Return the number of processes, or raise InputError."""
    if workers is not None and not 1 <= workers <= 1000:
        raise InputError(f"--workers must be from 1 to 1000, got {workers}. Give the number of processes.")
    return n_cores() if workers is None else workers


def check_out(folder: Path, plan: Plan, resume: bool) -> None:
    """Raise InputError if a folder is not for this plan; nothing is written."""
    if is_sweep(folder):
        store = open_store(folder)
        store.plan.recipe.check_unchanged(folder)
        if store.plan.hash != plan.hash:
            raise InputError(
                f"{folder}: must hold the sweep of this design ({plan.hash}), got that of another "
                f"({store.plan.hash}). Name another folder; nothing was changed."
            )
        if store.provenance["rules_version"] != rules_version():
            then = store.provenance.get("versions", {}).get("comity", "another version")
            raise InputError(
                f"{folder}: was made by comity {then} under the rules {store.provenance['rules_version']}; this is "
                f"comity {__version__} with the rules {rules_version()}. One table must not mix them: name another "
                "folder, or install the version that made it. It can still be read."
            )
    elif resume:
        raise InputError(f"{folder}: must be the folder of a sweep, got none. Leave out --resume to start one.")
    elif not _is_free(folder):
        raise InputError(f"{folder}: must be new, empty, or hold this sweep, got something else. Name another folder.")


def _is_free(folder: Path) -> bool:
    """Return whether there is nothing, or an empty folder."""
    try:
        if folder.is_symlink() and not folder.exists():
            raise InputError(f"{folder}: must be a folder, got a broken link. Name another folder.")
        return not is_there(folder) or (folder.is_dir() and not any(folder.iterdir()))
    except OSError as error:
        raise InputError(f"{folder}: cannot be read: {remedy(error)} Or name another folder.") from None
