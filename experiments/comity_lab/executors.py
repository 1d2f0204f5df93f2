"""The workers: this process, a pool of processes, a Dask cluster, or an executor that the caller provides."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.connection import wait
from typing import Any
from urllib.parse import urlsplit

from comity.errors import InputError
from comity.extras import needs
from comity_lab.installed import installed

__all__ = ["Crew", "InProcess", "cluster", "given", "in_process", "n_cores", "process_pool"]

_LIGHT = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass
class Crew:
    """An executor, with what a sweep needs to know about it.

    Attributes
    ----------
    executor
        To which chunks are submitted.
    size
        Function that returns how many runs it can do at once.
    renew
        Function that replaces an executor whose process died; None if that is impossible.
    ahead
        Chunks submitted ahead for each worker.
    kill
        Function that kills its processes; None if that is impossible.
    """

    executor: Executor
    size: Callable[[], int]
    renew: Callable[[], Executor] | None = None
    ahead: int = 1
    kill: Callable[[], None] | None = None


class InProcess(Executor):
    """An executor that does the work in this process when it is submitted."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Do the work now."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
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
def given(executor: Executor) -> Iterator[Crew]:
    """Work with an executor that the caller creates and closes."""
    size = int(getattr(executor, "_max_workers", 0)) or n_cores()
    _try_out(executor)
    yield Crew(executor, lambda: size)


@contextmanager
def process_pool(workers: int) -> Iterator[Crew]:
    """Work with newly started processes on this machine, which share only the disk."""
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
        return pool

    # One thread per process, because there are many processes. Read when a process starts, so set beforehand.
    before = {name: os.environ.get(name) for name in _LIGHT}
    os.environ.update({name: "1" for name in _LIGHT if before[name] is None})
    try:
        _try_out(start())
        yield Crew(current[0], lambda: workers, start, kill=lambda: _kill(current))
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
