"""The pilot: a few runs in this process, from which time and disk of the whole sweep are estimated."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from comity_lab.job import Job
from comity_lab.plan import Plan
from comity_lab.work import run_chunk

__all__ = ["Pilot", "fly"]

_SECONDS = 3.0
_FEWEST, _MOST = 4, 200
_CHUNK_SECONDS = 1.5
_SHORT_CHUNKS = 12  # at the beginning and at the end of a sweep


@dataclass(frozen=True, kw_only=True)
class Pilot:
    """Estimates for a whole sweep, from a few runs.

    Attributes
    ----------
    runs, failed
        Done in the pilot, and those among them that failed.
    seconds_a_run
        Mean time of a run in one process, after the first.
    bytes_a_run, bytes_a_chunk
        Disk for each run, and for each chunk apart from its runs.
    """

    runs: int
    failed: int
    seconds_a_run: float
    bytes_a_run: float
    bytes_a_chunk: float

    def seconds(self, n_runs: int, workers: int) -> float:
        """Return the time of n runs, in seconds, with workers that are equally fast and never idle."""
        return n_runs * self.seconds_a_run / workers

    def n_bytes(self, n_runs: int) -> float:
        """Return the disk space of n runs, in bytes."""
        chunks = _SHORT_CHUNKS + max(n_runs * self.seconds_a_run / _CHUNK_SECONDS, n_runs / 1000)
        return n_runs * self.bytes_a_run + min(chunks, n_runs) * self.bytes_a_chunk


def fly(plan: Plan, wanted: np.ndarray) -> Pilot:
    """Run a sample of the sweep for a few seconds; nothing is written."""
    spread = wanted[np.unique(np.linspace(0, len(wanted) - 1, min(_MOST, len(wanted))).round().astype(int))]
    order = spread[np.argsort(np.arange(len(spread)) * 0.6180339887 % 1.0)]  # any beginning of it is spread as well
    run_chunk(_job(plan, order[:1]))  # loads, and compiles where nothing is compiled yet
    start, done, failed = time.perf_counter(), 0, 0
    while done < len(order) and (done < _FEWEST or time.perf_counter() - start < _SECONDS):
        failed += int(run_chunk(_job(plan, order[done : done + 1])).failed.sum())
        done += 1
    seconds = (time.perf_counter() - start) / done
    small, large = (len(run_chunk(_job(plan, order[:n])).data) for n in (1, min(done, 20)))
    slope = (large - small) / (min(done, 20) - 1) if min(done, 20) > 1 else float(small)
    slope = max(slope, 1.0)
    return Pilot(
        runs=done, failed=failed, seconds_a_run=seconds, bytes_a_run=slope, bytes_a_chunk=max(small - slope, 0.0)
    )


def _job(plan: Plan, numbers: np.ndarray) -> Job:
    return plan.job(numbers, np.zeros(len(numbers), dtype=np.int16))
