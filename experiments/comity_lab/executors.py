"""The workers: this process, processes with threads, a Dask cluster, or an executor that the caller provides."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.connection import wait
from typing import Any
from urllib.parse import urlsplit

from comity.errors import InputError
from comity.extras import needs
from comity_lab.installed import installed

__all__ = ["Crew", "InProcess", "cluster", "given", "growing", "in_process", "n_cores", "process_pool", "saves"]

_START = 2.0
"""Processor seconds that others must save, for them to be started.

A process takes 1 s (measured) to import what a run needs and to load the compiled rules. Twice that, because n
processes of a machine do less than n times the runs of one.
"""

_FOR_A_THREAD = 0.004
"""Processor seconds that a run must take for each thread of its process.

A shorter run spends so much of its time in Python, where only one thread goes on, that threads wait for one another:
two threads were 1.7 times as fast as one where a run takes 0.014 s, a fifth of it in Python (``hld_gfmd``), and 0.8
times as fast where it takes 0.0006 s, six sevenths of it in Python (``teaching``).
"""

_GRACE = 5.0
"""Seconds after which a pool must have noticed that a process died."""

_LIGHT = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass
class Crew:
    """An executor, with what a sweep needs to know about it.

    Attributes
    ----------
    executor
        To which chunks are submitted.
    size
        Function that returns how many chunks it can do at once.
    renew
        Function that replaces an executor whose process died; None if that is impossible.
    ahead
        Chunks submitted ahead for each worker.
    kill
        Function that kills its processes; None if that is impossible.
    threads
        Runs of a chunk that a process does at once.
    grow
        Function that returns the crew to go on with, given the runs that were done last and those that are left; None
        if it is this one in any case.
    """

    executor: Executor
    size: Callable[[], int]
    renew: Callable[[], Executor] | None = None
    ahead: int = 1
    kill: Callable[[], None] | None = None
    threads: int = 1
    grow: Callable[[int, int], Crew] | None = None


class InProcess(Executor):
    """An executor that does the work in this process when it is submitted.

    Attributes
    ----------
    spent
        Processor seconds that the last work took.
    """

    spent = 0.0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Do the work now."""
        future: Future[Any] = Future()
        start = time.thread_time()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        self.spent = time.thread_time() - start
        return future


def n_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def in_process() -> Iterator[Crew]:
    """Work in this process."""
    yield Crew(InProcess(), lambda: 1, ahead=0)


@contextmanager
def growing(at_once: int) -> Iterator[Crew]:
    """Begin in this process; start others when they do the rest sooner, even though they must start first.

    Parameters
    ----------
    at_once
        How many runs the processes do at once, with all their threads.
    """
    here = InProcess()
    with ExitStack() as stack:

        def grow(done: int, left: int) -> Crew:
            spent = here.spent / done
            if not saves(left * spent, at_once):
                return crew
            threads = threads_for(spent, at_once)
            return stack.enter_context(process_pool(at_once // threads, threads))

        crew = Crew(here, lambda: 1, ahead=0, grow=grow)
        yield crew


def saves(seconds: float, at_once: int) -> bool:
    """Return whether runs that take so many processor seconds are done sooner where other processes start for them."""
    return seconds * (1 - 1 / at_once) >= _START


def threads_for(seconds: float, at_once: int) -> int:
    """Return how many runs that take so many processor seconds a process does at once; it divides ``at_once``."""
    return max(n for n in range(1, at_once + 1) if at_once % n == 0 and (n == 1 or n * _FOR_A_THREAD <= seconds))


@contextmanager
def given(executor: Executor) -> Iterator[Crew]:
    """Work with an executor that the caller creates and closes."""
    size = int(getattr(executor, "_max_workers", 0)) or n_cores()
    _try_out(executor)
    yield Crew(executor, lambda: size)


@contextmanager
def process_pool(workers: int, threads: int = 1) -> Iterator[Crew]:
    """Work with newly started processes on this machine, which share only the disk, and their threads."""
    current: list[ProcessPoolExecutor] = []

    def start() -> Executor:
        for old in current:
            old.shutdown(wait=False, cancel_futures=True)
        context = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_begin)
        current[:] = [pool]
        with _interrupts_held():  # all processes start now, for there is one task for each
            for _ in range(workers):
                pool.submit(_rules_of_worker)
        threading.Thread(target=_watch, args=(pool,), daemon=True).start()
        return pool

    # One thread per process, because there are many processes. Read when a process starts, so set beforehand.
    before = {name: os.environ.get(name) for name in _LIGHT}
    os.environ.update({name: "1" for name in _LIGHT if before[name] is None})
    try:
        _try_out(start())
        yield Crew(current[0], lambda: workers, start, kill=lambda: _kill(current), threads=threads)
    finally:
        for name in _LIGHT:
            if before[name] is None:
                os.environ.pop(name, None)
        for pool in current:
            pool.shutdown(wait=True, cancel_futures=True)


def _kill(pools: list[ProcessPoolExecutor]) -> None:
    for pool in pools:
        for process in list((pool._processes or {}).values()):
            process.kill()


def _watch(pool: ProcessPoolExecutor) -> None:
    """Break a pool of which a process died in the middle of a result.

    The pool would wait forever for the rest of it, since the other processes keep the pipe open, and so does this one.
    """
    processes = list((pool._processes or {}).values())
    wait([process.sentinel for process in processes])
    time.sleep(_GRACE)
    if not pool._broken and any(process.exitcode for process in processes):
        for process in processes:
            process.kill()
        pool._result_queue._writer.close()  # type: ignore[attr-defined]


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Block Ctrl-C while processes start; they inherit the block until they ignore the signal."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _try_out(executor: Executor) -> None:
    """Ask an executor for its version first, so that one that cannot work is found early."""
    try:
        theirs = executor.submit(_rules_of_worker).result()
    except BrokenExecutor:
        raise InputError(
            "sweep: the worker processes died at their start. A script that sweeps must do so under "
            "if __name__ == '__main__':, because each process imports it; or take workers=1."
        ) from None
    if theirs != installed():
        raise InputError(
            f"sweep: workers must have {installed()}, as this process has, got {_named(theirs)}. "
            "Install the same there."
        )


def _begin() -> None:
    """Start a worker: leave Ctrl-C to its parent, die with it, and load what the first chunk needs."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_die_with, args=(parent.sentinel,), daemon=True).start()
    import comity_lab.work  # noqa: F401

    gc.freeze()  # objects of the packages stay alive; scanning them for garbage costs time


def _die_with(sentinel: int) -> None:
    """Exit when the parent dies: a killed parent cannot tell its workers, which would otherwise wait forever."""
    wait([sentinel])
    os._exit(1)


@contextmanager
def cluster(address: str, timeout: float = 10.0) -> Iterator[Crew]:
    """Work with a Dask cluster.

    Parameters
    ----------
    address
        Address of the scheduler, ``tcp://host:8786``.
    timeout
        Seconds within which the scheduler must answer and have a worker.
    """
    needs("--cluster", "cluster", "distributed")
    dask: Any = import_module("distributed")
    try:
        _reach(address, timeout)
        client = dask.Client(address, timeout=timeout, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(
            f"--cluster must be the address of a Dask scheduler, but none answers at {address} ({reason}). Start one "
            f"with: dask scheduler, and workers with: dask worker {address} --nthreads 1."
        ) from None
    with client:
        _check_workers(client, address, timeout)

        def size() -> int:
            return max(1, int(sum(client.nthreads().values())))

        yield Crew(client.get_executor(pure=False), size)


def _reach(address: str, timeout: float) -> None:
    """Raise OSError or ValueError at once if nobody listens; Dask would keep trying."""
    parts = urlsplit(address)
    if parts.scheme in ("tcp", "tls"):
        if parts.hostname is None or parts.port is None:
            raise ValueError("host or port is missing")
        socket.create_connection((parts.hostname, parts.port), timeout).close()


def _check_workers(client: Any, address: str, timeout: float) -> None:
    try:
        client.wait_for_workers(1, timeout=timeout)
    except (OSError, TimeoutError):
        raise InputError(
            f"--cluster: the scheduler at {address} has no workers. Start some: dask worker {address} --nthreads 1."
        ) from None
    own = installed()
    try:
        theirs: dict[str, str] = client.run(_rules_of_worker)
    except Exception as error:
        raise InputError(
            f"--cluster: a worker of {address} cannot import comity_lab: {error}. Install {own} there."
        ) from None
    for worker, there in theirs.items():
        if there != own:
            raise InputError(
                f"--cluster: worker {worker} must have {own}, as this process has, got {_named(there)}. Install the "
                "same there."
            )


def _rules_of_worker() -> str:
    """Return what a worker has; workers of an older comity return the version of its rules alone."""
    import comity_lab.work  # noqa: F401

    return installed()


def _named(there: object) -> str:
    return str(there) if " " in str(there) else f"an older comity with the rules {there}"
