"""The dispatcher: hands out missing runs, stores the results, and survives dead processes."""

from __future__ import annotations

from collections import Counter, deque
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Future, wait
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from comity.errors import InputError
from comity_lab.executors import Crew
from comity_lab.installed import installed
from comity_lab.job import Job
from comity_lab.progress import Progress
from comity_lab.store import Damaged, Store
from comity_lab.work import Chunk, lost_chunk, run_chunk

__all__ = ["Dispatcher", "Outcome"]

_SHORTEST, _LONGEST, _CHUNKS = 1.5, 60.0, 1000
"""A chunk takes some seconds. In sweeps that take days it takes longer, which limits the number of files."""

_LARGEST_CHUNK = 1000
_GROWTH = 4  # largest growth from one chunk to the next, because the first runs also load or compile


@dataclass
class Outcome:
    """What a sweep did.

    Attributes
    ----------
    folder
        Where it is.
    total, before, done, failed
        Runs requested, already done at the start, done now, and failed among all.
    interrupted
        Whether Ctrl-C stopped it.
    damaged
        Chunks that were set aside and repeated.
    """

    folder: Path
    total: int
    before: int = 0
    done: int = 0
    failed: int = 0
    interrupted: bool = False
    damaged: list[Damaged] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether every requested run is done, including failed ones."""
        return self.before + self.done >= self.total


class Dispatcher:
    """Does the missing runs of a sweep.

    Parameters
    ----------
    store
        Where chunks are stored; the caller holds its lock.
    crew
        The workers.
    wanted
        Numbers of the runs, in the order of execution.
    retry
        Whether failed runs are done again.
    quiet
        Print nothing.
    """

    def __init__(self, store: Store, crew: Crew, wanted: np.ndarray, *, retry: bool, quiet: bool) -> None:
        self.store, self.plan, self.crew = store, store.plan, crew
        attempts, failed, damaged = store.finished()
        store.tidy(damaged)
        missing = (attempts < 0) | failed if retry else attempts < 0
        self._attempts = attempts
        self._pending = wanted[missing[wanted]]
        self._next = 0
        self._size = 1
        self._mean: float | None = None
        self._suspects: deque[Job] = deque()
        self._deaths: Counter[int] = Counter()  # counts runs that were alone in a process that died
        self._running: dict[Future[Chunk], Job] = {}
        self.outcome = Outcome(store.folder, len(wanted), len(wanted) - len(self._pending), damaged=damaged)
        self.outcome.failed = int((failed & ~missing)[wanted].sum())
        self.progress = Progress(len(wanted), self.outcome.before, quiet=quiet)

    def work(self) -> Outcome:
        """Do all missing runs. Ctrl-C stops the work; finished chunks are kept."""
        for item in self.outcome.damaged:
            self.progress.say(f"{item.file.name}: {item.reason}; set aside as .damaged; its runs are repeated")
        with self.progress:
            try:
                while self._hand_out():
                    self._collect()
            except KeyboardInterrupt:
                self.outcome.interrupted = True
                self._finish_running()
            finally:
                for future in self._running:
                    future.cancel()
        return self.outcome

    def _hand_out(self) -> bool:
        """Submit jobs while workers are free; return whether any is running. Few are in flight: memory stays flat."""
        if self._suspects:  # a process died: one chunk at a time, until the faulty run is found
            if not self._running:
                self._submit(self._suspects.popleft())
            return True
        crew = self.crew.size()
        while len(self._running) < crew * (1 + self.crew.ahead) and self._next < len(self._pending):
            left = len(self._pending) - self._next
            even = left if crew == 1 else max(-(-left // (2 * crew)), self._size // 8)  # so that all end together
            size = max(1, min(self._size, even, left))
            numbers = self._pending[self._next : self._next + size]
            self._submit(self.plan.job(numbers, self._attempts[numbers] + 1))
            self._next += size
        return bool(self._running)

    def _submit(self, job: Job) -> None:
        try:
            self._running[self.crew.executor.submit(run_chunk, job, self.crew.threads)] = job
        except BrokenExecutor as error:
            self._suspects.append(job)
            self._renew(error)

    def _collect(self) -> None:
        finished, _ = wait(self._running, timeout=1.0, return_when=FIRST_COMPLETED)
        for future in finished:
            if future not in self._running:
                continue  # its process pool broke, so it is already a suspect
            job = self._running.pop(future)
            error = CancelledError() if future.cancelled() else future.exception()
            if error is None:
                self._keep(future.result())
                self._grow(len(job))
            elif isinstance(error, BrokenExecutor):
                self._suspect([job, *self._running.values()], error)
                self._running.clear()
                self._renew(error)
            elif isinstance(error, InputError):
                raise error
            elif isinstance(error, CancelledError):
                raise InputError("the cluster dropped the work. Run the same command again: it continues.")
            else:
                self._suspect([job], error)

    def _keep(self, chunk: Chunk) -> None:
        if chunk.made_by != installed():
            raise InputError(
                f"a worker must have {installed()}, as this process has, got {chunk.made_by}. Install the same there, "
                "then run the same command again: it continues."
            )
        self.store.write(chunk)
        n, failed = len(chunk.numbers), int(chunk.failed.sum())
        self.outcome.done += n
        self.outcome.failed += failed
        mean = max(chunk.seconds / n, 1e-6)
        self._mean = mean if self._mean is None else (self._mean + mean) / 2
        rest = (len(self._pending) - self._next) * self._mean / self.crew.size()
        seconds = min(max(rest / _CHUNKS, _SHORTEST), _LONGEST)
        self._size = max(1, min(int(seconds / self._mean), _GROWTH * max(n, self._size), _LARGEST_CHUNK))
        self.progress.add(n, failed)

    def _grow(self, done: int) -> None:
        """Go on with the crew that is best for the rest; the first chunk says nothing, because it also loads."""
        if self.crew.grow is not None and self.outcome.done > done:
            self.crew = self.crew.grow(done, len(self._pending) - self._next)

    def _suspect(self, jobs: list[Job], error: BaseException) -> None:
        """Retry jobs whose process died: a lone job in halves, a single run once more; then it counts as failed."""
        number = int(jobs[0].numbers[0])
        if len(jobs) > 1:
            self._suspects.extend(jobs)
        elif len(jobs[0]) > 1:
            self._suspects.extend(jobs[0].halves())
        elif not self._deaths[number]:
            self._deaths[number] += 1
            self._suspects.append(jobs[0])
        else:
            self._keep(lost_chunk(jobs[0], f"the process running it died twice: {type(error).__name__}: {error}"))

    def _renew(self, error: BaseException) -> None:
        if self.crew.renew is None:
            raise InputError(f"the executor broke down: {error}. Run the same command again: it continues.")
        self.crew.executor = self.crew.renew()

    def _finish_running(self) -> None:
        """Finish the running chunks and drop the waiting ones; a second Ctrl-C drops all."""
        try:
            self._running = {future: job for future, job in self._running.items() if not future.cancel()}
            while self._running:
                for future in wait(self._running, return_when=FIRST_COMPLETED).done:
                    del self._running[future]
                    if not future.cancelled() and future.exception() is None:
                        self._keep(future.result())
        except KeyboardInterrupt:  # a second Ctrl-C: running chunks are dropped too
            if self.crew.kill is not None:
                self.crew.kill()
